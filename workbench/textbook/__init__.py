"""The textbook inside: a page for everything that can be chosen, and articles that tie them together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from workbench.textbook.book import Book
    from workbench.textbook.reader import Reader


class Textbook(QObject):
    """Opens the textbook's window, which is made when somebody wants to read.

    Args:
        window: The window that it belongs to.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._reader: Reader | None = None

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
            from workbench.textbook.reader import Reader

            self._reader = Reader(self.book, self._window)
        self._reader.open(topic)
        self._reader.show()
        self._reader.raise_()
        self._reader.activateWindow()
