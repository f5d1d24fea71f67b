"""Very many long curves are painted together, and look as if each had been painted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPicture
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.widgets.plots.conftest import Show
from tests.widgets.plots.test_curves import chip, lines
from widgets.plots import drawing
from widgets.plots.curves import CurvePlot
from widgets.plots.scale import evenly
from widgets.plots.strips import Strips
from widgets.plots.topmost import Rows, topmost
from widgets.plots.track import Curve

RANDOM = np.random.default_rng(0)
MANY, LONG = 30, 6000
COLORS = [QColor("#2040c0"), QColor("#c02020"), QColor("#108040")]


def painted(start: Rows, end: Rows, height: int) -> Rows:
    """One stroke over the other."""
    picture = np.zeros((height, start.shape[1]), np.int16)
    for stroke, (begins, ends) in enumerate(zip(start, end, strict=True), start=1):
        for column, (first, last) in enumerate(zip(begins, ends, strict=True)):
            picture[first:last, column] = stroke
    return picture


@pytest.mark.parametrize("longest", [2, 10, 60])
@pytest.mark.parametrize("strokes", [1, 6, 50])
def test_the_topmost_stroke_is_found_whatever_they_cover(strokes: int, longest: int) -> None:
    """Short strokes lie in many stretches of a column, long ones in one."""
    start = RANDOM.integers(0, 60, (strokes, 25)).astype(np.int16)
    end = np.minimum(start + RANDOM.integers(0, longest, start.shape), 60).astype(np.int16)
    before = start.copy(), end.copy()
    assert np.array_equal(topmost(start, end, 60), painted(start, end, 60))
    assert np.array_equal(start, before[0])
    assert np.array_equal(end, before[1])


def curve(number: int, y: np.ndarray, dashed: bool = False) -> Curve:
    color = COLORS[number % len(COLORS)]
    return Curve(f"c{number}", f"c{number}", color, np.arange(1, len(y) + 1), y, dashed)


def noisy(count: int = MANY, length: int = LONG) -> list[Curve]:
    fall = 2 * np.exp(-3 * np.arange(length) / length)
    return [curve(i, (0.5 + i / count) * fall + 0.8 * RANDOM.random(length)) for i in range(count)]


@pytest.fixture
def plot(show: Show) -> CurvePlot:
    made: CurvePlot = show(CurvePlot("Loss"), 500, 300)
    return made


def together(plot: CurvePlot) -> list[Strips]:
    return [item for item in plot.plot.items() if isinstance(item, Strips) and item.shown]


def picture(plot: CurvePlot) -> np.ndarray:
    """Colours of the plot's pixels ``(height, width, 3)``."""
    image = plot.plot.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    height, width = image.height(), image.width()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(height, width, 4)
    return pixels[..., :3].astype(int).copy()


def test_it_looks_as_if_each_had_been_painted(
    plot: CurvePlot, monkeypatch: pytest.MonkeyPatch
) -> None:
    plot.set_curves(noisy())
    plot.plot.setXRange(100, LONG - 100, padding=0)
    QTest.qWait(drawing.REST_MS + 60)
    (strips,) = together(plot)
    assert strips.shown == MANY
    assert lines(plot) == []
    one = picture(plot)
    monkeypatch.setattr(drawing, "MOST_DRAWN", 10**9)
    plot.set_smoothing(0)
    assert together(plot) == []
    assert len(lines(plot)) == MANY
    other = picture(plot)
    seen = [np.ptp(found, axis=-1) > 60 for found in (one, other)]  # what is not grey
    assert (seen[0] & seen[1]).sum() > 0.95 * (seen[0] | seen[1]).sum() > 5_000
    same = (np.abs(one - other).max(axis=-1) < 60)[seen[0] & seen[1]]
    assert same.mean() > 0.6  # of three colours: at the edges of noise each pixel has another one


def test_a_peak_of_one_point_is_seen_while_curves_move_and_when_they_rest(plot: CurvePlot) -> None:
    curves = [curve(i, np.full(LONG, 1.0)) for i in range(MANY)]
    curves[0].y[3210] = 5.0
    plot.set_curves(curves)
    plot.plot.setXRange(1, LONG, padding=0)
    for wait in (0, drawing.REST_MS + 60):
        QTest.qWait(wait)
        (strips,) = together(plot)
        assert strips.reach[1] == (1.0, 5.0)
        blue = (picture(plot) - [192, 64, 32] == 0).all(axis=-1)
        assert 0 < blue.any(axis=0).sum() <= 2
        assert blue.sum() > 50


@pytest.mark.parametrize("log_x", [False, True])
@pytest.mark.parametrize("log_y", [False, True])
def test_scales_and_gaps(plot: CurvePlot, log_x: bool, log_y: bool) -> None:
    curves = noisy()
    for one in curves:
        one.y[2000:3000] = np.nan
        one.y[0] = -1.0
    plot.set_axis("step", log=log_x)
    plot.set_log(log_y)
    plot.set_curves(curves)
    QApplication.processEvents()
    (strips,) = together(plot)
    (left, right), (low, high) = strips.reach
    assert right == pytest.approx(np.log10(LONG) if log_x else LONG, rel=0.01)
    assert left == pytest.approx(np.log10(2 if log_y else 1) if log_x else 1, abs=30)
    most = max(np.nanmax(one.y) for one in curves)
    assert high == pytest.approx(np.log10(most) if log_y else most)
    assert low is not None
    assert low < 0
    found = np.ptp(picture(plot), axis=-1) > 60
    columns = np.flatnonzero(found.any(axis=0))
    assert np.diff(columns).max() > (10 if log_x else 50)  # the gap
    plot.set_log(False)


def test_runs_over_epochs_lie_where_their_scales_say(plot: CurvePlot) -> None:
    curves = noisy()
    scaled = [
        Curve(c.key, c.label, c.color, c.x, c.y, scale=evenly(100.0 + (i % 2) * 100, 1.0))
        for i, c in enumerate(curves)
    ]
    plot.set_axis("epoch", "epoch")
    plot.set_curves(scaled)
    (strips,) = together(plot)
    assert strips.reach[0] == pytest.approx((0, 60), abs=0.5)


def test_few_points_and_smoothed_lines_are_drawn_alone(plot: CurvePlot) -> None:
    plot.set_curves([*noisy(), curve(MANY, RANDOM.random(20))])
    assert len(lines(plot)) == 1
    plot.set_smoothing(0.9)
    assert len(lines(plot)) == MANY + 1
    (faint,) = together(plot)
    assert faint.zValue() < 0
    plot.set_smoothing(0)
    assert len(lines(plot)) == 1


def test_hidden_curves_leave_the_picture_and_few_are_lines_again(plot: CurvePlot) -> None:
    curves = noisy()
    plot.set_curves(curves)
    chip(plot, "c3").click()
    assert together(plot)[0].shown == MANY - 1
    plot.set_curves(curves[:4])
    assert together(plot) == []
    assert len(lines(plot)) == 3
    plot.set_curves([])
    plot.grab()


def test_columns_are_cut_anew_when_the_window_changes(plot: CurvePlot) -> None:
    plot.set_curves(noisy())
    wide = picture(plot)
    plot.resize(QSize(900, 300))
    QApplication.processEvents()
    found = np.ptp(picture(plot), axis=-1) > 60
    assert found.shape[1] > wide.shape[1]
    assert found.any(axis=0).sum() > 0.85 * found.shape[1]


@pytest.mark.parametrize("dashed", [False, True])
def test_dashes_and_drawings(plot: CurvePlot, dashed: bool) -> None:
    """Where lines are asked for, as in a drawing that is saved, there are lines."""
    plot.set_curves([curve(i, np.full(LONG, 1.0), dashed) for i in range(MANY)])
    QApplication.processEvents()
    row = (np.ptp(picture(plot), axis=-1) > 60).sum(axis=1).max()
    assert (row > 400) != dashed
    kept = QPicture()
    with QPainter(kept) as painter:
        plot.plot.render(painter)
    assert kept.size() > 2 * 8 * 400 * MANY  # abscissas and ordinates of all


def test_more_points_are_drawn_as_they_come(plot: CurvePlot) -> None:
    grown: Callable[[int], list[Curve]] = lambda n: [  # noqa: E731
        curve(i, np.arange(float(n)) + i) for i in range(MANY)
    ]
    for count in (2000, 2001, 40_000):
        plot.set_curves(grown(count))
        assert together(plot)[0].reach[1] == (0.0, count + MANY - 2.0)
