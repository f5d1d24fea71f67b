"""The lines of text on a node: on the screen no letters are smaller than can be read, whatever the scale."""

from __future__ import annotations

import functools
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
NARROW = 4.0  # beside a title that has no room else
GAP = 6.0  # between name and figure
ROW = 17.0  # from one line to the next where letters are small
USUAL = (12, 11, 10)  # pixels of the scene: title, settings, and the line of name and figure
ON_SCREEN = 10.0  # pixels on the screen: no letters are smaller
EDGE, BAR = 2.0, 8.0  # pixels of a node's height without text; where a measure stands below it
SHORT_END, LEAST_BEGIN = 3, 3  # letters of a title's last word that stays, and of what is before it
TIGHT, LOOSE = 1.08, 1.35  # heights of a letter from one line to the next, at least and usually

Sizes = tuple[int, int, int]


class Line(NamedTuple):
    """Words on a node.

    Attributes:
        place: Where they begin, in the node.
        text: The words, laid out.
        font: Of the letters.
        strong: Whether it is the title.
    """

    place: QPointF
    text: QStaticText
    font: QFont
    strong: bool


def sizes_at(detail: float) -> Sizes:
    """Return how large letters are in the scene.

    Args:
        detail: Screen pixels per scene pixel.
    """
    least = math.ceil(ON_SCREEN / detail)
    title, settings, name = (max(size, least) for size in USUAL)
    return title, settings, name


@functools.cache
def _faces(sizes: Sizes) -> tuple[tuple[QFont, QFontMetricsF], ...]:
    """The fonts of the three styles, with their measures."""
    made = (Kit.strong(sizes[0]), Kit.plain(sizes[1]), Kit.plain(sizes[2]))
    return tuple((font, QFontMetricsF(font)) for font in made)


class Rows(NamedTuple):
    """Where lines stand in a node.

    Attributes:
        lines: How many there are.
        step: From one to the next.
        top: Where the first begins.
    """

    lines: int
    step: float
    top: float

    def middle(self, row: int) -> float:
        """Return at which height the middle of a line is."""
        return self.top + (row + 0.5) * self.step


def rows_of(spec: NodeSpec, height: float, sizes: Sizes, barred: bool, titled: int = 1) -> Rows:
    """Return where the lines of a node stand, of which so many are its title; see :func:`lines_of`."""
    room = height - (BAR if barred else EDGE)
    wanted = titled + (2 if spec.subtitle else 1)
    count = wanted if wanted <= 2 or _three(height, sizes, barred) else 2
    step = min(max(ROW, LOOSE * sizes[2]), room / count)
    lowest = (room - count * step) / 2 if barred else math.inf
    return Rows(count, step, min((height - count * step) / 2, lowest + EDGE / 2))


def _three(height: float, sizes: Sizes, barred: bool) -> bool:
    """Whether a node has room for three lines."""
    return 3 * TIGHT * sizes[2] <= height - (BAR if barred else EDGE)


def lines_of(spec: NodeSpec, figure: str, height: float, sizes: Sizes, barred: bool) -> list[Line]:
    """Lay the lines out: title, settings (if there are any, and room for them), then name and figure.

    Args:
        spec: What the node shows.
        figure: Stands at the end of the last line.
        height: Height of the node.
        sizes: Of the letters.
        barred: Whether a measure stands below the text.
    """
    faces = _faces(sizes)
    titles = _titles(spec, height, sizes, barred)
    rows = rows_of(spec, height, sizes, barred, len(titles))
    width = NODE_WIDTH - LEFT - RIGHT
    figure_width = faces[2][1].horizontalAdvance(figure)
    last = rows.lines - 1
    made = [(spec.subtitle, 1, 1, LEFT, width)] if last > len(titles) else []
    made.append((spec.note, 2, last, LEFT, width - figure_width - GAP))
    made.append((figure, 2, last, NODE_WIDTH - RIGHT - figure_width, width))
    told = [
        _line(words, *faces[style], rows.middle(row), x, space)
        for words, style, row, x, space in made
        if words
    ]
    room = _title_room(spec)
    font, metrics = _title_face(max(titles, key=len), room, sizes)
    heads = (_line(t, font, metrics, rows.middle(row), LEFT, room) for row, t in enumerate(titles))
    return [*(head._replace(strong=True) for head in heads), *told]


def _title_room(spec: NodeSpec) -> float:
    """The width of a title, which may go up to the edge."""
    return NODE_WIDTH - LEFT - (RIGHT + LOCK + GAP if spec.locked else NARROW)


def _title_face(title: str, room: float, sizes: Sizes) -> tuple[QFont, QFontMetricsF]:
    """The font of a title: as small as can be read where it has no room else."""
    font, metrics = _faces(sizes)[0]
    least = max(USUAL[2], sizes[2] - 1)
    while metrics.horizontalAdvance(title) > room and font.pixelSize() > least:
        font = Kit.strong(font.pixelSize() - 1)
        metrics = QFontMetricsF(font)
    return font, metrics


def _titles(spec: NodeSpec, height: float, sizes: Sizes, barred: bool) -> list[str]:
    """The lines of the title: two where it has no room on one, and there are no settings to be read."""
    room = _title_room(spec)
    _font, metrics = _title_face(spec.title, room, sizes)
    if (
        spec.subtitle
        or metrics.horizontalAdvance(spec.title) <= room
        or not _three(height, sizes, barred)
    ):
        return [spec.title]
    words = spec.title.split(" ")
    ways = (
        [" ".join(words[:place]), " ".join(words[place:])] for place in range(len(words) - 1, 0, -1)
    )
    fitting = (way for way in ways if all(metrics.horizontalAdvance(part) <= room for part in way))
    return next(fitting, [spec.title])


def shortened(words: str, metrics: QFontMetricsF, room: float) -> str:
    """Return as much of a title as there is room for; a short end that tells layers apart (“2-D”) stays."""
    if metrics.horizontalAdvance(words) <= room:
        return words
    head, _space, end = words.rpartition(" ")
    if head and len(end) <= SHORT_END:
        rest = room - metrics.horizontalAdvance(f" {end}")
        begin = metrics.elidedText(head, Qt.TextElideMode.ElideRight, rest)
        if len(begin) > LEAST_BEGIN:
            return f"{begin} {end}"
    return metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)


def _line(
    words: str, font: QFont, metrics: QFontMetricsF, middle: float, left: float, room: float
) -> Line:
    text = _laid_out(shortened(words, metrics, room))
    return Line(QPointF(left, middle - metrics.height() / 2), text, font, strong=False)


def _laid_out(words: str) -> QStaticText:
    text = QStaticText(words)
    text.setTextFormat(Qt.TextFormat.PlainText)
    text.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    return text
