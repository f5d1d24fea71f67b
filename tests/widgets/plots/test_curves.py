"""Curves: what is drawn, named and read off, and that it keeps up."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from tests.widgets.plots.conftest import Show, move
from widgets import theme
from widgets.plots.curves import LEAST_PLOT, CurvePlot, Mark
from widgets.plots.legend import Entry, Legend
from widgets.plots.plot_wall import PlotWall
from widgets.plots.readout import number
from widgets.plots.scale import evenly
from widgets.plots.track import Curve

RED, BLUE = QColor("#c0392b"), QColor("#2980b9")


def curve(key: str, count: int = 100, color: QColor = RED, dashed: bool = False) -> Curve:
    x = np.arange(1, count + 1)
    return Curve(key, key.replace("_", " "), color, x, 1.0 / x, dashed)


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


def test_a_single_value_is_a_dot(plot: CurvePlot) -> None:
    plot.set_curves([curve("huge", 2), Curve("one", "one", RED, np.array([85]), np.array([0.5]))])
    plot.set_curves([Curve("one", "one", BLUE, np.array([85]), np.array([0.5]))])
    QApplication.processEvents()
    (low, high), (bottom, top) = plot.plot.getViewBox().viewRange()
    assert low < 85 < high < 200
    assert bottom < 0.5 < top < 2
    image = plot.plot.grab().toImage()
    there = range(image.width()), range(image.height())
    dots = [(x, y) for x in there[0] for y in there[1] if image.pixelColor(x, y) == BLUE]
    assert 4 <= len(dots) <= 40
    assert max(x for x, _y in dots) - min(x for x, _y in dots) < 8


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


def card(plot: CurvePlot) -> QLabel | None:
    """The card beside the pointer."""
    labels = plot.window().findChildren(QLabel, "readout")
    return next((label for label in labels if label.isVisible()), None)


def plain(label: QLabel) -> str:
    document = QTextDocument()
    document.setHtml(label.text())
    return document.toPlainText()


def test_the_pointer_reads_values_off(plot: CurvePlot) -> None:
    plot.set_curves([curve("train_loss"), curve("hidden")])
    QTest.mouseClick(chip(plot, "hidden"), Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    box = plot.plot.getViewBox()
    place = plot.plot.mapFromScene(box.sceneBoundingRect().center())
    move(plot.plot.viewport(), place)
    step = box.mapSceneToView(plot.plot.mapToScene(place)).x()
    text = card(plot)
    assert text is not None
    words = plain(text)
    assert words.splitlines()[0] == f"step {step:,.0f}"
    assert f"train loss  {number(1 / round(step))}" in words
    assert "hidden" not in words
    QApplication.sendEvent(plot.plot.viewport(), QEvent(QEvent.Type.Leave))
    assert not text.isVisible()


def read(plot: CurvePlot, share: float = 0.5) -> str:
    """What the card beside the pointer says, so far from the left."""
    area = plot.plot.getViewBox().sceneBoundingRect()
    place = QPointF(area.left() + share * area.width(), area.center().y())
    QTest.qWait(15)  # moves that come faster are passed over
    move(plot.plot.viewport(), plot.plot.mapFromScene(place))
    found = card(plot)
    return plain(found) if found is not None else ""


def test_every_curve_is_read_off_where_it_has_its_nearest_point(plot: CurvePlot) -> None:
    x = np.arange(0, 101, 50)
    plot.set_curves([curve("dense", 100), Curve("rare", "<b>", BLUE, x, x / 10)])
    QApplication.processEvents()
    head, dense, rare = read(plot, 0.6).splitlines()
    step = int(head.removeprefix("step "))
    assert dense == f"■ dense  {number(1 / step)}"
    assert rare == "■ <b>  5.0000  · step 50"
    assert "step 100" in read(plot, 0.9)


def test_of_very_many_curves_the_nearest_are_read_off(plot: CurvePlot) -> None:
    x = np.arange(10)
    many = [Curve(f"c{i}", f"c{i}", RED, x, np.full(10, float(i))) for i in range(40)]
    plot.set_curves(many)
    QApplication.processEvents()
    lines = read(plot).splitlines()
    assert lines[-1] == "… and 22 more, farther from the pointer"
    assert any("c20 " in line for line in lines)
    assert not any("c0 " in line or "c39 " in line for line in lines)
    assert len(plot.legend.findChildren(QToolButton)) == 24
    assert any(label.text() == "and 16 more" for label in plot.legend.findChildren(QLabel))


def test_both_axes_can_be_logarithmic(plot: CurvePlot) -> None:
    x = np.arange(0, 10_001)
    y = np.where(x > 0, 1.0 / np.maximum(x, 1), -1.0)
    plot.set_curves([Curve("a", "a", RED, x, y)])
    plot.set_axis("step", log=True)
    plot.set_log(True)
    QApplication.processEvents()
    shown_x, shown_y = data(lines(plot)[0])
    seen = np.isfinite(shown_x) & np.isfinite(shown_y)
    assert np.nanmin(shown_x) == 0
    assert np.nanmax(shown_x) == 4
    assert np.allclose(shown_y[seen], -shown_x[seen], atol=0.01)
    assert any(label.text().startswith("1 value of 0") for label in plot.findChildren(QLabel))
    head, value = read(plot).splitlines()
    step = float(head.removeprefix("step ").replace(",", ""))
    assert 50 < step < 200
    assert value == f"■ a  {number(1 / round(step))}"
    plot.set_log(False)
    assert not any(label.text().startswith("1 value") for label in plot.findChildren(QLabel))


def test_curves_lie_where_their_scales_say(plot: CurvePlot) -> None:
    plot.set_axis("epoch", "epoch")
    slow, fast = (
        Curve(key, key, RED, np.arange(1, 101), np.arange(1, 101) / 1, scale=evenly(step, 1.0))
        for key, step in (("slow", 50.0), ("fast", 10.0))
    )
    plot.set_curves([slow, fast])
    QApplication.processEvents()
    assert sorted(float(data(line)[0][-1]) for line in lines(plot)) == [2.0, 10.0]
    head, *values = read(plot).splitlines()
    epoch = float(head.removeprefix("epoch "))
    assert 4 < epoch < 6
    assert values == [
        f"■ slow  {number(100)}  · step 100",
        f"■ fast  {number(round(10 * epoch))}  · step {round(10 * epoch)}",
    ]


def test_a_band_lies_around_a_curve(plot: CurvePlot) -> None:
    x = np.arange(1000)
    for spread in (np.full(1000, 2.0), np.full(1000, 3.0)):
        plot.set_curves([Curve("a", "a", RED, x, np.sin(x / 99), spread=spread)])
        bands = [i for i in plot.plot.items() if getattr(i, "opts", {}).get("fillLevel")]
        low, high = bands[0].getData()[1].min(), bands[0].getData()[1].max()
        assert (low, high) == pytest.approx((-1 - spread[0], 1 + spread[0]), abs=0.01)
    plot.set_smoothing(0.9)
    plot.grab()
    QApplication.processEvents()
    assert "±" in read(plot)
    plot.set_curves([Curve("a", "a", RED, x, np.sin(x / 99))])
    assert not any(item.isVisible() for item in bands)


def test_a_curve_with_another_history_is_drawn_anew(plot: CurvePlot) -> None:
    x = np.arange(10_000)
    values = np.zeros(10_000)
    plot.set_curves([Curve("a", "a", RED, x, values)])
    plot.set_smoothing(0.5)
    values[:] = 1  # measured again
    plot.set_curves([Curve("a", "a", RED, x, values, history=1)])
    assert data(lines(plot)[0])[1].min() == 1


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
        (-0.5, "−0.5000"),
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


def test_a_low_place_shows_fewer_plots_and_which_is_chosen(show: Show, qtbot: QtBot) -> None:
    """In the strip below a canvas curves have most of the height, and every plot can be had."""
    titles = ("Loss", "Scores", "Samples", "Distance", "Metrics")
    plots = {title: CurvePlot(title) for title in titles}
    for plot in plots.values():
        plot.set_curves([curve(f"curve {i}") for i in range(4)])
    wall: PlotWall = show(PlotWall(list(plots.items())), 1100, 110)

    def seen() -> list[str]:
        return [title for title, plot in plots.items() if not plot.visibleRegion().isEmpty()]

    qtbot.waitUntil(lambda: seen() == ["Loss", "Scores"])
    assert plots["Loss"].plot.height() > 100
    assert plots["Loss"].plot.width() > 250
    (choice,) = plots["Scores"].findChildren(QComboBox)
    assert [choice.itemText(i) for i in range(choice.count())] == list(titles)
    assert choice.currentText() == "Scores"
    choice.activated.emit(4)
    qtbot.waitUntil(lambda: seen() == ["Loss", "Metrics"])
    assert plots["Metrics"].findChildren(QComboBox)[0].currentText() == "Metrics"
    wall.resize(600, 110)
    qtbot.waitUntil(lambda: seen() == ["Loss"])
    wall.resize(1100, 500)
    qtbot.waitUntil(lambda: seen() == list(titles))
    assert not any(plot.findChildren(QComboBox) for plot in plots.values())
    for plot in plots.values():
        assert plot.legend.isVisible()
        assert plot.legend.geometry().bottom() < plot.plot.y()


def test_plots_of_a_low_place_are_chosen_step_by_step_with_keys(show: Show, qtbot: QtBot) -> None:
    titles = ("Loss", "Scores", "Samples", "Distance", "Metrics")
    plots = {title: CurvePlot(title) for title in titles}
    wall: PlotWall = show(PlotWall(list(plots.items())), 600, 110)
    wall.activateWindow()
    assert QTest.qWaitForWindowActive(wall)
    plots["Loss"].findChildren(QComboBox)[0].setFocus()
    for title in titles[1:]:
        focused = QApplication.focusWidget()
        assert isinstance(focused, QComboBox)
        QTest.keyClick(focused, Qt.Key.Key_Down)
        assert plots[title].isVisible()
        now = QApplication.focusWidget()
        assert now is not None
        assert plots[title].isAncestorOf(now)
    again: PlotWall = PlotWall([(title, CurvePlot(title)) for title in titles])
    qtbot.addWidget(again)
    again.set_order(wall.order)
    assert again.order == wall.order
    assert again.order[0] == 4
    again.set_order([1, 0])
    assert again.order == wall.order


def test_the_axis_is_named_where_there_is_room(plot: CurvePlot) -> None:
    label = plot.plot.getAxis("bottom").label
    for height, named in ((400, True), (100, False), (300, True)):
        plot.resize(400, height)
        QApplication.processEvents()
        assert label.isVisible() is named


def test_colours_of_another_theme_come_at_once(qtbot: QtBot) -> None:
    """Values may wait; a legend in the colours of the theme before would not fit its curves."""
    legend = Legend()
    qtbot.addWidget(legend)
    legend.set_entries([Entry("loss", "loss", QColor("#ff0000"), value="1")])
    legend.set_entries([Entry("loss", "loss", QColor("#00ff00"), value="2")])
    chip = legend.findChild(QToolButton, "legend_loss")
    assert chip is not None
    piece = chip.icon().pixmap(18, 10).toImage()
    colors = {
        piece.pixelColor(x, y).name() for x in range(piece.width()) for y in range(piece.height())
    }
    assert "#00ff00" in colors
    assert "#ff0000" not in colors
