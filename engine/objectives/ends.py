"""How networks end: layers there that a loss applies itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from projects.errors import Problem
from projects.schema import Network

# What a result passes through unchanged but for its shape.
_TRANSPARENT = frozenset(("flatten", "reshape", "dropout", "output", "reroute"))


def squashed_twice(
    network: Network | None, where: str, words: Mapping[str, tuple[str, str]]
) -> list[Problem]:
    """Warn of layers at the end of a network whose work the loss does as well.

    Args:
        network: The network, or None when there is none.
        where: Its dotted path.
        words: Message and hint, by the type of layer that they are about.
    """
    if network is None:
        return []
    return [
        Problem(f"{where}.nodes.{name}", *words[kind], severity="warning")
        for name, kind in _last(network)
        if kind in words
    ]


def end_of(network: Network | None, where: str) -> str:
    """Return the dotted path of the layer that decides a network's result, else of the network."""
    names = [name for name, _kind in _last(network)] if network is not None else []
    return f"{where}.nodes.{names[0]}" if names else where


def _last(network: Network) -> Iterator[tuple[str, str]]:
    """Yield id and type of the layers that decide the result's values."""
    sources: dict[str, list[str]] = {name: [] for name in network.nodes}
    for wire in network.wires:
        if wire.source in sources and wire.target in sources:
            sources[wire.target].append(wire.source)
    seen = [name for name, node in network.nodes.items() if node.type == "output"]
    for name in seen:
        node = network.nodes[name]
        if node.mute or node.type in _TRANSPARENT:
            seen.extend(source for source in sources[name] if source not in seen)
        else:
            yield name, node.type
