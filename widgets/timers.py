"""What is done a while after it was last asked for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, SignalInstance


def single_shot(parent: QObject, pause: int, work: Callable[[], object] | SignalInstance) -> QTimer:
    """Return a timer that goes off once each time it was started; started again meanwhile it begins anew.

    Args:
        parent: Qt parent.
        pause: Milliseconds; 0 for when what happens now is over.
        work: What is done then, or the signal that is sent.
    """
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(pause)
    timer.timeout.connect(work)
    return timer
