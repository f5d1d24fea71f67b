"""The measures that one canvas shows on its layers and wires."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject

from engine.protocol import LayerTime, NetworkReport
from engine.runs.times import Times
from projects.schema import Block, Graph, Node, Project
from widgets import theme
from widgets.canvas import Canvas
from workbench import gauges
from workbench.canvas_note import CanvasNote
from workbench.document import Document
from workbench.rundata import Frame
from workbench.scope import report_at


@dataclass(frozen=True)
class Timing:
    """How long layers work.

    Attributes:
        times: By network and layer of the unfolded network.
        project: What was measured, as it was then.
    """

    times: Times
    project: Project


@dataclass(frozen=True)
class Losses:
    """What layers can lose.

    Attributes:
        shares: By network and layer of the unfolded network.
        project: What was scanned, as it was then.
        kind: Whether layers were ``pruned`` or ``quantised``.
    """

    shares: Mapping[str, Mapping[str, float]]
    project: Project
    kind: str


class Measures(QObject):
    """Shows costs or health of one network, whichever was chosen.

    Args:
        document: The open project.
        network: Name of the network.
        canvas: Where it is shown; also the Qt parent.

    Attributes:
        note: Says on the canvas what to do where nothing was measured.
    """

    def __init__(self, document: Document, network: str, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._network = network
        self._place = network
        self._document = document
        self._canvas = canvas
        self._what = ""
        self._report: NetworkReport | None = None
        self._frame: Frame | None = None
        self._carried: dict[str, str] = {}
        self._timings: Sequence[Timing] = ()
        self._losses: Losses | None = None
        self.note = CanvasNote(gauges.not_measured(), canvas)
        document.changed.connect(self._edited)
        theme.notifier().changed.connect(self._show)

    def go(self, place: str) -> None:
        """Measure the nodes of another place of the network."""
        self._place = place
        self._show()

    def choose(self, what: str) -> None:
        """Show another measure; a key of :func:`workbench.gauges.choices`."""
        if what != self._what:
            self._what = what
            self._show()

    def set_report(self, report: NetworkReport | None) -> None:
        """Costs are those of this check; layers that are new on the canvas show what is known of them."""
        self._report = report
        if self._known():
            self._show()

    def set_frame(self, frame: Frame | None) -> None:
        """Health is what was measured here; None: nothing was."""
        if frame is not self._frame:
            self._frame = frame
            if self._what == gauges.HEALTH:
                self._show()

    def set_times(self, timings: Sequence[Timing]) -> None:
        """Measured times of layers are the first of these that are about the network as it is drawn."""
        self._timings = timings
        if self._what == gauges.TIME:
            self._show()

    def set_losses(self, losses: Losses | None) -> None:
        """What layers can lose is this, as long as it is about the network as it is drawn."""
        self._losses = losses
        if self._what == gauges.LOSE:
            self._show()

    def set_carried(self, states: Mapping[str, str]) -> None:
        """Weights that would be kept are these."""
        self._carried = dict(states)
        if self._what == gauges.CARRY:
            self._show()

    def _known(self) -> bool:
        """Whether there may be something to show; a check of a large network is not held up for nothing."""
        measured = {
            gauges.HEALTH: self._frame is not None,
            gauges.TIME: bool(self._timings),
            gauges.CARRY: bool(self._carried),
            gauges.LOSE: self._losses is not None,
        }
        return measured.get(self._what, self._what in gauges.COSTS)

    def _edited(self, before: Project, after: Project) -> None:
        """What was measured is not about the layers that there are now."""
        if not self._computes_as(before, after):
            self.set_frame(None)
            if self._what in (gauges.TIME, gauges.LOSE):
                self._show()

    def _computes_as(self, before: Project, after: Project) -> bool:
        """Whether the network computes in one project what it computes in the other."""
        old, new = before.networks.get(self._network), after.networks.get(self._network)
        return _alike(old, new) and _all_alike(before.blocks, after.blocks)

    def _times(self) -> Mapping[str, LayerTime]:
        for timing in self._timings:
            found = timing.times.get(self._network)
            if found and self._computes_as(timing.project, self._document.project):
                return found
        return {}

    def _may_lose(self) -> Mapping[str, float]:
        losses = self._losses
        if losses is None or not self._computes_as(losses.project, self._document.project):
            return {}
        return losses.shares.get(self._network, {})

    def _show(self) -> None:
        times = self._times() if self._what == gauges.TIME else {}
        shares = self._may_lose() if self._what == gauges.LOSE else {}
        drawn = self._document.project.networks.get(self._network)
        measured = self._what in (gauges.TIME, gauges.LOSE)
        self.note.say(gauges.not_measured(self._what))
        self.note.setVisible(
            measured and not times and not shares and drawn is not None and bool(drawn.nodes)
        )
        if self._what == gauges.HEALTH and self._frame is not None:
            tones = gauges.wire_tones(self._frame, self._document.project, self._place)
            shown = gauges.health_gauges(self._frame, self._place)
            self._canvas.set_gauges(shown, tones)
        elif self._what == gauges.TIME:
            self._canvas.set_gauges(gauges.time_gauges(times, self._place))
        elif self._what == gauges.LOSE:
            kind = self._losses.kind if self._losses is not None else ""
            self._canvas.set_gauges(gauges.lose_gauges(shares, self._place, kind))
        elif self._what == gauges.CARRY:
            self._canvas.set_gauges(gauges.carry_gauges(self._carried, self._place))
        else:
            self._canvas.set_gauges(
                gauges.cost_gauges(report_at(self._report, self._place), self._what)
            )


def _all_alike(old: Mapping[str, Block], new: Mapping[str, Block]) -> bool:
    if old is new:
        return True
    return old.keys() == new.keys() and all(
        _alike(block, new[name]) and block.params == new[name].params for name, block in old.items()
    )


def _alike(old: Graph | None, new: Graph | None) -> bool:
    """Whether two graphs compute the same: where nodes stand, and frames, do not matter."""
    if old is new:
        return True
    if old is None or new is None or old.nodes.keys() != new.nodes.keys():
        return False
    if old.wires is not new.wires and old.wires != new.wires:
        return False
    return all(_same(node, new.nodes[name]) for name, node in old.nodes.items())


def _same(old: Node, new: Node) -> bool:
    return old is new or (old.type, old.params, old.shares, old.mute) == (
        new.type,
        new.params,
        new.shares,
        new.mute,
    )
