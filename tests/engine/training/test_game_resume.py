"""Whatever is chosen for an adversarial game, a training that is resumed goes on bit for bit."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from engine.adversarial.base import ADVERSARIAL
from engine.adversarial.conditioning.base import CONDITIONING
from engine.adversarial.penalties.base import PENALTIES
from engine.adversarial.tricks.base import TRICKS
from engine.compute.trainer import Trainer
from engine.runs.branch import Branch
from engine.runs.control import Control, Limits
from projects.schema import Data, Network, Node, Plug, Project, Recipe, Wire
from tests.engine.training.coding import vae_gan
from tests.engine.training.support import Listener, differences, last_state, train

# Settings under which something is in the middle of happening when the training stops.
MIDDLE: Mapping[str, dict[str, Any]] = {
    "r1": {"every": 4},
    "instance_noise": {"steps": 9},
    "top_k": {"every": 2, "decay": 0.7},
    "adaptive_augment": {"speed": 0.05},
    "unrolled": {"steps": 2},
}


def told(entry: str, end: int, images: bool, labels: bool, **params: Any) -> Network:
    """A network of two layers, told a class beside its input where that is wanted."""
    nodes = {"entry": Node(type=entry, params=params)}
    if images and entry == "input":
        nodes["flat"] = Node(type="flatten")
    nodes |= {
        "first": Node(type="linear", params={"units": 8}),
        "bend": Node(type="tanh"),
        "last": Node(type="linear", params={"units": end}),
    }
    if images and entry == "noise":
        nodes["image"] = Node(type="reshape", params={"sizes": [1, 8, 8]})
    nodes["exit"] = Node(type="output")
    ids = list(nodes)
    wires = [Wire(a, b) for a, b in itertools.pairwise(ids)]
    if labels:
        before = next(w for w in wires if w.target == "first")
        wires.remove(before)
        nodes["class"] = Node(type="label")
        nodes["numbers"] = Node(type="one_hot")
        nodes["both"] = Node(type="concat")
        wires += [Wire(before.source, "both"), Wire("class", "numbers"), Wire("numbers", "both")]
        wires.append(Wire("both", "first"))
    return Network(nodes=nodes, wires=tuple(wires))


def game(images: bool = False, **objective: Any) -> Project:
    """A small game on the ring, or on small digits."""
    asked = objective.get("conditioning")
    kind = CONDITIONING.make_plug(Plug(asked["type"])) if asked else None
    judged = 1 + {"ac_gan": 10, "infogan": 12}.get(asked["type"] if asked else "", 0)
    knows = {
        name: kind is not None and name in kind.told for name in ("generator", "discriminator")
    }
    size = 64 if images else 2
    networks = {
        "generator": told("noise", size, images, knows["generator"], size=4),
        "discriminator": told("input", judged, images, knows["discriminator"]),
    }
    source = Plug("digits") if images else Plug("gaussian_ring", {"samples": 600})
    return Project(
        name="Game",
        networks=networks,
        data=Data(source=source, scale="minus_one_to_one" if images else "none"),
        objective=Plug("gan", {"ema": 0.9, **objective}),
        recipe=Recipe(epochs=3, batch_size=32, optimizer=Plug("adam", {"lr": 0.002, "beta1": 0.5})),
    )


def patches(**objective: Any) -> Project:
    """A small game on digits whose discriminator ends in a map of 3 × 3 logits."""
    project = game(images=True, scores=None, **objective)
    nodes = {
        "entry": Node(type="input"),
        "first": Node(type="conv2d", params={"filters": 4, "kernel": 4, "stride": 2}),
        "bend": Node(type="tanh"),
        "last": Node(type="conv2d", params={"filters": 1, "kernel": 2, "stride": 1, "padding": 0}),
        "exit": Node(type="output"),
    }
    wires = tuple(Wire(a, b) for a, b in itertools.pairwise(nodes))
    judge = Network(nodes=nodes, wires=wires)
    return replace(project, networks={**project.networks, "discriminator": judge})


def pairs(chance: bool = False, **objective: Any) -> Project:
    """A small pix2pix on digits with a discriminator of patches; on request with dropout and batch norm."""
    project = patches()
    nodes = {
        "entry": Node(type="input"),
        "first": Node(type="conv2d", params={"filters": 4}),
        "norm": Node(type="batch_norm"),
        "bend": Node(type="relu"),
        "chance": Node(type="dropout", params={"p": 0.2}),
        "last": Node(type="conv2d", params={"filters": 1}),
        "exit": Node(type="output"),
    }
    if not chance:
        del nodes["chance"], nodes["norm"]
    wires = tuple(Wire(a, b) for a, b in itertools.pairwise(nodes))
    return replace(
        project,
        networks={**project.networks, "generator": Network(nodes=nodes, wires=wires)},
        data=replace(project.data, source=Plug("derived_pairs", {"images": "digits"})),
        objective=Plug("pix2pix", {"ema": 0.9, **objective}),
    )


def choices() -> dict[str, Project]:
    """A project for every entry of every catalogue, and some that stand together."""
    found = {tag: game(loss={"type": tag}) for tag in ADVERSARIAL.entries}
    for tag in PENALTIES.entries:
        found[tag] = game(penalties=[{"type": tag, **MIDDLE.get(tag, {})}])
    found["patches"] = patches(
        loss={"type": "relativistic_average"},
        penalties=[{"type": "r1", "every": 3}, {"type": "gradient_penalty"}],
        tricks=[{"type": "top_k", **MIDDLE["top_k"]}],
    )
    found["pix2pix"] = pairs(chance=True)
    found["vae_gan"] = vae_gan()
    found["pix2pix_together"] = pairs(
        chance=True,
        critic_steps=2,
        loss={"type": "relativistic_average"},
        penalties=[{"type": "r1", "every": 3}, {"type": "spectral_norm"}],
        tricks=[{"type": "adaptive_augment", "speed": 0.05}],
    )
    for cls in TRICKS:
        plug = {"type": cls.tag(), **MIDDLE.get(cls.tag(), {})}
        found[cls.tag()] = game(images=cls.images, tricks=[plug])
    for tag in CONDITIONING.entries:
        found[tag] = game(images=True, conditioning={"type": tag})
    found["critic_steps"] = game(critic_steps=3, loss={"type": "wasserstein"})
    found["together"] = game(
        images=True,
        critic_steps=2,
        loss={"type": "relativistic_paired"},
        conditioning={"type": "ac_gan"},
        penalties=[{"type": "r1", "every": 3}, {"type": "r2"}, {"type": "spectral_norm"}],
        tricks=[
            {"type": t, **MIDDLE.get(t, {})}
            for t in ("adaptive_augment", "top_k", "historical_averaging")
        ],
    )
    return found


@pytest.fixture(autouse=True)
def _without_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long layers work is measured after every training, and of no interest here."""
    monkeypatch.setattr("engine.compute.trainer.times_of", lambda *_args: {})


CHOICES = choices()


@pytest.mark.parametrize("project", CHOICES.values(), ids=CHOICES)
def test_a_resumed_game_is_the_uninterrupted_one(project: Project, tmp_path: Path) -> None:
    train(project, tmp_path / "whole", max_steps=7)
    train(project, tmp_path / "parts", max_steps=3)
    train(project, tmp_path / "parts", resume=True, max_steps=7)
    whole, parts = last_state(tmp_path / "whole"), last_state(tmp_path / "parts")
    assert whole.step == 7
    assert differences(whole, parts) == set()


def test_what_a_game_remembers_goes_along_into_a_branch(tmp_path: Path) -> None:
    """Also where the project was edited: the choices that are still there keep their memory."""
    asked: dict[str, Any] = {"type": "adaptive_augment", "speed": 0.05}
    trick = {"type": "historical_averaging"}
    train(game(images=True, tricks=[asked, trick]), tmp_path / "run", max_steps=5)
    edited = game(images=True, tricks=[asked, trick], penalties=[{"type": "r2"}])
    trainer = Trainer(
        edited,
        tmp_path,
        tmp_path / "branch",
        Listener(),
        Control(),
        limits=Limits(max_steps=5),
        branch=Branch(tmp_path / "run", 5),
    )
    trainer.run()
    before, after = (last_state(tmp_path / name).training for name in ("run", "branch"))
    kept = [name for name in before if name.startswith("objective.")]
    assert float(before["objective.adaptive_augment.p"]) > 0
    assert len(kept) == 6
    assert all(before[name].equal(after[name]) for name in kept)
    assert float(after["objective.held.r2_penalty"]) == 0


@pytest.mark.parametrize("packed", [1, 4])
def test_adaptive_augmentation_goes_by_examples_however_they_are_packed(
    packed: int, tmp_path: Path
) -> None:
    tricks: list[dict[str, Any]] = [{"type": "adaptive_augment", "target": -0.99, "speed": 1.0}]
    if packed > 1:
        tricks.append({"type": "packing", "count": packed})
    heard = Listener()
    train(game(images=True, tricks=tricks), tmp_path / "run", heard, max_steps=4)
    _steps, chances = heard.series("augment_probability")
    assert chances[-1] == pytest.approx(4 * 32 / 1000)  # four batches of a thousand examples
