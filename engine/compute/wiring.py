"""The forward pass of a surveyed network: which module is called on what, in which order."""

from __future__ import annotations

import functools
import keyword
from collections.abc import Iterable
from dataclasses import dataclass

from torch import nn

from engine.compute.survey import Survey
from engine.graph import Step
from engine.layers.base import Layer


@dataclass(frozen=True)
class Call:
    """One call in the forward pass.

    Attributes:
        node: The node that works.
        child: Name of the child module that is called (the owner's, for shared weights).
        sources: Nodes whose results it takes.
    """

    node: str
    child: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Wiring:
    """The forward pass of one network.

    Attributes:
        entry: The node that is fed.
        output: The node that marks the result.
        result: The node whose result that is.
        labels: The nodes at which it is told a class.
        calls: What happens, in order; entry and output only pass on and are not among them.
        passed: For nodes that are bypassed or only bend a wire: the node whose result leaves them.
        names: Attribute and variable name of every node that is called.
        layers: Layers of the nodes that have a module of their own, in order.
    """

    entry: str
    output: str
    result: str
    calls: tuple[Call, ...]
    passed: dict[str, str]
    names: dict[str, str]
    layers: dict[str, Layer]
    labels: tuple[str, ...] = ()


def wire(found: Survey) -> Wiring:
    """Return the forward pass of a network.

    Args:
        found: A survey without errors.
    """
    plan = found.plan
    if plan.entry is None or plan.output is None:
        raise ValueError("a network without entry or output has no forward pass")
    steps = [step for step in plan.steps if step.id in plan.needed and step.sources]
    passed = _passed(steps)
    inner = [step for step in steps if step.id != plan.output and not step.passes]
    last = next(step.sources[0] for step in steps if step.id == plan.output)
    names = child_names(step.id for step in inner)
    return Wiring(
        entry=plan.entry,
        output=plan.output,
        result=passed.get(last, last),
        calls=tuple(
            Call(step.id, names[step.owner], tuple(passed.get(s, s) for s in step.sources))
            for step in inner
        ),
        passed=passed,
        names=names,
        layers=_owned(inner),
        labels=plan.labels,
    )


def _passed(steps: Iterable[Step]) -> dict[str, str]:
    """For nodes that only pass something on: where it comes from; steps are in working order."""
    found: dict[str, str] = {}
    for step in steps:
        if step.passes:
            found[step.id] = found.get(step.sources[0], step.sources[0])
    return found


def _owned(steps: Iterable[Step]) -> dict[str, Layer]:
    return {s.id: s.layer for s in steps if s.owner == s.id and s.layer is not None}


def child_names(ids: Iterable[str]) -> dict[str, str]:
    """Return an attribute name for every node id, equal to it wherever that is possible.

    Words that Python or ``nn.Module`` needs get an underscore behind them; layers inside of blocks have
    one instead of every slash (``res1/conv``: ``res1_conv``).

    Args:
        ids: Node ids, which are identifiers.
    """
    wanted = list(ids)
    reserved = _reserved()
    taken = {*wanted, *reserved}
    names = {}
    for name in wanted:
        free = name.replace("/", "_")
        while free in reserved or (free != name and free in taken):
            free += "_"
        taken.add(free)
        names[name] = free
    return names


@functools.cache
def _reserved() -> frozenset[str]:
    """Words that Python needs, and those that a network as a module has a meaning for."""
    from engine.compute.network import GraphModule  # which needs what is in here

    own = (*dir(nn.Module()), *dir(GraphModule), *GraphModule.__annotations__)
    return frozenset((*own, *keyword.kwlist, "self", "torch", "nn", "Tensor"))
