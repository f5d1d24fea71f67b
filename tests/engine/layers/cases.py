"""Cases that are made from the declarations alone, so that a new layer is tested by being there."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from engine.layers.base import LAYERS, Layer, Shape, ShapeError
from projects.errors import ProjectError
from projects.fields import Field

CANDIDATES = (
    Shape((12,)),
    Shape((8, 12)),
    Shape((8, 12, 6)),
    Shape((5,), "index", 7),
    Shape((2, 4)),
    Shape((2, 3, 3)),
    Shape((3, 16)),
    Shape((2, 3, 4, 4)),
    Shape((1,), "index", 7),
)


def shapes_for(layer: Layer) -> Iterator[tuple[Shape, ...]]:
    """Every candidate that the layer accepts, twice for layers at which paths meet.

    Layers with several ports get every pair that they accept.
    """
    if not layer.inputs:
        yield ()
        return
    alike = [(shape,) * layer.fewest for shape in CANDIDATES]
    pairs = itertools.product(CANDIDATES, repeat=len(layer.inputs))
    for shapes in alike if len(layer.inputs) == 1 else pairs:
        try:
            layer.admit(*shapes)
        except ShapeError:
            continue
        yield shapes


def others(field: Field) -> list[Any]:
    """Values of a field other than its default."""
    if field.kind == "bool":
        return [not field.default]
    if field.kind == "choice":
        return [choice for choice in field.choices if choice != field.default]
    if field.kind == "int":
        return [value for value in (2, 4) if value != field.default]
    if field.kind == "float":
        return [field.default / 2 if field.default else 0.25]
    if field.kind == "numbers":
        return [(2, -1), (-1, 3, 2), (3, 1, 2)]
    raise AssertionError(f"no other values for {field.kind}")


def variants(cls: type[Layer]) -> Iterator[Layer]:
    """The layer as it comes, and with every parameter changed in turn."""
    yield LAYERS.make(cls.tag(), {})
    for field in cls.fields():
        for value in others(field):
            try:
                yield LAYERS.make(cls.tag(), {field.name: value})
            except ProjectError:  # contradicts another default; that is tested elsewhere
                continue


def cases() -> list[tuple[Layer, tuple[Shape, ...]]]:
    """All variants of all layers on everything that they accept."""
    return [
        (layer, shapes)
        for cls in LAYERS
        if not cls.locked  # those have a test of their own
        for layer in variants(cls)
        for shapes in shapes_for(layer)
    ]
