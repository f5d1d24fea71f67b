"""How much of the ordinate is shown where a few values lie far out, and how the others are reached."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.widgets.plots.conftest import Show, move
from widgets.plots.curves import CurvePlot
from widgets.plots.pixels import Floats
from widgets.plots.scale import evenly
from widgets.plots.track import Curve

RED, BLUE = QColor("#c0392b"), QColor("#2980b9")


def noise(count: int = 2000, level: float = 2.0) -> Floats:
    return np.asarray(level + 0.2 * np.sin(np.arange(count) * 7.3), np.float64)


def with_spike(at: int = 0, count: int = 2000, value: float = 8000.0) -> Floats:
    y = noise(count)
    y[at] = value
    return y


def curve(y: Floats, key: str = "train_loss", color: QColor = RED) -> Curve:
    return Curve(key, key, color, np.arange(1, len(y) + 1), y)


@pytest.fixture
def plot(show: Show) -> CurvePlot:
    made: CurvePlot = show(CurvePlot("Loss"))
    return made


def upwards(plot: CurvePlot) -> tuple[float, float]:
    QApplication.processEvents()
    low, high = plot.plot.getViewBox().viewRange()[1]
    return low, high


def marked(plot: CurvePlot) -> list[str]:
    return plot._drawing.beyond.words()


@pytest.mark.parametrize("at", [0, 1, 700, 1999])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_spike_does_not_make_a_line_of_the_rest(plot: CurvePlot, at: int, sign: int) -> None:
    plot.set_curves([curve(sign * with_spike(at))])
    low, high = sorted(sign * end for end in upwards(plot))
    assert 1.5 < low < 1.81
    assert 2.19 < high < 2.5
    assert marked(plot) == ["8,000" if sign > 0 else "−8,000"]
    assert "8,000" in plot.accessibleDescription()


FALLING = 1 / np.arange(1, 2001)


@pytest.mark.parametrize(
    "y",
    [
        FALLING,
        -FALLING,
        FALLING[::-1],
        np.r_[8000.0, noise(10)],  # short
        np.r_[noise(500), 30 * np.ones(200), noise(500)],  # too often to be out of the way
        with_spike(700, value=4.0),  # not far out
        np.where(np.arange(2000) == 5, 50.0, 0.0),  # without it there is nothing to see
        0.05 + 2.25 * np.exp(-np.arange(2000) / 15) + 0.01 * np.sin(np.arange(2000)),
    ],
)
def test_all_of_other_curves_is_shown(plot: CurvePlot, y: Floats) -> None:
    plot.set_curves([curve(y)])
    low, high = upwards(plot)
    assert low <= y.min()
    assert high >= y.max()
    assert marked(plot) == []
    assert plot.accessibleDescription() == ""


def test_a_rare_curve_far_from_the_others_is_shown(plot: CurvePlot) -> None:
    plot.set_curves([curve(with_spike()), curve(noise(8, 500.0), "validation_loss", BLUE)])
    low, high = upwards(plot)
    assert low < 1.9
    assert 500 < high < 600
    assert marked(plot) == ["8,000"]
    plot.set_curves([curve(with_spike()), curve(noise(8, 5000.0), "higher", BLUE)])
    assert upwards(plot)[1] > 8000, "it would take little more height"


def test_a_spike_of_the_raw_values_does_not_lift_their_average(plot: CurvePlot) -> None:
    plot.set_curves([curve(with_spike())])
    plot.set_smoothing(0.9)
    assert upwards(plot)[1] < 2.5
    assert marked(plot) == ["8,000"]


def test_of_very_many_curves_each_has_its_spikes(plot: CurvePlot) -> None:
    many = [curve(with_spike(37 * i, 9000), f"run {i}") for i in range(60)]
    plot.set_curves(many)
    assert plot._drawing._strips.shown == 60
    assert upwards(plot)[1] < 2.5
    assert marked(plot) == ["8,000"]
    plot.set_whole(True)
    assert upwards(plot)[1] > 8000


def test_a_spike_of_a_mean_lies_outside_with_its_band(plot: CurvePlot) -> None:
    y, spread = with_spike(), np.full(2000, 0.5)
    spread[0] = 4000
    plot.set_curves([Curve("a", "a", RED, np.arange(1, 2001), y, spread=spread)])
    low, high = upwards(plot)
    assert low < 1.3
    assert 2.7 < high < 3.2
    assert marked(plot)[0] == "12,000"


def test_places_of_marks_follow_the_axis(plot: CurvePlot) -> None:
    plot.set_axis("epoch", "epoch")
    one = curve(with_spike(999))
    plot.set_curves([Curve("a", "a", RED, one.x, one.y, scale=evenly(100.0, 1.0))])
    QApplication.processEvents()
    (found,) = plot._drawing.beyond.there
    assert found.x == pytest.approx(10.0)
    plot.set_curves([])
    assert marked(plot) == []


def test_the_logarithm_shows_spikes_that_it_can(plot: CurvePlot) -> None:
    plot.set_curves([curve(with_spike(value=12.0))])
    assert marked(plot) == ["12.00"]
    plot.set_log(True)
    assert upwards(plot)[1] > np.log10(12)
    assert marked(plot) == []
    plot.set_curves([curve(with_spike(), "higher")])
    assert marked(plot) == ["8,000"]


def spot(plot: CurvePlot) -> QPoint:
    """Where the figures of the mark stand."""
    beyond = plot._drawing.beyond
    (mark,) = beyond.there
    place = beyond._label(mark, beyond._font()).center()
    found: QPoint = plot.plot.mapFromScene(plot.plot.getViewBox().mapToScene(QPointF(place)))
    return found


@pytest.mark.parametrize("at", [0, 1999])
def test_a_click_on_the_mark_shows_everything(plot: CurvePlot, at: int, qtbot: QtBot) -> None:
    plot.set_curves([curve(with_spike(at))])
    QApplication.processEvents()
    place = spot(plot)
    assert plot.plot.viewport().rect().contains(place)
    move(plot.plot.viewport(), place)
    QTest.mouseClick(plot.plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert upwards(plot)[1] > 8000
    assert marked(plot) == []
    assert plot.whole
    plot.fit()
    assert upwards(plot)[1] < 2.5


def double_click(plot: CurvePlot, at: QPoint) -> None:
    """As a hand does it: the second press is the double one."""
    QTest.mouseClick(plot.plot.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(plot.plot.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_a_double_click_shows_everything_and_the_next_one_no_more(
    plot: CurvePlot, qtbot: QtBot
) -> None:
    plot.set_curves([curve(with_spike())])
    middle = plot.plot.viewport().rect().center()
    double_click(plot, middle)
    assert upwards(plot)[1] > 8000
    double_click(plot, middle)
    assert upwards(plot)[1] < 2.5
    double_click(plot, spot(plot))
    assert upwards(plot)[1] > 8000, "both clicks are one wish"


def test_a_zoom_of_a_person_stays(plot: CurvePlot) -> None:
    plot.set_curves([curve(with_spike())])
    plot.plot.setYRange(0, 100, padding=0)
    plot.set_curves([curve(with_spike(count=2500))])
    assert upwards(plot) == (0, 100)
    assert marked(plot) == []
    double_click(plot, plot.plot.viewport().rect().center())
    assert upwards(plot)[1] < 2.5
    assert not plot.whole


def test_a_mark_is_seen(plot: CurvePlot) -> None:
    plot.set_curves([curve(with_spike(1000))])
    QApplication.processEvents()
    (mark,) = plot._drawing.beyond.there
    box = plot._drawing.beyond._triangle(mark).boundingRect()
    place = plot.plot.mapFromScene(plot.plot.getViewBox().mapToScene(box.center() + QPointF(0, 2)))
    assert plot.plot.grab().toImage().pixelColor(place) == RED
