"""A training from its first event to its last file."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from engine.compute.training import Training
from engine.protocol import Event, Marker, Progress, Saved, Started, State
from engine.runs.failures import OutOfMemoryError
from engine.runs.folder import RunFolder, list_runs
from engine.runs.lock import RunLock
from engine.runs.summary import read_summary
from projects.errors import ProblemsError, RunError
from projects.schema import EarlyStopping, Plug
from tests.engine.training.support import (
    PROJECTS,
    Listener,
    differences,
    digits,
    last_state,
    ring,
    train,
)


def test_a_classifier_learns(tmp_path: Path) -> None:
    sink = Listener()
    finished = train(digits(epochs=8), tmp_path / "run", sink)
    assert (finished.state, finished.steps, finished.epochs) == ("finished", 160, 8.0)
    assert finished.metrics["test_accuracy"] > 0.9
    assert finished.metrics["validation_macro_f1"] > 0.9
    assert finished.best["validation_accuracy"] >= finished.metrics["validation_accuracy"]
    steps, losses = sink.series("train_loss")
    assert steps == list(range(1, 161))
    assert np.mean(losses[-20:]) < 0.5 * np.mean(losses[:20])
    assert sink.series("validation_loss")[0] == [20 * epoch for epoch in range(1, 9)]


def test_a_gan_trains_both_players(tmp_path: Path) -> None:
    sink = Listener()
    finished = train(ring(), tmp_path / "run", sink)
    for name in ("generator_loss", "discriminator_loss", "d_real", "d_fake"):
        steps, values = sink.series(name)
        assert steps == list(range(1, finished.steps + 1))
        assert np.isfinite(values).all()
    assert {"modes", "high_quality"} <= finished.metrics.keys()
    weights = last_state(tmp_path / "run").weights
    averaged = weights["ema.generator.last.weight"]
    assert not torch.equal(averaged, weights["generator.last.weight"])


def test_a_run_tells_its_story_in_order(tmp_path: Path) -> None:
    sink = Listener()
    train(digits(epochs=1), tmp_path / "run", sink)
    kinds = [type(event) for event in sink.events]
    assert kinds[0] is Started
    assert [event.state for event in sink.of(State)] == ["running", "finished"]
    assert kinds[-1] is State
    assert [event.step for event in sink.of(Saved)] == [20]
    assert sink.of(Progress)[0].learning_rates == {"classifier": 0.01}
    started = sink.of(Started)[0]
    assert (started.steps_per_epoch, started.total_steps, started.exact) == (20, 20, True)


def test_who_hears_that_a_run_began_finds_it_in_the_list(tmp_path: Path) -> None:
    found: list[str] = []

    def react(event: Event) -> None:
        if isinstance(event, Started):
            found.extend(read_summary(path).state for path in list_runs(tmp_path))

    train(digits(), tmp_path / "runs" / "digits" / "1", Listener(react), max_steps=1)
    assert found == ["running"]


def test_a_run_folder_holds_what_the_contract_says(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "ünï cödé ‒ run")
    train(digits(epochs=1), folder.path)
    for path in (folder.project, folder.database, folder.log, folder.summary):
        assert path.is_file()
    summary = read_summary(folder.path)
    assert (summary.state, summary.steps, summary.objective) == ("finished", 20, "classification")
    assert summary.metrics["test_accuracy"] == pytest.approx(summary.metrics["test_accuracy"])
    names = {path.suffix for path in folder.checkpoints.rglob("*") if path.is_file()}
    assert names == {".safetensors", ".json"}


@pytest.mark.parametrize("objective", PROJECTS)
def test_the_same_seed_gives_the_same_weights(tmp_path: Path, objective: str) -> None:
    make = PROJECTS[objective]
    for name in ("a", "b"):
        train(make(), tmp_path / name, max_steps=25)
    train(make(seed=1), tmp_path / "c", max_steps=25)
    a, b, c = (last_state(tmp_path / name) for name in "abc")
    assert differences(a, b) == set()
    assert any(name.startswith("weights.") for name in differences(a, c))


@pytest.mark.parametrize("objective", PROJECTS)
def test_being_watched_changes_nothing(tmp_path: Path, objective: str) -> None:
    from engine.runs.control import Control

    control = Control()
    control.watch({"health": 60, "samples": 60, "confusion": 60})
    project = PROJECTS[objective]()
    sink = Listener()
    train(project, tmp_path / "watched", sink, control, max_steps=30)
    assert sink.pictures("health")
    assert sink.pictures("samples")
    train(msgspec.structs.replace(project, probes=()), tmp_path / "alone", max_steps=30)
    watched, alone = last_state(tmp_path / "watched"), last_state(tmp_path / "alone")
    assert differences(watched, alone) == set()


def test_a_limit_stops_and_a_higher_one_goes_on(tmp_path: Path) -> None:
    first = train(digits(), tmp_path / "run", max_steps=7)
    assert (first.state, first.steps) == ("stopped", 7)
    second = train(digits(), tmp_path / "run", resume=True, max_steps=9)
    assert (second.state, second.steps) == ("stopped", 9)
    assert "test_accuracy" in second.metrics


def test_seconds_are_a_limit_too(tmp_path: Path) -> None:
    finished = train(digits(epochs=None), tmp_path / "run", max_seconds=0.2)
    assert finished.state == "stopped"
    assert 0.2 <= finished.seconds < 5


def test_early_stopping_ends_a_training_that_gets_no_better(tmp_path: Path) -> None:
    project = digits(
        epochs=50,
        optimizer=Plug("sgd", {"lr": 0.0}),
        early_stopping=EarlyStopping(metric="validation_macro_f1", patience=3),
    )
    sink = Listener()
    finished = train(project, tmp_path / "run", sink)
    assert finished.state == "finished"
    assert finished.steps < 50 * 20
    assert sink.of(Marker)[-1].kind == "early_stopping"
    steps = train(project, tmp_path / "run", resume=True).steps
    assert steps == finished.steps


def test_the_best_weights_are_the_ones_that_are_scored(tmp_path: Path) -> None:
    project = digits(epochs=6, optimizer=Plug("sgd", {"lr": 0.5}))
    finished = train(project, tmp_path / "run")
    state = last_state(tmp_path / "run")
    assert state.facts["scoreboard"]["best"] == finished.best
    training = Training(project, tmp_path)
    from engine.compute.task import load_weights_into

    load_weights_into(training.task, state.best)
    found = training.task.evaluate(training.session.data.validation, "validation")
    assert found.metrics["validation_accuracy"] == finished.best["validation_accuracy"]


def test_schedules_reach_the_optimiser(tmp_path: Path) -> None:
    sink = Listener()
    train(digits(epochs=1, schedule=Plug("cosine")), tmp_path / "run", sink)
    rates = sink.series("learning_rate")[1]
    assert rates[0] <= 0.01
    assert rates[-1] == pytest.approx(0.0, abs=1e-9)


def test_a_folder_with_a_run_is_not_overwritten(tmp_path: Path) -> None:
    train(digits(), tmp_path / "run", max_steps=2)
    with pytest.raises(RunError, match="holds a run already"):
        train(digits(), tmp_path / "run", max_steps=2)
    with pytest.raises(RunError, match="no run here"):
        train(digits(), tmp_path / "other", resume=True)


def test_two_trainings_do_not_share_a_folder(tmp_path: Path) -> None:
    train(digits(), tmp_path / "run", max_steps=2)
    lock = RunLock(tmp_path / "run")
    with pytest.raises(RunError, match="Another process"):
        train(digits(), tmp_path / "run", resume=True, max_steps=4)
    lock.release()
    assert train(digits(), tmp_path / "run", resume=True, max_steps=4).steps == 4


def test_no_memory_names_the_stage_and_the_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_big(*_args: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(torch.Tensor, "backward", too_big)
    with pytest.raises(OutOfMemoryError) as caught:
        train(digits(), tmp_path / "run")
    assert "a backward pass, with batches of 64" in str(caught.value)
    assert caught.value.problem.where == "recipe.batch_size"
    summary = read_summary(tmp_path / "run")
    assert (summary.state, summary.message) == ("failed", str(caught.value))


def test_a_recipe_that_contradicts_itself_is_refused(tmp_path: Path) -> None:
    project = digits(
        epochs=None,
        schedule=Plug("cosine"),
        early_stopping=EarlyStopping(metric="validation_acuracy"),
    )
    with pytest.raises(ProblemsError) as caught:
        train(project, tmp_path / "run")
    said = str(caught.value)
    assert "no end" in said
    assert "Did you mean “validation_accuracy”?" in said


def test_the_number_of_threads_is_given_back(tmp_path: Path) -> None:
    before = torch.get_num_threads()
    train(digits(threads=2), tmp_path / "run", max_steps=1)
    assert torch.get_num_threads() == before
