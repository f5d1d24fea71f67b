"""Scores against costs: a point for everything that can be had, and a line through what nothing else beats."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPushButton, QToolTip, QVBoxLayout, QWidget

from widgets import theme
from widgets.plain import plain_tip
from widgets.plots.axis import QuickAxis, ValueAxis
from widgets.plots.frame import bare_plot, color_frame
from widgets.plots.plane import SYMBOLS

SIZE, RING = 12.0, 20.0  # pixels of a point, and of the ring around the chosen one
NEAR = 14.0  # pixels from a point at which the pointer means it
WIDE = 8.0  # times the least cost from which on costs lie on a logarithmic axis
MARGIN = 0.12
LABEL = 70  # pixels that the words of a cost take
STEPS = (1.0, 2.0, 5.0)
GAP = 4  # pixels between the ring and the button


@dataclass(frozen=True)
class Spot:
    """A point.

    Attributes:
        cost: Where it lies across.
        score: Where it lies upwards.
        group: Number of its group, which decides its mark.
        words: What the pointer is told, line by line.
        hollow: Whether it is not there yet.
        front: Whether nothing else beats it.
    """

    cost: float
    score: float
    group: int
    words: str
    hollow: bool = False
    front: bool = False


class CostAxis(QuickAxis):
    """The bottom axis: costs in words, at 1, 2, 5, 10 … where it is logarithmic."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.words: Callable[[float], str] = str
        self.powers = self.binary = False

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Return the places of the numbers, as pyqtgraph wants them."""
        if not self.powers:
            return list(super().tickValues(low, high, size))
        most = max(2, int(size / LABEL))
        powers = range(math.floor(low), math.ceil(high) + 1)
        fine = [power + math.log10(step) for power in powers for step in STEPS]
        if self.binary:
            two = math.log10(2)
            fine = [two * n for n in range(math.ceil(low / two), math.floor(high / two) + 1)]
            return [(1.0, fine[:: max(1, -(-len(fine) // most))])]
        for ticks in (fine, [float(power) for power in powers]):
            shown = [tick for tick in ticks if low <= tick <= high]
            if len(shown) <= most and shown:
                return [(1.0, shown)]
        every = -(-len(powers) // most)
        return [(float(every), [float(power) for power in powers][::every])]

    def tickSpacing(self, low: float, high: float, size: float) -> list[tuple[float, float]]:
        """Return one spacing that leaves every number its room."""
        least = abs(high - low) / max(1.0, size / LABEL)
        if self.binary:
            return [(2.0 ** math.ceil(math.log2(least)) if least > 0 else 1.0, 0.0)]
        power = 10.0 ** math.floor(math.log10(least)) if least > 0 else 1.0
        step = next((power * digit for digit in STEPS if power * digit >= least), 10 * power)
        return [(step, 0.0)]

    def tickStrings(self, values: list[float], _scale: float, _spacing: float) -> list[str]:
        """Return the costs in words; what reads as the one before it is not said again."""
        said = [self.words(10**value if self.powers else value) for value in values]
        return [
            now if now != before else "" for before, now in zip(["", *said], said, strict=False)
        ]


class TradeOffPlot(QWidget):
    """A plot whose points tell what they are, and can be chosen and opened by mouse and keys.

    Args:
        title: Accessible name.
        offer: What the button says that opens a point, beside the one that was chosen here; empty for none.
        parent: Qt parent.

    Signals:
        chosen(place): A point was clicked, or arrived at by the arrow keys.
        opened(place): One was double-clicked, or Enter or the button beside it was pressed.
    """

    chosen = Signal(int)
    opened = Signal(int)

    def __init__(self, title: str, offer: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tradeOff")
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._spots: tuple[Spot, ...] = ()
        self._chosen = self._under = self._picked = -1
        self._axis = CostAxis()
        self.plot = bare_plot(title, bottom=self._axis, left=ValueAxis())
        self.plot.setMouseEnabled(x=False, y=False)
        for side in ("bottom", "left"):
            self.plot.getAxis(side).enableAutoSIPrefix(False)  # a score of 0.98 is not 980
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._front = pg.PlotCurveItem(antialias=True)
        self._points = pg.ScatterPlotItem(pxMode=True)
        self._ring = pg.ScatterPlotItem(pxMode=True, symbol="o", size=RING, brush=None)
        for item in (self._front, self._ring, self._points):
            self.plot.addItem(item)
        self.plot.scene().sigMouseMoved.connect(self._hover)
        self.plot.scene().sigMouseClicked.connect(self._click)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)
        self.offer = QPushButton(offer, self)
        self.offer.setObjectName("tradeOffOpen")
        self.offer.setAccessibleName(offer)
        self.offer.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Enter does it while the keys are here
        self.offer.clicked.connect(lambda: self.opened.emit(self._chosen))
        self.offer.hide()
        self.plot.getViewBox().sigTransformChanged.connect(self._place_offer)
        self.retheme()

    def set_spots(
        self,
        spots: Sequence[Spot],
        axes: tuple[str, str],
        words: Callable[[float], str],
        binary: bool = False,
    ) -> None:
        """Show points.

        Args:
            spots: The points; a line is drawn through those on the front.
            axes: What goes along the bottom and up the left side.
            words: A cost as people say it.
            binary: Whether round costs are powers of two.
        """
        self._spots = tuple(spots)
        costs = [spot.cost for spot in spots]
        self._axis.powers = min(costs, default=0) > 0 and max(costs) > WIDE * min(costs)
        self._axis.words, self._axis.binary = words, binary
        self._axis.picture = None
        for side, name in zip(("bottom", "left"), axes, strict=True):
            self.plot.setLabel(side, name)
            self.plot.getAxis(side).setStyle(showValues=bool(spots))
        self._draw()
        self._fit()

    def choose(self, place: int) -> None:
        """Put a ring around a point; -1 for none."""
        self._chosen = place
        if place != self._picked:
            self._picked = -1
        self._draw_ring()
        self._place_offer()

    def place_of(self, place: int) -> QPointF:
        """Return where a point lies in the plot."""
        return QPointF(self._across(self._spots[place].cost), self._spots[place].score)

    def spot_at(self, position: QPointF) -> int:
        """Return which point lies at a place of the scene; of two in the same place the one that is there, -1 for none."""
        box = self.plot.getViewBox()
        near: list[tuple[float, bool, int]] = []
        for place, spot in enumerate(self._spots):
            there = box.mapViewToScene(self.place_of(place))
            away = math.hypot(there.x() - position.x(), there.y() - position.y())
            if away <= NEAR:
                near.append((away, spot.hollow, place))
        return min(near)[2] if near else -1

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        color_frame(self.plot)
        self.plot.showGrid(x=True, y=True, alpha=0.1)
        for side in ("bottom", "left"):
            self.plot.getAxis(side).setZValue(-1000)  # their lines lie below the points
        self._draw()

    def _draw(self) -> None:
        """Points, front and ring, in the colours of the theme."""
        self._points.setData(
            [
                {
                    "pos": (self._across(spot.cost), spot.score),
                    "symbol": SYMBOLS[spot.group % len(SYMBOLS)],
                    "size": SIZE,
                    "pen": pg.mkPen(self._color(spot), width=2),
                    "brush": pg.mkBrush(QColor(0, 0, 0, 0) if spot.hollow else self._color(spot)),
                }
                for spot in self._spots
            ]
        )
        front = sorted((spot for spot in self._spots if spot.front), key=lambda spot: spot.cost)
        self._front.setData(
            x=np.array([self._across(spot.cost) for spot in front], np.float64),
            y=np.array([spot.score for spot in front], np.float64),
        )
        self._front.setPen(pg.mkPen(theme.current().color("accent", 0.7), width=1.5))
        self._draw_ring()

    def _color(self, spot: Spot) -> QColor:
        tokens = theme.current()
        return tokens.color("warning") if spot.hollow else tokens.series_color(spot.group)

    def _across(self, cost: float) -> float:
        return math.log10(cost) if self._axis.powers else cost

    def _fit(self) -> None:
        """Show all points with some room around them."""
        if not self._spots:
            return
        x = [self._across(spot.cost) for spot in self._spots]
        y = [spot.score for spot in self._spots]
        for low, high, show in (
            (min(x), max(x), self.plot.setXRange),
            (min(y), max(y), self.plot.setYRange),
        ):
            room = MARGIN * (high - low) or 0.05 * abs(high) or 1.0
            show(low - room, high + room, padding=0)

    def _draw_ring(self) -> None:
        there = 0 <= self._chosen < len(self._spots)
        self._ring.setVisible(there)
        if there:
            color = theme.current().color("accent" if self.hasFocus() else "muted")
            at = self.place_of(self._chosen)
            self._ring.setData(x=[at.x()], y=[at.y()], pen=pg.mkPen(color, width=2))

    def _place_offer(self) -> None:
        """Put the button beside the point that was chosen here, where it hides the fewest others."""
        there = 0 <= self._picked < len(self._spots) and self._picked == self._chosen
        wanted = there and bool(self.offer.text()) and not self._spots[self._picked].hollow
        self.offer.setVisible(wanted)
        if not wanted:
            return
        box = self.plot.getViewBox()
        spots = [
            self.plot.mapFromScene(box.mapViewToScene(self.place_of(place)))
            for place in range(len(self._spots))
        ]
        room = self.plot.mapFromScene(box.sceneBoundingRect()).boundingRect()
        button = QRect(QPoint(), self.offer.sizeHint())
        self.offer.setGeometry(beside(spots[self._picked], button, room, spots))
        self.offer.raise_()

    # ------------------------------------------------------------------------------- hands

    def _hover(self, position: QPointF) -> None:
        place = self.spot_at(position)
        if place != self._under:
            self._under = place
            self._tell(place)

    def _tell(self, place: int) -> None:
        if place < 0:
            QToolTip.hideText()
            return
        at = self.plot.getViewBox().mapViewToScene(self.place_of(place))
        corner = self.plot.mapToGlobal(self.plot.mapFromScene(at))
        QToolTip.showText(corner, plain_tip(self._spots[place].words), self)

    def _click(self, event: pg.GraphicsScene.mouseEvents.MouseClickEvent) -> None:
        place = self.spot_at(event.scenePos())
        if place < 0 or event.button() != Qt.MouseButton.LeftButton:
            return
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._picked = place
        (self.opened if event.double() else self.chosen).emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from point to point by their costs, Enter opens the chosen one."""
        ways = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Home: -len(self._spots),
            Qt.Key.Key_End: len(self._spots),
        }
        way = ways.get(Qt.Key(event.key()))
        if way is not None and self._spots:
            order = sorted(range(len(self._spots)), key=lambda i: self._spots[i].cost)
            at = order.index(self._chosen) + way if self._chosen in order else 0
            place = self._picked = order[min(max(at, 0), len(order) - 1)]
            self.chosen.emit(place)
            self._tell(place)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._chosen >= 0:
            self.opened.emit(self._chosen)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keys are."""
        super().focusInEvent(event)
        self._draw_ring()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """They are elsewhere."""
        super().focusOutEvent(event)
        self._tell(-1)
        self._draw_ring()


def beside(point: QPoint, button: QRect, room: QRect, points: Sequence[QPoint]) -> QRect:
    """Return where a button goes beside a point: within the room, where it lies over the fewest points.

    Args:
        point: The point.
        button: How large the button is.
        room: Where it has to lie.
        points: All points.
    """
    away = round(RING / 2) + GAP
    width, height = button.width(), button.height()
    corners = (
        QPoint(away, -height // 2),  # at the right, at the left, below, above
        QPoint(-away - width, -height // 2),
        QPoint(-width // 2, away),
        QPoint(-width // 2, -away - height),
    )
    found = []
    for place, corner in enumerate(corners):
        rect = QRect(point + corner, button.size())
        left = min(max(rect.left(), room.left()), room.right() - width)
        top = min(max(rect.top(), room.top()), room.bottom() - height)
        rect.moveTo(left, top)
        over = sum(rect.adjusted(-GAP, -GAP, GAP, GAP).contains(each) for each in points)
        found.append((over, place, rect))
    return min(found, key=lambda one: one[:2])[2]
