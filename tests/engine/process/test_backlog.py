"""What waits stays small, in order, and loses nothing that matters."""

from __future__ import annotations

import numpy as np

from engine.backlog import MOST_NOTES, MOST_POINTS, PROGRESS, SCALARS, Backlog
from engine.client.mailbox import PICTURES_KEPT, Mailbox
from engine.protocol import (
    Array,
    Beat,
    Event,
    Failed,
    Finished,
    Marker,
    Measured,
    Progress,
    Scalars,
    State,
)


def scalars(*steps: int, name: str = "train_loss") -> Scalars:
    column = np.array(steps, dtype=np.int64)
    return Scalars(series={name: (Array.of(column), Array.of(column * 2.0))})


def picture(step: int, stream: str = "samples") -> Measured:
    return Measured(stream=stream, step=step, arrays={"a": Array.of(np.zeros(1000))})


def progress(step: int) -> Progress:
    return Progress(step=step, epoch=0, steps_per_second=1, seconds=1)


def steps_of(event: Event, name: str = "train_loss") -> list[int]:
    assert isinstance(event, Scalars)
    assert (event.series[name][1].numpy() == event.series[name][0].numpy() * 2).all()
    return list(event.series[name][0].numpy())


def test_points_are_joined_and_only_the_latest_beat_progress_and_picture_stay() -> None:
    backlog = Backlog()
    for step in range(1, 4):
        for event in (scalars(step), progress(step), Beat(step=step), picture(step)):
            backlog.add(event)
    curve, *others = backlog.take()
    assert steps_of(curve) == [1, 2, 3]
    assert others == [progress(3), Beat(step=3), picture(3)]
    assert not backlog


def test_nothing_is_overtaken_by_what_was_said_after_it() -> None:
    backlog = Backlog()
    backlog.add(scalars(1))
    backlog.add(State(state="paused", step=1))
    backlog.add(scalars(2))
    backlog.add(State(state="running", step=1))
    first, paused, second, running = backlog.take()
    assert (steps_of(first), steps_of(second)) == ([1], [2])
    assert (paused, running) == (State(state="paused", step=1), State(state="running", step=1))


def test_lanes_that_are_not_due_wait() -> None:
    backlog = Backlog()
    backlog.add(scalars(1))
    backlog.add(progress(1))
    assert backlog.take(lambda lane: lane == PROGRESS) == [progress(1)]
    assert backlog.take(lambda lane: lane != SCALARS) == []
    backlog.add(Failed(problems=()))
    assert steps_of(backlog.take(lambda _lane: False)[0]) == [1]


def test_a_curve_nobody_fetches_is_thinned_evenly_and_keeps_its_last_point() -> None:
    backlog = Backlog()
    total = 5 * MOST_POINTS
    for start in range(0, total, 1000):
        backlog.add(scalars(*range(start, min(start + 1000, total))))
    steps = steps_of(backlog.take()[0])
    assert len(steps) <= MOST_POINTS
    assert steps == sorted(steps)
    assert steps[-1] == total - 1
    assert steps[0] < total / 10


def test_a_flood_stays_small_and_states_survive_it() -> None:
    mailbox = Mailbox()
    for step in range(20_000):
        mailbox.put(scalars(step))
        mailbox.put(picture(step, "samples"))
        mailbox.put(picture(step, "health"))
        mailbox.put(Marker(step=step, kind="best", text=""))
        mailbox.put(progress(step))
        if step % 1000 == 0:
            mailbox.put(State(state="running", step=step))
    mailbox.put(
        Finished(
            run="", state="finished", steps=1, epochs=1, seconds=1, steps_per_second=1, metrics={}
        )
    )
    got: list[Event] = []
    while some := mailbox.drain(limit=100):
        assert len(some) <= 100
        got += some
    assert [e.step for e in got if isinstance(e, State)] == list(range(0, 20_000, 1000))
    assert isinstance(got[-1], Finished)
    assert (
        len([e for e in got if isinstance(e, Marker)]) == 20_000
    )  # a state every 1,000: none lost
    assert len([e for e in got if isinstance(e, Measured)]) <= 22 * 2 * PICTURES_KEPT


def test_fetching_too_little_at_a_time_stays_bounded() -> None:
    mailbox = Mailbox()
    longest = 0
    for step in range(300):
        for _turn in range(MOST_NOTES):
            mailbox.put(Marker(step=step, kind="best", text=""))
        mailbox.drain(limit=1)
        longest = max(longest, len(mailbox._backlog._kept))
    assert longest <= 2 * MOST_NOTES


def test_the_mailbox_wakes_once_until_it_is_drained() -> None:
    calls: list[int] = []
    mailbox = Mailbox(lambda: calls.append(1))
    mailbox.put(Beat())
    mailbox.put(Beat(step=2))
    assert calls == [1]
    assert mailbox.drain() == [Beat(step=2)]
    mailbox.put(Beat())
    assert calls == [1, 1]
    mailbox.wake_with(lambda: calls.append(2))
    assert calls == [1, 1, 2]
