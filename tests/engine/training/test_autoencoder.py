"""Autoencoders: errors, noise, sparsity, anomalies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.compute import evaluate
from engine.compute.evaluate import open_run
from engine.compute.tasks.autoencoder import AutoencoderTask
from engine.compute.training import Training
from projects.errors import RunError
from tests.engine.training.coding import autoencoder
from tests.engine.training.support import differences, last_state, train

SIGMOID = ("squash", "sigmoid", dict[str, Any]())


def task_of(folder: Path, *end: Any, **objective: Any) -> tuple[Training, AutoencoderTask]:
    training = Training(autoencoder(4, *end, **objective), folder)
    assert isinstance(training.task, AutoencoderTask)
    return training, training.task


@pytest.mark.parametrize("error", ["mse", "mae", "bce"])
def test_errors_are_the_formulas(tmp_path: Path, error: str) -> None:
    training, task = task_of(tmp_path, reconstruction=error)
    batch = next(training.rest_of_epoch())
    x = batch.inputs.numpy()
    given = task.decoder(task.encoder(batch.inputs)).detach().numpy()
    p = 1 / (1 + np.exp(-given))
    wanted = {
        "mse": ((x - given) ** 2).mean(),
        "mae": np.abs(x - given).mean(),
        "bce": -(x * np.log(p) + (1 - x) * np.log(1 - p)).mean(),
    }
    assert float(task.loss(batch).detach()) == pytest.approx(wanted[error], rel=1e-4)
    shown = p if error == "bce" else given
    assert float(task.kept[-1][1]) == pytest.approx(((x - shown) ** 2).mean(), rel=1e-4)


@pytest.mark.parametrize("kind", ["gaussian", "masking", "salt_and_pepper"])
def test_noise_has_its_strength(tmp_path: Path, kind: str) -> None:
    _training, task = task_of(tmp_path, noise=kind, strength=0.25)
    clean = torch.full((300, 64), 0.5)
    noisy = task.noisy(clean)
    assert noisy is not None
    if kind == "gaussian":
        assert float((noisy - clean).std()) == pytest.approx(0.25, rel=0.05)
        return
    assert float((noisy != clean).float().mean()) == pytest.approx(0.25, rel=0.05)
    wanted = {0.5, 0.0} if kind == "masking" else {0.5, 0.0, 1.0}
    assert set(noisy.flatten().tolist()) == wanted
    if kind == "salt_and_pepper":
        assert float((noisy == 1).float().mean()) == pytest.approx(0.125, rel=0.1)


def test_what_is_restored_is_the_clean_example(tmp_path: Path) -> None:
    training, task = task_of(tmp_path, noise="masking", strength=1.0)
    batch = next(training.rest_of_epoch())
    loss = task.loss(batch)
    given = task.decoder(task.encoder(torch.zeros_like(batch.inputs)))
    assert float(loss.detach()) == pytest.approx(
        float((given - batch.inputs).square().mean().detach()), rel=1e-5
    )


def test_sparsity_is_the_formula(tmp_path: Path) -> None:
    code = torch.tensor([[0.1, 0.5], [0.3, 0.7]], dtype=torch.float64, requires_grad=True)
    _training, l1 = task_of(tmp_path, sparsity="l1", sparsity_weight=2.0)
    assert float(l1.sparsity(-code).detach()) == pytest.approx(2 * 0.4)
    _training, kl = task_of(tmp_path, SIGMOID, sparsity="kl", sparsity_weight=2.0, activation=0.05)
    cost = kl.sparsity(code)
    r, a = 0.05, np.array([0.2, 0.6])
    wanted = (r * np.log(r / a) + (1 - r) * np.log((1 - r) / (1 - a))).sum()
    assert float(cost.detach()) == pytest.approx(2 * wanted)
    cost.backward()  # type: ignore[no-untyped-call]
    assert code.grad is not None
    slope = 2 * (-r / a + (1 - r) / (1 - a)) / 2
    assert code.grad.numpy() == pytest.approx(np.stack([slope, slope]))


def test_evaluations_of_noisy_inputs_are_the_same_again(tmp_path: Path) -> None:
    training, task = task_of(tmp_path, noise="gaussian")
    part = training.session.data.validation
    state = torch.get_rng_state()
    first = task.evaluate(part, "validation").metrics
    assert torch.equal(torch.get_rng_state(), state)
    assert task.evaluate(part, "validation").metrics == first
    assert first.keys() == {"validation_loss", "validation_mse"}


def test_resume_is_exact_with_noise(tmp_path: Path) -> None:
    project = autoencoder(noise="salt_and_pepper", sparsity="l1")
    train(project, tmp_path / "a", max_steps=17)
    train(project, tmp_path / "b", max_steps=5)
    train(project, tmp_path / "b", resume=True, max_steps=17)
    assert differences(last_state(tmp_path / "a"), last_state(tmp_path / "b")) == set()


def test_a_run_restores_and_scores(tmp_path: Path) -> None:
    finished = train(autoencoder(anomaly="0", recipe={"epochs": 6}), tmp_path / "run")
    assert finished.metrics["test_roc_auc"] > 0.6
    session = open_run(tmp_path / "run")
    told = evaluate.predict(session, session.data.test.inputs)
    errors = ((told["reconstructions"] - session.data.test.inputs) ** 2).mean(axis=1)
    assert told["scores"] == pytest.approx(errors, rel=1e-4)
    assert told["latents"].shape == (len(errors), 4)
    usual = session.data.test.targets != 0
    mse = evaluate.evaluate(session)["test_mse"]
    assert errors[usual].mean() == pytest.approx(mse, rel=1e-4)
    with pytest.raises(RunError, match="do not draw"):
        session.task.sample(3, seed=0)
