"""Formulas in LaTeX as pictures."""

from __future__ import annotations

import functools

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SHARPNESS = 2
"""Pixels of a picture for each pixel of the page, so that it stays sharp on fine screens."""


@functools.lru_cache(maxsize=512)
def formula_picture(latex: str, size: int, color: str) -> QImage:
    """Return a formula as a picture on nothing; its logical size is that of the page.

    Args:
        latex: The formula.
        size: Height of its letters in pixels.
        color: Its colour, as ``#rrggbb``.

    Raises:
        ValueError: It is no formula.
    """
    return svg_picture(_drawn(latex, size, color))


def svg_picture(svg: bytes) -> QImage:
    """Return a drawing as a picture in its own size.

    Raises:
        ValueError: It cannot be drawn.
    """
    drawing = QSvgRenderer(QByteArray(svg))
    if not drawing.isValid():
        raise ValueError("this is no drawing")
    size: QSize = drawing.defaultSize() * SHARPNESS
    picture = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    drawing.render(painter)
    painter.end()
    picture.setDevicePixelRatio(SHARPNESS)
    return picture


def _drawn(latex: str, size: int, color: str) -> bytes:
    from ziamath.config import config  # takes a tenth of a second, when the first formula is shown
    from ziamath.zmath import Latex

    config.svg2 = False  # Qt draws the older kind alone
    try:
        text: str = Latex(latex, size=size, color=color).svg()
    except Exception as error:  # whatever a parser stumbles over
        raise ValueError(f"{latex}: {error}") from error
    return text.encode()
