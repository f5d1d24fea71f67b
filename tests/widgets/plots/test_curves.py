"""Curves: what is drawn, named and read off, and that it keeps up."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from tests.widgets.plots.conftest import Show, move
from widgets import theme
from widgets.plots.curves import LEAST_PLOT, Curve, CurvePlot, Mark, number
from widgets.plots.plot_wall import PlotWall

RED, BLUE = QColor("#c0392b"), QColor("#2980b9")


def curve(key: str, count: int = 100, color: QColor = RED, **more: bool) -> Curve:
    x = np.arange(1, count + 1)
    return Curve(key, key.replace("_", " "), color, x, 1.0 / x, **more)


@pytest.fixture
def plot(show: Show) -> CurvePlot:
    made: CurvePlot = show(CurvePlot("Loss"))
    return made


def lines(plot: CurvePlot) -> list[pg.PlotCurveItem]:
    """The curves that can be seen, faint ones left out."""
    items = [item for item in plot.plot.items() if isinstance(item, pg.PlotCurveItem)]
    return [item for item in items if item.isVisible() and item.zValue() >= 0]


def data(item: pg.PlotCurveItem) -> tuple[np.ndarray, np.ndarray]:
    return item.getData()  # type: ignore[no-any-return]


def chip(plot: CurvePlot, key: str) -> QToolButton:
    found = plot.legend.findChild(QToolButton, f"legend_{key}")
    assert isinstance(found, QToolButton)
    return found


def test_points_are_drawn_as_given(plot: CurvePlot) -> None:
    plot.set_curves([curve("train_loss")])
    (line,) = lines(plot)
    x, y = data(line)
    assert np.array_equal(x, np.arange(1, 101))
    assert np.allclose(y, 1 / x)


def test_appending_keeps_the_item_and_shows_the_new_end(plot: CurvePlot, qtbot: QtBot) -> None:
    plot.set_curves([curve("train_loss", 10)])
    (first,) = lines(plot)
    for count in (11, 5000, 200_000):
        plot.set_curves([curve("train_loss", count)])
        (line,) = lines(plot)
        assert line is first
        x, y = data(line)
        assert (x[0], x[-1]) == (1, count)
        assert (y.min(), y.max()) == (1 / count, 1)
        assert len(x) < 5000
    qtbot.waitUntil(lambda: "e-06" in chip(plot, "train_loss").text())


def test_a_peak_between_a_hundred_thousand_points_is_seen(plot: CurvePlot) -> None:
    y = np.ones(100_000)
    y[77_777] = 50
    plot.set_curves([Curve("a", "a", RED, np.arange(100_000), y)])
    assert data(lines(plot)[0])[1].max() == 50


def test_curves_that_go_leave_nothing_behind(plot: CurvePlot) -> None:
    plot.set_curves([curve("a"), curve("b", color=BLUE)])
    assert len(lines(plot)) == 2
    plot.set_curves([curve("b", color=BLUE)])
    (line,) = lines(plot)
    assert line.opts["pen"].color() == BLUE
    plot.set_curves([])
    assert [i for i in plot.plot.items() if isinstance(i, pg.PlotCurveItem)] == []


def test_a_click_in_the_legend_hides_a_curve(plot: CurvePlot) -> None:
    plot.set_curves([curve("a"), curve("b")])
    QTest.mouseClick(chip(plot, "a"), Qt.MouseButton.LeftButton)
    assert len(lines(plot)) == 1
    plot.set_curves([curve("a", 120), curve("b", 120)])
    assert len(lines(plot)) == 1
    QTest.mouseClick(chip(plot, "a"), Qt.MouseButton.LeftButton)
    assert len(lines(plot)) == 2


def test_smoothing_keeps_the_raw_curve_faint(plot: CurvePlot) -> None:
    noisy = np.where(np.arange(200) % 2, 1.0, 0.0)
    plot.set_curves([Curve("a", "a", RED, np.arange(200), noisy)])
    plot.set_smoothing(0.95)
    smooth = data(lines(plot)[0])[1]
    assert np.ptp(smooth[50:]) < 0.2
    faint = [
        item
        for item in plot.plot.items()
        if isinstance(item, pg.PlotCurveItem) and item.isVisible() and item.zValue() < 0
    ]
    assert len(faint) == 1
    assert np.array_equal(data(faint[0])[1], noisy)
    assert faint[0].opts["pen"].color().alphaF() < 0.5
    plot.set_smoothing(0)
    assert np.array_equal(data(lines(plot)[0])[1], noisy)


def test_the_logarithm_leaves_out_what_has_none(plot: CurvePlot) -> None:
    values = np.array([100.0, 10.0, 0.0, -1.0, 1.0])
    plot.set_curves([Curve("a", "a", RED, np.arange(5), values)])
    plot.set_log(True)
    y = data(lines(plot)[0])[1]
    assert y[[0, 1, 4]].tolist() == [2, 1, 0]
    assert np.isnan(y[[2, 3]]).all()
    plot.set_log(False)
    assert np.array_equal(data(lines(plot)[0])[1], values)


def test_gaps_and_infinite_values_are_drawn_without_complaint(plot: CurvePlot) -> None:
    values = np.array([1.0, np.nan, np.inf, -np.inf, 2.0])
    plot.set_curves([Curve("a", "a", RED, np.arange(5), values), curve("b", 0)])
    plot.set_curves([Curve("a", "a", RED, np.arange(5), np.full(5, np.nan))])
    plot.grab()


def test_marks_come_and_go(plot: CurvePlot) -> None:
    plot.set_marks([Mark(10, "best"), Mark(20, "rate")])
    plot.set_marks([Mark(20, "rate"), Mark(30, "end")])
    found = [i for i in plot.plot.items() if isinstance(i, pg.InfiniteLine) and i.value()]
    assert sorted(line.value() for line in found) == [20, 30]


def test_the_pointer_reads_values_off(plot: CurvePlot) -> None:
    plot.set_curves([curve("train_loss"), curve("hidden")])
    QTest.mouseClick(chip(plot, "hidden"), Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    box = plot.plot.getViewBox()
    place = plot.plot.mapFromScene(box.sceneBoundingRect().center())
    move(plot.plot.viewport(), place)
    step = box.mapSceneToView(plot.plot.mapToScene(place)).x()
    text = next(i for i in plot.plot.items() if isinstance(i, pg.TextItem) and i.isVisible())
    words = text.toPlainText()
    assert words.splitlines()[0] == f"step {step:,.0f}"
    index = int(np.searchsorted(np.arange(1, 101), step))
    assert f"train loss  {number(1 / (index + 1))}" in words
    assert "hidden" not in words
    QApplication.sendEvent(plot.plot.viewport(), QEvent(QEvent.Type.Leave))
    assert not text.isVisible()


def test_zooming_shows_more_and_a_double_click_everything(plot: CurvePlot) -> None:
    y = np.random.default_rng(0).random(100_000)
    plot.set_curves([Curve("a", "a", RED, np.arange(100_000), y)])
    plot.plot.setXRange(50_000, 50_100, padding=0)
    x, shown = data(lines(plot)[0])
    inside = (x >= 50_000) & (x <= 50_100)
    assert np.array_equal(shown[inside], y[50_000:50_101])
    QTest.mouseDClick(plot.plot.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    assert plot.plot.getViewBox().autoRangeEnabled() == [True, True]
    plot.set_curves([Curve("a", "a", RED, np.arange(100_000), y)])
    x, _shown = data(lines(plot)[0])
    assert (x[0], x[-1]) == (0, 99_999)


def test_dashes_and_themes(plot: CurvePlot, dark: None) -> None:
    plot.set_curves([curve("a", dashed=True)])
    assert lines(plot)[0].opts["pen"].dashPattern() == [5, 3]
    plot.set_marks([Mark(3, "x")])
    plot.retheme()
    assert plot.plot.backgroundBrush().color() == theme.DARK.color("surface")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0.0000"),
        (0.12345, "0.1235"),
        (12.3456, "12.35"),
        (123456, "1.23e+05"),
        (1e-7, "1.00e-07"),
        (-0.5, "-0.5000"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
    ],
)
def test_values_have_about_four_digits(value: float, words: str) -> None:
    assert number(value) == words


def test_a_legend_of_many_lines_takes_no_height_from_its_curves(show: Show, qtbot: QtBot) -> None:
    plot = CurvePlot("Loss")
    wall: PlotWall = show(PlotWall([("Loss", plot)]), 240, 150)
    for count in (2, 12):
        plot.set_curves([curve(f"validation_reconstruction_{i}") for i in range(count)])
        qtbot.waitUntil(lambda: plot.plot.height() >= LEAST_PLOT)
        qtbot.waitUntil(lambda: plot.plot.y() >= plot.legend.heightForWidth(plot.legend.width()))
    page = wall.widget()
    assert page is not None
    assert page.height() > wall.viewport().height()  # there is more below


def test_the_axis_is_named_where_there_is_room(plot: CurvePlot) -> None:
    label = plot.plot.getAxis("bottom").label
    for height, named in ((400, True), (100, False), (300, True)):
        plot.resize(400, height)
        QApplication.processEvents()
        assert label.isVisible() is named
