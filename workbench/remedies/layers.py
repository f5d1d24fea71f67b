"""Remedies for what happens in the layers: other activations, another start, norms, ways past layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import msgspec

from projects.schema import Graph, Network, Node, Plug, Project, Wire
from projects.translation import N_
from workbench import edits
from workbench.remedies.base import Remedy

RECTIFIERS = ("relu", "relu6", "leaky_relu", "prelu")
BOUNDED = ("sigmoid", "tanh", "hard_sigmoid", "hard_tanh", "softsign")
SMOOTH = ("elu", "selu", "gelu", "silu", "mish", "softplus")
ACTIVATIONS = (*RECTIFIERS, *BOUNDED, *SMOOTH, "hard_swish")
WEIGHING = ("linear", "conv1d", "conv2d", "conv3d", "conv_transpose2d")
NORMS = ("batch_norm", "layer_norm", "group_norm", "instance_norm", "rms_norm")
SMALL_BATCH = 8


def _with_networks(project: Project, change: Callable[[Network], Network]) -> Project:
    """The project with every network changed; the same where none has changed."""
    networks = {name: change(network) for name, network in project.networks.items()}
    if all(networks[name] is network for name, network in project.networks.items()):
        return project
    return msgspec.structs.replace(project, networks=networks)


def _sources(graph: Graph, node: str) -> list[str]:
    return [wire.source for wire in graph.wires if wire.target == node]


def _targets(graph: Graph, node: str) -> list[str]:
    return [wire.target for wire in graph.wires if wire.source == node]


def _is_hidden(graph: Graph, node: str) -> bool:
    """Whether what leaves a node goes to other layers alone: what a network answers is not to be bent."""
    targets = [graph.nodes[name] for name in _targets(graph, node) if name in graph.nodes]
    return bool(targets) and all(target.type != "output" for target in targets)


class _Activated(Remedy, frozen=True):
    """Other activations in the hidden layers.

    Class attributes:
        others: What is replaced.
        activation: What by.
    """

    others: ClassVar[tuple[str, ...]] = ()
    activation: ClassVar[str] = ""

    def apply(self, project: Project) -> Project:
        """Every hidden layer of these types, those in blocks excepted; where nodes stand stays."""
        return _with_networks(project, self._changed)

    def _changed(self, network: Network) -> Network:
        changed = {
            name: msgspec.structs.replace(node, type=self.activation, params={})
            for name, node in network.nodes.items()
            if node.type in self.others and _is_hidden(network, name)
        }
        if not changed:
            return network
        return msgspec.structs.replace(network, nodes={**network.nodes, **changed})


class ReluEverywhere(_Activated, frozen=True, tag="relu_everywhere"):
    """Activations that don't flatten out. Nair & Hinton 2010; Glorot et al. 2011, *Deep sparse rectifier networks*."""

    title: ClassVar[str] = N_("Use ReLU in hidden layers")
    why: ClassVar[str] = N_(
        "Its slope is 1 wherever it is open, so the gradient passes undiminished. It takes the place of sigmoid, tanh and "
        "their like."
    )
    others: ClassVar[tuple[str, ...]] = BOUNDED
    activation: ClassVar[str] = "relu"


class LeakyRectifiers(_Activated, frozen=True, tag="leaky_rectifiers"):
    """Rectifiers that never shut. Maas et al. 2013, *Rectifier nonlinearities improve neural network acoustic models*."""

    title: ClassVar[str] = N_("Use leaky ReLU in hidden layers")
    why: ClassVar[str] = N_(
        "A unit that is negative for every example still gets a gradient, and can come back. It takes the place of ReLU."
    )
    others: ClassVar[tuple[str, ...]] = ("relu", "relu6")
    activation: ClassVar[str] = "leaky_relu"


class FittingInit(Remedy, frozen=True, tag="fitting_init"):
    """A start that keeps the scale. Glorot & Bengio 2010, section 4.2.1; He et al. 2015, section 2.2."""

    title: ClassVar[str] = N_("Start with weights that fit the activations")
    why: ClassVar[str] = N_(
        "He for rectifiers, Xavier for tanh and sigmoid keep the scale from layer to layer."
    )

    def apply(self, project: Project) -> Project:
        """He where a network has rectifiers or their like, Xavier elsewhere."""
        return _with_networks(project, self._changed)

    @staticmethod
    def _changed(network: Network) -> Network:
        kinds = {node.type for node in network.nodes.values()}
        wanted = "he" if kinds & {*RECTIFIERS, *SMOOTH} else "xavier"
        if network.init.type == wanted:
            return network
        return msgspec.structs.replace(network, init=Plug(wanted))


class Normalise(Remedy, frozen=True, tag="normalise"):
    """Norms between layers and their activations. Ioffe & Szegedy 2015, *Batch normalization*; Ba et al. 2016, *Layer normalization*."""

    title: ClassVar[str] = N_("Norm what enters the activations")
    why: ClassVar[str] = N_(
        "Brought to mean 0 and variance 1, nothing saturates, dies out or grows from layer to layer. Batch norm; layer norm "
        "where batches have fewer than 8 examples."
    )

    def apply(self, project: Project) -> Project:
        """Batch norm before every hidden activation that follows weights; layer norm where batches are small."""
        norm = "batch_norm" if project.recipe.batch_size >= SMALL_BATCH else "layer_norm"
        for place, network in project.networks.items():
            for name, node in network.nodes.items():
                wire = self._open_wire(project.networks[place], name, node)
                if wire is not None:
                    project, _name = edits.add_into(project, place, norm, node.at, wire)
        return project

    @staticmethod
    def _open_wire(network: Network, name: str, node: Node) -> Wire | None:
        """The wire from a layer with weights straight into a hidden activation."""
        if node.type not in ACTIVATIONS or not _is_hidden(network, name):
            return None
        found = [wire for wire in network.wires if wire.target == name]
        if len(found) != 1 or network.nodes[found[0].source].type not in WEIGHING:
            return None
        return found[0]


class SkipConnections(Remedy, frozen=True, tag="skip_connections"):
    """Ways past layers. He et al. 2016, *Deep residual learning for image recognition*, equation 1."""

    title: ClassVar[str] = N_("Add skip connections")
    why: ClassVar[str] = N_("Past each layer the gradient has a way on which nothing is lost.")

    def apply(self, project: Project) -> Project:
        """Add what enters a hidden layer to what leaves its activation, where both have the same width."""
        for place, network in project.networks.items():
            for name, node in network.nodes.items():
                project = self._bridged(project, place, name, node)
        return project

    def _bridged(self, project: Project, place: str, name: str, node: Node) -> Project:
        graph = project.networks[place]
        if node.type not in ("linear", "conv2d") or len(_sources(graph, name)) != 1:
            return project
        end = self._end_of(graph, name)
        (start,) = _sources(graph, name)
        if not end or _width_before(graph, start) != _width(node) or _width(node) is None:
            return project
        made, total = edits.add_after(project, place, "add", end)
        return edits.connect(made, place, Wire(start, total))

    @staticmethod
    def _end_of(graph: Graph, name: str) -> str:
        """The activation that belongs to a layer, a norm between them or not; nothing where it leads elsewhere."""
        for _turn in range(2):
            targets = _targets(graph, name)
            if len(targets) != 1 or targets[0] not in graph.nodes:
                return ""
            (name,) = targets
            if graph.nodes[name].type in ACTIVATIONS:
                alone = [graph.nodes[t].type for t in _targets(graph, name)]
                return name if len(alone) == 1 and alone[0] not in ("add", "output") else ""
            if graph.nodes[name].type not in NORMS:
                return ""
        return ""


def _width(node: Node) -> object:
    """How wide what leaves a layer is, as far as it says so."""
    return node.params.get("units", node.params.get("filters"))


def _width_before(graph: Graph, node: str) -> object:
    """How wide what leaves a node is: that of the layer with weights that it comes from."""
    passing = (*ACTIVATIONS, *NORMS, "dropout", "add")
    seen: set[str] = set()
    while graph.nodes[node].type in passing and node not in seen:
        seen.add(node)
        sources = _sources(graph, node)
        if not sources:
            return None
        node = sources[0]
    return _width(graph.nodes[node])


class Standardise(Remedy, frozen=True, tag="standardise"):
    """Inputs of mean 0 and variance 1. LeCun et al. 1998, *Efficient BackProp*, section 4.3."""

    title: ClassVar[str] = N_("Standardise the inputs")
    why: ClassVar[str] = N_("Numbers of one scale around 0 suit every start and every activation.")

    def apply(self, project: Project) -> Project:
        """Where inputs come as they are."""
        if project.data.scale != "none":
            return project
        data = msgspec.structs.replace(project.data, scale="standardize")
        return msgspec.structs.replace(project, data=data)
