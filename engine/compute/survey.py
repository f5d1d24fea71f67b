"""A whole network's shapes and costs, or what is wrong with it; nothing is allocated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from engine.compute.cost import Cost, measure
from engine.data.base import DataInfo
from engine.graph import Plan, Step, plan
from engine.layers.base import MOST_NUMBERS, Layer, Shape, ShapeError
from engine.objectives.base import OBJECTIVES
from engine.protocol import NetworkReport, NodeReport
from projects.errors import Problem
from projects.fields import join
from projects.schema import Block, Network, Project
from projects.translation import gettext as _


@dataclass
class Survey:
    """What a walk through a network found out.

    Attributes:
        plan: The network in working order.
        where: Dotted path of the network.
        shapes: What leaves every node that works.
        incoming: What flows into it.
        costs: What it costs; nodes that share weights cost no parameters of their own.
        problems: Errors and warnings, the wiring's first.
    """

    plan: Plan
    where: str
    shapes: dict[str, Shape] = field(default_factory=dict)
    incoming: dict[str, tuple[Shape, ...]] = field(default_factory=dict)
    costs: dict[str, Cost] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        """Problems that stand in the way of a training."""
        return [problem for problem in self.problems if problem.severity == "error"]

    @property
    def output(self) -> Shape | None:
        """What leaves the network, when that is known."""
        return self.shapes.get(self.plan.output) if self.plan.output else None

    def place(self, node: str, setting: str = "") -> str:
        """Return the dotted path at which people find a node, or one of its settings."""
        inner = f"nodes.{node}.{setting}".removesuffix(".")
        return join(self.where, self.plan.flat.place(inner))

    def report(self) -> NetworkReport:
        """The figures as they travel on the wire; totals count nodes that take part.

        Nodes that stand for blocks are told beside the layers inside them, and have their sums.
        """
        nodes = {name: self._node(name) for name in self.shapes}
        taking_part = [nodes[name] for name in nodes if name in self.plan.needed]
        nodes.update(self._blocks(nodes))
        return NetworkReport(
            parameters=sum(node.parameters for node in taking_part),
            flops=sum(node.flops for node in taking_part),
            activation_bytes=sum(node.activation_bytes for node in taking_part),
            nodes=nodes,
        )

    def _node(self, name: str) -> NodeReport:
        cost = self.costs.get(name)
        return NodeReport(
            out_shape=self.shapes[name],
            in_shapes=self.incoming.get(name, ()),
            parameters=cost.parameters if cost else 0,
            flops=cost.flops if cost else 0,
            activation_bytes=cost.activation_bytes if cost else 0,
        )

    def _blocks(self, nodes: Mapping[str, NodeReport]) -> dict[str, NodeReport]:
        """What goes in and out of blocks, and the sums of what they cost."""
        totals = dict.fromkeys(self.plan.flat.instances, (0, 0, 0))
        for name, node in nodes.items():
            for outer in _outer(name):
                if outer in totals:
                    parameters, flops, size = totals[outer]
                    totals[outer] = (
                        parameters + node.parameters,
                        flops + node.flops,
                        size + node.activation_bytes,
                    )
        return {name: self._block(name, *total) for name, total in totals.items()}

    def _block(self, name: str, parameters: int, flops: int, size: int) -> NodeReport:
        instance = self.plan.flat.instances[name]
        enters = [self.shapes.get(node) for node in instance.inputs.values()]
        left = [self.shapes.get(node) for node in instance.outputs.values()]
        return NodeReport(
            out_shape=left[0] if left else None,
            in_shapes=tuple(shape for shape in enters if shape is not None),
            parameters=parameters,
            flops=flops,
            activation_bytes=size,
        )


def _outer(name: str) -> Iterator[str]:
    """Yield the ids of everything in which an unfolded node stands: ``a/b/c`` is in ``a`` and ``a/b``."""
    end = name.find("/")
    while end > 0:
        yield name[:end]
        end = name.find("/", end + 1)


def entries_of(project: Project, data: DataInfo) -> dict[str, dict[str, Shape] | None]:
    """Return what is fed to every network that the objective needs, as :func:`survey` takes it.

    Networks that feed others are walked through, so that these are fed what leaves them as they are.

    Args:
        project: The project.
        data: What its data look like.

    Raises:
        ProjectError: The objective's plug is wrong.
    """
    objective = OBJECTIVES.make_plug(project.objective, "objective")
    fed = dict(objective.entries(project, data))
    told = objective.labels(project, data)
    entries: dict[str, dict[str, Shape] | None] = {}
    for role in objective.networks:
        source = objective.fed_by.get(role.name)
        left = _output(project, source, entries.get(source)) if source is not None else None
        if left is not None:
            fed[role.name] = objective.passed_on(role.name, left)
        if role.name in fed:
            entries[role.name] = {"input": fed[role.name]}
        else:
            entries[role.name] = {} if source is None else None
        known = entries[role.name]
        if known is not None and role.name in told:
            known["label"] = told[role.name]
    return entries


def _output(project: Project, name: str, entries: Mapping[str, Shape] | None) -> Shape | None:
    """What leaves a network that works."""
    if name not in project.networks:
        return None
    found = survey(project.networks[name], entries, blocks=project.blocks)
    return None if found.errors else found.output


def survey(
    network: Network,
    entries: Mapping[str, Shape] | None,
    where: str = "",
    blocks: Mapping[str, Block] | None = None,
) -> Survey:
    """Walk through a network and find out every shape.

    Args:
        network: The network; nothing about it needs to be right.
        entries: What is fed, by tag of the entry layer: ``{"input": Shape((1, 28, 28))}``; empty
            for a network that is fed with noise. None when it is not known (the data are missing,
            say): then only what follows from noise gets a shape.
        where: Dotted path of the network, for problems.
        blocks: Blocks of the project.
    """
    found = Survey(plan(network, where, blocks), where)
    for step in found.plan.steps:
        if step.passes:
            _pass_on(found, step)
        elif step.layer is not None and step.complete:
            _visit(found, step, step.layer, entries)
    _check_sharing(found)
    _check_total(found)
    found.problems = [*found.plan.problems, *found.plan.flat.told(found.problems, where)]
    return found


def _pass_on(found: Survey, step: Step) -> None:
    """What enters a node that is no step of the network leaves it as it is."""
    shapes = tuple(found.shapes[source] for source in step.sources if source in found.shapes)
    if shapes:
        found.incoming[step.id] = shapes
        found.shapes[step.id] = shapes[0]


def _visit(found: Survey, step: Step, layer: Layer, entries: Mapping[str, Shape] | None) -> None:
    if layer.entry and not _fed(found, step, layer, entries):
        return
    if layer.entry in ("input", "label") and entries is not None:
        found.shapes[step.id] = entries[layer.entry]
        return
    if any(source not in found.shapes for source in step.sources):
        return
    incoming = tuple(found.shapes[source] for source in step.sources)
    try:
        cost = measure(layer, incoming)
    except ShapeError as error:
        _say(found, step, str(error), error.hint)
        return
    if (obstacle := layer.obstacle()) is not None:
        _say(found, step, *obstacle)
    found.incoming[step.id] = incoming
    found.shapes[step.id] = cost.out_shape
    found.costs[step.id] = cost


def _say(found: Survey, step: Step, message: str, hint: str) -> None:
    """Something is wrong with a layer; that matters less where nothing depends on it."""
    severity = "error" if step.id in found.plan.needed else "warning"
    place = join(found.where, f"nodes.{step.id}")
    found.problems.append(Problem(place, message, hint, severity))


def _fed(found: Survey, step: Step, layer: Layer, entries: Mapping[str, Shape] | None) -> bool:
    """Whether the network is fed with what its entry expects; says so when it is not."""
    if entries is None:
        return layer.entry == "noise"
    if layer.entry == "label":
        if "label" in entries:
            return True
        message = _("this network is told no class.")
        hint = _("Choose what the objective is to ask for (conditioning), or delete this layer.")
    elif layer.entry == "input" and "input" not in entries:
        message = _("this network is fed with random vectors, not with examples.")
        hint = _("Replace the Input by a Noise layer.")
    elif layer.entry == "noise" and "input" in entries:
        message = _("this network is fed with examples, not with random vectors.")
        hint = _("Replace the Noise by an Input layer.")
    else:
        return True
    place = join(found.where, f"nodes.{step.id}")
    found.problems.append(Problem(place, message, hint))
    return False


def _check_sharing(found: Survey) -> None:
    """Weights that are shared have to be there, and to have the sizes that both nodes need."""
    for step in found.plan.steps:
        if step.owner == step.id or step.id not in found.costs:
            continue
        own, theirs = found.costs[step.id], found.costs.get(step.owner)
        if theirs is not None and step.owner in found.plan.needed:
            if own.weights != theirs.weights:
                _say_unfit(found, step)
        elif step.id in found.plan.needed and step.owner not in found.plan.needed:
            _say_unused(found, step)
        found.costs[step.id] = _without_weights(own)


def _say_unfit(found: Survey, step: Step) -> None:
    message = _("the weights of “{name}” are made for {theirs}, and {own} flows in here.").format(
        name=step.owner,
        theirs=", ".join(map(str, found.incoming[step.owner])),
        own=", ".join(map(str, found.incoming[step.id])),
    )
    hint = _("Bring both to the same channels or features, or let this layer have its own weights.")
    place = join(found.where, f"nodes.{step.id}.shares")
    found.problems.append(Problem(place, message, hint))


def _say_unused(found: Survey, step: Step) -> None:
    message = _("uses the weights of “{name}”, which takes no part in the network.").format(
        name=step.owner
    )
    hint = _("Connect that layer, or let this one have its own weights.")
    place = join(found.where, f"nodes.{step.id}.shares")
    found.problems.append(Problem(place, message, hint))


def _without_weights(cost: Cost) -> Cost:
    return Cost(
        out_shape=cost.out_shape,
        weights=(),
        parameters=0,
        flops=cost.flops,
        activation_bytes=cost.activation_bytes,
    )


def _check_total(found: Survey) -> None:
    total = sum(c.parameters for name, c in found.costs.items() if name in found.plan.needed)
    if total > MOST_NUMBERS:
        message = _("the network would have {count:,} weights; the limit is {limit:,}.")
        hint = _("Choose fewer units or filters in its largest layers.")
        found.problems.append(
            Problem(found.where, message.format(count=total, limit=MOST_NUMBERS), hint)
        )
