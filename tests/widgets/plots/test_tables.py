"""Tables of images, plots of scores, and the marks of groups."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint

from tests.widgets.plots.conftest import Show, pixel
from widgets import theme
from widgets.plots.image_grid import Caption, ImageGrid
from widgets.plots.image_table import ImageTable
from widgets.plots.marks import Marks
from widgets.plots.scores import ScorePlots


def shades(count: int, height: int = 8, width: int = 8, channels: int = 1) -> np.ndarray:
    """Images of one shade each: 0, 10, 20 …"""
    values = (np.arange(count) * 10).astype(np.uint8)[:, None, None, None]
    return np.broadcast_to(values, (count, height, width, channels)).copy()


@pytest.mark.parametrize("channels", [1, 3])
def test_images_stand_in_rows_and_columns(show: Show, channels: int) -> None:
    table = show(ImageTable("Decoded"), 640, 480)
    table.set_images(shades(6, channels=channels), ["a", "b", "c"], ["first", "second"])
    area = table.area()
    assert table.rect().contains(area)
    for index in range(6):
        row, column = divmod(index, 3)
        x = area.x() + (column + 0.5) * area.width() / 3
        y = area.y() + (row + 0.5) * area.height() / 2
        assert pixel(table, QPoint(int(x), int(y))).red() == index * 10


@pytest.mark.parametrize("size", [(640, 300), (1200, 500)])
def test_between_images_lies_a_thin_piece_of_the_ground(show: Show, size: tuple[int, int]) -> None:
    table = show(ImageTable("Decoded"), *size)
    table.set_images(shades(3), ["a", "b", "c"], [""])
    seen = table.grab().toImage()
    middle, ground = table.area().center().y(), pixel(table, QPoint(1, size[1] - 2)).name()
    between = [table.cell(0).right() + 1, table.cell(1).left() - 1]
    assert 0 <= between[1] - between[0] < 4
    assert {seen.pixelColor(x, middle).name() for x in between} == {ground}
    assert seen.pixelColor(between[0] - 1, middle).red() == 0
    assert seen.pixelColor(between[1] + 1, middle).red() == 10
    assert abs(table.cell(0).width() - table.cell(1).width()) <= 1


def test_words_take_room_where_there_are_any(show: Show) -> None:
    table = show(ImageTable("Decoded"), 400, 300)
    table.set_images(shades(4), ["", ""], ["", ""])
    bare = table.area()
    table.set_images(shades(4), ["left", "right"], ["a long name of a row", ""])
    assert table.area().top() > bare.top()
    assert table.area().left() > bare.left() or table.area().width() < bare.width()
    table.grab()


def test_a_table_may_be_empty(show: Show) -> None:
    show(ImageTable("Decoded")).grab()


@pytest.mark.parametrize("height", [4, 17, 40])
def test_a_sheet_keeps_the_proportions_of_images(show: Show, height: int) -> None:
    grid = show(ImageGrid("Pairs"), 700, 500)
    grid.set_images(shades(9, height=height), [Caption("x")] * 9)
    for index in range(9):
        cell = grid.cell(index)
        assert cell.height() / cell.width() == pytest.approx(height / 8, rel=0.05)
        assert grid.index_at(cell.center()) == index
        assert pixel(grid, cell.center()).red() == index * 10


def test_scores_are_shares_of_their_group(show: Show) -> None:
    plots = show(ScorePlots("Scores"))
    counts = (np.array([30, 10, 0]), np.array([0, 1, 1]))
    plots.set_scores(np.array([0.0, 1.0, 2.0, 3.0]), counts)
    plots.set_curve(np.array([0.0, 0.2, 1.0]), np.array([0.0, 1.0, 1.0]))
    found = [item.getData()[1].tolist() for item in plots._bars]
    assert found == [[0.75, 0.25, 0.0], [0.0, 0.5, 0.5]]
    assert plots._line.getData()[0].tolist() == pytest.approx([0.0, 0.2, 1.0])
    assert len({color.name() for color in plots.colors()}) == 2
    plots.retheme()


def test_marks_name_what_is_there(show: Show) -> None:
    marks = show(Marks())
    color = theme.current().series_color(0)
    marks.set_marks([(0, "cat", color), (3, "<b>dog</b>", color)])
    assert marks.names() == ["cat", "<b>dog</b>"]
    marks.set_marks([(1, "cow", color)])
    assert marks.names() == ["cow"]
    assert marks.layout() is not None
    assert marks.layout().count() == 1
