"""Curves boiled down to rounds: the same rows, however much of a curve is there when they are closed."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.clinic.pace import end_of_scale, round_after, stretch_at
from engine.clinic.track import BROKEN, COUNT, FINE, HIGH, MEANS, MEDIAN, Track
from engine.clinic.vitals import Numbers

STEPS = 12_000
EVERY = np.arange(1, STEPS + 1, dtype=np.int64)


def rounds(steps: int = STEPS) -> list[int]:
    """Steps of the rounds."""
    found = [round_after(0)]
    while found[-1] < steps:
        found.append(round_after(found[-1]))
    return [step for step in found if step <= steps]


def closed(steps: NDArray[np.int64], values: Numbers, pieces: int) -> Track:
    """A track that was fed in so many pieces, and whose rounds were gone as soon as they could be."""
    track, edges, row = Track(), [0, *rounds()], 0
    for start, stop in itertools.pairwise(np.linspace(0, STEPS, pieces + 1).astype(int)):
        there = (steps > start) & (steps <= stop)
        if there.any():
            track.feed(steps[there], values[there])
        while row + 1 < len(edges) and edges[row + 1] <= stop:
            track.close(row, edges[row], edges[row + 1])
            row += 1
    return track


def drawn(count: int) -> Numbers:
    return np.exp(np.random.default_rng(count).standard_normal(count))


def holed(values: Numbers) -> Numbers:
    """With a value in fifty that is no number."""
    return np.where(np.arange(len(values)) % 50 == 7, np.inf, values)


CURVES: dict[str, tuple[NDArray[np.int64], Numbers]] = {
    "every step": (EVERY, drawn(STEPS)),
    "every fifth": (EVERY[4::5], drawn(STEPS // 5)),
    "evaluations": (EVERY[19::20], drawn(STEPS // 20)),
    "rare": (EVERY[699::700], drawn(STEPS // 700)),
    "with holes": (EVERY, holed(drawn(STEPS))),
    "from the middle on": (EVERY[3210:], drawn(STEPS)[3210:]),
    "with a gap": (np.delete(EVERY, np.s_[4100:4177]), np.delete(drawn(STEPS), np.s_[4100:4177])),
}


@pytest.mark.parametrize("name", CURVES)
def test_a_row_says_what_was_measured_in_its_round(name: str) -> None:
    steps, values = CURVES[name]
    track = closed(steps, values, 1)
    edges = [0, *rounds()]
    rows = track.rows(0, len(edges) - 1)
    for row, (after, before) in enumerate(itertools.pairwise(edges)):
        there = (steps >= after) & (steps < before)
        sound = values[there][np.isfinite(values[there])]
        assert rows[row, COUNT] == len(sound)
        assert rows[row, BROKEN] == there.sum() - len(sound)
        if len(sound):
            assert rows[row, MEDIAN] == pytest.approx(np.median(sound), rel=1e-12)
            assert rows[row, HIGH] == np.quantile(sound, 0.9, method="higher")
        for part in range(FINE):
            span = (before - after) / FINE
            some = values[(steps >= after + part * span) & (steps < after + (part + 1) * span)]
            some = some[np.isfinite(some)]
            mean = some.mean() if len(some) else np.nan
            assert rows[row, MEANS + part] == pytest.approx(mean, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("name", CURVES)
def test_rows_are_the_same_to_the_bit_however_often_rounds_are_gone(name: str) -> None:
    count = len(rounds())
    whole = closed(*CURVES[name], 1)
    for pieces in (7, 600, STEPS):
        some = closed(*CURVES[name], pieces)
        np.testing.assert_array_equal(some.rows(0, count), whole.rows(0, count))
        np.testing.assert_array_equal(some.at.all, whole.at.all)


@pytest.mark.parametrize("name", CURVES)
def test_what_is_carried_along_is_what_all_rounds_together_say(name: str) -> None:
    steps, values = CURVES[name]
    track, edges = Track(), [0, *rounds()]
    track.feed(steps, values)
    for row, (after, before) in enumerate(itertools.pairwise(edges)):
        track.close(row, after, before)
        if row % 17:
            continue
        medians = track.rows(0, row + 1)[:, MEDIAN]
        found = medians[np.isfinite(medians)]
        np.testing.assert_array_equal(track.at.all, np.flatnonzero(np.isfinite(medians)))
        np.testing.assert_array_equal(track.found.all, found)
        assert list(track.ordered()) == sorted(found)
        middles = [float(np.median(found[i : i + 4])) for i in range(len(found) - 3)]
        first, least = track.lowest(4)
        assert least == pytest.approx(min(middles, default=np.inf), rel=1e-12)
        assert not middles or first == int(np.argmin(middles))


def test_stretches_double_where_a_scale_ends() -> None:
    for step in (0, 4_999, 5_000, 9_999, 10_000, 123_456):
        end = end_of_scale(step)
        assert stretch_at(step) == stretch_at(end - 1)
        assert stretch_at(end) == 2 * stretch_at(step)
        assert end % stretch_at(end) == 0
