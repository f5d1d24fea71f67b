"""The lines of text on a node: on the screen no letters are smaller than can be read, whatever the scale."""

from __future__ import annotations

import math
from typing import NamedTuple

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QStaticText

from widgets.canvas.kit import Kit
from widgets.canvas.specs import NodeSpec
from widgets.graph_metrics import NODE_WIDTH

STRIPE = 6.0
LEFT = STRIPE + 10.0
RIGHT = 10.0
LOCK = 10.0
GAP = 6.0  # between name and figure
ROW = 17.0  # from one line to the next where letters are small
USUAL = (12, 11, 10)  # pixels of the scene: title, settings, and the line of name and figure
ON_SCREEN = 10.0  # pixels on the screen: no letters are smaller
EDGE, BAR = 2.0, 8.0  # pixels of a node's height without text; where a measure stands below it
TIGHT, LOOSE = 1.04, 1.35  # heights of a letter from one line to the next, at least and usually

Sizes = tuple[int, int, int]


class Line(NamedTuple):
    """Words on a node.

    Attributes:
        place: Where they begin, in the node.
        text: The words, laid out.
        style: Which of the sizes they have: 0 the title, 1 the settings, 2 name and figure.
    """

    place: QPointF
    text: QStaticText
    style: int


def sizes_at(detail: float) -> Sizes:
    """Return how large letters are in the scene.

    Args:
        detail: Screen pixels per scene pixel.
    """
    least = math.ceil(ON_SCREEN / detail)
    title, settings, name = (max(size, least) for size in USUAL)
    return title, settings, name


def fonts(sizes: Sizes) -> tuple[QFont, QFont, QFont]:
    """Return the fonts of the three styles."""
    return Kit.strong(sizes[0]), Kit.plain(sizes[1]), Kit.plain(sizes[2])


class Rows(NamedTuple):
    """Where lines stand in a node.

    Attributes:
        count: How many there are.
        step: From one to the next.
        top: Where the first begins.
    """

    count: int
    step: float
    top: float

    def middle(self, row: int) -> float:
        """Return at which height the middle of a line is."""
        return self.top + (row + 0.5) * self.step


def rows_of(spec: NodeSpec, height: float, sizes: Sizes, barred: bool) -> Rows:
    """Return where the lines of a node stand; see :func:`lines_of`."""
    room = height - (BAR if barred else EDGE)
    count = 3 if spec.subtitle and 3 * TIGHT * sizes[2] <= room else 2
    step = min(max(ROW, LOOSE * sizes[2]), room / count)
    lowest = (room - count * step) / 2 if barred else math.inf
    return Rows(count, step, min((height - count * step) / 2, lowest + EDGE / 2))


def lines_of(spec: NodeSpec, figure: str, height: float, sizes: Sizes, barred: bool) -> list[Line]:
    """Lay the lines out: title, settings (if there are any, and room for them), then name and figure.

    Args:
        spec: What the node shows.
        figure: Stands at the end of the last line.
        height: Height of the node.
        sizes: Of the letters.
        barred: Whether a measure stands below the text.
    """
    metrics = [QFontMetricsF(font) for font in fonts(sizes)]
    rows = rows_of(spec, height, sizes, barred)
    width = NODE_WIDTH - LEFT - RIGHT
    beside_lock = width - LOCK - GAP if spec.locked else width
    figure_width = metrics[2].horizontalAdvance(figure)
    made = [(spec.title, 0, 0, LEFT, beside_lock)]
    if rows.count == 3:
        made.append((spec.subtitle, 1, 1, LEFT, width))
    last = rows.count - 1
    made.append((spec.note, 2, last, LEFT, width - figure_width - GAP))
    made.append((figure, 2, last, NODE_WIDTH - RIGHT - figure_width, width))
    return [
        Line(
            QPointF(x, rows.middle(row) - metrics[style].height() / 2),
            _laid_out(metrics[style].elidedText(words, Qt.TextElideMode.ElideRight, space)),
            style,
        )
        for words, style, row, x, space in made
        if words
    ]


def _laid_out(words: str) -> QStaticText:
    text = QStaticText(words)
    text.setTextFormat(Qt.TextFormat.PlainText)
    text.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    return text
