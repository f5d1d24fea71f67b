"""A small project that trains thousands of steps a second."""

from __future__ import annotations

from pathlib import Path

from engine.protocol import Start
from projects.schema import Data, Network, Node, Plug, Project, Recipe, Wire

MLP = Network(
    nodes={
        "input": Node(type="input"),
        "flatten": Node(type="flatten"),
        "hidden": Node(type="linear", params={"units": 16}),
        "relu": Node(type="relu"),
        "logits": Node(type="linear", params={"units": 10}),
        "output": Node(type="output"),
    },
    wires=tuple(
        Wire(source, target)
        for source, target in (
            ("input", "flatten"),
            ("flatten", "hidden"),
            ("hidden", "relu"),
            ("relu", "logits"),
            ("logits", "output"),
        )
    ),
)


def project(**recipe: object) -> Project:
    """Digits, a network with one hidden layer, and a recipe."""
    settings = {"epochs": 2, "checkpoint_every": 1.0, **recipe}
    return Project(
        name="Digits",
        networks={"classifier": MLP},
        data=Data(source=Plug("digits"), scale="zero_to_one"),
        objective=Plug("classification"),
        recipe=Recipe(**settings),  # type: ignore[arg-type]
    )


def endless(run: Path, request: int = 1, **fields: object) -> Start:
    """A training that goes on until it is stopped."""
    return Start(id=request, project=project(epochs=None), folder="", run=str(run), **fields)  # type: ignore[arg-type]
