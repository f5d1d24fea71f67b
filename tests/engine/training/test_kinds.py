"""Objectives that answer for examples: exact when resumed, blind to padding, in the data's own units."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from engine.compute import evaluate
from engine.compute.evaluate import open_run
from engine.compute.modes import evaluating
from engine.compute.training import Training
from engine.compute.writing import Reader, Style, chosen
from engine.data.base import NO_TARGET
from projects.errors import ProjectError
from projects.schema import Plug, Project
from tests.engine.training import kinds
from tests.engine.training.support import chain, differences, last_state, train

KINDS: dict[str, Callable[[Path], Project]] = {
    "regression": lambda folder: kinds.regression(),
    "multi_label": lambda folder: kinds.multi_label(),
    "sequence_labelling": lambda folder: kinds.sequence_labelling(),
    "forecasting": lambda folder: kinds.forecasting(),
    "language_model": kinds.language_model,
}
CUT, END = 9, 22


@pytest.mark.parametrize("name", KINDS)
def test_resume_is_exact_and_the_seed_decides(tmp_path: Path, name: str) -> None:
    project = KINDS[name](tmp_path)
    project = replace(project, recipe=replace(project.recipe, epochs=50, schedule=Plug("cosine")))
    train(project, tmp_path / "whole", max_steps=END)
    train(project, tmp_path / "cut", max_steps=CUT)
    train(project, tmp_path / "cut", resume=True, max_steps=END)
    whole = last_state(tmp_path / "whole")
    assert differences(whole, last_state(tmp_path / "cut")) == set()
    other = replace(project, recipe=replace(project.recipe, seed=1))
    train(other, tmp_path / "other", max_steps=END)
    changed = differences(whole, last_state(tmp_path / "other"))
    assert any(key.startswith("weights.") for key in changed)


@pytest.mark.parametrize("name", KINDS)
def test_looking_changes_nothing(tmp_path: Path, name: str) -> None:
    training = Training(KINDS[name](tmp_path), tmp_path)
    for batch in training.rest_of_epoch():
        training.make_step(batch)
    before = training.snapshot()
    found = training.task.show(4)
    training.task.evaluate(training.session.data.validation, "validation")
    assert found is not None
    assert differences(before, training.snapshot()) == set()


def test_padded_steps_have_no_gradient(tmp_path: Path) -> None:
    training = Training(kinds.copy_memory(), tmp_path)
    batch = next(training.rest_of_epoch())
    network, seen = training.task.networks["tagger"], []

    def keep(_module: Any, _inputs: Any, output: torch.Tensor) -> None:
        output.retain_grad()
        seen.append(output)

    network.get_submodule("last").register_forward_hook(keep)
    training.task.updates[0].loss(batch).backward()  # type: ignore[no-untyped-call]
    assert batch.targets is not None
    padded = batch.targets == NO_TARGET
    assert padded.any()
    gradient = seen[0].grad
    assert gradient is not None
    assert (gradient[padded] == 0).all()
    assert (gradient[~padded].abs().sum(dim=-1) > 0).all()


def test_padded_steps_are_not_measured(tmp_path: Path) -> None:
    training = Training(kinds.copy_memory(), tmp_path)
    part = training.session.data.validation
    found = training.task.evaluate(part, "validation")
    assert found.confusion is not None
    assert part.targets is not None
    assert found.confusion.sum() == (part.targets != NO_TARGET).sum()


# --------------------------------------------------------------------------------------- units


def test_predictions_are_in_the_units_of_the_data(tmp_path: Path) -> None:
    train(kinds.regression(), tmp_path / "run", max_steps=40)
    session = open_run(tmp_path / "run")
    test = session.data.test
    said = evaluate.predict(session, session.data.scaler.invert(test.inputs))["predicted"]
    assert test.targets is not None
    assert said.shape == test.targets.shape
    mse = float(np.mean((said - test.targets) ** 2))
    assert evaluate.evaluate(session)["test_mse"] == pytest.approx(mse, rel=1e-4)
    assert abs(said.mean() - test.targets.mean()) < 3  # about 14, and 0 in those of the network


def test_units_are_those_of_the_training_part(tmp_path: Path) -> None:
    task = Training(kinds.regression(), tmp_path).task
    targets = task.context.data.train.targets
    assert targets is not None
    constants = task.constants()
    assert constants["TARGET_SHIFT"] == pytest.approx(targets.mean(), rel=1e-5)
    assert constants["TARGET_SCALE"] == pytest.approx(targets.std(), rel=1e-5)
    raw = Training(kinds.regression({"standardize": False}), tmp_path).task
    assert raw.constants() == {}


@pytest.mark.parametrize("loss", ["mae", "huber", "quantile"])
def test_every_loss_learns(tmp_path: Path, loss: str) -> None:
    project = kinds.regression({"loss": loss}, units=3 if loss == "quantile" else 1)
    before = train(project, tmp_path / "a", max_steps=1).metrics
    after = train(project, tmp_path / "b", max_steps=50).metrics
    assert after["test_loss"] < 0.8 * before["test_loss"]


def test_the_naive_forecast_says_the_last_value(tmp_path: Path) -> None:
    """A forecaster that foretells nothing but the last value has no skill at all."""
    training = Training(kinds.forecasting(), tmp_path)
    task, data = training.task, training.session.data
    naive = task._naive(data.test)  # type: ignore[attr-defined]
    last = data.scaler.invert(data.test.inputs)[:, -1, 0]
    np.testing.assert_allclose(naive, np.repeat(last[:, None], 3, axis=1), rtol=1e-6)
    found = task.evaluate(data.test, "test")
    assert data.test.targets is not None
    expected = float(np.mean((naive - data.test.targets) ** 2))
    skill = 1 - found.metrics["test_mse"] / expected
    assert found.metrics["test_skill"] == pytest.approx(skill)
    each = [found.details[f"test_mse/{step}"] for step in (1, 2, 3)]
    assert np.mean(each) == pytest.approx(found.metrics["test_mse"])


# --------------------------------------------------------------------------------------- texts


def test_perplexity_and_bits(tmp_path: Path) -> None:
    training = Training(kinds.language_model(tmp_path), tmp_path)
    data, task = training.session.data, training.task
    found = task.evaluate(data.test, "test").metrics
    network = task.networks["language_model"]
    with evaluating(network):
        logits = network(torch.from_numpy(data.test.inputs)).double().numpy()
    logs = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
    assert data.test.targets is not None
    nats = -np.take_along_axis(logs, data.test.targets[..., None], axis=-1).mean()
    assert found["test_loss"] == pytest.approx(nats, rel=1e-5)
    assert found["test_perplexity"] == pytest.approx(np.exp(nats), rel=1e-5)
    assert found["test_bits_per_character"] == pytest.approx(nats / np.log(2), rel=1e-5)


def test_states_say_what_the_window_says(tmp_path: Path) -> None:
    training = Training(kinds.language_model(tmp_path), tmp_path)
    network = training.task.networks["language_model"]
    tokens = torch.from_numpy(training.session.data.train.inputs[:3])
    by_states, by_window = (Reader(network, torch.device("cpu")) for _ in range(2))
    assert by_states.stateful
    by_window.stateful = False
    with evaluating(network):
        whole = network(tokens)
        for reader in (by_states, by_window):
            said = [reader.begin(tokens[:, :4])]
            said += [reader.go_on(tokens[:, step]) for step in range(4, 10)]
            torch.testing.assert_close(torch.stack(said, dim=1), whole[:, 3:])


def test_a_network_that_looks_ahead_is_refused(tmp_path: Path) -> None:
    project = kinds.language_model(tmp_path)
    layers: Any = [
        ("words", "embedding", {"features": 6}),
        ("flat", "flatten", {}),
        ("mixed", "linear", {"units": 140}),
        ("steps", "reshape", {"sizes": [10, 14]}),
    ]
    project = replace(project, networks={"language_model": chain(layers)})
    with pytest.raises(ProjectError, match="sees the tokens that it is to foretell"):
        Training(project, tmp_path)


def test_what_is_chosen() -> None:
    logits = torch.log(torch.tensor([[0.5, 0.3, 0.15, 0.05]])).repeat(4000, 1)

    def shares(**style: Any) -> Any:
        generator = torch.Generator().manual_seed(0)
        tokens = chosen(logits.clone(), Style(**style), generator)
        return np.bincount(tokens.numpy(), minlength=4) / 4000

    assert shares() == pytest.approx([0.5, 0.3, 0.15, 0.05], abs=0.03)
    squared = np.array([0.25, 0.09, 0.0225, 0.0025])
    assert shares(temperature=0.5) == pytest.approx(squared / squared.sum(), abs=0.03)
    assert shares(temperature=0).tolist() == [1, 0, 0, 0]
    assert shares(top_k=2) == pytest.approx([0.625, 0.375, 0, 0], abs=0.03)
    assert shares(top_p=0.6) == pytest.approx([0.625, 0.375, 0, 0], abs=0.03)
    assert shares(top_p=0.5).tolist() == [1, 0, 0, 0]
    assert shares(top_k=9, top_p=1.0) == pytest.approx(shares())
