"""The outbox: nothing waits for the pipe, and what is sent is what people can see."""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import numpy as np

from engine import framing
from engine.compute.outbox import Outbox
from engine.data.base import DataInfo
from engine.framing import FrameWriter
from engine.layers.base import Shape
from engine.protocol import (
    AnyEvent,
    Array,
    Event,
    Failed,
    Marker,
    Measured,
    Previewed,
    Scalars,
    State,
)
from tests.engine.process.waiting import SOON


def scalars(*steps: int) -> Scalars:
    column = np.array(steps, dtype=np.int64)
    return Scalars(series={"train_loss": (Array.of(column), Array.of(column * 1.0))})


def picture(step: int, stream: str = "samples", size: int = 10) -> Measured:
    return Measured(stream=stream, step=step, arrays={"a": Array.of(np.zeros(size))})


class Pipe:
    """Both ends of a pipe with an outbox at one of them."""

    def __init__(self) -> None:
        incoming, outgoing = os.pipe()
        self.source = os.fdopen(incoming, "rb")
        self.target = os.fdopen(outgoing, "wb")
        self.outbox = Outbox(framing.event_writer(self.target))
        self.got: list[tuple[float, Event]] = []

    def read_all(self) -> None:
        reader = framing.event_reader(self.source)
        while (event := reader.read()) is not None:
            self.got.append((time.monotonic(), event))

    def events(self) -> list[Event]:
        return [event for _time, event in self.got]


@contextmanager
def piped() -> Iterator[Pipe]:
    """A pipe that is read until the block ends and everything has arrived."""
    pipe = Pipe()
    thread = threading.Thread(target=pipe.read_all)
    thread.start()
    yield pipe
    pipe.outbox.close()
    pipe.target.close()
    thread.join()
    pipe.source.close()


def test_scalars_come_at_most_thirty_times_a_second_and_complete() -> None:
    with piped() as pipe:
        for step in range(600):
            pipe.outbox.emit(scalars(step))
            time.sleep(0.001)
    times = [when for when, event in pipe.got if isinstance(event, Scalars)]
    assert np.median(np.diff(times)) > 0.02
    assert len(times) >= 3
    assert len(times) <= 30 * (times[-1] - times[0]) + 2
    steps = [
        s
        for e in pipe.events()
        if isinstance(e, Scalars)
        for s in e.series["train_loss"][0].numpy()
    ]
    assert steps == list(range(600))


def test_a_state_is_sent_at_once_and_after_what_was_measured_before_it() -> None:
    with piped() as pipe:
        pipe.outbox.emit(scalars(1))
        pipe.outbox.emit(scalars(2))
        said = time.monotonic()
        pipe.outbox.emit(State(state="paused", step=2))
        while not any(isinstance(event, State) for event in pipe.events()):
            assert time.monotonic() - said < SOON
            time.sleep(0.001)
        before = pipe.events()[:-1]
    steps = [s for e in before if isinstance(e, Scalars) for s in e.series["train_loss"][0].numpy()]
    assert steps == [1, 2]


def test_only_watched_streams_are_sent_each_at_its_rate() -> None:
    with piped() as pipe:
        pipe.outbox.emit(picture(0))
        begun = time.monotonic()
        pipe.outbox.watch({"samples": 10.0, "health": 0.0, "confusion": float("nan")})
        for step in range(1, 300):
            for stream in ("samples", "health", "confusion"):
                pipe.outbox.emit(picture(step, stream))
            time.sleep(0.001)
        time.sleep(0.12)
        took = time.monotonic() - begun
        pipe.outbox.watch({})
        pipe.outbox.emit(picture(1000))
    pictures = [event for event in pipe.events() if isinstance(event, Measured)]
    assert {event.stream for event in pictures} == {"samples"}
    assert 2 <= len(pictures) <= 10 * took + 2
    assert pictures[-1].step == 299  # the latest is not lost


def test_a_client_that_does_not_read_costs_no_time_and_little_memory() -> None:
    pipe = Pipe()
    pipe.outbox.watch({"samples": 60.0})
    begun = time.monotonic()
    for step in range(3_000):
        pipe.outbox.emit(scalars(step))
        pipe.outbox.emit(picture(step, size=50_000))
    assert time.monotonic() - begun < SOON
    assert not pipe.outbox._backlog._kept
    pipe.outbox.emit(State(state="stopped", step=3_000))
    thread = threading.Thread(target=pipe.read_all)
    thread.start()
    pipe.outbox.close()
    pipe.target.close()
    thread.join()
    pipe.source.close()
    steps = [
        s
        for e in pipe.events()
        if isinstance(e, Scalars)
        for s in e.series["train_loss"][0].numpy()
    ]
    assert steps == list(range(3_000))
    assert isinstance(pipe.events()[-1], State)
    assert len([event for event in pipe.events() if isinstance(event, Measured)]) <= 5


def test_a_client_that_is_gone_is_no_trouble() -> None:
    pipe = Pipe()
    pipe.source.close()
    for step in range(100):
        pipe.outbox.emit(State(state="running", step=step))
        time.sleep(0.001)
    pipe.outbox.close()
    assert not pipe.outbox._thread.is_alive()
    assert pipe.outbox._gone
    with suppress(BrokenPipeError):
        pipe.target.close()


def test_an_answer_that_can_not_be_sent_is_refused_in_words() -> None:
    target = io.BytesIO()
    outbox = Outbox(FrameWriter[AnyEvent](target, 400))
    info = DataInfo(kind="table", input=Shape((4,)))
    outbox.emit(Previewed(id=9, info=info, arrays={"inputs": Array.of(np.zeros(1000))}))
    outbox.emit(Marker(step=1, kind="odd", text="", values={"x": object()}))
    outbox.emit(State(state="running", step=1))
    outbox.close()
    target.seek(0)
    reader = framing.event_reader(target)
    refusal = reader.read()
    assert isinstance(refusal, Failed)
    assert (refusal.id, refusal.kind) == (9, "protocol")
    assert "too long" in refusal.problems[0].message
    assert reader.read() == State(state="running", step=1)
