"""Classification with weighed, smoothed and focused losses, and of texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from msgspec.structs import replace
from torch.nn.functional import cross_entropy

from engine.compute.check import check
from engine.compute.training import Training
from projects.schema import Data, Plug, Project
from tests.engine.training.support import chain, digits, train


def with_objective(**params: Any) -> Project:
    return replace(digits(), objective=Plug("classification", params))


def data(folder: Path) -> Data:
    labels = np.repeat([0, 1, 2], [30, 10, 20])
    inputs = np.random.default_rng(0).normal(size=(60, 64)).astype(np.float32)
    np.savez(folder / "a.npz", x=inputs, y=labels)
    return Data(source=Plug("npz", {"path": "a.npz"}))


def three(folder: Path, **params: Any) -> Project:
    networks = {"classifier": chain([("last", "linear", {"units": 3})])}
    return replace(with_objective(**params), data=data(folder), networks=networks)


def test_balanced_weights_are_those_of_scikit_learn(tmp_path: Path) -> None:
    from sklearn.utils.class_weight import compute_class_weight

    training = Training(three(tmp_path, class_weights="balanced"), tmp_path)
    targets = training.session.data.train.targets
    expected = compute_class_weight("balanced", classes=np.arange(3), y=targets)
    weights = training.task._loss.weights  # type: ignore[attr-defined]
    np.testing.assert_allclose(weights.numpy(), expected, rtol=1e-6)


def test_the_default_is_the_plain_cross_entropy_bit_for_bit(tmp_path: Path) -> None:
    training = Training(digits(), tmp_path)
    batch = next(training.rest_of_epoch())
    assert batch.targets is not None
    torch.manual_seed(1)
    ours = training.task.updates[0].loss(batch)
    torch.manual_seed(1)
    plain = cross_entropy(training.task.networks["classifier"](batch.inputs), batch.targets)
    assert torch.equal(ours, plain)


@pytest.mark.parametrize(
    "params",
    [
        {"class_weights": "balanced"},
        {"class_weights": "list", "weights": [1, 2, 0.5]},
        {"label_smoothing": 0.1},
        {"focal": 2.0},
    ],
)
def test_every_choice_trains_and_measures_by_its_own_loss(
    tmp_path: Path, params: dict[str, Any]
) -> None:
    plain = train(three(tmp_path), tmp_path / "plain", max_steps=2).metrics
    found = train(three(tmp_path, **params), tmp_path / "run", max_steps=2).metrics
    assert np.isfinite(found["test_loss"])
    assert found["test_loss"] != plain["test_loss"]


def test_a_list_has_a_weight_for_each_class(tmp_path: Path) -> None:
    project = three(tmp_path, class_weights="list", weights=[1, 2])
    (problem,) = check(project, tmp_path).problems
    assert problem.where == "objective.weights"
    assert "expected 3 weights, one for each class; there are 2" in problem.message
    assert "0, 1, 2" in problem.hint


@pytest.mark.parametrize(
    ("params", "place"),
    [
        ({"class_weights": "list"}, "objective.weights"),
        ({"focal": 2, "label_smoothing": 0.1}, "objective.focal"),
        ({"label_smoothing": 1}, "objective.label_smoothing"),
        ({"weights": [-1]}, "objective.weights"),
    ],
)
def test_parameters_that_make_no_sense(tmp_path: Path, params: Any, place: str) -> None:
    (problem,) = check(three(tmp_path, **params), tmp_path).problems
    assert problem.where == place
    assert problem.severity == "error"


def test_classes_of_steps_are_not_those_of_examples(tmp_path: Path) -> None:
    source = Plug("parity", {"answer": "every step", "steps": 4, "samples": 20})
    project = replace(digits(), data=Data(source=source))
    found = {problem.where: problem for problem in check(project, tmp_path).problems}
    problem = found["data.source"]
    assert "a class for every step" in problem.message
    assert "Sequence labelling" in problem.hint
