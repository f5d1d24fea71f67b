"""What two canvases are measured with: the same places, the same wires, the same hand on the pointer.

Knows Qt and nothing of either canvas, so that both processes can import it.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

COLUMNS = 25
ACROSS, DOWN = 240.0, 100.0
SIZE = (1100, 700)
DRAGGED = 50
FIGURES = {
    "load": "load, from the project to a painted designer",
    "far": "repaint, all in view",
    "near": "repaint at 100 %",
    "drag": "drag 50 selected, a frame, all in view",
    "drag_near": "drag 50 selected, a frame, at 100 %",
    "undo": "undo the deletion of 50",
    "redo": "redo it",
    "undo_move": "undo the move of 50",
    "redo_move": "redo it",
}


def places(count: int) -> list[tuple[float, float]]:
    """Where the nodes are: a grid of chains, 25 nodes long."""
    return [(i % COLUMNS * ACROSS, i // COLUMNS * DOWN) for i in range(count)]


def links(count: int) -> list[tuple[int, int]]:
    """Which nodes are connected: each with the next one of its row."""
    return [(i, i + 1) for i in range(count - 1) if i % COLUMNS != COLUMNS - 1]


def milliseconds(work: Callable[[], object], times: int = 15) -> float:
    """Median time of some work, on the processor: other programs do not count."""
    gc.collect()
    taken = []
    for _turn in range(times):
        start = time.process_time()
        work()
        taken.append((time.process_time() - start) * 1000)
    return statistics.median(taken)


def alternating(
    first: Callable[[], object], second: Callable[[], object], times: int = 9
) -> tuple[float, float]:
    """Median times of two pieces of work that undo each other, each until it is painted."""
    taken: tuple[list[float], list[float]] = ([], [])
    gc.collect()
    for _turn in range(times):
        for work, into in zip((first, second), taken, strict=True):
            start = time.process_time()
            work()
            QApplication.processEvents()
            into.append((time.process_time() - start) * 1000)
    return statistics.median(taken[0]), statistics.median(taken[1])


class Hand:
    """Presses, moves and releases the left button over a widget.

    Args:
        widget: What takes the events.
    """

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget

    def press(self, at: QPoint) -> None:
        """Hold the button down."""
        self._send(QEvent.Type.MouseButtonPress, at, Qt.MouseButton.LeftButton)

    def move(self, at: QPoint) -> None:
        """Move with the button held, until that is painted."""
        self._send(QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton)
        QApplication.processEvents()

    def release(self, at: QPoint) -> None:
        """Let the button go."""
        self._send(QEvent.Type.MouseButtonRelease, at, Qt.MouseButton.LeftButton)
        QApplication.processEvents()

    def drag(self, at: QPoint, far: int, times: int = 15) -> float:
        """Hold what is at a pixel, move it to and fro, put it ``far`` pixels lower; median frame."""
        self.press(at)
        ways = self._ways(at, far)
        self.move(next(ways))
        self.move(next(ways))
        median = milliseconds(lambda: self.move(next(ways)), times)
        self.move(at + QPoint(0, far))
        self.release(at + QPoint(0, far))
        return median

    def _ways(self, at: QPoint, far: int) -> Iterator[QPoint]:
        while True:
            for share in (1, 2, 3, 2):
                yield at + QPoint(0, far * share)

    def _send(self, kind: QEvent.Type, at: QPoint, button: Qt.MouseButton) -> None:
        released = kind == QEvent.Type.MouseButtonRelease
        held = Qt.MouseButton.NoButton if released else Qt.MouseButton.LeftButton
        there = QPointF(self._widget.mapToGlobal(at))
        event = QMouseEvent(kind, QPointF(at), there, button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self._widget, event)
