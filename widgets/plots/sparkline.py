"""A curve as small as a word, with the line that it should not cross."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets import theme

SIZE = QSize(168, 52)
EDGE = 4
DOT = 2  # pixels: the radius of a value that stands alone
MOST_DECADES = 1.5  # of a curve that is positive: above it is drawn on a logarithmic scale


Course = tuple[NDArray[np.float64], NDArray[np.float64]]  # steps and values, (n,) each
NOTHING: Course = (np.empty(0), np.empty(0))


class Sparkline(QWidget):
    """Shows one curve, a limit and where something began; beside it another one on the same scale.

    Args:
        parent: Qt parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sparkline")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._steps: NDArray[np.float64] = np.empty(0)
        self._values: NDArray[np.float64] = np.empty(0)
        self._beside = NOTHING
        self._line: float | None = None
        self._since: float | None = None
        self._bad = True

    def sizeHint(self) -> QSize:
        """A few letters high."""
        return SIZE

    def show_curve(
        self,
        steps: NDArray[np.int64],
        values: NDArray[np.float64],
        line: float | None = None,
        since: float | None = None,
        bad: bool = True,
        beside: tuple[NDArray[np.int64], NDArray[np.float64]] | None = None,
    ) -> None:
        """Show a curve.

        Args:
            steps: Where it was measured, ``(n,)``, rising.
            values: What was measured ``(n,)``; values that are not finite leave a gap.
            line: The limit, on the scale of the values; None for none.
            since: The step from which on something is told; None for none.
            bad: Whether what is told is trouble: it decides the colour.
            beside: Steps and values of another curve, drawn fainter.
        """
        self._steps, self._values = thinned(steps, values, SIZE.width())
        self._beside = NOTHING if beside is None else thinned(*beside, SIZE.width())
        self._line, self._since, self._bad = line, since, bad
        self.update()

    @property
    def shown(self) -> int:
        """How many points are drawn."""
        return len(self._steps)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = theme.current()
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(tokens.color("border")))
        painter.setBrush(tokens.color("surface"))
        painter.drawRoundedRect(area, 4, 4)
        if np.isfinite(self._values).any():
            self._draw(painter, area.adjusted(EDGE, EDGE, -EDGE, -EDGE), tokens)

    def _draw(self, painter: QPainter, area: QRectF, tokens: theme.Tokens) -> None:
        split = len(self._values)
        both, line = _scaled(np.append(self._values, self._beside[1]), self._line)
        marks = both if line is None else np.append(both, line)
        low, high = float(np.nanmin(marks)), float(np.nanmax(marks))
        room = (high - low) or 1.0
        every = np.append(self._steps, self._beside[0])
        first, last = float(every.min()), float(every.max())
        width = (last - first) or 1.0

        def across(step: float) -> float:
            return float(area.left() + area.width() * (step - first) / width)

        def down(value: float) -> float:
            return float(area.bottom() - area.height() * (value - low) / room)

        told = tokens.color("bad" if self._bad else "good")
        if self._since is not None:
            left = min(max(across(self._since), area.left()), area.right())
            shade = QColor(told)
            shade.setAlphaF(0.12)
            painter.fillRect(QRectF(left, area.top(), area.right() - left, area.height()), shade)
        if line is not None:
            painter.setPen(QPen(told, 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(area.left(), down(line)), QPointF(area.right(), down(line)))
        for color, steps, values in (
            ("muted", self._beside[0], both[split:]),
            ("accent", self._steps, both[:split]),
        ):
            painter.setPen(QPen(tokens.color(color), 1))
            points: list[QPointF] = []
            for step, value in zip(steps, values, strict=True):
                if np.isfinite(value):
                    points.append(QPointF(across(step), down(value)))
                elif points:
                    painter.drawPolyline(QPolygonF(points))
                    points = []
            painter.drawPolyline(QPolygonF(points))
            if len(steps) == len(points) == 1:  # no line has one end
                painter.setBrush(tokens.color(color))
                painter.drawEllipse(points[0], DOT, DOT)


def thinned(
    steps: NDArray[np.int64], values: NDArray[np.float64], most: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a curve of at most ``most`` points: means of equal parts of it."""
    at, found = steps.astype(np.float64), values.astype(np.float64)
    found = np.where(np.isfinite(found), found, np.nan)
    if len(at) <= most:
        return at, found
    edges = np.linspace(0, len(at), most + 1).astype(int)[:-1]
    sizes = np.diff([*edges, len(at)])
    counts = np.add.reduceat(np.isfinite(found).astype(np.float64), edges)
    sums = np.add.reduceat(np.nan_to_num(found), edges)
    means = np.divide(sums, counts, out=np.full(most, np.nan), where=counts > 0)
    return np.add.reduceat(at, edges) / sizes, means


def _scaled(
    values: NDArray[np.float64], line: float | None
) -> tuple[NDArray[np.float64], float | None]:
    """Values and limit by their logarithm, where they are positive and span decades."""
    there = values[np.isfinite(values)]
    if line is not None:
        there = np.append(there, line)
    if not there.size or there.min() <= 0 or np.log10(there.max() / there.min()) < MOST_DECADES:
        return values, line
    return np.log10(values), None if line is None else float(np.log10(line))
