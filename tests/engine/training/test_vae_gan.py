"""VAE-GAN: every player's gradient against its own formula, what is measured and drawn, what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from engine.compute.batches import Batch
from engine.compute.check import check
from engine.compute.evaluate import evaluate, open_run, predict
from engine.compute.session import open_session
from engine.compute.tasks.vae_gan import VaeGanTask
from engine.objectives.base import OBJECTIVES
from engine.probes.rivals import slopes
from projects.schema import Plug
from tests.engine.training.coding import vae_gan
from tests.engine.training.support import Listener, chain, train


def opened(folder: Path, **objective: Any) -> tuple[VaeGanTask, Batch]:
    session = open_session(vae_gan(**objective), folder, torch.device("cpu"))
    assert isinstance(session.task, VaeGanTask)
    return session.task, Batch(torch.from_numpy(session.data.train.inputs[:12]), None)


@pytest.mark.parametrize("loss", ["non_saturating", "relativistic_average"])
def test_every_player_minimises_what_the_paper_says(tmp_path: Path, loss: str) -> None:
    """Gradients of equations that are written out, in double precision, from the same random numbers."""
    gamma = 0.3
    task, batch = opened(tmp_path, gamma=gamma, loss={"type": loss})
    for network in task.networks.values():
        network.double()
    x = batch.inputs.double()
    encoder, decoder, judge = task.networks.values()
    torch.manual_seed(5)
    mean, log_variance = encoder(x).chunk(2, 1)
    z = mean + (log_variance / 2).exp() * torch.randn(mean.shape)
    drawn = torch.randn(mean.shape).double()
    kl = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum() / len(x)
    features = [judge.forward_to("relu", part) for part in (x, decoder(z))]
    error = 0.5 * ((features[0] - features[1]) ** 2).sum() / len(x)
    said = [judge(part) for part in (x, decoder(z), decoder(drawn))]

    def f(t: torch.Tensor) -> torch.Tensor:
        return (1 + t.exp()).log().mean()

    real, *fakes = said
    if loss == "non_saturating":
        critics = [f(-real) + f(fake) for fake in fakes]
        generators = [f(-fake) for fake in fakes]
    else:
        pairs = [(real - fake.mean(), fake - real.mean()) for fake in fakes]
        critics = [f(-a) + f(b) for a, b in pairs]
        generators = [f(a) + f(-b) for a, b in pairs]
    critic = (critics[0] + critics[1]) / 2
    adversarial = (generators[0] + generators[1]) / 2
    wanted = {
        "discriminator": torch.autograd.grad(critic, list(judge.parameters()), retain_graph=True),
        "encoder": torch.autograd.grad(kl + error, list(encoder.parameters()), retain_graph=True),
        "decoder": torch.autograd.grad(
            gamma * error + adversarial, list(decoder.parameters()), retain_graph=True
        ),
    }
    torch.manual_seed(5)
    for network in task.networks.values():
        network.float()
    found_critic = task.updates[0].loss(batch)
    found = {"discriminator": torch.autograd.grad(found_critic, list(judge.parameters()))}
    both = [*encoder.parameters(), *decoder.parameters()]
    found_rest = task.updates[1].loss(batch)
    gradients = torch.autograd.grad(found_rest, both)
    count = len(list(encoder.parameters()))
    found |= {"encoder": gradients[:count], "decoder": gradients[count:]}
    for name, expected in wanted.items():
        for mine, other in zip(found[name], expected, strict=True):
            assert torch.allclose(mine.double(), other, rtol=1e-4, atol=1e-6), name
    assert found_critic.item() == pytest.approx(critic.item(), abs=1e-6)
    curves = task.read(task.kept)
    assert curves["train_kl"][0] == pytest.approx(kl.item(), rel=1e-5)
    assert curves["train_feature_error"][0] == pytest.approx(error.item(), rel=1e-5)
    assert curves["generator_loss"][0] == pytest.approx(adversarial.item(), abs=1e-6)
    assert curves["d_real"][0] == pytest.approx(real.sigmoid().mean().item(), abs=1e-6)


def test_a_run_codes_restores_and_draws(tmp_path: Path) -> None:
    heard = Listener()
    finished = train(vae_gan(gamma=1.0), tmp_path / "run", heard)
    assert finished.state == "finished"
    errors = heard.series("train_feature_error")[1]
    assert len(errors) == len(heard.series("discriminator_loss")[1])
    session = open_run(tmp_path / "run")
    task = session.task
    assert isinstance(task, VaeGanTask)
    metrics = evaluate(session, "test")
    assert set(metrics) == {"test_kl", "test_feature_error", "test_mse"}
    with torch.no_grad():
        told = task.encoder.eval()(torch.from_numpy(session.data.test.inputs)).double().numpy()
    mean, log_variance = told[:, :3], told[:, 3:]
    kl = 0.5 * (mean**2 + np.exp(log_variance) - 1 - log_variance).sum(1).mean()
    assert metrics["test_kl"] == pytest.approx(kl, rel=1e-5)
    answers = predict(session, session.data.test.inputs[:5])
    assert answers["reconstructions"].shape == (5, 64)
    assert answers["latents"].shape == answers["latent_sd"].shape == (5, 3)
    assert task.sample(4, 1).shape == (4, 64)
    assert (task.sample(4, 1) == task.sample(4, 1)).all()
    space = task.latent_space()
    assert space is not None
    assert space.size == 3
    assert slopes(task, task.real(3)).shape == slopes(task, task.drawn(3, 0)).shape == (3,)
    shown = task.show(8)
    assert shown is not None
    assert {page["name"] for page in shown[1]["pages"]} >= {"reconstructions", "samples"}


def test_metrics_are_those_that_are_declared(tmp_path: Path) -> None:
    task, _batch = opened(tmp_path)
    measured = task.evaluate(task.context.data.validation, "validation").metrics
    declared = {metric.name for metric in OBJECTIVES.get("vae_gan").metrics}
    assert set(measured) <= declared


def test_what_does_not_fit_is_said_before_the_training(tmp_path: Path) -> None:
    assert check(vae_gan(), tmp_path).problems == ()
    project = replace(vae_gan(), objective=Plug("vae_gan", {"layer": "rellu"}))
    (problem,) = check(project, tmp_path).problems
    assert (problem.where, "Did you mean “relu”" in problem.hint) == ("objective.layer", True)
    judge = chain([("last", "linear", {"units": 7})])
    odd = chain([("last", "linear", {"units": 5})])
    networks = {**vae_gan().networks, "discriminator": judge, "encoder": odd}
    found = {p.where: p for p in check(replace(vae_gan(), networks=networks), tmp_path).problems}
    assert "one number" in found["networks.discriminator.nodes.last"].message
    assert "even number" in found["networks.encoder.nodes.last"].message
    bounded = replace(vae_gan(), objective=Plug("vae_gan", {"loss": {"type": "wasserstein"}}))
    (problem,) = check(bounded, tmp_path).problems
    assert (problem.where, problem.severity) == ("objective.loss", "warning")
