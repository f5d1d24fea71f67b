"""What a run has said is kept whole, bounded, and right after a resume."""

from __future__ import annotations

import numpy as np

from engine.protocol import Array, Finished, Marker, Measured, Scalars, Started, State
from workbench.rundata import Frame, Frames, RunData, Series


def scalars(name: str, start: int, stop: int) -> Scalars:
    steps = np.arange(start, stop)
    return Scalars(series={name: (Array.of(steps), Array.of(steps * 0.5))})


def started(step: int) -> Started:
    return Started(run="r", step=step, steps_per_epoch=10, total_steps=None, device="cpu")


def test_series_grow_past_their_first_room() -> None:
    series = Series()
    for start in range(0, 5000, 100):
        series.extend(
            np.arange(start, start + 100), np.arange(start, start + 100, dtype=np.float64) * 2.0
        )
    assert len(series) == 5000
    assert np.array_equal(series.steps, np.arange(5000))
    assert np.array_equal(series.values, np.arange(5000) * 2.0)


def test_a_resumed_run_forgets_what_it_measures_again() -> None:
    run = RunData()
    run.feed(started(0))
    run.feed(scalars("train_loss", 1, 101))
    run.feed(Measured(stream="health", step=90, arrays={}))
    run.feed(Marker(step=95, kind="learning_rate", text="…"))
    run.feed(started(50))
    assert run.scalars["train_loss"].steps[-1] == 50
    assert len(run.frames["health"]) == 0
    assert run.markers == []
    run.feed(scalars("train_loss", 51, 61))
    assert np.array_equal(run.scalars["train_loss"].steps, np.arange(1, 61))


def test_frames_stay_bounded_and_keep_the_first_and_the_newest() -> None:
    frames = Frames(most=20)
    for step in range(500):
        frames.add(Frame(step, {}, {}))
        assert len(frames) <= 20
    steps = [frame.step for frame in frames]
    assert steps[0] == 0
    assert steps[-1] == 499
    assert steps == sorted(set(steps))


def test_versions_change_with_what_a_panel_shows() -> None:
    run = RunData()
    before = run.version("health")
    run.feed(scalars("train_loss", 1, 2))
    assert run.version("health") == before
    run.feed(Measured(stream="health", step=1, arrays={"x": Array.of(np.zeros(2))}))
    assert run.version("health") > before


def test_states_follow_the_run() -> None:
    run = RunData()
    assert run.active
    run.feed(started(0))
    run.feed(State(state="paused", step=7))
    assert (run.state, run.active, run.step) == ("paused", True, 7)
    run.feed(
        Finished(
            run="r", state="stopped", steps=9, epochs=0.9, seconds=1, steps_per_second=9, metrics={}
        )
    )
    assert (run.state, run.active) == ("stopped", False)
