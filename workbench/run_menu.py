"""The menu of a run in the list, and the keys that mean its entries."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu

from engine.runs.card import Card
from engine.runs.summary import COMPRESSED
from projects.translation import gettext as _
from projects.translation import phrase
from workbench.card_dialog import CardDialog
from workbench.keeper import has_weights
from workbench.run_words import why_no_training
from workbench.rundata import plain_title
from workbench.undoing import meaning

if TYPE_CHECKING:
    from workbench.run_list import RunList


class RunMenu(QObject):
    """What can be done with the runs that are marked.

    Args:
        runs: The list.
    """

    def __init__(self, runs: RunList) -> None:
        super().__init__(runs)
        self._runs = runs
        self._cards = runs.cards

    def open(self, path: Path, position: QPoint) -> None:
        """Open the menu of a run, which is marked, maybe among others.

        Args:
            path: The run.
            position: Where, on the screen.
        """
        rows = self._runs.selected()
        row = next(row for row in rows if row.path == path)
        menu = QMenu(self._runs)
        menu.addAction(_("Show"), lambda: self._runs.run_chosen.emit(path))
        state = row.summary.state
        if state == COMPRESSED:
            menu.addAction(
                _("Train on with these weights"), lambda: self._runs.train_on_wanted.emit(path)
            )
        if not why_no_training(state, row.summary.begun):
            menu.addAction(_("Resume"), lambda: self._runs.resume_wanted.emit(path))
            branch = menu.addAction(
                _("Branch from its last checkpoint"), lambda: self._runs.branch_wanted.emit(path)
            )
            branch.setEnabled(has_weights(path))
        export = menu.addAction(_("Export…"), lambda: self._runs.export_wanted.emit(path))
        export.setEnabled(has_weights(path))
        distil = menu.addAction(
            _("Distil into this design"), lambda: self._runs.distil_wanted.emit(path)
        )
        distil.setEnabled(has_weights(path))
        distil.setToolTip(_("Train the open project with this run as its teacher"))
        two = menu.addAction(_("Compare both"), self.compare)
        two.setEnabled(len(rows) == 2)
        two.setToolTip(_("Mark two runs with Ctrl"))
        menu.setToolTipsVisible(True)
        menu.addSeparator()
        title = _("Name, tags and note…") if len(rows) == 1 else _("Add tags…")
        menu.addAction(title, QKeySequence(Qt.Key.Key_F2), self.describe)
        pinned = all(row.card.pinned for row in rows)
        menu.addAction(_("Unpin") if pinned else _("Pin"), partial(self._pin, not pinned))
        hidden = all(row.card.hidden for row in rows)
        words = _("Do not hide any more") if hidden else _("Hide")
        menu.addAction(words, partial(self._hide, not hidden))
        menu.addAction(_("Move to bin"), QKeySequence(Qt.Key.Key_Delete), self.throw_away)
        self._add_undo(menu)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(position)

    def _add_undo(self, menu: QMenu) -> None:
        stack = self._cards.stack
        menu.addSeparator()
        undo = menu.addAction(_("Undo: {what}").format(what=stack.undoText()), self._cards.undo)
        redo = menu.addAction(_("Redo: {what}").format(what=stack.redoText()), self._cards.redo)
        undo.setShortcut(QKeySequence(QKeySequence.StandardKey.Undo))
        undo.setVisible(stack.canUndo())
        redo.setVisible(stack.canRedo())

    def key(self, event: QKeyEvent) -> Callable[[], None] | None:
        """Return what a key means here; None where it means nothing of its own."""
        stack, cards = self._cards.stack, self._cards
        wanted = meaning(event, (stack.canUndo, cards.undo), (stack.canRedo, cards.redo))
        if wanted is not None and wanted[0]():
            return wanted[1]
        if event.modifiers() != Qt.KeyboardModifier.NoModifier or not self._runs.selected():
            return None
        meanings = {Qt.Key.Key_F2: self.describe, Qt.Key.Key_Delete: self.throw_away}
        return meanings.get(Qt.Key(event.key()))

    # ------------------------------------------------------------------------------- entries

    def describe(self) -> None:
        """Ask for name, tags and note."""
        rows = self._runs.selected()
        if not rows:
            return
        paths = [row.path for row in rows]
        dialog = CardDialog([row.card for row in rows], plain_title(paths[0]), self._runs)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words: str = phrase("add tags")
        if len(rows) == 1:
            words = phrase("describe {run}").format(run=rows[0].title)
        dialog.accepted.connect(lambda: self._cards.edit(paths, words, dialog.changed))
        dialog.open()

    def compare(self) -> None:
        """Show two runs side by side: the older one first."""
        paths = [row.path for row in self._runs.selected()]
        self._runs.compare_wanted.emit(sorted(paths, key=lambda path: path.name))

    def throw_away(self) -> None:
        """Move the runs to the bin."""
        self._cards.throw_away([row.path for row in self._runs.selected()])

    def _pin(self, on: bool) -> None:
        def change(card: Card) -> Card:
            return msgspec.structs.replace(card, pinned=on)

        self._edit(phrase("pin") if on else phrase("unpin"), change)

    def _hide(self, on: bool) -> None:
        def change(card: Card) -> Card:
            return msgspec.structs.replace(card, hidden=on)

        self._edit(phrase("hide") if on else phrase("show again"), change)

    def _edit(self, words: str, change: Callable[[Card], Card]) -> None:
        self._cards.edit([row.path for row in self._runs.selected()], words, change)
