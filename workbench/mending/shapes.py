"""Proposals for layers that cannot take what flows into them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from engine.layers.base import LAYERS, Shape
from projects.schema import Wire
from projects.translation import phrase as _
from projects.translation import phrases as ngettext
from workbench.mending.base import Candidate, Trouble, outputs_of, takes, titled

SMALLEST_FIRST = ("flatten", "embedding", "global_pool")


def before(trouble: Trouble) -> Iterator[Candidate]:
    """Put something before the layer that brings what flows in into a shape it takes."""
    for wire in trouble.into:
        shape = trouble.shape_of(wire.source, wire.source_port)
        for layer, params in _adapters(shape):
            words = _("Insert {layer} before “{name}”")
            if "sizes" in params:
                words = _("Insert {layer} to {sizes} before “{name}”")
            sizes = "×".join(map(str, params.get("sizes", ())))
            title = words.format(layer=titled(layer), name=trouble.node, sizes=sizes)
            yield Candidate(title, trouble.insert(wire, (layer, params)))


def _adapters(shape: Shape | None) -> Iterator[tuple[str, dict[str, Any]]]:
    if shape is None:
        return
    for layer in SMALLEST_FIRST:
        if takes(layer, {}, shape):
            yield layer, {}
    side = math.isqrt(shape.elements)
    if shape.rank == 1:
        if side > 1 and side * side == shape.elements:
            yield "reshape", {"sizes": [1, side, side]}
        yield "reshape", {"sizes": [1, shape.elements]}
        yield "reshape", {"sizes": [shape.elements, 1, 1]}


def parameters(trouble: Trouble) -> Iterator[Candidate]:
    """Change the window, groups or padding of the layer so that it fits."""
    layer = LAYERS.entries.get(trouble.layer.type)
    shapes = [trouble.shape_of(wire.source, wire.source_port) for wire in trouble.into]
    if layer is None or not shapes or shapes[0] is None:
        return
    fields = {field.name for field in layer.fields()}
    if "kernel" in fields:
        least = min(shapes[0].dims[1:] or (1,))
        fitting = [size for size in (least - 1 + least % 2, 3, 2, 1) if 0 < size <= least]
        for size in dict.fromkeys(fitting[:2]):
            title = _("Set the kernel of “{name}” to {size}")
            made = trouble.set(trouble.node, kernel=size)
            yield Candidate(title.format(name=trouble.node, size=size), made)
    if "groups" in fields:
        title = _("Set the groups of “{name}” to 1").format(name=trouble.node)
        yield Candidate(title, trouble.set(trouble.node, groups=1))


def meeting(trouble: Trouble) -> Iterator[Candidate]:
    """Bring paths that meet in a layer to one shape."""
    if len(trouble.into) < 2:
        return
    shapes = [(wire, trouble.shape_of(wire.source, wire.source_port)) for wire in trouble.into]
    known = [(wire, shape) for wire, shape in shapes if shape is not None]
    for like, wanted in known:
        odd = [(w, s) for w, s in known if w != like and s.dims != wanted.dims]
        if len(odd) == 1:
            ((wire, shape),) = odd
            yield from _matched(trouble, wire, shape, wanted)


def _matched(trouble: Trouble, wire: Wire, shape: Shape, wanted: Shape) -> Iterator[Candidate]:
    """Bring what one wire carries to a wanted shape."""
    if shape.rank != wanted.rank:
        if shape.rank > wanted.rank == 1:
            title = _("Insert Flatten after “{name}”").format(name=wire.source)
            yield Candidate(title, trouble.insert(wire, ("flatten", {})))
        return
    if shape.rank == 1:
        yield from _widened(trouble, wire, "units", wanted.channels)
        title = ngettext(
            "Match “{name}” with a Linear of {count} unit",
            "Match “{name}” with a Linear of {count} units",
            wanted.channels,
        )
        made = trouble.insert(wire, ("linear", {"units": wanted.channels}))
        yield Candidate(title.format(name=wire.source, count=wanted.channels), made)
    elif shape.dims[1:] == wanted.dims[1:] and shape.rank == 3:
        yield from _widened(trouble, wire, "filters", wanted.channels)
        title = ngettext(
            "Match “{name}” with a 1×1 convolution of {count} filter",
            "Match “{name}” with a 1×1 convolution of {count} filters",
            wanted.channels,
        )
        made = trouble.insert(wire, ("conv2d", {"filters": wanted.channels, "kernel": 1}))
        yield Candidate(title.format(name=wire.source, count=wanted.channels), made)
    elif shape.rank == 3:
        yield from _resized(trouble, wire, shape, wanted)


def _widened(trouble: Trouble, wire: Wire, field: str, count: int) -> Iterator[Candidate]:
    """Change how many channels leave the layer from which the wire comes."""
    source = trouble.graph.nodes[wire.source]
    layer = LAYERS.entries.get(source.type)
    if layer is not None and field in {f.name for f in layer.fields()}:
        title = outputs_of(wire.source, count)
        yield Candidate(title, trouble.set(wire.source, **{field: count}))


def _resized(trouble: Trouble, wire: Wire, shape: Shape, wanted: Shape) -> Iterator[Candidate]:
    """Make an image larger or smaller by a whole factor, and give it the wanted channels."""
    up, down = wanted.dims[1] / shape.dims[1], shape.dims[1] / wanted.dims[1]
    if shape.dims[2] * wanted.dims[1] != shape.dims[1] * wanted.dims[2]:
        return
    channels = shape.channels == wanted.channels
    match: tuple[str, dict[str, Any]] = ("conv2d", {"filters": wanted.channels, "kernel": 1})
    if up.is_integer():
        factor = int(up)
        layers = [("upsample", {"factor": factor}), *([] if channels else [match])]
        title = _("Upsample “{name}” {factor} times").format(name=wire.source, factor=factor)
        yield Candidate(title, trouble.insert(wire, *layers))
    elif down.is_integer():
        factor = int(down)
        strided = ("conv2d", {"filters": wanted.channels, "kernel": 1, "stride": factor})
        title = _("Match “{name}” with a 1×1 convolution of stride {factor}")
        yield Candidate(
            title.format(name=wire.source, factor=factor), trouble.insert(wire, strided)
        )
        pooled = [("max_pool2d", {"kernel": factor}), *([] if channels else [match])]
        title = _("Pool “{name}” {factor} times").format(name=wire.source, factor=factor)
        yield Candidate(title, trouble.insert(wire, *pooled))
