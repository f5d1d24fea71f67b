"""Garbage is collected by the window's thread alone.

Python collects cycles in whichever thread happens to allocate. A widget that is garbage would be destroyed by a thread
that reads examples or imports modules, and Qt doesn't survive that.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 50


class Sweeper(QObject):
    """Collects garbage between events, as often as Python would by itself.

    Args:
        parent: Lives in the window's thread.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(sweep)
        self._timer.start()


def sweep() -> None:
    """Collect the generations that are due; to be called by the window's thread."""
    due = [
        n
        for n, (count, limit) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
        if count > limit
    ]
    if due:
        gc.collect(due[-1])
