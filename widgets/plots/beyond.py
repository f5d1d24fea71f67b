"""Marks at the edges of a plot for values that lie beyond what is shown: a triangle each, and the farthest in figures."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from projects.figures import MANY, Read, number
from widgets import theme
from widgets.plots.limits import Outside

WIDTH, HEIGHT = 9.0, 7.0  # pixels of a triangle
GAP, INSET = 4.0, 2.0
NEAR = 3.0  # pixels around a mark that belong to it


class Beyond(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no types
    """Lies over a plot, in its pixels; values are shown while nobody has zoomed them.

    Args:
        box: What shows the curves.
    """

    def __init__(self, box: pg.ViewBox) -> None:
        super().__init__()
        self._box = box
        self._found: list[Outside] = []
        self._log = False
        self.setParentItem(box)
        self.setZValue(60)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        box.sigRangeChanged.connect(self._moved)
        box.sigResized.connect(self._moved)

    @property
    def there(self) -> Sequence[Outside]:
        """The values that are marked."""
        return self._found if self._box.autoRangeEnabled()[1] else ()

    def show_values(self, found: Sequence[Outside], log: bool) -> None:
        """Mark these values.

        Args:
            found: As the plot counts.
            log: Whether that is by their logarithm.
        """
        self._found = sorted(found, key=lambda one: abs(one.value))
        self._log = log
        self._moved()

    def words(self) -> list[str]:
        """Return the figures that are written, those above what is shown first."""
        return [self._words(one) for one in self._farthest()]

    def covers(self, place: QPointF) -> bool:
        """Whether a place of the scene is on a mark."""
        at = self._box.mapFromScene(place)
        marks = [self._triangle(one).boundingRect() for one in self.there]
        marks += [self._label(one, self._font()) for one in self._farthest()]
        return any(mark.adjusted(-NEAR, -NEAR, NEAR, NEAR).contains(at) for mark in marks)

    def boundingRect(self) -> QRectF:
        """Return the whole plot: marks are wherever there is something."""
        return QRectF(self._box.rect())

    def paint(self, painter: QPainter, *_how: object) -> None:
        """Paint triangles, and figures beside them."""
        if not self.there:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for one in self.there:
            painter.setBrush(one.color)
            painter.drawPolygon(self._triangle(one))
        tokens, font = theme.current(), self._font()
        painter.setFont(font)
        for one in self._farthest():
            place = self._label(one, font)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.color("surface", 0.85))
            painter.drawRoundedRect(place.adjusted(-2, 0, 2, 0), 2, 2)
            painter.setPen(QPen(tokens.color("text")))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._words(one))

    def _farthest(self) -> list[Outside]:
        """The last value at either end: the farthest."""
        ends = [[one for one in self.there if one.above is above] for above in (True, False)]
        return [end[-1] for end in ends if end]

    def _words(self, one: Outside) -> str:
        value = 10.0**one.value if self._log else one.value
        return f"{Read(value):,.0f}" if 100 <= abs(value) < MANY else number(value)

    def _triangle(self, one: Outside) -> QPolygonF:
        area = self._box.rect()
        x = self._box.mapFromView(QPointF(one.x, one.value)).x()
        x = min(max(x, area.left() + WIDTH / 2), area.right() - WIDTH / 2)
        tip, base = area.top() + INSET, area.top() + INSET + HEIGHT
        if not one.above:
            tip, base = area.bottom() - INSET, area.bottom() - INSET - HEIGHT
        half = WIDTH / 2
        return QPolygonF([QPointF(x - half, base), QPointF(x, tip), QPointF(x + half, base)])

    def _label(self, one: Outside, font: QFont) -> QRectF:
        """Where the figures of a value stand: beside its triangle, where there is more room."""
        measures = QFontMetricsF(font)
        size = measures.boundingRect(self._words(one)).size()
        mark, area = self._triangle(one).boundingRect(), self._box.rect()
        left = mark.right() + GAP
        if left + size.width() > area.right():
            left = mark.left() - GAP - size.width()
        top = area.top() if one.above else area.bottom() - measures.height()
        return QRectF(left, top, size.width(), measures.height())

    def _font(self) -> QFont:
        font = QFont(self._box.scene().font()) if self._box.scene() is not None else QFont()
        font.setPointSizeF(theme.FONT_SMALL)
        return font

    def _moved(self, *_args: object) -> None:
        self.prepareGeometryChange()
        self.update()
