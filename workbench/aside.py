"""Work in threads whose results are heard in the window's thread.

A thread never emits a signal of an object that can be deleted meanwhile: it puts what is to be done into a
queue, and one bell that is never deleted rings for all of them.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

T = TypeVar("T")


class _Bell(QObject):
    """Rings in the window's thread; lives as long as the program."""

    rung = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.waiting: queue.SimpleQueue[tuple[QObject, Callable[[], object]]] = queue.SimpleQueue()
        self.rung.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def _answer(self) -> None:
        """Do one thing for every ring."""
        owner, work = self.waiting.get_nowait()
        if isValid(owner):
            work()


_bell = _Bell()  # made where this module is imported first: in the window's thread


def in_window(owner: QObject, work: Callable[[], object]) -> None:
    """Have the window's thread do something soon, in the order of the calls; from any thread.

    Args:
        owner: What it is done for; where that is deleted by then, it is not done.
        work: What to do.
    """
    _bell.waiting.put((owner, work))
    _bell.rung.emit()


def aside(owner: QObject, work: Callable[[], T], then: Callable[[T], object]) -> None:
    """Do something in a thread, and have the window's thread told what came of it.

    Args:
        owner: What it is done for; where that is deleted by then, nothing is told.
        work: What to do; it touches nothing of Qt.
        then: Called with its result.
    """

    def run() -> None:
        result = work()
        in_window(owner, lambda: then(result))

    threading.Thread(target=run, daemon=True).start()
