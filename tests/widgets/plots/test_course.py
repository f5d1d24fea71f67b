"""Long curves are thinned without losing a peak."""

from __future__ import annotations

import time

import numpy as np
import pytest

from widgets.plots.envelope import envelope, smooth

RANDOM = np.random.default_rng(0)
EVERYTHING = (-np.inf, np.inf)


@pytest.mark.parametrize("count", [1, 2, 199, 200, 201, 1003, 12_345, 100_000])
@pytest.mark.parametrize("bins", [1, 7, 100])
def test_least_and_greatest_values_survive(count: int, bins: int) -> None:
    x = np.arange(count)
    for place in {0, count // 3, count - 2, count - 1} & set(range(count)):
        y = RANDOM.random(count)
        y[place] = 9
        y[(place * 7 + 3) % count] -= 9
        shown_x, shown_y = envelope(x, y, *EVERYTHING, bins)
        assert (shown_y.min(), shown_y.max()) == (y.min(), y.max())
        assert len(shown_x) <= 2 * bins + 4
        assert (np.diff(shown_x) > 0).all()
        assert np.array_equal(y[shown_x.astype(int)], shown_y)
        assert shown_x[0] == 0
        assert shown_x[-1] == count - 1


def test_short_curves_stay_as_they_are() -> None:
    x, y = np.arange(200), RANDOM.random(200)
    shown_x, shown_y = envelope(x, y, *EVERYTHING, 100)
    assert np.array_equal(shown_x, x)
    assert np.array_equal(shown_y, y)


def test_extremes_of_every_pixel_survive() -> None:
    x, y = np.arange(10_000), RANDOM.standard_normal(10_000)
    shown_x, shown_y = envelope(x, y, *EVERYTHING, 50)
    for start in range(0, 10_000, 200):
        inside = (shown_x >= start) & (shown_x < start + 200)
        part = y[start : start + 200]
        assert (shown_y[inside].min(), shown_y[inside].max()) == (part.min(), part.max())


def test_lines_run_to_the_edges_of_what_is_seen() -> None:
    x = np.arange(0, 1000, 10)
    shown_x, _y = envelope(x, RANDOM.random(100), 203, 507, 1000)
    assert (shown_x[0], shown_x[-1]) == (200, 510)
    shown_x, _y = envelope(x, RANDOM.random(100), 200, 500, 1000)
    assert (shown_x[0], shown_x[-1]) == (190, 510)
    assert len(envelope(x, RANDOM.random(100), 5000, 6000, 100)[0]) == 1
    assert len(envelope(x, RANDOM.random(100), -50, -5, 100)[0]) == 1


def test_values_that_are_no_numbers_hide_no_peak() -> None:
    y = RANDOM.random(10_000)
    y[::2] = np.nan
    y[1234 * 2 + 1] = 7
    y[5001] = -7
    y[99] = np.inf
    y[101] = -np.inf
    shown = envelope(np.arange(10_000), y, *EVERYTHING, 40)[1]
    finite = shown[np.isfinite(shown)]
    assert (finite.min(), finite.max()) == (-7, 7)


def test_nothing_but_gaps() -> None:
    y = np.full(10_000, np.nan)
    shown_x, shown_y = envelope(np.arange(10_000), y, *EVERYTHING, 40)
    assert np.isnan(shown_y).all()
    assert len(shown_x) < 100
    assert len(envelope(np.zeros(0), np.zeros(0), 0, 1, 10)[0]) == 0


def test_a_million_points_take_milliseconds() -> None:
    x, y = np.arange(1_000_000), RANDOM.random(1_000_000)
    start = time.perf_counter()
    envelope(x, y, *EVERYTHING, 1000)
    smooth(y, 0.99)
    assert time.perf_counter() - start < 1


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
