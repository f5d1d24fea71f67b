"""Pens, brushes and fonts of the canvas, made once for a theme and reused by every repaint."""

from __future__ import annotations

import functools

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPen, QStaticText
from PySide6.QtWidgets import QApplication

from widgets import theme

FAR = 0.35
NEAR = 0.55
DIM = 0.3


def mix(first: QColor, second: QColor, share: float) -> QColor:
    """Return a colour between two: ``share`` of the first, the rest of the second."""
    return QColor.fromRgbF(
        first.redF() * share + second.redF() * (1 - share),
        first.greenF() * share + second.greenF() * (1 - share),
        first.blueF() * share + second.blueF() * (1 - share),
    )


def _pen(color: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    pen = QPen(color, width, style)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _font(pixels: int, bold: bool = False) -> QFont:
    font = QFont(QApplication.font())
    font.setPixelSize(pixels)
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font


class Kit:
    """What painting needs of one theme.

    Args:
        tokens: The theme.
    """

    def __init__(self, tokens: theme.Tokens) -> None:
        self.tokens = tokens
        color = tokens.color
        self.text = _pen(color("text"), 1)
        self.muted = _pen(color("muted"), 1)
        self.outline = _pen(mix(color("border_strong"), color("raised"), 0.6), 1)
        self.outline_hover = _pen(color("accent"), 1.2)
        self.outline_selected = _pen(color("accent"), 2)
        self.outline_muted = _pen(color("border_strong"), 1, Qt.PenStyle.DashLine)
        self.outline_locked = _pen(color("muted"), 1.4)
        self.outline_locked.setDashPattern((3.0, 2.6))
        self.locked_far = QPen(color("muted"), 1)
        self.locked_far.setDashPattern((3.0, 3.0))
        self.locked_far.setCosmetic(True)
        self.lock = QBrush(color("muted"))
        self.lock_pen = _pen(color("muted"), 1.3)
        self.bypass = _pen(color("wire"), 1.8, Qt.PenStyle.DotLine)
        self.halo = _pen(color("accent", 0.25), 6)
        self.face = QBrush(color("raised"))
        self.face_selected = QBrush(mix(color("selected"), color("raised"), 0.5))
        self.track = QBrush(color("border"))
        self.shadow = QBrush(QColor(0, 0, 0, 22 if tokens.name == "light" else 70))
        self.wire = _pen(color("wire"), 1.8)
        self.wire_far = QPen(color("wire"), 0)
        self.wire_broken = _pen(color("bad"), 1.8, Qt.PenStyle.DashLine)
        self.wire_hot = _pen(color("accent"), 2.4)
        self.wire_hover = _pen(color("accent"), 2)
        self.draft = _pen(color("accent"), 2.2, Qt.PenStyle.DashLine)
        self.port = QBrush(color("raised"))
        self.port_pen = _pen(color("wire"), 1.6)
        self.port_hot = QBrush(color("accent"))
        self.port_hot_pen = _pen(color("accent"), 1.6)
        self.ground = QBrush(color("canvas"))
        self.dots = QPen(mix(color("grid"), color("canvas"), 0.9), 2)
        self.dots.setCapStyle(Qt.PenCapStyle.FlatCap)
        self.band = QBrush(color("accent", 0.1))
        self.band_pen = QPen(color("accent"), 1, Qt.PenStyle.DashLine)
        self.band_pen.setCosmetic(True)
        self.guide = QPen(color("accent"), 1)
        self.guide.setCosmetic(True)
        self.far_selected = QPen(color("accent"), 2)
        self.far_selected.setCosmetic(True)
        self.far_selected.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        self.bad = QBrush(color("bad"))
        self.warning = QBrush(color("warning"))
        self.on_mark = _pen(color("raised"), 1)
        self.title_font = _font(12, bold=True)
        self.body_font = _font(11)
        self.title_metrics = QFontMetricsF(self.title_font)
        self.body_metrics = QFontMetricsF(self.body_font)

    @staticmethod
    @functools.cache
    def strong(pixels: int) -> QFont:
        """The font of titles."""
        return _font(pixels, bold=True)

    @staticmethod
    @functools.cache
    def plain(pixels: int) -> QFont:
        """The font of everything but titles."""
        return _font(pixels)

    @functools.lru_cache(maxsize=512)  # noqa: B019 - kits live as long as the program
    def label(self, text: str, pixels: int) -> QStaticText:
        """A wire's label, laid out."""
        made = QStaticText(text)
        made.setTextFormat(Qt.TextFormat.PlainText)
        made.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
        made.prepare(font=self.plain(pixels))
        return made

    @functools.lru_cache(maxsize=16)  # noqa: B019 - kits live as long as the program
    def tone(self, tone: int, far: bool) -> QPen:
        """The pen of a wire that has one of the five health colours."""
        pen = _pen(QColor(self.tokens.health[tone]), 2.6)
        if far:
            pen.setWidthF(2)
            pen.setCosmetic(True)
        return pen

    @functools.lru_cache(maxsize=64)  # noqa: B019 - kits live as long as the program
    def category(self, name: str) -> QBrush:
        """The brush of a category."""
        return QBrush(self.tokens.category_color(name))

    @functools.lru_cache(maxsize=64)  # noqa: B019 - kits live as long as the program
    def category_far(self, name: str) -> QBrush:
        """The brush of a category for nodes that are too small for text."""
        tint = mix(self.tokens.category_color(name), self.tokens.color("raised"), 0.7)
        return QBrush(tint)


_kits: dict[str, Kit] = {}


def kit() -> Kit:
    """The kit of the theme in force."""
    tokens = theme.current()
    found = _kits.get(tokens.name)
    if found is None or found.tokens is not tokens:
        found = _kits[tokens.name] = Kit(tokens)
    return found
