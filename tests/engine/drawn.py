"""Small networks for tests, drawn in one line."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from projects.schema import Network, Node, Plug, Wire


def node(type: str, shares: str | None = None, mute: bool = False, **params: Any) -> Node:
    """A node of a type with parameters."""
    return Node(type=type, shares=shares, mute=mute, params=params)


def drawn(
    wires: str, init: str = "default", nodes: Mapping[str, Node] | None = None, **named: Node
) -> Network:
    """A network from nodes and wires such as ``"x > a > y, x > b > y"``.

    Nodes whose names are no words of Python come in ``nodes``.
    """
    found: list[Wire] = []
    for path in filter(None, (part.strip() for part in wires.split(","))):
        names = [name.strip() for name in path.split(">")]
        found += [Wire(a, b) for a, b in itertools.pairwise(names)]
    return Network(
        nodes={**(nodes or {}), **named}, wires=tuple(dict.fromkeys(found)), init=Plug(init)
    )


def chain(*layers: Node, entry: Node | None = None, init: str = "default") -> Network:
    """Input, the layers named ``n0``, ``n1`` …, output."""
    inner = {f"n{index}": layer for index, layer in enumerate(layers)}
    nodes = {"x": entry or node("input"), **inner, "y": node("output")}
    return drawn(" > ".join(nodes), init, nodes)
