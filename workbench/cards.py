"""What a person does to runs: names, tags, notes, pins, hiding, throwing away; every one can be undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from engine.runs.card import Card, read_card, write_card
from engine.runs.lock import is_training
from projects.errors import UserError
from projects.translation import gettext as _
from projects.translation import phrases
from workbench import bins
from workbench.undoing import Step, speak_again


class Cards(QObject):
    """Edits the cards of runs and throws runs away, and takes that back.

    Args:
        parent: Qt parent.

    Attributes:
        stack: What was done.
        busy: Answers whether a run is trained now.

    Signals:
        changed(paths): What is said about these runs is something else, or they are there or gone.
        gone(paths): These runs were thrown away.
        back(paths): These were taken back, and are listed again.
        failed(title, text): Something could not be done.
    """

    changed = Signal(object)
    gone = Signal(object)
    back = Signal(object)
    failed = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stack = QUndoStack(self)
        self.busy: Callable[[Path], bool] = is_training

    def edit(self, paths: Sequence[Path], words: str, change: Callable[[Card], Card]) -> None:
        """Change what is said about runs.

        Args:
            paths: The runs.
            words: What is done, for the menu.
            change: From what is said to what is to be said.
        """
        before = {path: read_card(path) for path in paths}
        after = {path: change(card) for path, card in before.items()}
        if after != before:
            self.stack.push(_Edit(self.stack, words, before, after))

    def throw_away(self, paths: Sequence[Path]) -> None:
        """Move runs to the bin; those that are trained now stay."""
        idle = [path for path in paths if not self.busy(path)]
        if len(idle) < len(paths):
            self.failed.emit(_("This run is still training"), _("Stop it first."))
        if idle:
            words = phrases(
                "Move {count} run to the bin", "Move {count} runs to the bin", len(idle)
            )
            self.stack.push(_Removal(self.stack, words.format(count=len(idle)), idle))

    def undo(self) -> None:
        """Take back what was done last."""
        self.stack.undo()

    def undo_until(self, place: int) -> None:
        """Take back what was done last if it is the ``place``-th thing; else something was done since."""
        if self.stack.index() == place:
            self.stack.undo()

    def redo(self) -> None:
        """Do again what was taken back last."""
        self.stack.redo()

    def take_over(self, other: Cards) -> None:
        """Be able to take back what was done in another window."""
        self.stack.deleteLater()
        self.stack = other.stack
        self.stack.setParent(self)
        other.stack = QUndoStack(other)
        speak_again(self.stack)

    def forget(self) -> None:
        """Other runs: what was done to these is no longer taken back."""
        self.stack.clear()


class _Doing(Step):
    """Something that was done; ``_cards`` are those that have the stack now."""

    def __init__(self, stack: QUndoStack, words: str) -> None:
        super().__init__(words)
        self._stack = stack

    @property
    def _cards(self) -> Cards:
        cards = self._stack.parent()
        assert isinstance(cards, Cards)
        return cards


class _Edit(_Doing):
    def __init__(
        self,
        stack: QUndoStack,
        words: str,
        before: Mapping[Path, Card],
        after: Mapping[Path, Card],
    ) -> None:
        super().__init__(stack, words)
        self._before, self._after = before, after

    def redo(self) -> None:
        self._write(self._after)

    def undo(self) -> None:
        self._write(self._before)

    def _write(self, wanted: Mapping[Path, Card]) -> None:
        try:
            for path, card in wanted.items():
                write_card(path, card)
        except UserError as error:
            self.setObsolete(True)
            self._cards.failed.emit(_("What is said about a run could not be kept"), str(error))
        self._cards.changed.emit(list(wanted))


class _Removal(_Doing):
    def __init__(self, stack: QUndoStack, words: str, paths: Sequence[Path]) -> None:
        super().__init__(stack, words)
        self._paths = paths
        self._places: dict[Path, Path] = {}

    def redo(self) -> None:
        moved = {path: bins.throw_away(path) for path in self._paths}
        self._places = {path: place for path, place in moved.items() if place is not None}
        self.setObsolete(not self._places)
        for path in moved.keys() - self._places.keys():
            self._cards.failed.emit(_("The run could not be moved to the bin"), str(path))
        self._cards.gone.emit(list(self._places))
        self._cards.changed.emit(list(self._places))

    def undo(self) -> None:
        back = [path for path, place in self._places.items() if bins.take_back(place, path)]
        for path in self._places:
            if path not in back:
                words = _("The run could not be taken back: look for it in the bin of the system")
                self._cards.failed.emit(words, str(path))
        self._cards.changed.emit(list(self._places))
        self._cards.back.emit(back)
