"""A small curve, and another one beside it on the same scale."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from widgets import theme
from widgets.plots.sparkline import Sparkline

STEPS = np.arange(50)


def columns(line: Sparkline, color: QColor) -> set[int]:
    """Where across the picture there is something of about this colour."""
    image = line.grab().toImage()
    places = range(4, image.width() - 4)
    return {
        x for x in places for y in range(image.height()) if alike(image.pixelColor(x, y), color)
    }


def alike(one: QColor, other: QColor) -> bool:
    """Whether no part of two colours differs much."""
    parts = (
        (one.red(), other.red()),
        (one.green(), other.green()),
        (one.blue(), other.blue()),
        (one.alpha(), other.alpha()),
    )
    return all(abs(a - b) < 40 for a, b in parts)


def test_another_curve_stands_beside_it(qtbot: QtBot) -> None:
    line = Sparkline()
    qtbot.addWidget(line)
    line.resize(line.sizeHint())
    muted = theme.current().color("muted")
    line.show_curve(STEPS, np.linspace(1, 2, 50))
    alone = columns(line, muted)
    line.show_curve(STEPS, np.linspace(1, 2, 50), beside=(STEPS[10:], np.linspace(1, 0.5, 40)))
    beside = columns(line, muted)
    assert len(beside) > len(alone) + 30
    assert min(beside) > line.width() // 8  # it begins later
    line.show_curve(STEPS, np.linspace(1, 2, 50))
    assert columns(line, muted) == alone


def test_what_is_no_number_leaves_gaps_in_both(qtbot: QtBot) -> None:
    line = Sparkline()
    qtbot.addWidget(line)
    line.resize(line.sizeHint())
    gaps = np.where(STEPS % 7 == 0, np.nan, 1.0 + STEPS)
    endless = np.where(STEPS % 5 == 0, np.inf, -1.0)
    line.show_curve(STEPS, gaps, 3.0, 20, beside=(STEPS, endless))
    assert columns(line, theme.current().color("accent"))
    line.show_curve(STEPS, gaps, beside=(np.empty(0, np.int64), np.empty(0)))
    assert line.shown == 50
