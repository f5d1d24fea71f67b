"""The panel of the plane: its layers, modes, colours and time line."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QSlider,
    QTableWidget,
)

from engine.data.base import DataInfo
from engine.layers.base import Shape
from projects.templates import template
from tests.workbench.panels.conftest import Live, Show, made_up, picture
from widgets.plots.plane import Plane, arrow_lines, finer
from workbench.panels.plane import PlanePanel
from workbench.rundata import RunData


@pytest.fixture
def panel(show: Show) -> PlanePanel:
    made: PlanePanel = show(PlanePanel(), 900, 560)
    return made


@pytest.fixture
def run() -> RunData:
    made = made_up()
    for step in (10, 20):
        picture(
            made,
            "plane",
            step,
            {"extent": [-1.0, 1.0, -1.0, 1.0]},
            real=np.zeros((4, 2), np.float32),
            generated=np.ones((5, 2), np.float32),
            surface=np.full((8, 8), step, np.float32),
            pull=np.array([[3.0, 4.0], [0.0, 0.0]], np.float32),
            modes=np.array([[0, 0], [1, 1]], np.float32),
            captured=np.array([0, step // 10]),
        )
    return made


def words(panel: PlanePanel) -> str:
    return " ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def cells(panel: PlanePanel) -> list[list[str]]:
    table = panel.findChild(QTableWidget, "planeModes")
    assert table is not None
    rows = range(table.rowCount())
    items = [[table.item(row, column) for column in range(3)] for row in rows]
    return [[item.text() for item in row if item is not None] for row in items]


def plane(panel: PlanePanel) -> Plane:
    found = panel.findChild(Plane)
    assert found is not None
    return found


def points(shown: Plane) -> list[int]:
    return [len(item.data) for item in shown._groups]


def flip(panel: PlanePanel, layer: str) -> None:
    switch = panel.findChild(QCheckBox, f"plane_{layer}")
    assert switch is not None
    QTest.keyClick(switch, Qt.Key.Key_Space)


def test_found_and_missing_modes_are_told(panel: PlanePanel, run: RunData) -> None:
    panel.show_run(run)
    assert cells(panel) == [["1", "0.0%", "✗ missing"], ["2", "40.0%", "✓ captured"]]
    assert "1 of 2 modes · 40% of the points of high quality" in words(panel)
    assert "longest pull 5.0" in words(panel)
    slider = panel.findChild(QSlider, "scrubberSlider")
    assert slider is not None
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert cells(panel)[1] == ["2", "20.0%", "✓ captured"]


def test_every_layer_can_be_switched_off(panel: PlanePanel, run: RunData) -> None:
    panel.show_run(run)
    shown = plane(panel)
    assert points(shown) == [4, 5]
    assert shown._surface.image is not None
    assert len(shown._arrows.getData()[0]) == 12
    assert shown._rings is not None
    assert len(shown._rings.data) == 2
    for layer in ("real", "generated", "surface", "pull", "modes"):
        flip(panel, layer)
    assert points(shown) == [0, 0]
    assert shown._surface.image is None
    assert not len(shown._arrows.getData()[0])
    assert not len(shown._rings.data)
    table = panel.findChild(QTableWidget, "planeModes")
    assert table is not None
    assert not table.isVisible()


def test_probability_or_raw_output(panel: PlanePanel, run: RunData) -> None:
    panel.show_run(run)
    assert "taken for real" in words(panel)
    scale = panel.findChild(QComboBox, "planeScale")
    assert scale is not None
    QTest.keyClick(scale, Qt.Key.Key_Down)
    assert "blue 20.00 to orange 20.00" in words(panel)


def test_a_real_game(panel: PlanePanel, gan: Live) -> None:
    panel.show_run(gan.data)
    assert len(cells(panel)) == 8
    assert plane(panel)._surface.image is not None


def filled(shown: Plane) -> tuple[float, float]:
    """The shares of the plot's width and height that the coloured square takes."""
    box = shown.plot.getViewBox()
    (left, right), (bottom, top) = box.viewRange()
    square = box.itemBoundingRect(shown._surface)
    return square.width() / (right - left), square.height() / (top - bottom)


@pytest.mark.parametrize("size", [(1140, 210), (540, 350), (900, 560), (360, 560), (560, 320)])
def test_the_picture_fills_its_part_of_the_panel(
    panel: PlanePanel, run: RunData, size: tuple[int, int]
) -> None:
    panel.show_run(run)
    for between in ((1140, 210), (900, 560), size):  # whatever it was before
        panel.resize(*between)
        QApplication.processEvents()
    shown = plane(panel)
    across, up = filled(shown)
    assert max(across, up) > 0.9
    assert across > (0.85 if size[0] > 1.2 * size[1] + 200 or size[0] < size[1] else 0.7)
    assert shown.plot.getViewBox().width() * shown.plot.getViewBox().height() > 22_000
    slider = panel.findChild(QSlider, "scrubberSlider")
    table = panel.findChild(QTableWidget, "planeModes")
    assert slider is not None
    assert table is not None
    places = [QRect(w.mapTo(panel, QPoint()), w.size()) for w in (shown, slider, table)]
    assert all(panel.rect().contains(place) for place in places)
    assert not places[0].intersects(places[1])
    assert not places[0].intersects(places[2])


def test_in_a_low_place_words_and_time_line_stand_beside_the_plane(
    panel: PlanePanel, run: RunData
) -> None:
    panel.show_run(run)
    panel.resize(1140, 210)
    QApplication.processEvents()
    assert plane(panel).height() > 180
    assert panel.filmed() is plane(panel)
    panel.resize(900, 560)
    QApplication.processEvents()
    assert panel.filmed().isAncestorOf(plane(panel))


def test_it_is_there_for_games_in_the_plane_alone() -> None:
    panel = PlanePanel()
    flat, image = (
        DataInfo(kind="points", input=Shape((2,))),
        DataInfo(kind="image", input=Shape((1, 8, 8))),
    )
    gan = template("gan_ring").project
    assert panel.fits(gan, flat)
    assert not panel.fits(gan, image)
    assert not panel.fits(gan, None)
    other = msgspec.structs.replace(template("digits_mlp").project)
    assert not panel.fits(other, flat)


def test_values_between_places_are_mixed() -> None:
    values = np.add.outer(10 * np.arange(3.0), np.arange(4.0))
    made = finer(values)
    assert made.shape == (12, 16)
    assert made[0, 0] == 0
    assert made[-1, -1] == 23
    # The middle of four finer places is the place itself.
    assert made[4:8, 4:8].mean() == pytest.approx(values[1, 1])


def test_an_arrow_is_a_shaft_and_two_sides_of_a_head() -> None:
    lines = arrow_lines(np.array([[1.0, 1.0]]), np.array([[2.0, 0.0]]))
    assert lines.shape == (6, 2)
    assert lines[0].tolist() == [1, 1]
    assert lines[1].tolist() == lines[2].tolist() == lines[4].tolist() == [3, 1]
    assert lines[3][0] == lines[5][0] < 3
    assert lines[3][1] + lines[5][1] == pytest.approx(2)
