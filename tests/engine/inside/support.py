"""A run of a small convolutional classifier, one of a table, and an inspector in one call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from engine.compute.inside.inspector import Inspector
from engine.protocol import Example, Inspect, Inspected
from engine.runs.control import Control, Silent
from projects.schema import Data, Plug, Project
from tests.engine.training.support import Layers, chain, digits

CONVOLUTIONS: Layers = [
    ("conv1", "conv2d", {"filters": 4}),
    ("relu1", "relu", {}),
    ("pool", "avg_pool2d", {}),
    ("conv2", "conv2d", {"filters": 5}),
    ("relu2", "relu", {}),
    ("mean", "global_pool", {"mode": "avg"}),
    ("last", "linear", {"units": 10}),
]


def images(**recipe: Any) -> Project:
    """A classifier of digits by convolutions."""
    return msgspec.structs.replace(
        digits(**recipe),
        networks={"classifier": chain(CONVOLUTIONS)},
        data=Data(source=Plug("digits")),
    )


def moons(**recipe: Any) -> Project:
    """A classifier of points in the plane, smooth everywhere."""
    layers: Layers = [
        ("first", "linear", {"units": 8}),
        ("tanh", "tanh", {}),
        ("last", "linear", {"units": 2}),
    ]
    return msgspec.structs.replace(
        digits(**recipe),
        networks={"classifier": chain(layers)},
        data=Data(source=Plug("moons", {"samples": 300})),
    )


def look(
    run: Path,
    view: str,
    layer: str = "",
    moment: str = "best",
    example: Example | None = None,
    inspector: Inspector | None = None,
    **params: Any,
) -> Inspected:
    """Ask for a view."""
    request = Inspect(
        run=str(run),
        view=Plug(view, params),
        moment=moment,
        layer=layer,
        example=example or Example(),
    )
    return (inspector or Inspector()).inspect(request, Silent(), Control())
