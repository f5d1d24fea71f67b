"""A drawn network as a PyTorch module."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, TypeGuard

import torch
from torch import Tensor, nn

from engine.adversarial.tricks.players import truncated
from engine.compute.ops import namespace
from engine.compute.survey import Survey, entries_of, survey
from engine.compute.wiring import wire
from engine.data.base import DataInfo
from engine.initializers.base import INITIALIZERS
from engine.layers.base import Layer, Shape
from engine.layers.ends import Noise
from engine.objectives.base import OBJECTIVES
from engine.validate import plug_problems
from projects.errors import ProblemsError
from projects.schema import Block, Network, Project

TRUNCATED_AT = 2.0  # standard deviations
LEAST_AT_ONCE, MOST_AT_ONCE = 64, 2048  # examples
PORTION = 2**22  # numbers of a layer's result
FORGETFUL = (
    nn.Linear,
    nn.Conv1d,
    nn.Conv2d,
    nn.Conv3d,
    nn.ConvTranspose2d,
    nn.BatchNorm1d,
    nn.BatchNorm2d,
    nn.BatchNorm3d,
)  # what doesn't need its result for its gradient


class GraphModule(nn.Module):
    """A network that runs its layers in order; children have the names of their nodes.

    A child whose id is a word that Python or ``nn.Module`` needs gets an underscore behind it.

    Attributes:
        network: What it was built from.
        blocks: The blocks for which nodes of it stand.
        entries: The shapes that it was built for.
        entry_kind: ``input`` or ``noise``.
        latent: Of a network that is fed with noise, the noise layer; else None.
        label: What its Labels are told, an index; None where there is none.
        in_shape: What is fed, without the batch.
        out_shape: What leaves, without the batch.
    """

    network: Network
    blocks: Mapping[str, Block]
    entries: dict[str, Shape]
    entry_kind: str
    latent: Noise | None
    label: Shape | None
    in_shape: Shape
    out_shape: Shape

    def __init__(
        self,
        network: Network,
        entries: Mapping[str, Shape],
        found: Survey,
        blocks: Mapping[str, Block],
    ) -> None:
        super().__init__()
        self.network = network
        self.blocks = blocks
        self.entries = dict(entries)
        self._wiring = wiring = wire(found)
        fed = next(step.layer for step in found.plan.steps if step.id == wiring.entry)
        self.latent = fed if isinstance(fed, Noise) else None
        self.entry_kind = "noise" if self.latent else "input"
        self.label = found.shapes[wiring.labels[0]] if wiring.labels else None
        self.in_shape = found.shapes[wiring.entry]
        self.out_shape = found.shapes[wiring.output]
        self._shapes = {call.node: found.shapes[call.node] for call in wiring.calls}
        widest = max((found.shapes[call.node].elements for call in wiring.calls), default=1)
        self._portion = min(MOST_AT_ONCE, max(LEAST_AT_ONCE, PORTION // widest))
        for node, layer in wiring.layers.items():
            child = layer.build(namespace, *found.incoming[node])
            self.add_module(wiring.names[node], child)
        self._route()

    def _route(self) -> None:
        """Turn names into modules and slots, so that a forward pass looks nothing up."""
        wiring = self._wiring
        order = [wiring.entry, *(call.node for call in wiring.calls)]
        told = 1 if wiring.labels else 0
        self._slots = {node: slot + told if slot else 0 for slot, node in enumerate(order)}
        self._slots.update(dict.fromkeys(wiring.labels, 1))
        self._routed = [
            (self.get_submodule(call.child), tuple(self._slots[node] for node in call.sources))
            for call in wiring.calls
        ]
        straight = all(
            call.sources == (before,) for call, before in zip(wiring.calls, order[:-1], strict=True)
        )
        chained = straight and wiring.result == order[-1] and not told
        self._chain = [module for module, _ in self._routed] if chained else None
        self.write_over(True)

    def write_over(self, allowed: bool) -> None:
        """Let activations write over what nobody else reads, or let them leave everything as it was.

        That saves memory, and the way to it: what comes out of the network is the same. Who keeps the results of
        single layers by hooks has to forbid it first.
        """
        calls = self._wiring.calls
        reads = Counter(source for call in calls for source in call.sources)
        reads[self._wiring.result] += 1
        makers = {call.node: self.get_submodule(call.child) for call in calls}
        for call in calls:
            module, source = makers[call.node], call.sources[0]
            if _can_write_over(module):
                alone = reads[source] == 1 and isinstance(makers.get(source), FORGETFUL)
                module.inplace = allowed and alone

    def forward(self, x: Tensor, label: Tensor | None = None) -> Tensor:
        """Run the network.

        Args:
            x: ``(batch, *in_shape)``.
            label: ``(batch,)`` indices for a network with Labels; else left out.

        Returns:
            ``(batch, *out_shape)``.
        """
        if self._chain is not None:
            for layer in self._chain:
                x = layer(x)
            return x
        return self.forward_to(self._wiring.result, x, label)

    def forward_to(self, node: str, x: Tensor, label: Tensor | None = None) -> Tensor:
        """Return what leaves one node.

        Args:
            node: Its id.
            x: ``(batch, *in_shape)``.
            label: As in :meth:`forward`.

        Raises:
            KeyError: No such node takes part.
        """
        if node == self._wiring.output:
            node = self._wiring.result
        node = self._wiring.passed.get(node, node)
        slot = self._slots[node]
        values = [x]
        if self.label is not None:
            if label is None:
                raise TypeError("a network with Labels has to be told one for every example")
            values.append(label)
        for module, sources in self._routed[: max(0, slot + 1 - len(values))]:
            values.append(module(*[values[source] for source in sources]))
        return values[slot]

    def results_of(
        self, x: Tensor, label: Tensor | None = None, instead: Mapping[str, Tensor] | None = None
    ) -> dict[str, Tensor]:
        """Return what leaves every node that works, by node; the entry is among them.

        Args:
            x: ``(batch, *in_shape)``.
            label: As in :meth:`forward`.
            instead: By node, what leaves it in the place of its own result.
        """
        given = instead or {}
        found: dict[str, Tensor] = {self._wiring.entry: x, **given}
        if label is not None:
            found |= dict.fromkeys(self._wiring.labels, label)
        for call in self._wiring.calls:
            if call.node not in given:
                sources = [found[source] for source in call.sources]
                found[call.node] = self.get_submodule(call.child)(*sources)
        return found

    def shape_of(self, node: str) -> Shape:
        """Return the shape of what leaves a node that works, or the entry.

        Raises:
            KeyError: No such node takes part.
        """
        return self.in_shape if node == self._wiring.entry else self._shapes[node]

    @property
    def result_node(self) -> str:
        """The node whose result is the network's."""
        return self._wiring.result

    def at_once(self, device: torch.device) -> int:
        """Return how many examples to compute together where no gradient is asked for.

        Processors are twice as fast with portions that their caches hold; others want much to do at a time.
        """
        return MOST_AT_ONCE if device.type != "cpu" else self._portion

    def any_labels(self, count: int, generator: torch.Generator | None = None) -> Tensor | None:
        """Return random labels ``(count,)``; None where the network is told none.

        Args:
            count: How many.
            generator: Source of randomness; torch's own when left out.
        """
        if self.label is None:
            return None
        return torch.randint(self.label.classes or 1, (count,), generator=generator)

    @property
    def label_nodes(self) -> tuple[str, ...]:
        """The nodes at which it is told a class."""
        return self._wiring.labels

    @property
    def entry(self) -> str:
        """The node that is fed."""
        return self._wiring.entry

    def layer_kinds(self) -> dict[str, str]:
        """Return the type of the layer at every node of :meth:`layer_modules`."""
        return {node: layer.tag() for node, layer in self._wiring.layers.items()}

    def calls(self) -> list[tuple[str, nn.Module, tuple[str, ...]]]:
        """Return what a forward pass does: node, its module, and the nodes whose results it takes."""
        return [
            (call.node, self.get_submodule(call.child), call.sources) for call in self._wiring.calls
        ]

    def parts(self) -> list[tuple[Layer, nn.Module]]:
        """Declarations and modules of all layers with weights of their own, in working order."""
        modules = self.layer_modules()
        return [(layer, modules[node]) for node, layer in self._wiring.layers.items()]

    def layer_modules(self) -> dict[str, nn.Module]:
        """Modules by node, in working order; nodes that use another's weights are left out."""
        children = dict(self.named_children())
        return {node: children[self._wiring.names[node]] for node in self._wiring.layers}


def _can_write_over(module: nn.Module) -> TypeGuard[nn.ReLU | nn.LeakyReLU]:
    """Whether the gradient of an activation follows from its result."""
    if type(module) is nn.LeakyReLU:
        return module.negative_slope > 0
    return type(module) is nn.ReLU


def build(
    network: Network,
    entries: Mapping[str, Shape],
    where: str = "",
    blocks: Mapping[str, Block] | None = None,
) -> GraphModule:
    """Build a network with fresh weights, drawn from torch's current random state.

    Args:
        network: The network.
        entries: What is fed, by tag of the entry layer: ``{"input": Shape((1, 28, 28))}``; may be
            empty for a network that is fed with noise.
        where: Dotted path of the network, for problems.
        blocks: Blocks of the project.

    Raises:
        ProblemsError: The network cannot work; carries everything that is wrong with it.
    """
    initializer = INITIALIZERS.make_plug(network.init, f"{where}.init" if where else "init")
    found = survey(network, entries, where, blocks)
    if found.errors:
        raise ProblemsError(found.errors)
    module = GraphModule(network, entries, found, blocks or {})
    for layer, part in module.parts():
        initializer.apply(part)
        layer.begin(part)
    return module


def build_all(project: Project, data: DataInfo) -> dict[str, GraphModule]:
    """Build every network that the objective needs, in the objective's order.

    Args:
        project: The project.
        data: What its data look like.

    Raises:
        ProblemsError: A network is missing or cannot work.
    """
    entries = entries_of(project, data)
    objective = OBJECTIVES.make_plug(project.objective, "objective")
    missing = [problem for problem in plug_problems(project) if problem.severity == "error"]
    if missing:
        raise ProblemsError(missing)
    return {  # what feeds another network comes before it, so its problems are told first
        name: build(
            objective.built(name, project.networks[name], project.blocks),
            fed or {},
            f"networks.{name}",
            project.blocks,
        )
        for name, fed in entries.items()
    }


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
    if module.latent is not None:
        return draw_latents(module.latent, count, generator)
    return torch.randn(shape, generator=generator)


def draw_latents(
    latent: Noise,
    count: int,
    generator: torch.Generator | None = None,
    device: torch.device | None = None,
) -> Tensor:
    """Return random latents ``(count, size)``.

    Args:
        latent: The layer that says which.
        count: How many.
        generator: Source of randomness; torch's own when left out.
        device: Where to draw.
    """
    shape = (count, latent.size)
    if latent.distribution == "uniform":
        return torch.rand(shape, generator=generator, device=device).mul_(2).sub_(1)
    drawn = torch.randn(shape, generator=generator, device=device)
    if latent.distribution == "sphere":
        on_sphere: Tensor = drawn * (
            latent.size**0.5 / drawn.norm(dim=1, keepdim=True).clamp_(min=1e-12)
        )
        return on_sphere
    if latent.distribution == "truncated_normal":
        return truncated(drawn, TRUNCATED_AT)
    return drawn
