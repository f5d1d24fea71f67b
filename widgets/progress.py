"""How far something is."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar

PERMILLE = 1000


class Progress(QProgressBar):
    """A bar without words, which shows the share that is done.

    Args:
        name: Object name.
        title: Accessible name.
    """

    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setRange(0, PERMILLE)
        self.setTextVisible(False)

    def show_share(self, share: float) -> None:
        """Show which share is done, 0 to 1."""
        self.setValue(round(PERMILLE * share))
