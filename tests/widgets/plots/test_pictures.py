"""Image sheets, matrices, heatmaps and the plane: what is where, and what a click finds."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from tests.widgets.plots.conftest import Show, ask, move, pixel
from widgets import theme
from widgets.plots.borders import borders
from widgets.plots.cells import CellMap
from widgets.plots.heatmap import MOST_COLUMNS, Heatmap
from widgets.plots.image_grid import LEAST, Caption, ImageGrid, to_qimage
from widgets.plots.matrix import Matrix
from widgets.plots.plane import Plane


def flat(count: int, channels: int = 1, side: int = 8) -> np.ndarray:
    """Images of one shade each: 0, 10, 20 …"""
    shades = (np.arange(count) * 10 % 256).astype(np.uint8)
    return np.broadcast_to(shades[:, None, None, None], (count, side, side, channels)).copy()


def centre(grid: ImageGrid, index: int) -> QPoint:
    return grid.cell(index).center()


# ------------------------------------------------------------------------------------ image grid


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_pixels_become_images(channels: int) -> None:
    pixels = np.arange(2 * 3 * channels, dtype=np.uint8).reshape(2, 3, channels) * 9
    image = to_qimage(pixels)
    assert (image.width(), image.height()) == (3, 2)
    color = image.pixelColor(2, 1)
    given = pixels[1, 2].tolist()
    expected = given[:3] if channels >= 3 else [given[0]] * 3
    if channels < 4:
        assert [color.red(), color.green(), color.blue()] == expected


def test_images_own_their_pixels() -> None:
    pixels = flat(1)[0]
    image = to_qimage(pixels)
    pixels[:] = 255
    assert image.pixelColor(0, 0).red() == 0


@pytest.mark.parametrize("count", [1, 2, 7, 16, 64])
@pytest.mark.parametrize("captions", [False, True])
def test_every_image_is_found_where_it_is_painted(show: Show, count: int, captions: bool) -> None:
    grid = show(ImageGrid("Samples"), 900, 700)
    grid.set_images(flat(count), [Caption(f"{i}") for i in range(count)] if captions else ())
    for index in range(count):
        assert grid.index_at(centre(grid, index)) == index
        assert grid.rect().contains(grid.cell(index))
        assert pixel(grid, centre(grid, index)).red() == index * 10 % 256
    assert grid.index_at(QPoint(1, 1)) == -1


def test_a_click_chooses(show: Show) -> None:
    grid = show(ImageGrid("Samples"))
    grid.set_images(flat(10))
    said: list[int] = []
    grid.chosen.connect(said.append)
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=centre(grid, 7))
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=QPoint(0, 0))
    assert said == [7]


def test_a_tooltip_tells_more(show: Show) -> None:
    grid = show(ImageGrid("Samples"))
    grid.set_images(flat(3), [Caption("a", "bad", f"tip {i}") for i in range(3)])
    ask(grid, centre(grid, 2))
    assert QToolTip.text() == "tip 2"
    QToolTip.hideText()


def test_names_in_a_tooltip_are_no_html(show: Show) -> None:
    grid = show(ImageGrid("Samples"))
    grid.set_images(flat(1), [Caption("a", "", "truth: <img src='file:///etc/x.png'>")])
    ask(grid, centre(grid, 0))
    assert "&lt;img src=" in QToolTip.text()
    QToolTip.hideText()


def test_many_images_scroll(show: Show) -> None:
    area = QScrollArea()
    grid = ImageGrid("Samples")
    area.setWidgetResizable(True)
    area.setWidget(grid)
    show(area, 300, 200)
    grid.set_images(flat(400))
    assert grid.layout_of()[1] == LEAST
    assert area.verticalScrollBar().maximum() == 0 or grid.height() > 200
    assert grid.minimumHeight() > 200
    assert grid.index_at(centre(grid, 399)) == 399
    grid.set_images(flat(4))
    assert grid.minimumHeight() <= 200


@pytest.mark.parametrize("columns", [1, 5, 8])
def test_columns_can_be_given(show: Show, columns: int) -> None:
    grid = show(ImageGrid("Samples"), 900, 900)
    grid.set_images(flat(16), columns=columns)
    assert grid.layout_of()[0] == columns


def test_nothing_to_show(show: Show) -> None:
    grid = show(ImageGrid("Samples"))
    grid.set_images(np.zeros((0, 8, 8, 1), np.uint8))
    assert grid.index_at(QPoint(20, 20)) == -1
    grid.grab()


# ---------------------------------------------------------------------------------------- matrix

COUNTS = np.array([[50, 3, 0], [0, 20, 1], [9, 0, 0]])
CLASSES = ["cat", "dog", "a very long name of a class that has no room"]


@pytest.fixture
def matrix(show: Show) -> Matrix:
    made: Matrix = show(Matrix("Confusion matrix"))
    made.set_counts(COUNTS, CLASSES)
    return made


def test_every_cell_is_found(matrix: Matrix) -> None:
    for row in range(3):
        for column in range(3):
            cell = matrix.cell(row, column)
            for place in (cell.center(), cell.topLeft(), cell.bottomRight()):
                assert matrix.cell_at(place) == (row, column)
    assert matrix.cell_at(QPoint(2, 2)) is None
    assert matrix.cell_at(QPoint(590, 390)) is None


def test_more_is_darker_and_mistakes_have_their_own_colour(matrix: Matrix) -> None:
    def shade(row: int, column: int) -> QColor:
        return pixel(matrix, matrix.cell(row, column).topLeft() + QPoint(2, 2))

    right, wrong, none = shade(0, 0), shade(2, 0), shade(0, 2)
    assert right.lightness() < none.lightness()
    assert wrong.lightness() < none.lightness()
    assert abs(right.hue() - theme.current().color("accent").hue()) < 12
    assert abs(wrong.hue() - theme.current().color("bad").hue()) < 12


def test_a_cell_is_told_in_words(matrix: Matrix) -> None:
    ask(matrix, matrix.cell(0, 1).center())
    assert QToolTip.text() == "3 of “cat” were taken for “dog”"
    QToolTip.hideText()


@pytest.mark.parametrize("size", [(160, 120), (400, 1000), (2000, 200)])
@pytest.mark.parametrize("classes", [1, 2, 10, 100])
def test_any_size_and_number_of_classes(show: Show, size: tuple[int, int], classes: int) -> None:
    matrix = show(Matrix("m"), *size)
    matrix.set_counts(np.full((classes, classes), 10**7), [f"class {i}" for i in range(classes)])
    matrix.set_percent(True)
    matrix.grab()
    assert matrix.cell_at(matrix.cell(classes - 1, 0).center()) == (classes - 1, 0)


def test_an_empty_matrix(show: Show) -> None:
    matrix = show(Matrix("m"))
    matrix.grab()
    assert matrix.cell_at(QPoint(100, 100)) is None


# --------------------------------------------------------------------------------------- heatmap


@pytest.fixture
def heatmap(show: Show) -> Heatmap:
    made: Heatmap = show(Heatmap("Health"))
    made.set_colors(["#000000", "#ffffff"])
    values = np.array([[0.0, 1.0, np.nan], [0.5, 0.25, 99.0]])
    made.set_values(["first", "second"], np.array([0, 50, 100]), values, 0, 1)
    return made


def place(heatmap: Heatmap, step: float, row: float) -> QPoint:
    scene = heatmap.plot.getViewBox().mapViewToScene(QPointF(step, row))
    found: QPoint = heatmap.plot.mapFromScene(scene)
    return found


def test_values_become_colours(heatmap: Heatmap) -> None:
    image = next(i for i in heatmap.plot.items() if isinstance(i, pg.ImageItem)).image
    assert image.shape == (2, 4, 4)  # the outer columns are half as wide as the middle one
    assert image[0, 0].tolist() == [0, 0, 0, 255]
    assert image[0, 1:3].tolist() == [[255, 255, 255, 255]] * 2
    assert image[0, 3].tolist() == [0, 0, 0, 0]
    assert image[1, 3].tolist() == [255, 255, 255, 255]
    assert 120 < image[1, 0, 0] < 135


@pytest.mark.parametrize("shape", [(1, 3), (2, 3), (3, 1), (1, 1)])
@pytest.mark.parametrize("kind", ["heatmap", "cells"])
def test_cells_are_painted_however_few_there_are(
    show: Show, kind: str, shape: tuple[int, int]
) -> None:
    rows, columns = ([str(i) for i in range(count)] for count in shape)
    made: Heatmap | CellMap = show(Heatmap("Health") if kind == "heatmap" else CellMap("Units"))
    values = np.zeros(shape)
    values[-1, -1] = 1.0
    if isinstance(made, Heatmap):
        made.set_colors(["#ff0000", "#00ff00"])
        made.set_values(rows, np.arange(shape[1]) * 50, values, 0, 1)
        edges = [0, 25, 75, 100] if shape[1] > 1 else [0, 1]
    else:
        made.set_cells(values, rows, columns, (0, 1), [QColor("#ff0000"), QColor("#00ff00")])
        edges = [0, 1, 2, 3]
    for row in range(shape[0]):
        for column in range(shape[1]):
            at = made.plot.mapFromScene(
                made.plot.getViewBox().mapViewToScene(
                    QPointF(sum(edges[column : column + 2]) / 2, row + 0.5)
                )
            )
            name = "#00ff00" if values[row, column] else "#ff0000"
            assert pixel(made.plot, at).name() == name


def test_what_is_no_number_is_hatched(heatmap: Heatmap) -> None:
    shot = heatmap.plot.grab().toImage()
    corner, opposite = place(heatmap, 78, 0.05), place(heatmap, 97, 0.95)
    seen = {
        shot.pixelColor(x, y).name()
        for x in range(corner.x(), opposite.x())
        for y in range(corner.y(), opposite.y())
    }
    ground, line = (theme.current().color(name).name() for name in ("surface", "border"))
    assert {ground, line} <= seen
    assert not {"#000000", "#ffffff"} - {ground} & seen


def test_the_endless_ones_have_the_last_colours(show: Show) -> None:
    heatmap = show(Heatmap("Health"))
    heatmap.set_colors(["#ff0000", "#00ff00"])
    heatmap.set_values(["a", "b"], np.array([7]), np.array([[-np.inf], [np.inf]]), 0, 1, True)
    assert pixel(heatmap.plot, place(heatmap, 7.4, 0.5)).name() == "#ff0000"
    assert pixel(heatmap.plot, place(heatmap, 7.4, 1.5)).name() == "#00ff00"
    move(heatmap.plot.viewport(), place(heatmap, 7.4, 0.5))
    assert words(heatmap) == "a|step 7: 0.0000"
    QTest.qWait(30)  # pyqtgraph hears a hundred moves a second
    move(heatmap.plot.viewport(), place(heatmap, 7.4, 1.5))
    assert words(heatmap) == "b|step 7: ∞"


def words(heatmap: Heatmap) -> str:
    """What is said at the pointer; nothing while it is hidden."""
    card = heatmap.findChild(QLabel, "readout")
    assert card is not None
    document = QTextDocument()
    document.setHtml(card.text())
    return document.toPlainText().replace("\n", "|") if card.isVisible() else ""


def test_the_pointer_reads_a_cell_off_and_takes_the_words_along(heatmap: Heatmap) -> None:
    move(heatmap.plot.viewport(), place(heatmap, 52, 1.5))
    assert words(heatmap) == "second|step 50: 0.2500"
    QTest.qWait(30)  # pyqtgraph hears a hundred moves a second
    move(heatmap.plot.viewport(), place(heatmap, 99, 0.5))
    assert words(heatmap) == "first|step 100: –"
    QApplication.sendEvent(heatmap.plot.viewport(), QEvent(QEvent.Type.Leave))
    assert words(heatmap) == ""


@pytest.mark.parametrize("width", [120, 200])
def test_words_at_the_pointer_are_whole_in_narrow_places(show: Show, width: int) -> None:
    window = show(QWidget(), 700, 300)
    heatmap = Heatmap("Health", window)
    heatmap.setGeometry(300, 20, width, 200)
    heatmap.show()
    heatmap.set_values(["a layer of a long name"], np.array([0, 240]), np.ones((1, 2)), 0, 2)
    QApplication.processEvents()
    for step in (1, 239):
        QTest.qWait(30)
        move(heatmap.plot.viewport(), place(heatmap, step, 0.5))
        card = window.findChild(QLabel, "readout")
        assert card is not None
        assert card.isVisible()
        assert card.width() >= card.sizeHint().width() > 120
        assert window.rect().contains(card.geometry())


def test_time_ends_with_the_last_step(show: Show) -> None:
    heatmap = show(Heatmap("Health"))
    heatmap.set_values(["a"], np.array([1, 60, 120, 180, 240]), np.ones((1, 5)), 0, 2)
    low, high = heatmap.plot.getViewBox().viewRange()[0]
    assert (low, high) == (1, 240)


def test_a_click_chooses_a_row(heatmap: Heatmap, qtbot: QtBot) -> None:
    with qtbot.waitSignal(heatmap.row_chosen) as heard:
        QTest.mouseClick(
            heatmap.plot.viewport(), Qt.MouseButton.LeftButton, pos=place(heatmap, 20, 1.5)
        )
    assert heard.args == [1]


def test_long_trainings_are_thinned_to_their_ends(show: Show) -> None:
    heatmap = show(Heatmap("Health"))
    heatmap.set_colors(["#000000", "#ffffff"])
    steps = np.arange(5000)
    heatmap.set_values(["a"], steps, np.linspace(0, 1, 5000)[None], 0, 1)
    image = next(i for i in heatmap.plot.items() if isinstance(i, pg.ImageItem)).image
    assert image.shape == (1, MOST_COLUMNS, 4)
    assert (image[0, 0, 0], image[0, -1, 0]) == (0, 255)


def test_one_picture_and_equal_bounds(show: Show) -> None:
    heatmap = show(Heatmap("Health"))
    heatmap.set_colors(["#000000", "#ffffff"])
    heatmap.set_values(["a"], np.array([7]), np.array([[3.0]]), 3, 3)
    heatmap.grab()
    heatmap.set_values([], np.zeros(0), np.zeros((0, 0)), 0, 1)
    move(heatmap.plot.viewport(), QPoint(300, 200))


# ----------------------------------------------------------------------------------------- plane


def test_groups_of_points(show: Show) -> None:
    plane = show(Plane("Points"))
    points = np.array([[0.0, 0.0], [1.0, 2.0]], np.float32)
    colors = [QColor("#ff0000"), QColor("#0000ff")]
    plane.set_groups([("real", points, colors[0], 4), ("generated", points + 1, colors[1], 4)])
    scatters = [i for i in plane.plot.items() if isinstance(i, pg.ScatterPlotItem)]
    assert len(scatters) == 2
    found = {s.opts["name"]: np.stack(s.getData(), axis=1).tolist() for s in scatters}
    assert found == {"real": points.tolist(), "generated": (points + 1).tolist()}
    assert len({s.opts["symbol"] for s in scatters}) == 2
    plane.set_groups([("real", points, colors[0], 4)])
    assert len([i for i in plane.plot.items() if isinstance(i, pg.ScatterPlotItem)]) == 1


def test_the_surface_lies_under_its_points(show: Show) -> None:
    plane = show(Plane("Points"))
    classes = np.array([[0, 0], [1, 1], [1, 1]])
    certainty = np.array([[1.0, 0.5], [1.0, 1.0], [0.5, 0.5]])
    colors = [QColor("#ff0000"), QColor("#0000ff")]
    plane.set_surface(classes, certainty, (-1, 1, 0, 3), colors)
    image = next(i for i in plane.plot.items() if isinstance(i, pg.ImageItem))
    assert image.image.shape == (2, 3, 4)
    assert image.image[0, 0, :3].tolist() == [255, 0, 0]
    assert image.image[0, 2, :3].tolist() == [0, 0, 255]
    assert image.image[0, 0, 3] > image.image[1, 0, 3]
    corner = image.mapRectToParent(image.boundingRect())
    assert (corner.left(), corner.right()) == pytest.approx((-1, 1))
    assert (corner.top(), corner.bottom()) == pytest.approx((0, 3))
    plane.set_surface(None, None, (), ())
    assert image.image is None


def test_points_that_are_no_numbers(show: Show, dark: None) -> None:
    plane = show(Plane("Points"))
    points = np.array([[np.nan, 0.0], [np.inf, 1.0], [1.0, 1.0]], np.float32)
    plane.set_groups([("generated", points, QColor("#ff0000"), 4)])
    plane.retheme()
    plane.grab()


def test_the_line_of_even_odds_is_where_it_is() -> None:
    """Two classes whose odds change along the abscissa: ½ lies at 0.3, between places of the grid."""
    xs = np.linspace(-1, 1, 9)
    odds = np.clip(0.5 + 0.4 * (xs - 0.3), 0, 1)
    first = np.tile(odds, (5, 1))
    classes, certainty = (first > 0.5).astype(int), np.maximum(first, 1 - first)
    line = borders(classes, certainty, 2, (-1, 1, 10, 20))
    assert len(line) == 2 * 4
    assert line[:, 0] == pytest.approx(0.3)
    assert sorted(set(line[:, 1])) == pytest.approx([10, 12.5, 15, 17.5, 20])


def test_borders_of_several_classes_meet() -> None:
    classes = np.array([[0, 1], [2, 2]])
    lines = borders(classes, np.full((2, 2), 0.8), 3, (0, 1, 0, 1)).reshape(-1, 2, 2)
    assert len(lines) == 3
    assert (lines[:, 1] == lines[0, 1]).all()
    assert sorted(lines[:, 0].tolist()) == [[0, 0.5], [0.5, 0], [1, 0.5]]


def test_one_class_everywhere_has_no_border() -> None:
    assert not len(borders(np.zeros((4, 4), int), np.full((4, 4), 0.6), 2, (0, 1, 0, 1)))
    assert not len(borders(np.array([[0, 1]]), np.full((1, 2), 0.6), 2, (0, 1, 0, 1)))


@pytest.mark.parametrize("scheme", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_the_border_is_seen_where_answers_are_pale(show: Show, scheme: theme.Tokens) -> None:
    theme.use(scheme)
    try:
        plane = show(Plane("Points"))
        odds = np.tile(np.linspace(0.4, 0.6, 20), (20, 1))
        colors = [scheme.series_color(0), scheme.series_color(1)]
        surface = (odds > 0.5).astype(int), np.maximum(odds, 1 - odds)
        plane.set_surface(*surface, (0, 1, 0, 1), colors)
        plane.plot.grab()  # the range of a plot is found out when it is painted
        middle = plane.plot.mapFromScene(plane.plot.getViewBox().mapViewToScene(QPointF(0.5, 0.5)))
        seen = plane.plot.grab().toImage()
        near = [seen.pixelColor(middle.x() + x, middle.y()).lightness() for x in (-1, 0, 1)]
        far = seen.pixelColor(middle.x() + 20, middle.y()).lightness()
        assert max(abs(value - far) for value in near) > 60
        plane.set_surface(None, None, (), ())
        seen = plane.plot.grab().toImage()
        assert abs(seen.pixelColor(middle.x(), middle.y()).lightness() - far) < 60
    finally:
        theme.use(theme.LIGHT)
