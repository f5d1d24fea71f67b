"""A drawn network as a PyTorch module."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from engine.compute.ops import namespace
from engine.compute.survey import Survey, survey
from engine.data.base import DataInfo
from engine.initializers.base import INITIALIZERS
from engine.layers.base import Shape
from engine.layers.ends import Noise
from engine.objectives.base import OBJECTIVES
from projects.errors import ProblemsError
from projects.schema import Network, Project


@dataclass(frozen=True)
class Call:
    """One call in the forward pass.

    Attributes:
        node: The node that works.
        child: Name of the child module that it calls (the owner's, for shared weights).
        sources: Nodes whose results it takes.
    """

    node: str
    child: str
    sources: tuple[str, ...]


class GraphModule(nn.Module):
    """A network that runs its layers in order; children have the names of their nodes.

    A child whose id is a word that Python or ``nn.Module`` needs gets an underscore behind it.

    Attributes:
        network: What it was built from.
        entries: The shapes that it was built for.
        calls: The forward pass, in order.
        entry_kind: ``input`` or ``noise``.
        latent: Of a network that is fed with noise, the noise layer; else None.
        in_shape: What is fed, without the batch.
        out_shape: What leaves, without the batch.
    """

    def __init__(self, network: Network, entries: Mapping[str, Shape], found: Survey) -> None:
        super().__init__()
        self.network = network
        self.entries = dict(entries)
        self._entry, self._output = found.plan.entry or "", found.plan.output or ""
        layers = {step.id: step.layer for step in found.plan.steps}
        entry = layers[self._entry]
        self.latent: Noise | None = entry if isinstance(entry, Noise) else None
        self.entry_kind = "noise" if self.latent else "input"
        self.in_shape = found.shapes[self._entry]
        self.out_shape = found.shapes[self._output]
        steps = [s for s in found.plan.steps if s.id in found.plan.needed and s.sources]
        inner = [step for step in steps if step.id != self._output]
        self.child_of = child_names([step.id for step in inner])
        for step in inner:
            if step.owner == step.id and step.layer is not None:
                child = step.layer.build(namespace, *found.incoming[step.id])
                self.add_module(self.child_of[step.id], child)
        self.calls = tuple(Call(s.id, self.child_of[s.owner], s.sources) for s in inner)
        self.result = next(s.sources[0] for s in steps if s.id == self._output)
        self._ready()

    def _ready(self) -> None:
        """Turn names into modules and slots, so that a forward pass looks nothing up."""
        slots = {self._entry: 0, **{call.node: i + 1 for i, call in enumerate(self.calls)}}
        modules = [self.get_submodule(call.child) for call in self.calls]
        self._slots = slots
        self._routed = [
            (module, tuple(slots[source] for source in call.sources))
            for module, call in zip(modules, self.calls, strict=True)
        ]
        before = [self._entry, *(call.node for call in self.calls)]
        straight = all(c.sources == (b,) for c, b in zip(self.calls, before, strict=False))
        self._chain = modules if straight and self.result == before[-1] else None

    def forward(self, x: Tensor) -> Tensor:
        """Run the network.

        Args:
            x: ``(batch, *in_shape)``.

        Returns:
            ``(batch, *out_shape)``.
        """
        if self._chain is not None:
            for layer in self._chain:
                x = layer(x)
            return x
        return self._values(x)[self._slots[self.result]]

    def _values(self, x: Tensor) -> list[Tensor]:
        values = [x]
        for module, sources in self._routed:
            values.append(module(*[values[source] for source in sources]))
        return values

    def forward_to(self, node: str, x: Tensor) -> Tensor:
        """Return what leaves one node.

        Args:
            node: Its id.
            x: ``(batch, *in_shape)``.

        Raises:
            KeyError: No such node takes part.
        """
        if node == self._output:
            node = self.result
        slot = self._slots[node]
        values = [x]
        for module, sources in self._routed[:slot]:
            values.append(module(*[values[source] for source in sources]))
        return values[slot]

    def layer_modules(self) -> dict[str, nn.Module]:
        """Modules by node, in working order; nodes that use another's weights are left out."""
        names = {child: node for node, child in self.child_of.items()}
        return {names[name]: child for name, child in self._in_order()}

    def _in_order(self) -> Iterable[tuple[str, nn.Module]]:
        children = dict(self.named_children())
        return [(call.child, children[call.child]) for call in self.calls if self._owns(call)]

    def _owns(self, call: Call) -> bool:
        return self.child_of[call.node] == call.child


def build(network: Network, entries: Mapping[str, Shape], where: str = "") -> GraphModule:
    """Build a network with fresh weights, drawn from torch's current random state.

    Args:
        network: The network.
        entries: What is fed, by tag of the entry layer: ``{"input": Shape((1, 28, 28))}``; may be
            empty for a network that is fed with noise.
        where: Dotted path of the network, for problems.

    Raises:
        ProblemsError: The network cannot work; carries everything that is wrong with it.
    """
    initializer = INITIALIZERS.make_plug(network.init, f"{where}.init" if where else "init")
    found = survey(network, entries, where)
    if found.errors:
        raise ProblemsError(found.errors)
    module = GraphModule(network, entries, found)
    for layer in module.layer_modules().values():
        initializer.apply(layer)
    return module


def build_all(project: Project, data: DataInfo) -> dict[str, GraphModule]:
    """Build every network that the objective needs, in the objective's order.

    Args:
        project: The project.
        data: What its data look like.

    Raises:
        ProblemsError: A network is missing or cannot work.
    """
    objective = OBJECTIVES.make_plug(project.objective, "objective")
    fed = objective.entries(project, data)
    return {
        role.name: build(
            project.networks[role.name],
            {"input": fed[role.name]} if role.name in fed else {},
            f"networks.{role.name}",
        )
        for role in objective.networks
    }


def child_names(ids: Iterable[str]) -> dict[str, str]:
    """Return an attribute name for every node id, equal to it wherever that is possible.

    Args:
        ids: Node ids, which are identifiers.
    """
    wanted = list(ids)
    taken = set(wanted) | _RESERVED
    names = {}
    for name in wanted:
        free = name
        while free in _RESERVED or (free != name and free in taken):
            free += "_"
        taken.add(free)
        names[name] = free
    return names


_RESERVED = frozenset((*dir(nn.Module()), *keyword.kwlist, "self", "torch", "nn", "Tensor"))


def count_parameters(module: nn.Module) -> int:
    """Return how many numbers the weights of a module hold, shared ones once."""
    return sum(weight.numel() for weight in module.parameters())


def random_input(
    module: GraphModule, count: int, generator: torch.Generator | None = None
) -> Tensor:
    """Return random values of the shape that a network is fed with.

    Args:
        module: The network.
        count: How many examples.
        generator: Source of randomness; torch's own when left out.
    """
    shape: tuple[Any, ...] = (count, *module.in_shape.dims)
    if module.in_shape.kind == "index":
        return torch.randint(module.in_shape.classes or 2, shape, generator=generator)
    if module.latent is not None and module.latent.distribution == "uniform":
        return torch.rand(shape, generator=generator) * 2 - 1
    return torch.randn(shape, generator=generator)
