"""What can be saved of a part of the window: the entries of its menu, the same wherever something is shown."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from projects.translation import gettext as _
from workbench.panels.menu import PanelMenuButton, sharp
from workbench.panels.saving import Table, Tell, picture_told, table_told


class Saver(QObject):
    """Saves a picture of what is shown and its figures.

    Args:
        parent: Whose questions are asked; also the Qt parent.
        stem: Answers what files are called at first, without an ending.
        picture: Answers what a picture shows; None while there is nothing to see.
        table: Answers the figures; None for none.
        tell: Told what came of it.
    """

    def __init__(
        self,
        parent: QWidget,
        stem: Callable[[], str],
        picture: Callable[[], QWidget | None],
        table: Callable[[], Table | None],
        tell: Tell,
    ) -> None:
        super().__init__(parent)
        self._parent = parent
        self._stem, self._picture, self._table, self._tell = stem, picture, table, tell

    def button(self) -> PanelMenuButton:
        """Return a button with these entries alone."""
        return PanelMenuButton(self.fill)

    def fill(self, menu: QMenu) -> None:
        """Add the entries; those for which there is nothing are disabled."""
        there = self._picture() is not None
        for words, work, able in (
            (_("Save as picture…"), self.save_picture, there),
            (_("Copy picture"), self.copy_picture, there),
            (_("Save figures…"), self.save_figures, there and self._table() is not None),
        ):
            action = menu.addAction(words, work)
            action.setEnabled(able)
            if there and not able:
                action.setToolTip(_("There are no figures to save"))
                menu.setToolTipsVisible(True)

    def save_picture(self) -> None:
        """Ask where a picture goes, and write it."""
        shown = self._picture()
        if shown is not None:
            picture_told(self._parent, self._stem(), shown, self._tell)

    def copy_picture(self) -> None:
        """Put a picture into the clipboard."""
        shown = self._picture()
        if shown is not None:
            QGuiApplication.clipboard().setPixmap(sharp(shown))

    def save_figures(self) -> None:
        """Ask where figures go, and write them."""
        table_told(self._parent, self._stem(), self._table(), self._tell)
