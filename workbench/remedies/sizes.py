"""Remedies that give networks more or less room: wider or narrower layers, one more of them, what holds them back."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from engine.layers.base import LAYERS
from projects.schema import Network, Node, Project
from projects.translation import N_
from workbench import edits
from workbench.remedies.base import Remedy, has, value_of, with_everyones
from workbench.remedies.drawn import before

SIZES = ("units", "filters")  # settings that say how wide a layer is
LEAST, MOST = 4, 4096
WIDTH = 64
DROPOUT = "dropout"
DROPOUTS = (DROPOUT, "alpha_dropout", "gaussian_dropout")
MOST_DROPOUT = 0.5


def _size_of(node: Node) -> str:
    """The setting that says how wide a layer is; nothing where there is none."""
    return next((name for name in SIZES if isinstance(node.params.get(name), int)), "")


def ends(network: Network) -> set[str]:
    """Layers with a size that only layers without one follow: they decide what the network ends in."""
    found: set[str] = set()
    waiting = [name for name, node in network.nodes.items() if node.type == "output"]
    seen = set(waiting)
    while waiting:
        name = waiting.pop()
        if _size_of(network.nodes[name]):
            found.add(name)
            continue
        before = {w.source for w in network.wires if w.target == name} & network.nodes.keys()
        waiting += sorted(before - seen)
        seen |= before
    return found


class _Resized(Remedy, frozen=True):
    """Multiplies the width of hidden layers.

    Class attributes:
        factor: By what.
    """

    factor: ClassVar[float] = 1.0

    def apply(self, project: Project) -> Project:
        """Every layer with a size but those that end a network; those in blocks stay."""
        networks = {}
        for place, network in project.networks.items():
            last = ends(network)
            networks[place] = msgspec.structs.replace(
                network,
                nodes={
                    name: node if name in last else self._resized(node)
                    for name, node in network.nodes.items()
                },
            )
        if networks == project.networks:
            return project
        return msgspec.structs.replace(project, networks=networks)

    def _resized(self, node: Node) -> Node:
        name = _size_of(node)
        if not name:
            return node
        size = round(node.params[name] * self.factor)
        if not LEAST <= size <= MOST:
            return node
        return msgspec.structs.replace(node, params={**node.params, name: size})


class LargerLayers(_Resized, frozen=True, tag="larger_layers"):
    """Twice as wide hidden layers."""

    title: ClassVar[str] = N_("Make hidden layers twice as wide")
    why: ClassVar[str] = N_("More units can express more.")
    factor: ClassVar[float] = 2.0


class SmallerLayers(_Resized, frozen=True, tag="smaller_layers"):
    """Half as wide hidden layers."""

    title: ClassVar[str] = N_("Make hidden layers half as wide")
    why: ClassVar[str] = N_("What has less room has to find what examples have in common.")
    factor: ClassVar[float] = 0.5


class HiddenLayer(Remedy, frozen=True, tag="hidden_layer"):
    """One more hidden layer. Minsky & Papert 1969; Hornik et al. 1989, *Multilayer feedforward networks*."""

    title: ClassVar[str] = N_("Add a hidden layer")
    why: ClassVar[str] = N_(
        "Without one there are only straight borders; each one more can bend them."
    )

    def apply(self, project: Project) -> Project:
        """Put a Linear layer and a ReLU before the layer that ends a network."""
        for place, network in project.networks.items():
            made, name = before(project, place, _end(network), "linear", {"units": WIDTH})
            if name:
                project, _relu = edits.add_after(made, place, "relu", name)
        return project


class MoreDropout(Remedy, frozen=True, tag="more_dropout"):
    """Makes a network forget single examples. Srivastava et al. 2014, *Dropout*."""

    title: ClassVar[str] = N_("More dropout")
    why: ClassVar[str] = N_(
        "No unit can rely on others being there, so that single examples are hard to keep. A share of 0.3 before the last "
        "layer; where there is dropout, 0.2 more, up to 0.5."
    )

    def apply(self, project: Project) -> Project:
        """Put the layer before the one that ends a network; more of it where there is some."""
        for place, network in project.networks.items():
            there = [name for name, node in network.nodes.items() if node.type in DROPOUTS]
            for name in there:
                p = _setting(network.nodes[name], "p")
                if p is not None and p < MOST_DROPOUT:
                    changed = min(MOST_DROPOUT, round(p + 0.2, 3))
                    project = edits.set_param(project, place, (name,), "p", changed)
            if not there and _is_deep(network):
                project, _name = before(project, place, _end(network), DROPOUT, {"p": 0.3})
        return project


def _end(network: Network) -> str:
    """The one layer that decides what a network ends in; nothing where there are several."""
    found = ends(network)
    return found.pop() if len(found) == 1 else ""


def _is_deep(network: Network) -> bool:
    """Whether there is a layer with a size before the ones that end a network."""
    return any(_size_of(network.nodes[name]) for name in network.nodes.keys() - ends(network))


class LessHeldBack(Remedy, frozen=True, tag="less_held_back"):
    """Takes away what keeps a network from learning by heart."""

    title: ClassVar[str] = N_("Take dropout, weight decay, L1 and L2 away")
    why: ClassVar[str] = N_(
        "A network that learns too little is not to be held back. Dropout is muted, and can be let through again."
    )

    def apply(self, project: Project) -> Project:
        """Mute dropouts, those inside of layers too; no decay, no L1, no L2."""
        decays = {
            name: 0.0
            for name in project.networks
            if has(project, name, "weight_decay") and value_of(project, name, "weight_decay")
        }
        changed = with_everyones(project, "weight_decay", decays) if decays else project
        networks = {name: _freed(network) for name, network in project.networks.items()}
        if networks != project.networks:
            changed = msgspec.structs.replace(changed, networks=networks)
        return changed


def _freed(network: Network) -> Network:
    nodes = {name: _freed_node(node) for name, node in network.nodes.items()}
    return msgspec.structs.replace(network, nodes=nodes, l1=0.0, l2=0.0)


def _freed_node(node: Node) -> Node:
    params = {**node.params, DROPOUT: 0.0} if _setting(node, DROPOUT) else node.params
    mute = node.mute or node.type in DROPOUTS
    return msgspec.structs.replace(node, mute=mute, l1=None, l2=None, params=params)


def _setting(node: Node, name: str) -> float | None:
    """A number among the settings of a layer, its own or the usual one; None where it has no such setting."""
    kind = LAYERS.entries.get(node.type)
    usual = next((f.default for f in kind.fields() if f.name == name), None) if kind else None
    value = node.params.get(name, usual)
    return float(value) if isinstance(value, int | float) else None
