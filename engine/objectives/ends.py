"""How networks end: layers there that a loss applies itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.blocks import unfold
from projects.errors import Problem
from projects.schema import Network, Project

# What a result passes through unchanged but for its shape.
_TRANSPARENT = frozenset(("flatten", "reshape", "dropout", "output", "reroute"))


def squashed_twice(
    project: Project, name: str, words: Mapping[str, tuple[str, str]]
) -> list[Problem]:
    """Warn of layers at the end of a network whose work the loss does as well.

    Args:
        project: The project.
        name: Name of the network, which need not be there.
        words: Message and hint, by the type of layer that they are about.
    """
    return [
        Problem(f"networks.{name}.nodes.{node}", *words[kind], severity="warning")
        for node, kind in _ends(project, name)
        if kind in words
    ]


def ends_in(project: Project, name: str, kind: str) -> bool:
    """Whether layers of one type alone decide a network's result."""
    ends = _ends(project, name)
    return bool(ends) and all(found == kind for _node, found in ends)


def end_of(project: Project, name: str) -> str:
    """Return the dotted path of the layer that decides a network's result, else of the network."""
    ends = _ends(project, name)
    return f"networks.{name}.nodes.{ends[0][0]}" if ends else f"networks.{name}"


def _ends(project: Project, name: str) -> list[tuple[str, str]]:
    network = project.networks.get(name)
    return list(_last(unfold(network, project.blocks).network)) if network is not None else []


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
