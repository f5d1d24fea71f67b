"""The textbook inside: a page for everything that can be chosen, and articles that tie them together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from widgets.topics import topic_of

if TYPE_CHECKING:
    from workbench.textbook.book import Book
    from workbench.textbook.reader import Reader


HELP = "dialogHelp"


class Textbook(QObject):
    """Opens the textbook's window, which is made when somebody wants to read.

    A dialog that has to be answered first keeps everybody from the window and what belongs to it. So F1 in a dialog opens
    the page in a book of the dialog's own, which closes with it.

    Args:
        window: The window that it belongs to.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._reader: Reader | None = None
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._attend)

    @property
    def book(self) -> Book:
        """All pages."""
        from workbench.textbook.book import book

        return book()

    @property
    def reader(self) -> Reader | None:
        """The window, once it was opened."""
        return self._reader

    def open(self, topic: str) -> None:
        """Show a page, or the contents where there is none about this."""
        if self._reader is None:
            self._reader = self._made(self._window)
        _show(self._reader, topic)

    def _made(self, owner: QWidget) -> Reader:
        from workbench.textbook.reader import Reader

        return Reader(self.book, owner)

    def _attend(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Give a dialog of the window that is entered its F1."""
        dialog = new.window() if new is not None else None
        if not isinstance(dialog, QDialog) or dialog.findChild(QShortcut, HELP) is not None:
            return
        if self._window in _owners_of(dialog):
            shortcut = QShortcut(QKeySequence("F1"), dialog)
            shortcut.setObjectName(HELP)
            shortcut.activated.connect(self._help)

    def _help(self) -> None:
        """Show the page about what has the focus in a dialog."""
        dialog = self.sender().parent()
        assert isinstance(dialog, QDialog)
        topic = topic_of(dialog.focusWidget() or dialog, None)
        if not dialog.isModal():
            self.open(topic)
            return
        from workbench.textbook.reader import Reader

        _show(dialog.findChild(Reader) or self._made(dialog), topic)


def _owners_of(dialog: QWidget) -> Iterator[QWidget]:
    """Yield what a dialog belongs to, from the nearest on."""
    owner = dialog.parentWidget()
    while owner is not None:
        yield owner
        owner = owner.parentWidget()


def _show(reader: Reader, topic: str) -> None:
    reader.open(topic)
    reader.show()
    reader.raise_()
    reader.activateWindow()
