"""Programs of NumPy compute every layer as PyTorch does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.compute.ops import namespace
from engine.export.numpy_rules import FUNCTIONS, Sheet
from engine.layers.base import LAYERS, Layer, Shape
from tests.engine.layers.cases import cases

BY_KIND: dict[str, list[tuple[Layer, tuple[Shape, ...]]]] = {}
for _layer, _shapes in cases():
    if _shapes and _layer.tag() not in ("output", "reroute"):
        BY_KIND.setdefault(_layer.tag(), []).append((_layer, _shapes))


def values(shape: Shape, count: int) -> Tensor:
    if shape.kind == "index":
        return torch.randint(shape.classes or 2, (count, *shape.dims))
    return torch.randn(count, *shape.dims)


@pytest.mark.parametrize("tag", BY_KIND)
def test_a_layer_computes_the_same(tag: str) -> None:
    torch.manual_seed(0)
    for layer, shapes in BY_KIND[tag]:
        module = layer.build(namespace, *shapes)
        module(*(values(shape, 8) for shape in shapes))  # running statistics of its own
        module.eval()
        given = [values(shape, 7) for shape in shapes]
        with torch.no_grad():
            expected = module(*(value.clone() for value in given)).numpy()
        sheet = Sheet()
        names = [f"x{place}" for place in range(len(given))]
        text = sheet.module(module, "k.", *names)
        room: dict[str, Any] = {**FUNCTIONS, "np": np, "w": sheet.weights}
        room |= dict(zip(names, (value.numpy() for value in given), strict=True))
        for line in sheet.lines:
            exec(line, room)
        found = eval(text, room)
        assert found.dtype == expected.dtype, layer
        np.testing.assert_allclose(found, expected, atol=1e-5, err_msg=str(layer))


def test_no_layer_is_left_out() -> None:
    without = {"output", "reroute", "unknown", "input", "noise", "label"}
    assert set(BY_KIND) >= set(LAYERS.entries) - without
