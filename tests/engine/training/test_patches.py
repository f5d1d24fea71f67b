"""Discriminators that judge patches end in a map of logits, and a game goes by its means."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from msgspec.structs import replace

from engine.adversarial.base import ADVERSARIAL
from engine.adversarial.penalties.base import PENALTIES, Seen
from engine.adversarial.tricks.base import TRICKS
from engine.compute.check import check
from engine.compute.session import open_session
from engine.compute.tasks.gan import GanTask
from engine.probes.rivals import slopes
from projects.schema import Node, Plug, Project
from tests.engine.training.support import Listener, train
from tests.engine.training.test_game_resume import MIDDLE, patches


def task_of(project: Project, folder: Path) -> GanTask:
    task = open_session(project, folder, torch.device("cpu")).task
    assert isinstance(task, GanTask)
    return task


def ended(filters: int, **objective: object) -> Project:
    """The same with another number of channels at the end."""
    project = patches(**objective)
    judge = project.networks["discriminator"]
    last = Node(type="conv2d", params={**judge.nodes["last"].params, "filters": filters})
    network = replace(judge, nodes={**judge.nodes, "last": last})
    return replace(project, networks={**project.networks, "discriminator": network})


@pytest.mark.parametrize("tag", ADVERSARIAL.entries)
def test_a_loss_of_maps_is_the_one_of_all_their_patches(tag: str) -> None:
    loss = ADVERSARIAL.make(tag, {}, "loss")
    maps = torch.randn((2, 5, 1, 3, 4), generator=torch.Generator().manual_seed(1)).double()
    real, fake = maps
    rows = real.reshape(-1, 1), fake.reshape(-1, 1)
    assert float(loss.discriminator(real, fake)) == pytest.approx(
        float(loss.discriminator(*rows)), abs=1e-12
    )
    assert float(loss.generator(real, fake)) == pytest.approx(
        float(loss.generator(*rows)), abs=1e-12
    )


def test_a_penalty_looks_at_the_slope_of_the_mean() -> None:
    """``D(x)`` is the mean of ``tanh(x w)``; its gradient is written out."""
    rng = np.random.default_rng(3)
    weights, x = rng.normal(size=(6, 4)), rng.normal(size=(5, 6))
    gradient = ((1 - np.tanh(x @ weights) ** 2) @ weights.T) / 4
    examples = torch.from_numpy(x).requires_grad_()
    said = (examples @ torch.from_numpy(weights)).tanh().reshape(5, 1, 2, 2)
    seen = Seen(examples, said)
    found = PENALTIES.make("r1", {}, "penalty").found(lambda t: t, seen, seen)
    assert found.value.item() == pytest.approx(0.5 * (gradient**2).sum(1).mean(), abs=1e-12)
    assert found.slope is not None
    assert found.slope.item() == pytest.approx(np.linalg.norm(gradient, axis=1).mean(), abs=1e-12)


def test_what_is_said_of_an_example_is_the_mean_of_its_patches(tmp_path: Path) -> None:
    task = task_of(patches(), tmp_path)
    examples = torch.from_numpy(task.context.data.train.inputs[:6])
    network = task.networks["discriminator"].eval()
    with torch.no_grad():
        whole = network(examples)
        said = task.judged(examples)
    assert whole.shape == (6, 1, 3, 3)
    assert said.shape == (6,)
    assert np.allclose(said.numpy(), whole.numpy().reshape(6, 9).mean(1), atol=1e-6)
    assert slopes(task, examples).shape == (6,)
    assert task.pulled(examples).shape == ()
    assert task.most_kept == 512 // 9


def plugs(tags: Iterable[str]) -> list[dict[str, Any]]:
    return [{"type": tag, **MIDDLE.get(tag, {})} for tag in tags if tag != "r1"]


@pytest.mark.parametrize(
    "choices",
    [
        {"penalties": [{"type": "r1"}, *plugs(PENALTIES.entries)]},
        {"tricks": plugs(TRICKS.entries), "loss": {"type": "least_squares"}},
    ],
    ids=["penalties", "tricks"],
)
def test_every_choice_takes_maps(choices: dict[str, Any], tmp_path: Path) -> None:
    heard = Listener()
    train(patches(**choices), tmp_path / "run", heard, max_steps=2)
    for curve in ("d_real", "d_fake", "d_accuracy"):
        values = heard.series(curve)[1]
        assert len(values) == 2
        assert all(0 <= value <= 1 for value in values)
    assert np.isfinite(heard.series("logit_gap")[1]).all()


def test_a_row_or_several_channels_are_no_map(tmp_path: Path) -> None:
    (problem,) = check(ended(3), tmp_path).problems
    assert problem.where == "networks.discriminator.nodes.last"
    assert "3×3×3" in problem.message
    assert "1 filter" in problem.hint


def test_guesses_of_a_class_need_one_number_beside_them(tmp_path: Path) -> None:
    project = replace(patches(), objective=Plug("gan", {"conditioning": {"type": "ac_gan"}}))
    found = {p.where: p for p in check(project, tmp_path).problems}
    assert "11 numbers" in found["networks.discriminator.nodes.last"].message
