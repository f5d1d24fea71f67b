"""Small pictures of curves."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from widgets.plots.curve_grid import CAPTION, HEIGHT, CurveGrid, Line, Picture


def rising(steps: int = 5, color: int = 0, start: int = 0) -> Line:
    return Line(np.arange(steps, dtype=np.float32), color, start)


@pytest.fixture
def grid(qtbot: QtBot) -> CurveGrid:
    made = CurveGrid("Examples")
    qtbot.addWidget(made)
    made.resize(460, 300)
    return made


def test_as_many_side_by_side_as_there_is_room(grid: CurveGrid) -> None:
    grid.set_pictures([Picture((rising(),))] * 5)
    grid.show()
    assert grid.columns() == 2
    assert grid.cell(2).y() > grid.cell(1).bottom() + CAPTION
    assert grid.minimumHeight() > 3 * HEIGHT
    grid.resize(240, 300)
    assert grid.columns() == 1
    assert grid.minimumHeight() > 5 * HEIGHT


def colors(grid: CurveGrid) -> set[int]:
    image = grid.grab().toImage()
    return {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}


def test_curves_are_painted_in_their_colours(grid: CurveGrid) -> None:
    grid.set_pictures([Picture((rising(color=0),))])
    one = colors(grid)
    grid.set_pictures([Picture((rising(color=0), rising(color=1, start=5)))])
    assert colors(grid) - one


@pytest.mark.parametrize(
    "values",
    [[np.nan, 1.0, np.inf], [np.nan], [], [3.0], [2.0, 2.0], list(range(5000))],
)
def test_odd_values_are_painted(grid: CurveGrid, values: list[float]) -> None:
    line = Line(np.array(values, np.float32), ahead=True)
    for alike in (True, False):
        grid.set_pictures([Picture((line,), "words"), Picture(())], alike=alike)
        assert not grid.grab().isNull()


def test_each_may_have_a_scale_of_its_own(grid: CurveGrid) -> None:
    small, large = rising(), Line(np.arange(5, dtype=np.float32) * 100)
    grid.set_pictures([Picture((small,)), Picture((large,))])
    together = grid.grab().toImage()
    grid.set_pictures([Picture((small,)), Picture((large,))], alike=False)
    assert grid.grab().toImage() != together
