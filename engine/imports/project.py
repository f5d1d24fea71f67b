"""A drawn network as a project that can be opened, checked and trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from engine.imports.drawing import Drawn
from projects.layout import WIDE, arrange
from projects.schema import Data, Network, Plug, Project, Split

NETWORK = "classifier"
MOST_NUMBERS = 50_000_000


def project_of(drawn: Drawn, name: str) -> Project:
    """Return a project around a network; its data are random numbers until a person chooses others.

    Args:
        drawn: The network.
        name: Name of the project.
    """
    places = arrange(drawn.network, frame=WIDE)
    nodes = {
        key: msgspec.structs.replace(node, at=places[key])
        for key, node in drawn.network.nodes.items()
    }
    network = Network(nodes=nodes, wires=drawn.network.wires)
    return Project(
        name=name[:200],
        description="\n".join(drawn.notes)[:10_000],
        networks={NETWORK: network},
        data=Data(source=Plug("random", _source(drawn)), split=Split(stratify=False)),
        objective=Plug("classification"),
    )


def _source(drawn: Drawn) -> dict[str, Any]:
    """Random numbers that fit the network: the shape that flows in, a class for each result."""
    shape, result = drawn.input, drawn.output or ()
    params: dict[str, Any] = {"shape": list(shape.dims[:4])}
    if shape.kind == "index":
        params["indices"] = max(1, shape.classes or 2)
    if len(result) == 1 and result[0] >= 2:
        params["classes"] = result[0]
    fitting = MOST_NUMBERS // max(1, shape.elements)
    return _without_defaults({**params, "samples": max(8, min(256, fitting))})


def _without_defaults(params: Mapping[str, Any]) -> dict[str, Any]:
    defaults = {"classes": 10, "samples": 256, "shape": [1, 28, 28]}
    return {name: value for name, value in params.items() if defaults.get(name) != value}
