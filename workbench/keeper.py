"""Which weights of the shown run the project as it is would keep; asked anew after every edit."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.protocol import Carried, Checked
from projects.translation import gettext as _
from workbench.desk import Desk
from workbench.rundata import RunData

States = dict[str, dict[str, str]]


class Keeper(QObject):
    """Knows what a training with the weights of the shown run would begin with.

    Args:
        desk: What compares.
        parent: Qt parent.

    Attributes:
        run: The run whose weights could be kept, or None.
        states: ``kept``, ``fitted`` or ``new`` by network and node; empty while not known.

    Signals:
        changed(): Other weights would be kept.
    """

    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.run: Path | None = None
        self.states: States = {}
        desk.checked.connect(self._checked)
        desk.carried.connect(self._carried)

    def watch(self, run: RunData | None) -> None:
        """Another run is shown, or the shown one has come to another state."""
        there = run is not None and bool(run.path) and not run.active
        path = Path(run.path) if run is not None and there else None
        path = path if path is not None and has_weights(path) else None
        if path != self.run:
            self.run = path
            self._set({})
            self._ask()

    def words(self) -> str:
        """How many layers would keep their weights; empty while not known, or if all do."""
        counts = Counter(state for nodes in self.states.values() for state in nodes.values())
        if set(counts) <= {"kept"}:
            return ""
        return _("Weights kept: {kept}, fitted: {fitted}, new: {new}").format(
            kept=counts["kept"], fitted=counts["fitted"], new=counts["new"]
        )

    def words_of(self, run: Path) -> str:
        """:meth:`words`, if they are about this run; empty otherwise."""
        return self.words() if run == self.run else ""

    def _checked(self, _checked: Checked) -> None:
        if self._desk.up_to_date:
            self._ask()

    def _ask(self) -> None:
        if self.run is not None:
            self._desk.carry(self.run)

    def _carried(self, event: Carried | None) -> None:
        if event is None:
            self._set(
                {}
            )  # it could not be found out: nothing is said rather than what was true before
        elif self.run is not None and event.run == str(self.run):
            self._set(event.states)

    def _set(self, states: States) -> None:
        if states != self.states:
            self.states = states
            self.changed.emit()


def has_weights(run: Path) -> bool:
    """Whether a run has a checkpoint."""
    return any(run.glob("checkpoints/step-*/manifest.json"))


def state_words(state: str) -> str:
    """Return what becomes of a layer's weights as people read it."""
    words = {"kept": _("kept"), "fitted": _("fitted in part"), "new": _("new")}
    return words.get(state, state)
