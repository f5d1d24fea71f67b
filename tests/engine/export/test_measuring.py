"""How far a file is from a network: real inputs count, random ones are told apart, and little is allowed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.compression.activation import Activation
from engine.compute.modes import evaluating
from engine.compute.rounding import in_float, round_inputs
from engine.compute.session import Session, open_session, session_of
from engine.data.prepare import prepare
from engine.export.examples import Trial, trials
from engine.export.hand_out import written
from engine.export.measuring import MOST_DIFFERENT, Measured, measured, worst
from engine.export.writer import answer_of
from engine.exports.base import EXPORTS
from projects.errors import RunError
from projects.schema import Data, Plug, Project
from projects.templates import template
from tests.engine.training.support import chain

HERE = Path(__file__).parent


@pytest.fixture
def session() -> Session:
    """A classifier of digits whose outputs are large where inputs are."""
    project = Project(
        data=Data(source=Plug("digits")),
        objective=Plug("classification"),
        networks={
            "classifier": chain([("flat", "flatten", {}), ("logits", "linear", {"units": 10})])
        },
    )
    torch.manual_seed(0)
    return session_of(project, prepare(project.data, HERE), torch.device("cpu"))


def test_real_inputs_count_and_random_ones_stand_apart(session: Session, tmp_path: Path) -> None:
    module = session.task.networks["classifier"]
    trial = trials(session, session.task.networks)["classifier"]
    assert (trial.real, trial.part) == (64, "validation")
    assert np.array_equal(trial.inputs.numpy(), session.data.validation.inputs[:64])
    assert [len(inputs) for inputs, _labels in trial.batches()] == [1, 7, 56]
    assert trial.strange is not None
    with evaluating(module), torch.no_grad():
        largest, strange = (float(module(x).abs().max()) for x in (trial.inputs, trial.strange))

    def answer(_name: str, inputs: Tensor, _labels: Tensor | None) -> NDArray[np.float32]:
        off = 2e-6 if len(inputs) == 7 else 8e-6 if len(inputs) == 8 else 0.0
        with torch.no_grad():
            found: NDArray[np.float32] = module(inputs).numpy() + np.float32(off)
        return found

    with evaluating(module):
        found = measured(answer, {"classifier": module}, {"classifier": trial}, False)["classifier"]
    assert found.difference == pytest.approx(2e-6, abs=5e-7)
    assert found.strange == pytest.approx(8e-6, abs=5e-7)
    assert found.largest == pytest.approx(largest)
    assert found.strange_largest == pytest.approx(strange)

    done = written(HERE, session, EXPORTS.make("numpy", {}), tmp_path / "m.py")
    told = json.loads((tmp_path / "m.py.json").read_bytes())
    entry = told["networks"]["classifier"]
    assert (done.inputs, done.real) == (64, 64)
    assert done.largest == told["largest_output"] == pytest.approx(largest)
    assert entry["max_abs_difference"] == told["max_abs_difference"] == done.difference
    assert entry["random_inputs_besides"]["largest_output"] == pytest.approx(strange)


@pytest.mark.parametrize("strange", [False, True])
def test_what_differs_by_more_than_float32_does_is_refused(strange: bool, session: Session) -> None:
    module = session.task.networks["classifier"]
    trial = trials(session, session.task.networks)["classifier"]
    if strange:
        assert trial.strange is not None
    with evaluating(module), torch.no_grad():
        inputs = trial.strange if strange else trial.inputs
        most = MOST_DIFFERENT * max(1.0, float(module(inputs).abs().max()))

    def off_by(by: float) -> None:
        def answer(_name: str, inputs: Tensor, _labels: Tensor | None) -> NDArray[np.float64]:
            with torch.no_grad():
                found: NDArray[np.float64] = module(inputs).double().numpy()
            return found + by if (len(inputs) == 8) == strange else found

        with evaluating(module):
            measured(answer, {"classifier": module}, {"classifier": trial}, False)

    off_by(0.9 * most if strange else 0.9 * MOST_DIFFERENT)
    with pytest.raises(RunError, match="answers otherwise than “classifier”"):
        off_by(1.1 * most)


def test_a_file_without_the_rounding_is_the_network_without_it(session: Session) -> None:
    module = session.task.networks["classifier"].eval()
    round_inputs(module, {"logits": Activation(low=0.0, high=1.0, bits=3)})
    tried = trials(session, session.task.networks)
    networks = {"classifier": module}

    def answer(_name: str, inputs: Tensor, _labels: Tensor | None) -> NDArray[np.float32]:
        with in_float(module), torch.no_grad():
            found: NDArray[np.float32] = module(inputs).numpy()
        return found

    found = measured(answer, networks, tried, rounds=False)["classifier"]
    assert found.difference > 1e-3
    assert found.strange is None
    with pytest.raises(RunError, match="answers otherwise"):
        measured(answer, networks, tried, rounds=True)
    same = measured(answer_of(networks), networks, tried, rounds=True)["classifier"]
    assert same.difference == 0
    with pytest.raises(RunError, match="answers otherwise"):
        measured(answer_of(networks), networks, tried, rounds=False)


def test_networks_that_draw_are_tried_with_latents(tmp_path: Path) -> None:
    session = open_session(template("gan_digits").project, HERE, torch.device("cpu"))
    found = trials(session, session.task.networks)
    generator: Trial = found["generator"]
    assert (len(generator.inputs), generator.real, generator.strange) == (64, 0, None)
    done = written(HERE, session, EXPORTS.make("numpy", {}), tmp_path / "m.py")
    assert (done.inputs, done.real) == (128, 64)


def test_the_network_that_differs_most_is_told() -> None:
    assert worst({}) is None
    found = {"a": Measured(1e-6, 50.0), "b": Measured(2e-6, 1.0), "c": Measured(0.0, 90.0)}
    assert worst(found) == found["b"]
