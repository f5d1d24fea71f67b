"""Image-to-image translation: its game against the paper, its measures, what it refuses."""

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
from engine.compute.pair_game import PairGame
from engine.compute.session import open_session
from engine.compute.tasks.pix2pix import Pix2PixTask
from engine.probes.rivals import slopes
from projects.schema import Data, Network, Node, Plug, Project, Wire
from tests.engine.training.support import Listener, train
from tests.engine.training.test_game_resume import pairs

PairsOf = tuple[Pix2PixTask, Batch]


def opened(project: Project, folder: Path) -> Pix2PixTask:
    task = open_session(project, folder, torch.device("cpu")).task
    assert isinstance(task, Pix2PixTask)
    return task


def softplus(x: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.asarray(np.logaddexp(0, x), np.float64)


def test_both_losses_are_those_of_the_paper(tmp_path: Path) -> None:
    """From what both networks say in double precision: equation 4 with the non-saturating loss."""
    task = opened(pairs(l1=7.0), tmp_path)
    train_part = task.context.data.train
    assert train_part.targets is not None
    given = torch.from_numpy(train_part.inputs[:9])
    wanted = torch.from_numpy(train_part.targets[:9])
    with torch.no_grad():
        made = task.networks["generator"](given)
        real = task.networks["discriminator"](torch.cat([given, wanted], 1)).double().numpy()
        fake = task.networks["discriminator"](torch.cat([given, made], 1)).double().numpy()
    assert real.shape == (9, 1, 3, 3)
    batch = Batch(given, wanted)
    critic = task.updates[0].loss(batch)
    generator = task.updates[1].loss(batch)
    apart = np.abs(made.double().numpy() - wanted.double().numpy()).mean()
    assert critic.item() == pytest.approx(softplus(-real).mean() + softplus(fake).mean(), abs=1e-6)
    assert generator.item() == pytest.approx(softplus(-fake).mean() + 7 * apart, abs=1e-5)
    curves = task.read(task.kept)
    assert curves["train_l1"][0] == pytest.approx(apart / 2, abs=1e-6)  # of values from 0 to 1


def test_gradients_are_those_of_both_terms(tmp_path: Path) -> None:
    task = opened(pairs(l1=3.0), tmp_path)
    part = task.context.data.train
    assert part.targets is not None
    given, wanted = torch.from_numpy(part.inputs[:5]), torch.from_numpy(part.targets[:5])
    generator, judge = task.networks["generator"], task.networks["discriminator"]
    weights = list(generator.parameters())
    made = generator(given)
    said = judge(torch.cat([given, made], 1))
    own = -torch.nn.functional.logsigmoid(said).mean() + 3 * (made - wanted).abs().mean()
    expected = torch.autograd.grad(own, weights)
    task.updates[0].loss(Batch(given, wanted))
    found = torch.autograd.grad(task.updates[1].loss(Batch(given, wanted)), weights)
    for mine, other in zip(found, expected, strict=True):
        assert torch.allclose(mine, other, atol=1e-6)


def test_a_run_is_measured_answers_and_is_shown(tmp_path: Path) -> None:
    heard = Listener()
    project = pairs(l1=100.0)
    found = train(
        replace(project, recipe=replace(project.recipe, epochs=1)), tmp_path / "run", heard
    )
    assert found.state == "finished"
    losses = heard.series("train_l1")[1]
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5])
    session = open_run(tmp_path / "run")
    metrics = evaluate(session, "test")
    test = session.data.test
    assert test.targets is not None
    truth = session.data.target_scaler.invert(test.targets).astype(np.float64)
    raw = session.data.scaler.invert(test.inputs)
    outputs = predict(session, raw)["outputs"]
    assert outputs.shape == truth.shape
    assert metrics["test_l1"] == pytest.approx(np.abs(outputs - truth).mean(), abs=1e-6)
    assert metrics["test_mse"] == pytest.approx(np.square(outputs - truth).mean(), abs=1e-6)
    shown = session.task.show(8)
    assert shown is not None
    assert shown[1]["kind"] == "translations"
    assert {name: images.shape for name, images in shown[0].items()} == dict.fromkeys(
        ("given", "images", "wanted"), (4, 8, 8, 1)
    )
    assert isinstance(session.task, Pix2PixTask)
    assert (session.task.real(3)[:, :1] == session.task.drawn(3, 0)[:, :1]).all()
    assert slopes(session.task, session.task.real(3)).shape == (3,)


def test_outputs_are_scaled_like_inputs(tmp_path: Path) -> None:
    data = opened(pairs(), tmp_path).context.data
    assert data.train.targets is not None
    assert (data.train.targets.min(), data.train.targets.max()) == (-1, 1)
    assert isinstance(opened(pairs(), tmp_path).begun(), PairGame)
    assert opened(pairs(), tmp_path).constants() == {"TARGET_SHIFT": 0.5, "TARGET_SCALE": 0.5}


def problems(project: Project, folder: Path) -> dict[str, str]:
    return {p.where: p.message for p in check(project, folder).problems}


def test_what_does_not_fit_is_said_before_the_training(tmp_path: Path) -> None:
    assert problems(pairs(), tmp_path) == {}
    other = replace(pairs(), data=Data(source=Plug("digits")))
    assert "no pairs of images" in problems(other, tmp_path)["data.source"]
    tricks = [{"type": "packing"}, {"type": "truncation"}]
    said = problems(pairs(tricks=tricks), tmp_path)
    assert "one of them at once" in said["objective.tricks.0"]
    assert "about latents" in said["objective.tricks.1"]
    noise = Network(
        nodes={
            "z": Node(type="noise"),
            "l": Node(type="linear", params={"units": 60}),
            "y": Node(type="output"),
        },
        wires=(Wire("z", "l"), Wire("l", "y")),
    )
    drawn = replace(pairs(), networks={**pairs().networks, "generator": noise})
    said = problems(drawn, tmp_path)
    assert "begins with an image" in said["networks.generator.nodes.z"]
    network = pairs().networks["generator"]
    wide = {**network.nodes, "last": Node(type="conv2d", params={"filters": 2})}
    drawn = replace(
        pairs(), networks={**pairs().networks, "generator": replace(network, nodes=wide)}
    )
    said = problems(drawn, tmp_path)
    assert "images that it has to make are 1×8×8" in said["networks.generator.nodes.last"]
