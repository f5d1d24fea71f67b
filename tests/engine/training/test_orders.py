"""Pause, single step, stop, learning rate, watching: orders that arrive while training."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from engine.protocol import Event, Marker, Measured, Scalars, State
from engine.runs.control import Control
from tests.engine.training.support import (
    PROJECTS,
    Listener,
    differences,
    digits,
    last_state,
    ring,
    train,
)


@pytest.mark.parametrize("objective", PROJECTS)
def test_paused_and_stepped_is_the_same_training(tmp_path: Path, objective: str) -> None:
    project, control = PROJECTS[objective](), Control()
    control.watch({"health": 10, "samples": 10})
    held: list[int] = []

    def react(event: Event) -> None:
        if isinstance(event, State) and event.state == "paused":
            held.append(event.step)
            if len(held) < 4:
                control.step_once()
            else:
                control.go_on()

    control.pause()
    sink = Listener(react)
    train(project, tmp_path / "paused", sink, control, max_steps=25)
    assert held == [0, 1, 2, 3]
    states = [event.state for event in sink.of(State)]
    assert states == ["running", *["paused"] * 4, "running", "stopped"]
    train(project, tmp_path / "straight", max_steps=25)
    straight = last_state(tmp_path / "straight")
    assert differences(last_state(tmp_path / "paused"), straight) == set()


def test_every_single_step_is_shown(tmp_path: Path) -> None:
    control = Control()
    control.watch({"health": 0.001})
    control.pause()

    def react(event: Event) -> None:
        if isinstance(event, State) and event.state == "paused":
            if event.step < 3:
                control.step_once()
            else:
                control.stop()

    sink = Listener(react)
    train(digits(), tmp_path / "run", sink, control)
    assert [picture.step for picture in sink.pictures("health")] == [1, 2, 3]
    assert sink.series("train_loss")[0] == [1, 2, 3]


def test_what_comes_to_the_front_gets_a_picture_at_once(tmp_path: Path) -> None:
    control = Control()
    control.watch({"samples": 0.001})  # behind a tab: after the first picture none is due for long
    nearer: list[int] = []

    def react(event: Event) -> None:
        if isinstance(event, Scalars) and "train_loss" in event.series:
            step = int(event.series["train_loss"][0].numpy()[-1])
            if step > 1 and not nearer:
                nearer.append(step)
                control.watch({"samples": 0.002})
            elif nearer and step > nearer[0] + 20:
                control.stop()

    sink = Listener(react)
    finished = train(digits(epochs=None), tmp_path / "run", sink, control)
    first, second, last = (picture.step for picture in sink.pictures("samples"))
    assert first == 1
    assert nearer[0] <= second < last == finished.steps


@pytest.mark.parametrize("paused", [True, False])
def test_what_is_at_rest_is_shown_as_it_is(tmp_path: Path, paused: bool) -> None:
    control = Control()
    control.watch({"samples": 0.001, "health": 0.001})  # after the first pictures none is due
    held: list[int] = []

    def react(event: Event) -> None:
        if isinstance(event, Scalars) and "train_loss" in event.series:
            if int(event.series["train_loss"][0].numpy()[-1]) > 1:
                (control.pause if paused and not held else control.stop)()
        elif isinstance(event, State) and event.state == "paused":
            held.append(event.step)
            control.stop()

    sink = Listener(react)
    finished = train(digits(epochs=None), tmp_path / "run", sink, control)
    assert finished.steps > 1
    assert held == ([finished.steps] if paused else [])
    assert [picture.step for picture in sink.pictures("samples")] == [1, finished.steps]
    assert [picture.step for picture in sink.pictures("health")] == [1], "that needs a step"


def test_stop_ends_with_a_checkpoint(tmp_path: Path) -> None:
    control = Control()

    def react(event: Event) -> None:
        if isinstance(event, Scalars) and "train_loss" in event.series:
            control.stop()

    finished = train(digits(epochs=None), tmp_path / "run", Listener(react), control)
    assert finished.state == "stopped"
    assert last_state(tmp_path / "run").step == finished.steps


def test_stop_reaches_a_paused_training_from_another_thread(tmp_path: Path) -> None:
    control = Control()
    control.pause()
    timer = threading.Timer(0.2, control.stop)
    timer.start()
    assert train(digits(), tmp_path / "run", control=control).state == "stopped"
    timer.join()


def test_a_learning_rate_changes_at_once_and_is_marked(tmp_path: Path) -> None:
    control = Control()
    control.set_learning_rate(0.5, "generator")
    sink = Listener()
    train(ring(), tmp_path / "run", sink, control, max_steps=2)
    marker = sink.of(Marker)[0]
    assert (marker.kind, marker.values) == (
        "learning_rate",
        {"value": 0.5, "network": "generator"},
    )
    assert sink.series("learning_rate/generator")[1][-1] == 0.5
    assert sink.series("learning_rate/discriminator")[1][-1] == 0.002
    train(ring(), tmp_path / "run", resumed := Listener(), resume=True, max_steps=4)
    assert resumed.series("learning_rate/generator")[1][-1] == 0.5


def test_a_changed_rate_scales_what_the_schedule_says(tmp_path: Path) -> None:
    from engine.compute.training import Training
    from projects.schema import Plug

    training = Training(digits(schedule=Plug("step", {"every": 10, "gamma": 0.5})), tmp_path)
    learner = training.learners["classifier"]
    learner.set_rate(0.1, 10)
    assert learner.rate(10) == pytest.approx(0.1)
    assert learner.rate(20) == pytest.approx(0.05)


def test_only_watched_streams_are_sent(tmp_path: Path) -> None:
    control = Control()
    control.watch({"confusion": 60})
    sink = Listener()
    train(digits(), tmp_path / "run", sink, control, max_steps=45)
    unasked = {"examples", "vitals"}
    assert {event.stream for event in sink.of(Measured)} - unasked == {"confusion"}
