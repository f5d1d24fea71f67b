"""Proposals for networks whose result has the wrong shape."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from engine.layers.base import LAYERS, Shape
from engine.objectives.base import OBJECTIVES
from projects.errors import ProjectError
from projects.schema import Wire
from projects.translation import phrase as _
from projects.translation import phrases as ngettext
from workbench.mending.base import Candidate, Trouble, outputs_of

SIZES = ("units", "filters", "features")


def result(trouble: Trouble) -> Iterator[Candidate]:
    """End the network in what its objective reads."""
    outputs = [n for n, node in trouble.graph.nodes.items() if node.type == "output"]
    for name in outputs[:1]:
        for wire in (w for w in trouble.graph.wires if w.target == name):
            for wanted in _wanted(trouble, wire):
                yield from _ended(trouble, wire, wanted)


def _wanted(trouble: Trouble, wire: Wire) -> Iterator[Shape]:
    """What the objective reads of the network: a number for each class, one number, an example."""
    data = trouble.checked.data
    if data is None:
        return
    with contextlib.suppress(ProjectError):
        objective = OBJECTIVES.make_plug(trouble.project.objective, "objective")
        shape = objective.results(data).get(trouble.network)
        ends = trouble.shape_of(wire.source, wire.source_port)
        if shape is None and ends is not None:
            shape = objective.nearest(trouble.network, ends)
        if shape is not None:
            yield shape


def _ended(trouble: Trouble, wire: Wire, wanted: Shape) -> Iterator[Candidate]:
    node = trouble.graph.nodes.get(trouble.node)
    layer = LAYERS.entries.get(node.type) if node is not None else None
    count = wanted.elements
    for field in layer.fields() if layer is not None else ():
        if field.name in SIZES:
            for size in dict.fromkeys((wanted.features, count)):
                title = outputs_of(trouble.node, size)
                yield Candidate(title, trouble.set(trouble.node, **{field.name: size}))
    if wanted.rank == 2:
        yield from _every_step(trouble, wire, wanted)
    shape = trouble.shape_of(wire.source, wire.source_port)
    sizes: tuple[str, dict[str, Any]] = ("reshape", {"sizes": list(wanted.dims)})
    if shape is not None and shape.elements == count:
        title = _("Reshape the result to {shape}").format(shape=wanted)
        yield Candidate(title, trouble.insert(wire, sizes))
    flat: list[tuple[str, dict[str, Any]]] = []
    if shape is not None and shape.rank > 1:
        flat.append(("flatten", {}))
    linear = ("linear", {"units": count})
    if wanted.rank == 1:
        title = ngettext(
            "End with a Linear of {count} unit", "End with a Linear of {count} units", count
        ).format(count=count)
        yield Candidate(title, trouble.insert(wire, *flat, linear))
    else:
        title = _("End with a Linear of {count} units, reshaped to {shape}")
        made = trouble.insert(wire, *flat, linear, sizes)
        yield Candidate(title.format(count=count, shape=wanted), made)


def _every_step(trouble: Trouble, wire: Wire, wanted: Shape) -> Iterator[Candidate]:
    """Answer at every step: with every state of a layer that reads, and a Linear that acts on each."""
    shape = trouble.shape_of(wire.source, wire.source_port)
    if shape is not None and shape.rank == 2 and shape.dims[0] == wanted.dims[0]:
        title = ngettext(
            "End with a Linear of {count} unit",
            "End with a Linear of {count} units",
            wanted.features,
        ).format(count=wanted.features)
        yield Candidate(title, trouble.insert(wire, ("linear", {"units": wanted.features})))
    for name, node in trouble.graph.nodes.items():
        layer = LAYERS.entries.get(node.type)
        if layer is None or node.params.get("returns") == "sequence":
            continue
        if any(field.name == "returns" for field in layer.fields()):
            title = _("Let “{name}” return every state").format(name=name)
            yield Candidate(title, trouble.set(name, returns="sequence"))
