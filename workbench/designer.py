"""The designer: one network of the document on a canvas, or what is in one of its blocks.

The canvas says what was meant, a pure function of :mod:`workbench.edits` answers with a new project, the
document shows it, and :class:`workbench.faces.Faces` tells the canvas what differs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from PySide6.QtCore import QPoint, QPointF, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.blocks import block_of
from engine.layers.base import LAYERS
from engine.objectives.base import OBJECTIVES
from engine.protocol import Checked
from projects.errors import Problem, ProjectError
from projects.layout import NARROW, WIDE, arrange, beside_others
from projects.schema import Graph, Network, Project, Wire
from projects.translation import gettext as _
from projects.translation import phrase, phrases
from widgets.canvas import Canvas, PortRef, WireKey
from widgets.canvas.empty import EmptyHint
from widgets.canvas.view import Outlook
from widgets.graph_metrics import bounded
from widgets.layer_palette import LAYER_MIME
from workbench import edits, kits, scope
from workbench.adder import Adder
from workbench.copier import Copier
from workbench.crumb_bar import CrumbBar
from workbench.designer_menu import context_menu
from workbench.document import Document
from workbench.faces import Faces
from workbench.fitting import Fitting
from workbench.framer import Framer
from workbench.measures import Measures
from workbench.mending import Candidate
from workbench.moving_wires import MovingWires
from workbench.node_faces import wire_of
from workbench.problem_words import capital

Rearrangement = Callable[[Project, str, Collection[str]], Project]


class Standpoint(NamedTuple):
    """Where a person stands on a canvas.

    Attributes:
        place: What it shows: a network, or inside of one of its blocks.
        outlook: What is seen of it, and how large.
        selection: What is chosen.
    """

    place: str
    outlook: Outlook
    selection: tuple[str, ...]


class Designer(QWidget):
    """Shows and edits one network.

    Args:
        document: The open project.
        network: Name of the network.
        fixes: Answers what would mend a problem.
        parent: Qt parent.

    Attributes:
        canvas: The drawing.
        adder: What puts new layers onto it.
        framer: What makes and changes frames.
        copier: What copies layers and frames.
        measures: What layers and wires are measured by.
        network: Name of the network.
        place: What the canvas shows: the network, or inside of one of its blocks.
        crumbs: The way there.

    Signals:
        selection_changed(place, ids): Other nodes are chosen.
        node_opened(place, id): A node was double-clicked: show its settings.
        said(problem): Something could not be done; a :class:`projects.errors.Problem`.
        mend_wanted(candidate): Do this fix.
        help_wanted(topic): Show a page of the textbook.
    """

    selection_changed = Signal(str, object)
    node_opened = Signal(str, str)
    said = Signal(object)
    mend_wanted = Signal(object)
    help_wanted = Signal(str)

    def __init__(
        self,
        document: Document,
        network: str,
        fixes: Callable[[Problem], Sequence[Candidate]] = lambda problem: (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.network = network
        self.place = network
        self._views: dict[str, Outlook] = {}
        self._fixes = fixes
        self._document = document
        self._fitting: Fitting | None = None
        self.setObjectName(f"designer_{network}")
        self.setAccessibleName(_("Designer of the network {name}").format(name=network))
        self.canvas = Canvas(self)
        self.canvas.setObjectName(f"canvas_{network}")
        self.canvas.accepted_mime = LAYER_MIME
        self.canvas.judge = self._judge
        self.canvas.judge_links = self._judge_links
        self._faces = Faces(document, network, self.canvas)
        self.adder = Adder(document, network, self.canvas, self._fits)
        self.framer = Framer(document, network, self.canvas)
        self.copier = Copier(document, network, self.canvas, self._delete)
        self.measures = Measures(document, network, self.canvas)
        self.crumbs = CrumbBar(self.canvas)
        self.hint = EmptyHint(
            _("An empty network"),
            _(
                "Drag a layer here from the list on the left, or double-click to choose one.\n"
                "Begin with Input, end with Output."
            ),
            self.canvas,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.canvas)
        self.setFocusProxy(self.canvas)
        self._connect()
        self._sync()
        self.canvas.begin()

    def _connect(self) -> None:
        canvas = self.canvas
        canvas.selection_changed.connect(self._selected)
        canvas.moved.connect(self._moved)
        canvas.spliced.connect(self._spliced)
        canvas.connected.connect(self._connected)
        canvas.relinked.connect(self._relinked)
        canvas.delete_wanted.connect(self._delete)
        canvas.dropped.connect(self._dropped)
        canvas.add_wanted.connect(self.adder.ask)
        canvas.bend_wanted.connect(self.adder.bend)
        canvas.opened.connect(self._opened)
        canvas.menu_wanted.connect(self._menu)
        canvas.leave_wanted.connect(self.leave)
        self.crumbs.place_wanted.connect(self.go)
        self.crumbs.enter_wanted.connect(self.enter)
        self.copier.failed.connect(self._tell)
        self._document.changed.connect(self._changed)

    # ------------------------------------------------------------------ document → canvas

    @property
    def graph(self) -> Graph:
        """What the canvas shows, as it is now; empty if the project no longer has it."""
        return edits.found(self._document.project, self.place) or Network()

    @property
    def selection(self) -> tuple[str, ...]:
        """Ids of the chosen nodes."""
        return self.canvas.selection

    def topic_at(self, pixel: QPoint | None) -> str:
        """The page about the layer under the pointer or chosen, else about what the project is after."""
        at = self.selection[0] if self.selection else ""
        if pixel is not None:
            at = self.canvas.node_under(pixel) or at
        node = self.graph.nodes.get(at)
        if node is not None and node.type in LAYERS:
            return LAYERS.key(node.type)
        return OBJECTIVES.key(self._document.project.objective.type)

    def _changed(self, before: Project, after: Project) -> None:
        self.setEnabled(self.network in after.networks)
        place = scope.nearest(after, self.place)
        if place != self.place:
            self.go(place)
        elif before.blocks is not after.blocks:
            self._faces.forget()
            self._sync(anew=True)
        else:
            self._sync()

    def standpoint(self) -> Standpoint:
        """Where a person stands on the canvas, and what is chosen."""
        return Standpoint(self.place, self.canvas.outlook(), self.selection)

    def stand(self, there: Standpoint) -> None:
        """Stand there."""
        self.go(there.place)
        self.canvas.look(there.outlook)
        self.canvas.select(there.selection)

    def go(self, place: str) -> None:
        """Show another place of the network; one that is not there is passed over."""
        if edits.found(self._project, place) is None or place == self.place:
            return
        self._views[self.place] = self.canvas.outlook()
        self.canvas.end_gesture()
        self.place = place
        for part in (self.adder, self.framer, self.copier, self.measures):
            part.go(place)
        self.canvas.select(())
        self._faces.go(place)
        self._sync(anew=True)
        self.measures.set_report(self._faces.report)
        before = self._views.get(place)
        if before is not None:
            self.canvas.look(before)
        else:
            self.canvas.begin()
        self._selected()

    def enter(self, name: str = "") -> None:
        """Show what is in a block: that of a node, or of the chosen one."""
        name = name or self.enterable
        if name:
            self.go(edits.join_place(self.place, name, self.graph.nodes[name]))

    @property
    def enterable(self) -> str:
        """The chosen node, if it is one and stands for a block; else empty."""
        chosen = self.selection
        node = self.graph.nodes.get(chosen[0]) if len(chosen) == 1 else None
        there = node is not None and block_of(node, self._project.blocks) is not None
        return chosen[0] if there else ""

    @property
    def inside(self) -> bool:
        """Whether the canvas shows what is in a block."""
        return self.place != self.network

    def leave(self) -> None:
        """Show where the node stands whose inside is shown, and choose that node."""
        node, place = scope.standing(self.place), scope.outer(self.place)
        if node:
            self.go(place)
            self.canvas.select((node,))

    def set_checked(self, checked: Checked) -> None:
        """Show what a check found out: shapes, counts and problems."""
        self._fitting = None
        self._faces.set_checked(checked, self.graph)
        self.measures.set_report(self._faces.report)

    def _sync(self, anew: bool = False) -> None:
        """Show the graph as it is now."""
        graph = self.graph
        old = self._faces.show(graph, anew)
        if graph is old and not anew:
            return
        self._fitting = None
        if graph.frames != old.frames or anew:
            self.framer.sync(graph)
        self.hint.setVisible(not graph.nodes)

    def _fits(self) -> Fitting:
        if self._fitting is None:
            self._fitting = Fitting(self._project, self.place, self._faces.report)
        return self._fitting

    def _judge(self, source: PortRef, target: PortRef, taken: WireKey | None) -> str:
        wire = Wire(source.node, target.node, source.port, target.port)
        return self._fits().why_not(wire, wire_of(taken) if taken else None)

    def _judge_links(self, keys: Sequence[WireKey], origin: PortRef) -> Callable[[PortRef], str]:
        moving = MovingWires(self._fits(), [wire_of(key) for key in keys], output=origin.output)
        return lambda ref: moving.why_not(ref.node, ref.port)

    # ------------------------------------------------------------------ canvas → document

    def _apply(self, text: str, project: Project) -> None:
        self._document.apply(text, project)

    @property
    def _project(self) -> Project:
        return self._document.project

    def _selected(self) -> None:
        self.crumbs.show_way(scope.crumbs(self.place), bool(self.enterable))
        self.selection_changed.emit(self.place, self.selection)

    def _opened(self, name: str) -> None:
        if block_of(self.graph.nodes[name], self._project.blocks) is not None:
            self.enter(name)
        else:
            self.node_opened.emit(self.place, name)

    def _moved(self, places: Mapping[str, tuple[float, float]]) -> None:
        text = phrases("Move layer", "Move layers", len(places))
        self._apply(text, edits.move(self._project, self.place, places))

    def _spliced(self, name: str, place: QPointF, key: WireKey) -> None:
        moved = edits.move(self._project, self.place, {name: (place.x(), place.y())})
        with self.canvas.whole_kept():
            self._apply(phrase("Insert layer"), edits.splice(moved, self.place, name, wire_of(key)))

    def _connected(self, key: WireKey, instead_of: WireKey | None) -> None:
        old = wire_of(instead_of) if instead_of else None
        self._apply(phrase("Connect"), edits.connect(self._project, self.place, wire_of(key), old))

    def _relinked(self, old: PortRef, new: PortRef) -> None:
        made = edits.relink(
            self._project,
            self.place,
            (old.node, old.port),
            (new.node, new.port),
            output=old.output,
        )
        self._apply(phrase("Move wires"), made)

    def _delete(
        self,
        ids: Iterable[str],
        keys: Iterable[WireKey],
        frames: Collection[str],
        keep_gap: bool,
    ) -> None:
        wires = [wire_of(key) for key in keys]
        bare = edits.delete_frames(self._project, self.place, frames)
        cut = edits.disconnect(bare, self.place, wires)
        gone = list(ids)
        gapped = edits.delete(cut, self.place, gone, heal=False)
        fitting = Fitting(gapped, self.place, self._faces.report)
        healed = edits.delete(
            cut,
            self.place,
            gone,
            heal=not keep_gap,
            allowed=lambda wire: not fitting.why_not(wire),
        )
        count = len(gone)
        text: str = phrases("Delete layer", "Delete layers", count)
        if not count:
            text = phrase("Disconnect") if wires else phrase("Delete frame")
        self._apply(text, healed)
        if not keep_gap and gone:
            self._tell_gap(healed, edits.delete(cut, self.place, gone, heal=True))

    def _tell(self, problem: Problem) -> None:
        self.said.emit(msgspec.structs.replace(problem, message=capital(problem.message)))

    def _tell_gap(self, made: Project, closed: Project) -> None:
        """Say it when a gap could not be closed although nobody asked to keep it."""
        wires = [edits.graph_of(project, self.place).wires for project in (made, closed)]
        if len(wires[0]) < len(wires[1]):
            message = _("The gap stays open: the layers beside it do not fit together.")
            hint = _("Connect them through a layer that makes them fit.")
            self.said.emit(Problem(f"networks.{self.network}", message, hint))

    def _dropped(self, layer: str, corner: QPointF, key: WireKey | None) -> None:
        if not kits.there(self._project, layer):
            message = _("There is no layer called “{name}”.").format(name=layer[:40])
            self.said.emit(Problem(where=f"networks.{self.network}", message=message))
            return
        self.adder.add_at(layer, corner, key)

    def add_layer(self, layer: str) -> None:
        """Add a layer: behind the last chosen node and connected to it, else in the middle."""
        self.adder.add(layer, self.canvas.middle())

    # ------------------------------------------------------------------ commands

    def delete_selected(self, keep_gap: bool = False) -> None:
        """Delete what is chosen and close the gap, or keep it."""
        canvas = self.canvas
        self._delete(canvas.selection, canvas.selected_wires, canvas.selected_frames, keep_gap)

    def select_all(self) -> None:
        """Choose every node."""
        self.canvas.select_all()

    def fixes(self) -> list[Candidate]:
        """What would mend the problems of the chosen layers, as far as it is known."""
        problems = [p for name in self.selection for p in self._faces.problems.get(name, ())]
        return [fix for problem in problems for fix in self._fixes(problem)]

    def auto_layout(self) -> None:
        """Arrange the chosen nodes if there are several, else all, as one undo step."""
        graph = self.graph
        chosen = self.selection if len(self.selection) > 1 else tuple(graph.nodes)
        if not chosen:
            return
        heights = {n: edits.size_of(self._project, graph.nodes[n])[1] for n in chosen}
        left = bounded(min(graph.nodes[n].at[0] for n in chosen))
        top = bounded(min(graph.nodes[n].at[1] for n in chosen))
        frame = NARROW if self.width() < 1.1 * self.height() else WIDE
        places = arrange(graph, chosen, (left, top), heights, frame)
        places = beside_others(graph, places)
        self._apply(phrase("Arrange layers"), edits.move(self._project, self.place, places))
        if len(chosen) == len(graph.nodes):
            self.canvas.fit()

    def rearrange(self, text: str, edit: Rearrangement) -> None:
        """Move the chosen nodes if there are several, else all, as an edit says.

        Args:
            text: What Edit → Undo calls it.
            edit: Takes the project, the network's name and the nodes; returns the project.
        """
        chosen = self.selection if len(self.selection) > 1 else tuple(self.graph.nodes)
        self._apply(text, edit(self._project, self.place, chosen))

    def collapse(self) -> None:
        """Put the chosen layers into a block, and one node in their place."""
        self._regroup(phrase("Collapse to a block"), self.selection, edits.collapse)

    def expand(self) -> None:
        """Put what is in the chosen block in its place."""
        self._regroup(phrase("Expand block"), self.enterable, edits.expand)

    def _regroup(self, text: str, what: Any, edit: Callable[..., tuple[Project, Any]]) -> None:
        try:
            made, new = edit(self._project, self.place, what)
        except ProjectError as error:
            self._tell(error.problem)
            return
        self.copier.put(text, made, (new,) if isinstance(new, str) else new)

    def bypass(self) -> None:
        """Bypass the chosen layers; if all of them are bypassed, let them work again."""
        on = not self.bypassed
        text = phrase("Bypass") if on else phrase("Take the bypass away")
        self._apply(text, edits.mute(self._project, self.place, self.selection, on))

    @property
    def bypassed(self) -> bool:
        """Whether all chosen layers that can be bypassed are."""
        nodes = [self.graph.nodes[name] for name in self.selection]
        able = [node.mute for node in nodes if all(edits.ports(self._project, node))]
        return bool(able) and all(able)

    def fit(self) -> None:
        """Show the whole network."""
        self.canvas.fit()

    def focus_node(self, name: str) -> None:
        """Choose a node, show it and take the focus."""
        if name in self.graph.nodes:
            self.canvas.select((name,))
            self.canvas.reveal((name,))
        self.canvas.setFocus()

    def _menu(self, pixel: QPoint, place: QPointF) -> None:
        context_menu(self, pixel, place).popup(pixel)
