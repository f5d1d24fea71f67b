"""What is wrong with an adversarial game is said in its place, and mended by a click."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.compute.check import check
from projects.schema import Node, Plug, Project
from tests.engine.training.coding import vae_gan
from tests.engine.training.support import Layers, chain, with_recipe
from tests.engine.training.test_game_resume import game, pairs
from workbench.mender import mends
from workbench.mending import candidates

IMAGES: Layers = [
    ("conv", "conv2d", {"filters": 4}),
    ("norm", "batch_norm", {}),
    ("again", "conv2d", {"filters": 4}),
    ("second", "batch_norm", {}),
    ("flat", "flatten", {}),
    ("last", "linear", {"units": 1}),
]


def judged_by(project: Project, *layers: tuple[str, str, dict[str, Any]]) -> Project:
    networks = {**project.networks, "discriminator": chain(list(layers))}
    return msgspec.structs.replace(project, networks=networks)


END = ("last", "linear", {"units": 1})
ADAM = Plug("adam", {"lr": 0.001})
# A project, where something is wrong with it, words of the sentence, and a fix that is offered.
CASES: dict[str, tuple[Project, str, str, str]] = {
    "batch norm": (
        judged_by(game(images=True, penalties=[{"type": "r1"}]), *IMAGES),
        "networks.discriminator.nodes.norm",
        "mixes the examples",
        "Make “norm” a Layer norm",
    ),
    "critic with a sigmoid": (
        judged_by(game(loss={"type": "hinge"}), END, ("squash", "sigmoid", {})),
        "networks.discriminator.nodes.squash",
        "between 0 and 1",
        "Delete “squash”",
    ),
    "sloped once": (
        judged_by(game(penalties=[{"type": "r1"}]), ("bend", "hard_sigmoid", {}), END),
        "networks.discriminator.nodes.bend",
        "no second derivative",
        "Delete “bend”",
    ),
    "unbounded": (
        game(loss={"type": "wasserstein"}),
        "objective.loss",
        "nothing bounds the slope",
        "Add a gradient penalty",
    ),
    "heavy momentum": (
        with_recipe(game(penalties=[{"type": "weight_clipping"}]), optimizer=ADAM),
        "recipe.optimizer.beta1",
        "momentum",
        "Set β₁ to 0.5",
    ),
    "lazy and unrolled": (
        game(penalties=[{"type": "r1", "every": 4}], tricks=[{"type": "unrolled"}]),
        "objective.penalties.0.every",
        "steps ahead",
        "Set “every” to its default",
    ),
    "uneven packs": (
        game(tricks=[{"type": "packing", "count": 3}]),
        "recipe.batch_size",
        "do not go evenly",
        "Set the batch size to 33",
    ),
    "packs and classes": (
        game(images=True, tricks=[{"type": "packing"}], conditioning={"type": "labels"}),
        "objective.conditioning",
        "several examples at once",
        "Take packing out",
    ),
    "no classes": (
        game(conditioning={"type": "labels"}),
        "objective.conditioning",
        "which class",
        "Ask for nothing",
    ),
    "nobody told": (
        judged_by(game(images=True, conditioning={"type": "labels"}), ("f", "flatten", {}), END),
        "networks.discriminator",
        "has no Label",
        "Make “last” a Projection of a Label",
    ),
    "told nothing": (
        game(images=True, conditioning={"type": "labels"}),
        "networks.generator.nodes.class",
        "told no class",
        "Ask for classes",
    ),
    "smoothed without labels": (
        game(loss={"type": "hinge"}, tricks=[{"type": "label_smoothing"}]),
        "objective.tricks.0",
        "no labels",
        "Take label smoothing out",
    ),
    "no images": (
        game(tricks=[{"type": "diff_augment"}]),
        "objective.tricks.0",
        "changes images",
        "Take diff augment out",
    ),
    "unknown layer": (
        game(tricks=[{"type": "feature_matching", "layer": "frist"}]),
        "objective.tricks.0.layer",
        "no layer called",
        "Set “layer” to its default",
    ),
    "twice": (
        game(penalties=[{"type": "r1"}, {"type": "r1"}]),
        "objective.penalties.1",
        "chosen twice",
        "Take r1 out",
    ),
    "too many critic steps": (
        game(critic_steps=40),
        "objective.critic_steps",
        "40 batches of 32",
        "Set the batch size to 10",
    ),
    "compiled": (
        with_recipe(game(penalties=[{"type": "r1"}]), compile=True),
        "recipe.compile",
        "second derivatives",
        "Don't compile",
    ),
    "too few guesses": (
        judged_by(game(images=True, conditioning={"type": "ac_gan"}), ("f", "flatten", {}), END),
        "networks.discriminator.nodes.last",
        "11 numbers",
        "Give “last” 11 outputs",
    ),
    "too little noise": (
        game(images=True, conditioning={"type": "infogan", "numbers": 5}),
        "networks.generator.nodes.entry.size",
        "5 numbers of the noise",
        "Set “size” of “entry” to its default",
    ),
    "unbounded beside a decoder": (
        vae_gan(loss={"type": "wasserstein"}),
        "objective.loss",
        "nothing bounds the slope",
        "Use the non-saturating loss",
    ),
    "latents of pairs": (
        pairs(tricks=[{"type": "truncation"}]),
        "objective.tricks.0",
        "is about latents",
        "Take truncation out",
    ),
    "pairs in packs": (
        pairs(tricks=[{"type": "packing", "count": 2}]),
        "objective.tricks.0",
        "sees one of them",
        "Take packing out",
    ),
    "truncated evenly": (
        game(tricks=[{"type": "truncation"}]),
        "objective.tricks.0",
        "not truncated",
        "Take truncation out",
    ),
}


def spoilt(name: str, project: Project) -> Project:
    """Some things that cannot be said by the objective alone."""
    if name == "no classes":
        data = msgspec.structs.replace(project.data, source=Plug("swiss_roll"))
        return msgspec.structs.replace(project, data=data)
    if name == "told nothing":
        return msgspec.structs.replace(project, objective=Plug("gan", {}))
    if name == "truncated evenly":
        generator = project.networks["generator"]
        entry = Node(type="noise", params={"size": 4, "distribution": "uniform"})
        nodes = {**generator.nodes, "entry": entry}
        networks = {
            **project.networks,
            "generator": msgspec.structs.replace(generator, nodes=nodes),
        }
        return msgspec.structs.replace(project, networks=networks)
    return project


@pytest.mark.parametrize("name", CASES)
def test_what_does_not_go_together_is_said_and_mended(name: str, tmp_path: Path) -> None:
    made, where, words, fix = CASES[name]
    project = spoilt(name, made)
    before = check(project, tmp_path)
    (problem,) = [p for p in before.problems if p.where == where and words in p.message]
    assert problem.hint
    offered = {
        candidate.title: candidate.project
        for candidate in candidates(project, before, problem)
        if mends(problem, before, check(candidate.project, tmp_path), candidate.strict)
    }
    assert fix in offered


def test_a_game_without_faults_is_not_complained_of(tmp_path: Path) -> None:
    for project in (game(), game(images=True, conditioning={"type": "labels"})):
        assert check(project, tmp_path).problems == ()
