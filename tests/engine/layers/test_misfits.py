"""What people read when a layer does not fit what flows into it."""

from __future__ import annotations

from typing import Any

import pytest

from engine.compute.cost import measure
from engine.layers.base import LAYERS, MOST_NUMBERS, Shape, ShapeError
from projects.errors import ProjectError

IMAGE, VECTOR, SIGNAL = Shape((3, 8, 8)), Shape((64,)), Shape((4, 10))
INDICES = Shape((5,), "index", 7)

MISFITS: list[tuple[str, dict[str, Any], tuple[Shape, ...], str, str]] = [
    ("linear", {}, (IMAGE,), "got an image of 3×8×8", "Flatten"),
    ("linear", {}, (INDICES,), "got indices", "Embedding"),
    ("embedding", {}, (VECTOR,), "got real numbers", "text"),
    ("embedding", {}, (Shape((5,), "index"),), "not known", "Input"),
    ("conv2d", {}, (VECTOR,), "expected an image", "1×8×8"),
    ("conv2d", {}, (SIGNAL,), "expected an image", "Reshape to 1×4×10"),
    ("conv2d", {"kernel": 9, "padding": 0}, (IMAGE,), "covers 9", "at most 8"),
    ("conv2d", {"kernel": 5, "padding": 0, "dilation": 3}, (IMAGE,), "covers 13", "at most 3"),
    ("conv2d", {"groups": 2}, (IMAGE,), "3 incoming channels", "divides 3"),
    ("conv1d", {}, (IMAGE,), "expected a signal", "Convolution 2-D"),
    ("conv_transpose2d", {"padding": 20}, (IMAGE,), "nothing would be left", "smaller padding"),
    ("max_pool2d", {"kernel": 9}, (IMAGE,), "larger than what flows in", "at most 8"),
    ("max_pool1d", {}, (IMAGE,), "expected a signal", "Max pooling 2-D"),
    ("global_pool", {}, (VECTOR,), "got a vector", "delete"),
    ("lstm", {}, (VECTOR,), "expected a sequence", "every state"),
    ("gru", {}, (Shape((1, 8, 6)),), "expected a sequence", "8×6"),
    ("batch_norm", {}, (Shape((1, 2, 3, 4, 5)),), "expected a vector or", "Reshape"),
    ("instance_norm", {}, (Shape((4, 1, 1)),), "one position only", "Layer norm"),
    ("group_norm", {"groups": 2}, (IMAGE,), "3 channels", "1 groups"),
    ("group_norm", {"groups": 64}, (VECTOR,), "one number only", "fewer"),
    ("reshape", {"sizes": [5, -1]}, (VECTOR,), "cannot hold the 64", "multiply to 64"),
    ("reshape", {"sizes": [64, 2]}, (VECTOR,), "cannot hold the 64", "multiply to 64"),
    ("add", {}, (VECTOR, Shape((32,))), "got 64 and 32", "Linear"),
    ("add", {}, (Shape((1, 5)), Shape((3, 5)), Shape((4, 5))), "equal shapes", "Linear"),
    ("multiply", {}, (VECTOR, SIGNAL), "got 64 and 4×10", "Linear"),
    ("concat", {}, (IMAGE, Shape((3, 4, 8))), "only in their channels", "pooling"),
    ("concat", {"along": "features"}, (SIGNAL, Shape((5, 10))), "only in their features", "size"),
    ("conv3d", {}, (IMAGE,), "expected a volume", "depth"),
    ("conv3d", {"kernel": 5, "padding": 0}, (Shape((2, 3, 9, 9)),), "covers 5", "at most 3"),
    ("depthwise_conv2d", {}, (VECTOR,), "expected an image", "1×8×8"),
    ("depthwise_conv1d", {}, (IMAGE,), "expected a signal", "Depthwise 2-D"),
    ("separable_conv2d", {"kernel": 9, "padding": 0}, (IMAGE,), "covers 9", "at most 8"),
    ("adaptive_pool1d", {}, (IMAGE,), "expected a signal", "Adaptive pool 2-D"),
    ("permute", {}, (IMAGE,), "orders 2 dimensions, and 3×8×8 has 3", "3, 2, 1"),
    ("slice", {"axis": 3}, (SIGNAL,), "no dimension 3", "1 to 2"),
    ("slice", {"start": 4}, (SIGNAL,), "nothing is left of the 4", "0 and 4"),
    ("pixel_shuffle", {}, (IMAGE,), "3 channels", "multiple of 4"),
    ("pixel_unshuffle", {"factor": 3}, (IMAGE,), "cannot be cut", "multiples of 3"),
    ("reparameterise", {}, (IMAGE,), "3 numbers cannot be halved", "two numbers"),
    ("reparameterise", {}, (SIGNAL,), "expected a vector or an image", "Flatten"),
    ("bilinear", {}, (IMAGE, IMAGE), "two vectors", "Flatten"),
    ("bilinear", {}, (SIGNAL, Shape((5, 10))), "got 4×10 and 5×10", "Flatten"),
    ("matmul", {}, (SIGNAL, SIGNAL), "n×k, k×m, got 4×10 and 4×10", "Permute"),
    ("matmul", {"transposed": True}, (SIGNAL, Shape((4, 9))), "n×k, m×k", "Permute"),
    ("film", {}, (IMAGE, SIGNAL), "expected a vector as condition", "Flatten"),
    ("film", {}, (IMAGE, INDICES), "got indices", "Embedding"),
    ("conditional_batch_norm", {}, (IMAGE, INDICES), "one index", "labels"),
    ("conditional_batch_norm", {}, (IMAGE, Shape((1,), "index")), "known number", "labels"),
    ("conditional_batch_norm", {}, (INDICES, VECTOR), "got indices", "Embedding"),
    ("squeeze_excite", {}, (VECTOR,), "expected a signal", "Reshape"),
    ("sinusoidal_positions", {}, (VECTOR,), "expected a sequence", "Reshape"),
]


@pytest.mark.parametrize(("tag", "params", "shapes", "message", "hint"), MISFITS)
def test_a_misfit_is_explained(
    tag: str, params: dict[str, Any], shapes: tuple[Shape, ...], message: str, hint: str
) -> None:
    layer = LAYERS.make(tag, params)
    with pytest.raises(ShapeError) as caught:
        measure(layer, shapes)
    assert message in str(caught.value)
    assert hint in caught.value.hint


CONTRADICTIONS: list[tuple[str, dict[str, Any], str]] = [
    ("conv2d", {"filters": 10, "groups": 3}, "groups"),
    ("conv_transpose2d", {"stride": 2, "output_padding": 2}, "output_padding"),
    ("max_pool2d", {"kernel": 2, "padding": 2}, "padding"),
    ("lstm", {"dropout": 0.5}, "dropout"),
    ("reshape", {"sizes": [0]}, "sizes"),
    ("reshape", {"sizes": [-1, -1]}, "sizes"),
    ("permute", {"dimensions": [1, 1]}, "dimensions"),
    ("permute", {"dimensions": [1, 3]}, "dimensions"),
    ("hard_tanh", {"low": 1, "high": 1}, "high"),
    ("separable_conv2d", {"filters": 0}, "filters"),
]


@pytest.mark.parametrize(("tag", "params", "field"), CONTRADICTIONS)
def test_parameters_that_contradict_each_other(tag: str, params: Any, field: str) -> None:
    with pytest.raises(ProjectError) as caught:
        LAYERS.make(tag, params, "n")
    assert caught.value.problem.where == f"n.{field}"


def test_a_kernel_hint_really_fits() -> None:
    kernel = {"kernel": 8, "padding": 0}
    assert measure(LAYERS.make("conv2d", kernel), (IMAGE,)).out_shape.dims == (32, 1, 1)


@pytest.mark.parametrize(
    ("tag", "params", "shape"),
    [
        ("linear", {"units": 1_000_000}, Shape((1_000_000,))),
        ("linear", {"units": 1_000_000}, Shape((10**9,))),
        ("lstm", {"units": 65_536, "layers": 64}, Shape((5, 65_536))),
        ("conv2d", {"filters": 65_536, "kernel": 127}, Shape((60_000, 200, 200))),
        ("upsample", {"factor": 64}, Shape((65_536, 64, 64))),
        ("conv_transpose2d", {"filters": 65_536, "stride": 64}, Shape((1, 512, 512))),
    ],
)
def test_monsters_are_refused_before_anything_is_allocated(
    tag: str, params: dict[str, Any], shape: Shape
) -> None:
    with pytest.raises(ShapeError, match="the limit is") as caught:
        measure(LAYERS.make(tag, params), (shape,))
    assert f"{MOST_NUMBERS:,}" in str(caught.value)


@pytest.mark.parametrize(
    ("tag", "shapes", "least"),
    [
        ("batch_norm", (VECTOR,), 2),
        ("batch_norm", (IMAGE,), 1),
        ("conditional_batch_norm", (VECTOR, VECTOR), 2),
        ("conditional_batch_norm", (IMAGE, VECTOR), 1),
        ("minibatch_deviation", (IMAGE,), 2),
        ("film", (IMAGE, VECTOR), 1),
    ],
)
def test_some_layers_need_more_than_one_example(
    tag: str, shapes: tuple[Shape, ...], least: int
) -> None:
    assert LAYERS.make(tag, {}).smallest_batch(*shapes) == least


def test_operations_are_counted_as_a_textbook_does() -> None:
    linear = measure(LAYERS.make("linear", {"units": 10}), (VECTOR,))
    assert linear.flops == 2 * 64 * 10
    conv = measure(LAYERS.make("conv2d", {"filters": 4}), (IMAGE,))
    assert conv.flops == 2 * (3 * 3 * 3) * (4 * 8 * 8)
    lstm = LAYERS.make("lstm", {"units": 6, "layers": 2, "bidirectional": True})
    assert measure(lstm, (SIGNAL,)).flops == 2 * 4 * 4 * 12 * ((10 + 6) + (12 + 6))
