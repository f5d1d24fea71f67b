"""A node's title where the rest is too small to be read: of one size on the screen, whatever the scale."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QStaticText

from widgets.canvas.card_text import shortened
from widgets.canvas.kit import FAR, Kit

ON_SCREEN = 10.5  # pixels
STEP = 2  # pixels of the scene: titles are not laid out anew at every turn of the wheel
LEAST = 16


class FarTitle(NamedTuple):
    """A title, laid out.

    Attributes:
        place: Where it begins, in the node.
        text: The words.
        pixels: Size of the letters, in the scene.
        wanted: The size that :func:`pixels_at` has for them.
    """

    place: QPointF
    text: QStaticText
    pixels: int
    wanted: int


def pixels_at(detail: float) -> int:
    """Return how large letters are in the scene so that they can be read on the screen.

    Args:
        detail: Screen pixels per scene pixel.
    """
    wanted = ON_SCREEN / max(detail, FAR)
    return max(LEAST, STEP * round(wanted / STEP))


def far_title(title: str, left: float, width: float, height: float, detail: float) -> FarTitle:
    """Lay a title out: on several lines if it has the room, with … in long words, else on one and as much as fits.

    Args:
        title: The words.
        left: Where they may begin.
        width: How much room there is from there on.
        height: Height of the node.
        detail: Screen pixels per scene pixel.
    """
    wanted = pixels_at(detail)
    words = title.replace("-", "\u2011")  # “2-D” stays on one line
    for pixels in (wanted, wanted - STEP):  # rather a little smaller than cut off
        text = _in_lines(words, pixels, width, height)
        if text is not None:
            return FarTitle(
                QPointF(left, (height - text.size().height()) / 2), text, pixels, wanted
            )
    font = Kit.strong(wanted)
    metrics = QFontMetricsF(font)
    cut = " ".join(
        metrics.elidedText(word, Qt.TextElideMode.ElideRight, width) for word in words.split(" ")
    )
    text = _in_lines(cut, wanted, width, height)
    if text is None:
        text = _plain(shortened(words, metrics, width))
        text.prepare(font=font)
    return FarTitle(QPointF(left, (height - text.size().height()) / 2), text, wanted, wanted)


def _in_lines(words: str, pixels: int, width: float, height: float) -> QStaticText | None:
    """Lay words out on several lines; None where there is no room for that."""
    font = Kit.strong(pixels)
    metrics = QFontMetricsF(font)
    if any(metrics.horizontalAdvance(word) > width for word in words.split(" ")):
        return None
    text = _plain(words)
    text.setTextWidth(width)
    text.prepare(font=font)
    return text if text.size().height() <= height else None


def _plain(words: str) -> QStaticText:
    text = QStaticText(words)
    text.setTextFormat(Qt.TextFormat.PlainText)
    return text
