"""Small projects, a sink that listens, and a trainer in one call."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import torch

from engine.compute import checkpoint
from engine.compute.checkpoint import Snapshot
from engine.compute.trainer import Trainer
from engine.protocol import Event, Finished, Measured, Scalars
from engine.runs.control import Control, Limits
from engine.runs.folder import RunFolder
from projects.schema import Data, Network, Node, Plug, Project, Recipe, Wire

Layers = list[tuple[str, str, dict[str, Any]]]


def chain(layers: Layers, entry: str = "input", **params: Any) -> Network:
    """A network without branches."""
    nodes = {"entry": Node(type=entry, params=params)}
    nodes |= {name: Node(type=kind, params=values) for name, kind, values in layers}
    nodes["exit"] = Node(type="output")
    ids = list(nodes)
    return Network(nodes=nodes, wires=tuple(Wire(a, b) for a, b in itertools.pairwise(ids)))


def digits(**recipe: Any) -> Project:
    """A classifier with everything that has state: dropout draws, batch norm averages."""
    layers: Layers = [
        ("first", "linear", {"units": 24}),
        ("norm", "batch_norm", {}),
        ("relu", "relu", {}),
        ("drop", "dropout", {"p": 0.2}),
        ("last", "linear", {"units": 10}),
    ]
    settings = {"epochs": 3, "batch_size": 64, "optimizer": Plug("adam", {"lr": 0.01}), **recipe}
    return Project(
        name="Digits",
        networks={"classifier": chain(layers)},
        data=Data(source=Plug("digits", {"layout": "flat"})),
        objective=Plug("classification"),
        recipe=Recipe(**settings),
    )


def ring(ema: float = 0.9, loss: str = "non_saturating", **recipe: Any) -> Project:
    """A small GAN on the ring of Gaussians."""
    generator: Layers = [
        ("first", "linear", {"units": 16}),
        ("relu", "relu", {}),
        ("last", "linear", {"units": 2}),
    ]
    discriminator: Layers = [
        ("first", "linear", {"units": 16}),
        ("relu", "leaky_relu", {}),
        ("last", "linear", {"units": 1}),
    ]
    settings = {
        "epochs": 3,
        "batch_size": 128,
        "optimizer": Plug("adam", {"lr": 0.002, "beta1": 0.5}),
        **recipe,
    }
    return Project(
        name="Ring",
        networks={
            "generator": chain(generator, entry="noise", size=4),
            "discriminator": chain(discriminator),
        },
        data=Data(source=Plug("gaussian_ring", {"samples": 3000})),
        objective=Plug("gan", {"ema": ema, "loss": {"type": loss}, "scores": {"samples": 64}}),
        recipe=Recipe(**settings),
    )


def drawn_digits() -> Project:
    """A small GAN that draws images."""
    networks = {
        "generator": chain(
            [("first", "linear", {"units": 64}), ("image", "reshape", {"sizes": [1, 8, 8]})],
            entry="noise",
            size=4,
        ),
        "discriminator": chain([("flat", "flatten", {}), ("last", "linear", {"units": 1})]),
    }
    data = Data(source=Plug("digits"), scale="minus_one_to_one")
    return msgspec.structs.replace(ring(), name="Drawn", networks=networks, data=data)


PROJECTS = {"classification": digits, "gan": ring}


class Listener:
    """Keeps what it hears; a callback may answer with orders."""

    def __init__(self, react: Callable[[Event], None] | None = None) -> None:
        self.events: list[Event] = []
        self._react = react

    def emit(self, event: Event) -> None:
        self.events.append(event)
        if self._react is not None:
            self._react(event)

    def of(self, kind: type[Any]) -> list[Any]:
        """Events of one kind, in order."""
        return [event for event in self.events if isinstance(event, kind)]

    def series(self, name: str) -> tuple[list[int], list[float]]:
        """Steps and values of one scalar."""
        steps: list[int] = []
        values: list[float] = []
        for event in self.of(Scalars):
            if name in event.series:
                steps += event.series[name][0].numpy().tolist()
                values += event.series[name][1].numpy().tolist()
        return steps, values

    def pictures(self, stream: str) -> list[Measured]:
        return [event for event in self.of(Measured) if event.stream == stream]


def train(
    project: Project,
    run: Path,
    sink: Listener | None = None,
    control: Control | None = None,
    resume: bool = False,
    **limits: Any,
) -> Finished:
    """Train in this thread."""
    trainer = Trainer(
        project,
        run.parent,
        run,
        sink or Listener(),
        control or Control(),
        resume=resume,
        limits=Limits(**limits),
    )
    return trainer.run()


def last_state(run: Path) -> Snapshot:
    """What the newest checkpoint holds."""
    return checkpoint.load_newest(RunFolder(run).checkpoints)[0]


def differences(a: Snapshot, b: Snapshot) -> set[str]:
    """What two states do not share bit for bit, times and metrics left out."""
    found = set()
    for part in ("weights", "training", "best"):
        mine, other = getattr(a, part), getattr(b, part)
        assert mine.keys() == other.keys()
        found |= {f"{part}.{k}" for k in mine if not torch.equal(mine[k], other[k])}
    keys = (a.facts.keys() | b.facts.keys()) - {"run"}
    return found | {key for key in keys if a.facts.get(key) != b.facts.get(key)}


def with_recipe(project: Project, **changes: Any) -> Project:
    """The project with another recipe."""
    return msgspec.structs.replace(
        project, recipe=msgspec.structs.replace(project.recipe, **changes)
    )
