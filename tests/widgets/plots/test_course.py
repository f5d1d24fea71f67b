"""Long curves are thinned without losing a peak."""

from __future__ import annotations

import numpy as np
import pytest

from widgets.plots.average import Average, smooth
from widgets.plots.course import Course
from widgets.plots.pixels import GROUP, Floats, Pixels, Places

RANDOM = np.random.default_rng(0)


def course(y: Floats, x: Places | None = None) -> Course:
    made = Course()
    made.follow(np.arange(len(y)) if x is None else x, y)
    return made


def seen(made: Course, low: float, high: float, bins: int) -> tuple[Floats, Floats]:
    return made.outline(Pixels(np.linspace(low, high, bins + 1)))


@pytest.mark.parametrize("count", [1, 2, 199, 200, 201, 1003, 12_345, 100_000])
@pytest.mark.parametrize("bins", [1, 7, 100])
def test_least_and_greatest_values_survive(count: int, bins: int) -> None:
    for place in {0, count // 3, count - 2, count - 1} & set(range(count)):
        y = RANDOM.random(count)
        y[place] = 9
        y[(place * 7 + 3) % count] -= 9
        shown_x, shown_y = seen(course(y), 0, max(count - 1, 1), bins)
        assert (shown_y.min(), shown_y.max()) == (y.min(), y.max())
        assert len(shown_x) <= 2 * bins + 4
        assert (np.diff(shown_x) > 0).all()
        assert shown_x[0] == 0
        assert shown_x[-1] == count - 1


def test_short_curves_stay_as_they_are() -> None:
    x, y = np.arange(200), RANDOM.random(200)
    shown_x, shown_y = seen(course(y), 0, 199, 100)
    assert np.array_equal(shown_x, x)
    assert np.array_equal(shown_y, y)


@pytest.mark.parametrize("count", [10_000, 1_000_000])
def test_extremes_of_every_pixel_survive(count: int) -> None:
    """Where pixels begin is right to a quarter of one."""
    y, width = RANDOM.standard_normal(count), count // 50
    shown_x, shown_y = seen(course(y), 0, count, 50)
    for start in range(0, count, width):
        inside = (shown_x >= start) & (shown_x < start + width)
        part = y[start : start + width]
        least, most = shown_y[inside].min(), shown_y[inside].max()
        around = y[max(0, start - width // 4) : start + width + width // 4]
        assert around.min() <= least <= part.min()
        assert around.max() >= most >= part.max()


def test_rising_and_falling_pieces_are_drawn_that_way_round() -> None:
    for y in (np.arange(10_000.0), np.arange(10_000.0)[::-1].copy()):
        shown = seen(course(y), 0, 9_999, 100)[1]
        assert np.array_equal(np.sort(shown), shown if y[0] < y[-1] else shown[::-1])


def test_a_curve_that_grows_is_the_curve_that_was_there_at_once() -> None:
    y = RANDOM.standard_normal(5 * GROUP**2 + 17)
    grown = Course()
    for count in (1, GROUP, GROUP + 1, 3 * GROUP**2, len(y) - 1, len(y)):
        grown.follow(np.arange(count), y[:count])
        for bins in (3, 50):
            one, other = seen(grown, 0, count, bins), seen(course(y[:count]), 0, count, bins)
            assert np.array_equal(one[0], other[0])
            assert np.array_equal(one[1], other[1])
        assert grown.extremes() == (y[:count].min(), y[:count].max())


@pytest.mark.parametrize("kind", ["whole", "uneven", "fractions"])
def test_pixels_need_not_be_even_nor_points(kind: str) -> None:
    """On a logarithmic axis the first pixels hold a point each, the last ones most of the curve."""
    count = 200_000
    y = RANDOM.standard_normal(count)
    y[[0, 3, 150_000]] = 50, -50, 70
    x: Places = np.arange(1, count + 1)
    if kind == "uneven":
        x = np.cumsum(RANDOM.integers(1, 4, count))
    elif kind == "fractions":
        x = np.sort(RANDOM.random(count)) * count + 1
    made = course(y, x)
    shown_x, shown_y = made.outline(Pixels(np.geomspace(float(x[0]), float(x[-1]), 301)))
    assert (shown_y.max(), shown_y.min()) == (70, -50)
    assert shown_y[0] == 50
    assert len(shown_x) <= 604
    assert (np.diff(shown_x) > 0).all()
    assert abs(shown_x[shown_y.argmax()] / x[150_000] - 1) < 0.1


def test_lines_run_to_the_edges_of_what_is_seen() -> None:
    x = np.arange(0, 1000, 10)
    made = course(RANDOM.random(100), x)
    shown_x, _y = seen(made, 203, 507, 1000)
    assert (shown_x[0], shown_x[-1]) == (200, 510)
    shown_x, _y = seen(made, 200, 500, 1000)
    assert (shown_x[0], shown_x[-1]) == (190, 510)
    assert len(seen(made, 5000, 6000, 100)[0]) == 1
    assert len(seen(made, -50, -5, 100)[0]) == 1


def test_values_that_are_no_numbers_hide_no_peak() -> None:
    y = RANDOM.random(100_000)
    y[::2] = np.nan
    y[12_345 * 2 + 1] = 7
    y[50_001] = -7
    shown = seen(course(y), 0, 100_000, 40)[1]
    finite = shown[np.isfinite(shown)]
    assert (finite.min(), finite.max()) == (-7, 7)


def test_nothing_but_gaps() -> None:
    y = np.full(10_000, np.nan)
    shown_x, shown_y = seen(course(y), 0, 10_000, 40)
    assert np.isnan(shown_y).all()
    assert len(shown_x) < 100
    assert np.isnan(course(y).extremes()).all()
    assert len(seen(course(np.zeros(0)), 0, 1, 10)[0]) == 0


@pytest.mark.parametrize("weight", [0.5, 0.9, 0.99, 0.999])
def test_smoothing_is_the_corrected_average(weight: float) -> None:
    values = RANDOM.standard_normal(5000) + 3
    average, expected = 0.0, []
    for step, value in enumerate(values, start=1):
        average = weight * average + (1 - weight) * value
        expected.append(average / (1 - weight**step))
    assert np.allclose(smooth(values, weight), expected, rtol=1e-8)


def test_smoothing_skips_gaps() -> None:
    values = np.array([1.0, np.nan, 1.0, np.inf, 1.0])
    smoothed = smooth(values, 0.9)
    assert np.allclose(smoothed[[0, 2, 4]], 1)
    assert np.isnan(smoothed[[1, 3]]).all()
    assert smooth(values, 0) is values
    gaps = np.full(3, np.nan)
    assert np.isnan(smooth(gaps, 0.5)).all()
    assert len(smooth(np.zeros(0), 0.5)) == 0


@pytest.mark.parametrize("weight", [0.0, 0.6, 0.999])
def test_an_average_goes_on_where_it_was(weight: float) -> None:
    values = RANDOM.standard_normal(20_000) + 3
    values[5::97] = np.nan
    average = Average(weight)
    for count in (0, 1, 500, 501, 20_000):
        assert np.allclose(
            average.follow(values[:count]), smooth(values[:count], weight), equal_nan=True
        )
