"""Panels are made while nobody waits for them, so that a first training needn't make them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QObject

from widgets.timers import single_shot
from workbench.panels.base import Panel

REST_MS = 400  # after a project was opened: who opens one looks at it first
PIECE_MS = 20  # between two pieces


class Preparing(QObject):
    """Makes panels piece by piece.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pieces: Iterator[None] = iter(())
        self._timer = single_shot(self, 0, self._next)

    def begin(self, panels: Sequence[Panel]) -> None:
        """Make these panels from a moment later on, in this order; what was begun before is left."""
        self._pieces = (piece for panel in panels for piece in panel.ahead())
        self._timer.start(REST_MS)

    def _next(self) -> None:
        if next(self._pieces, self) is not self:
            self._timer.start(PIECE_MS)
