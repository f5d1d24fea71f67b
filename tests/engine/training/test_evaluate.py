"""What a finished run answers."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from engine.compute import evaluate
from engine.compute.evaluate import open_run
from engine.compute.training import Training
from projects.errors import DataError, RunError
from projects.schema import Plug
from tests.engine.training.support import digits, drawn_digits, ring, train


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("classifier") / "run"
    train(digits(epochs=4), run)
    return run


@pytest.fixture(scope="module")
def gan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("gan") / "run"
    scored = Plug("gan", {"ema": 0.9, "scores": {"samples": 64, "every": 20}})
    train(msgspec.structs.replace(ring(), objective=scored), run, max_steps=20)
    return run


def test_evaluating_gives_what_the_training_said(classifier: Path) -> None:
    from engine.runs.summary import read_summary

    said = read_summary(classifier).metrics
    found = evaluate.evaluate(open_run(classifier), "test")
    assert found.keys() == {"test_loss", "test_accuracy", "test_macro_f1"}
    assert found == pytest.approx({name: said[name] for name in found})
    best = read_summary(classifier).best
    validation = evaluate.evaluate(open_run(classifier), "validation")
    assert validation["validation_accuracy"] == best["validation_accuracy"]


def test_predictions_are_as_accurate_as_the_evaluation(classifier: Path, tmp_path: Path) -> None:
    test = Training(digits(), tmp_path).session.data.test
    found = evaluate.predict(open_run(classifier), test.inputs.reshape(-1, 8, 8))
    accuracy = (found["predicted"] == test.targets).mean()
    assert accuracy == evaluate.evaluate(open_run(classifier))["test_accuracy"]
    assert found["probabilities"].sum(axis=1) == pytest.approx(1.0, abs=1e-5)


def test_predicting_wants_the_right_shape(classifier: Path) -> None:
    with pytest.raises(DataError, match="expected examples of the shape 64, got an array of 2×7"):
        evaluate.predict(open_run(classifier), np.zeros((2, 7)))


def test_samples_follow_from_the_seed(gan: Path) -> None:
    first = open_run(gan).task.sample(5, seed=1)
    assert first.shape == (5, 2)
    assert np.array_equal(first, open_run(gan).task.sample(5, seed=1))
    assert not np.array_equal(first, open_run(gan).task.sample(5, seed=2))


def test_a_gan_is_scored_by_its_average(gan: Path) -> None:
    from engine.runs.summary import read_summary

    found = evaluate.evaluate(open_run(gan))
    said = read_summary(gan).metrics
    shared = {name for name in said if name in found}
    assert {"modes", "high_quality", "fid", "test_generator_loss"} <= shared
    assert {k: found[k] for k in shared} == pytest.approx({k: said[k] for k in shared})
    session = open_run(gan)
    assert evaluate.networks(session)["generator"] is session.task.averages()["generator"]


def test_a_gan_without_modes_is_measured_by_its_losses(tmp_path: Path) -> None:
    finished = train(drawn_digits(), tmp_path / "run", max_steps=12)
    assert {"test_generator_loss", "test_discriminator_loss"} <= finished.metrics.keys()
    found = evaluate.evaluate(open_run(tmp_path / "run"), "train")
    losses = {name for name in found if name.endswith("loss")}
    assert losses == {"train_generator_loss", "train_discriminator_loss"}
    assert np.isfinite(list(found.values())).all()
    drawn = open_run(tmp_path / "run").task.sample(3, seed=0)
    assert drawn.shape == (3, 1, 8, 8)


def test_runs_say_what_they_cannot_do(classifier: Path, gan: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="do not draw"):
        open_run(classifier).task.sample(3, seed=0)
    with pytest.raises(RunError, match="do not answer"):
        evaluate.predict(open_run(gan), np.zeros((2, 2)))
    with pytest.raises(RunError, match="not a run folder"):
        evaluate.evaluate(open_run(tmp_path))
