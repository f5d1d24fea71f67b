"""How long layers work is known when a training has ended, and knowing it changes nothing."""

from __future__ import annotations

import copy
import random
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.compute import randomness, timing, trainer
from engine.compute.learner import Learner
from engine.compute.task import weights_of
from engine.compute.timing import times_of
from engine.compute.training import Training
from engine.protocol import Event, LayerTime, Measured, Scalars, State
from engine.runs.control import Control
from engine.runs.failures import NotANumberError
from engine.runs.folder import RunFolder
from engine.runs.reader import Reader
from engine.runs.store import Store
from engine.runs.times import TIMES, unpack
from projects.atomic import DiskFullError
from tests.engine.training.support import (
    PROJECTS,
    Listener,
    differences,
    digits,
    last_state,
    ring,
    train,
)

LAYERS = {
    "classification": {"classifier": ["first", "norm", "relu", "drop", "last"]},
    "gan": {
        "generator": ["first", "relu", "last"],
        "discriminator": ["first", "relu", "last"],
    },
}


def pictures(run: Path) -> list[Measured]:
    found = [event for event in Reader(run).events() if isinstance(event, Measured)]
    return [picture for picture in found if picture.stream == TIMES]


def kept(run: Path) -> dict[str, dict[str, LayerTime]]:
    """What a run folder says about its layers."""
    found = pictures(run)
    if not found:
        return {}
    arrays = {name: array.numpy() for name, array in found[-1].arrays.items()}
    return unpack(arrays, found[-1].info)


def without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trainer, "times_of", lambda *_given: {})


# ------------------------------------------------------------------------------------- is there


@pytest.mark.parametrize("objective", PROJECTS)
@pytest.mark.parametrize("limits", [{}, {"max_steps": 7}, {"max_seconds": 1e-9}])
def test_every_layer_is_timed_however_a_training_ends(
    tmp_path: Path, objective: str, limits: dict[str, Any]
) -> None:
    project = PROJECTS[objective](epochs=1)
    finished = train(project, tmp_path / "run", **limits)
    assert finished.state == ("stopped" if limits else "finished")
    found = kept(tmp_path / "run")
    assert {name: list(layers) for name, layers in found.items()} == LAYERS[objective]
    times = [time for layers in found.values() for time in layers.values()]
    assert all(time.forward > 0 and time.backward > 0 for time in times)
    (picture,) = pictures(tmp_path / "run")
    assert (picture.step, picture.info["batch_size"]) == (
        finished.steps,
        project.recipe.batch_size,
    )


def test_a_stop_is_told_before_anything_is_measured(tmp_path: Path) -> None:
    control = Control()
    control.watch({TIMES: 1.0})

    def react(event: Event) -> None:
        if isinstance(event, Scalars):
            control.stop()

    sink = Listener(react)
    train(digits(epochs=None), tmp_path / "run", sink, control)
    ends = [e for e in sink.events if isinstance(e, State) or getattr(e, "stream", "") == TIMES]
    assert [getattr(event, "state", TIMES) for event in ends] == ["running", "stopped", TIMES]
    assert list(kept(tmp_path / "run")["classifier"]) == LAYERS["classification"]["classifier"]


def test_nobody_is_told_who_does_not_look(tmp_path: Path) -> None:
    sink = Listener()
    train(digits(), tmp_path / "run", sink, max_steps=5)
    assert sink.pictures(TIMES) == []
    assert kept(tmp_path / "run")


def test_who_goes_away_does_not_wait_for_it(tmp_path: Path) -> None:
    control = Control()
    sink = Listener(lambda event: control.leave() if isinstance(event, Scalars) else None)
    finished = train(digits(epochs=None), tmp_path / "run", sink, control)
    assert (finished.state, kept(tmp_path / "run")) == ("stopped", {})


def test_a_failure_is_not_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def spoil(learner: Learner, _step: int, _again: object = None) -> None:
        learner.flat.weights.fill_(float("nan"))

    monkeypatch.setattr(Learner, "update", spoil)
    with pytest.raises(NotANumberError):
        train(digits(), tmp_path / "run")
    assert kept(tmp_path / "run") == {}


def test_what_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    training = Training(ring(), Path())
    asked = iter([True] * 4)
    assert times_of(training, lambda: next(asked, False)) == {}, "in the second network"
    monkeypatch.setattr(timing, "LONGEST", -1.0)
    assert times_of(training) == {}


def test_one_turn_is_made_however_little_time_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "SECONDS", -1.0)
    monkeypatch.setattr(timing, "LONGEST", 60.0)
    found = times_of(Training(ring(), Path()))
    assert {name: list(layers) for name, layers in found.items()} == LAYERS["gan"]


def test_a_lack_of_memory_costs_the_times_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object, **_named: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(timing, "layer_times", full)
    finished = train(digits(epochs=1), tmp_path / "run")
    assert (finished.state, kept(tmp_path / "run")) == ("finished", {})


def test_a_full_disk_costs_the_times_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flush = Store.flush

    def full(store: Store) -> None:
        if any(isinstance(event, Measured) and event.stream == TIMES for event in store._waiting):
            raise DiskFullError(tmp_path, 100)
        flush(store)

    monkeypatch.setattr(Store, "flush", full)
    finished = train(digits(epochs=1), tmp_path / "run")
    assert (finished.state, kept(tmp_path / "run")) == ("finished", {})
    assert list(Reader(tmp_path / "run").events())[-1] == finished


# ----------------------------------------------------------------------------- changes nothing


def draws() -> tuple[float, float, float]:
    """The next numbers of every generator."""
    return torch.rand(1).item(), float(np.random.rand()), random.random()


@pytest.mark.parametrize("objective", PROJECTS)
def test_a_training_goes_on_as_if_it_had_not_been_measured(objective: str) -> None:
    ends = []
    for measured in (False, True):
        training = Training(PROJECTS[objective](), Path())
        for batch in training.rest_of_epoch():
            training.make_step(batch)
            if measured and training.step in (3, 9):
                before = training.snapshot()
                assert times_of(training)
                assert differences(before, training.snapshot()) == set()
            if training.step == 12:
                break
        ends.append((training.snapshot(), draws()))
    assert differences(ends[0][0], ends[1][0]) == set()
    assert ends[0][1] == ends[1][1]


def test_measuring_draws_from_generators_and_moves_averages_of_the_copies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else the test above could not fail."""
    training = Training(digits(), Path())
    before, state = weights_of(training.task), torch.get_rng_state()
    monkeypatch.setattr(copy, "deepcopy", lambda network: network)
    monkeypatch.setattr(randomness, "restore", lambda *_state: None)
    assert times_of(training)
    after = weights_of(training.task)
    moved = {name for name, tensor in before.items() if not torch.equal(tensor, after[name])}
    assert "classifier.norm.running_mean" in moved
    assert not torch.equal(state, torch.get_rng_state())


@pytest.mark.parametrize("objective", PROJECTS)
def test_a_run_is_the_same_with_and_without(
    tmp_path: Path, objective: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, runs = PROJECTS[objective](epochs=1), []
    for name in ("with", "without"):
        if name == "without":
            without(monkeypatch)
        path = tmp_path / name
        train(project, path, max_steps=5)  # resumed below: measured twice
        finished = train(project, path, resume=True)
        runs.append((last_state(path), finished.metrics, finished.best, draws()))
    assert kept(tmp_path / "with")
    assert not kept(tmp_path / "without")
    assert differences(runs[0][0], runs[1][0]) == set()
    assert runs[0][1:] == runs[1][1:]


def test_its_time_is_no_part_of_the_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def measure(*_given: object) -> dict[str, dict[str, LayerTime]]:
        seen.append((tmp_path / "run" / "summary.json").read_text())
        return {"classifier": {"first": LayerTime(forward=1.0, backward=2.0)}}

    monkeypatch.setattr(trainer, "times_of", measure)
    train(digits(), tmp_path / "run", max_steps=5)
    assert seen == [(tmp_path / "run" / "summary.json").read_text()]
    assert kept(tmp_path / "run") == measure()


# ------------------------------------------------------------------------------------- is read


def test_live_and_replay_are_one(tmp_path: Path) -> None:
    control = Control()
    control.watch({TIMES: 1.0})
    sink = Listener()
    train(ring(), tmp_path / "run", sink, control, max_steps=5)
    assert pictures(tmp_path / "run") == sink.pictures(TIMES) != []


def test_a_resumed_run_has_the_times_of_its_last_end(tmp_path: Path) -> None:
    run = tmp_path / "run"
    for steps in (5, 9, 9):
        train(digits(), run, resume=run.exists(), max_steps=steps)
    assert [picture.step for picture in pictures(run)] == [5, 9, 9]


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM frames WHERE stream = 'times'",
        "UPDATE frames SET info = 'not JSON' WHERE stream = 'times'",
        "UPDATE frames SET info = '[1]' WHERE stream = 'times'",
        "UPDATE arrays SET data = x'00' WHERE name = 'forward'",
        "UPDATE arrays SET dtype = 'object' WHERE name = 'forward'",
        "UPDATE arrays SET shape = '7' WHERE name = 'backward'",
        "DELETE FROM arrays WHERE name = 'backward'",
    ],
)
def test_a_damaged_record_is_not_measured(tmp_path: Path, damage: str) -> None:
    run = tmp_path / "run"
    finished = train(digits(), run, max_steps=5)
    connection = sqlite3.connect(RunFolder(run).database)
    connection.execute(damage)
    connection.commit()
    connection.close()
    assert kept(run) == {}
    assert list(Reader(run).events())[-1] == finished
