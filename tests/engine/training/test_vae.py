"""Variational autoencoders: the bound, its schedule, exact resume, samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy.special import expit

from engine.compute import checkpoint, evaluate
from engine.compute.evaluate import open_run
from engine.compute.tasks.vae import VaeTask
from engine.compute.training import Training
from engine.runs.folder import RunFolder
from projects.schema import Project
from tests.engine.training.coding import vae
from tests.engine.training.support import differences, last_state, train

CUT, END = 5, 17  # in the middle of the first pass, and of the second


def task_of(project: Project, folder: Path) -> tuple[Training, VaeTask]:
    training = Training(project, folder)
    assert isinstance(training.task, VaeTask)
    return training, training.task


def doubled(module: torch.nn.Module, values: Any) -> Any:
    """What a network gives in float64."""
    made = module.double()(torch.from_numpy(values)).detach().numpy()
    module.float()
    return made


@pytest.mark.parametrize("beta", [1.0, 4.0])
def test_the_loss_is_the_formula(tmp_path: Path, beta: float) -> None:
    training, task = task_of(vae(beta=beta), tmp_path)
    batch = next(training.rest_of_epoch())
    torch.manual_seed(3)
    loss = task.loss(batch)
    torch.manual_seed(3)
    noise = torch.randn(len(batch.inputs), 3).double().numpy()
    x = batch.inputs.double().numpy()
    mean, log_variance = np.split(doubled(task.encoder, x), 2, axis=1)
    latents = mean + np.exp(log_variance / 2) * noise
    p = expit(doubled(task.decoder, latents))
    fit = (x * np.log(p) + (1 - x) * np.log(1 - p)).sum(axis=1).mean()
    kl = 0.5 * (mean**2 + np.exp(log_variance) - 1 - log_variance).sum(axis=1).mean()
    assert float(loss.detach()) == pytest.approx(beta * kl - fit, rel=1e-5)
    read = {name: float(values[0]) for name, values in task.read(task.kept).items()}
    assert read == pytest.approx(
        {
            "train_loss": beta * kl - fit,
            "train_elbo": fit - kl,
            "train_kl": kl,
            "train_reconstruction": fit,
        },
        rel=1e-5,
    )


def test_one_loss_moves_both_networks(tmp_path: Path) -> None:
    training, _task = task_of(vae(), tmp_path)
    before = {name: flat.weights.clone() for name, flat in training.session.flats.items()}
    training.make_step(next(training.rest_of_epoch()))
    for name, flat in training.session.flats.items():
        assert not torch.equal(before[name], flat.weights), name
        assert not flat.gradient.any(), name


@pytest.mark.parametrize(
    ("objective", "wanted"),
    [
        ({"warmup": 4, "warmup_unit": "steps", "beta": 2.0}, [0.5, 1.0, 1.5, 2.0, 2.0]),
        ({"warmup": 1, "warmup_unit": "epochs"}, [1 / 10, 2 / 10, 3 / 10]),
        ({}, [1.0, 1.0]),
    ],
)
def test_beta_grows_in_the_warm_up(
    tmp_path: Path, objective: dict[str, Any], wanted: list[float]
) -> None:
    training, task = task_of(vae(**objective), tmp_path)
    found = []
    for batch, _wanted in zip(training.rest_of_epoch(), wanted, strict=False):
        found.append(task.beta)
        training.make_step(batch)
    assert found == pytest.approx(wanted)


def test_beta_may_change_while_it_trains(tmp_path: Path) -> None:
    training, task = task_of(vae(beta=1.0), tmp_path)
    assert training.live.set("objective.beta", 3.0) == 3.0
    assert task.beta == 3.0


def test_free_bits_cost_nothing(tmp_path: Path) -> None:
    training, task = task_of(vae(free_bits=50.0), tmp_path)
    loss = task.loss(next(training.rest_of_epoch()))
    loss.backward()  # type: ignore[no-untyped-call]
    (_loss, _elbo, kl, fit) = task.kept[-1]
    assert float(loss.detach()) == pytest.approx(3 * 50.0 - float(fit), rel=1e-5)
    assert float(kl) < 3 * 50.0


@pytest.mark.parametrize("variance", ["fixed", "learned"])
def test_gaussian_likelihoods_learn(tmp_path: Path, variance: str) -> None:
    ends = 128 if variance == "learned" else 64
    project = vae(ends=ends, likelihood="gaussian", variance=variance)
    training, task = task_of(project, tmp_path)
    data = training.session.data
    before = task.evaluate(data.validation, "validation").metrics["validation_elbo"]
    for batch in training.rest_of_epoch():
        training.make_step(batch)
    after = task.evaluate(data.validation, "validation").metrics["validation_elbo"]
    assert after > before + 10
    assert task.predict(torch.from_numpy(data.test.inputs))["reconstructions"].shape == (
        len(data.test.inputs),
        64,
    )


def test_evaluations_draw_nothing_and_are_the_same_again(tmp_path: Path) -> None:
    training, task = task_of(vae(importance_samples=3), tmp_path)
    data = training.session.data
    state = torch.get_rng_state()
    first = task.evaluate(data.test, "test").metrics
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(99)
    assert task.evaluate(data.test, "test").metrics == first
    assert first["test_iw_elbo"] > first["test_elbo"]
    assert first["test_elbo"] == pytest.approx(first["test_reconstruction"] - first["test_kl"])
    assert "validation_iw_elbo" not in task.evaluate(data.validation, "validation").metrics


def test_the_mean_fits_better_than_a_sample(tmp_path: Path) -> None:
    project = vae(likelihood="gaussian")
    sampled = task_of(project, tmp_path)
    by_mean = task_of(vae(likelihood="gaussian", evaluation="mean"), tmp_path)
    part = sampled[0].session.data.validation
    samples, mean = (task.evaluate(part, "x").metrics for _training, task in (sampled, by_mean))
    assert samples["x_kl"] == mean["x_kl"]
    assert samples["x_reconstruction"] != mean["x_reconstruction"]


def in_two(project: Project, run: Path) -> None:
    train(project, run, max_steps=CUT)
    train(project, run, resume=True, max_steps=END)


WARMED: dict[str, Any] = {"warmup": 30, "warmup_unit": "steps", "beta": 3.0}


def test_resume_is_exact(tmp_path: Path) -> None:
    train(vae(**WARMED), tmp_path / "a", max_steps=END)
    in_two(vae(**WARMED), tmp_path / "b")
    assert differences(last_state(tmp_path / "a"), last_state(tmp_path / "b")) == set()


@pytest.mark.parametrize("forgotten", ["warm-up", "randomness"])
def test_what_is_forgotten_is_missed(tmp_path: Path, forgotten: str) -> None:
    train(vae(**WARMED), tmp_path / "a", max_steps=END)
    train(vae(**WARMED), tmp_path / "b", max_steps=CUT)
    found = last_state(tmp_path / "b")
    if forgotten == "warm-up":
        found.facts["task"]["steps"] = 0
    else:
        found.training["rng.torch"] = torch.Generator().manual_seed(5).get_state()
    checkpoint.save(RunFolder(tmp_path / "b").checkpoints, found)
    train(vae(**WARMED), tmp_path / "b", resume=True, max_steps=END)
    differing = differences(last_state(tmp_path / "a"), last_state(tmp_path / "b"))
    assert any(name.startswith("weights.") for name in differing)


def test_the_same_seed_gives_the_same_weights(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        train(vae(recipe={"seed": 7 if name == "c" else 0}), tmp_path / name, max_steps=4)
    first, again, other = (last_state(tmp_path / name) for name in ("a", "b", "c"))
    assert differences(first, again) == set()
    assert "weights.decoder.last.weight" in differences(first, other)


def test_a_run_draws_and_answers(tmp_path: Path) -> None:
    finished = train(vae(anomaly="1"), tmp_path / "run")
    assert finished.best.keys() >= {"step", "validation_elbo"}
    assert {"test_elbo", "test_kl", "test_reconstruction"} <= finished.metrics.keys()
    assert 0 <= finished.metrics["test_roc_auc"] <= 1
    session = open_run(tmp_path / "run")
    drawn = session.task.sample(5, seed=1)
    assert drawn.shape == (5, 64)
    assert drawn.min() >= 0
    assert drawn.max() <= 1
    assert np.array_equal(drawn, session.task.sample(5, seed=1))
    assert not np.array_equal(drawn, session.task.sample(5, seed=2))
    test = session.data.test
    told = evaluate.predict(session, test.inputs)
    assert {name: array.shape for name, array in told.items()} == {
        "reconstructions": (len(test.inputs), 64),
        "latents": (len(test.inputs), 3),
        "latent_sd": (len(test.inputs), 3),
        "scores": (len(test.inputs),),
    }
    usual = test.targets != 1
    elbo = evaluate.evaluate(session)["test_elbo"]
    assert -told["scores"][usual].mean() == pytest.approx(elbo)


@pytest.mark.parametrize(
    "recipe", [{"precision": "bf16"}, {"accumulate": 2, "batch_size": 64}], ids=["bf16", "parts"]
)
def test_recipes_go_with_it(tmp_path: Path, recipe: dict[str, Any]) -> None:
    finished = train(vae(recipe=recipe), tmp_path / "run", max_steps=6)
    assert np.isfinite(finished.metrics["train_elbo"])
    assert finished.metrics["train_elbo"] == pytest.approx(
        finished.metrics["train_reconstruction"] - finished.metrics["train_kl"], rel=1e-3
    )
