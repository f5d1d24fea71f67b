"""Proposals for networks whose result has the wrong shape."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _
from gettext import ngettext
from typing import Any

from engine.layers.base import LAYERS, Shape
from projects.schema import Wire
from workbench.mending.base import Candidate, Trouble, outputs_of

SIZES = ("units", "filters", "features")


def result(trouble: Trouble) -> Iterator[Candidate]:
    """End the network in what its objective reads."""
    outputs = [n for n, node in trouble.graph.nodes.items() if node.type == "output"]
    for name in outputs[:1]:
        for wire in (w for w in trouble.graph.wires if w.target == name):
            for wanted in _wanted(trouble):
                yield from _ended(trouble, wire, wanted)


def _wanted(trouble: Trouble) -> Iterator[Shape]:
    """What objectives read: a number for each class, one number, an example."""
    data = trouble.checked.data
    if data is None:
        return
    if data.classes and trouble.network == "classifier":
        yield Shape((len(data.classes),))
    elif trouble.network == "discriminator":
        yield Shape((1,))
    elif trouble.network == "generator":
        yield data.input


def _ended(trouble: Trouble, wire: Wire, wanted: Shape) -> Iterator[Candidate]:
    node = trouble.graph.nodes.get(trouble.node)
    layer = LAYERS.entries.get(node.type) if node is not None else None
    count = wanted.elements
    for field in layer.fields() if layer is not None else ():
        if field.name in SIZES:
            title = outputs_of(trouble.node, count)
            yield Candidate(title, trouble.set(trouble.node, **{field.name: count}))
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
