"""Norms that are folded, layers that are merged, removed, or become two narrow ones."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from engine.compression.base import COMPRESSIONS
from engine.compute.compression.measuring import multiply_adds
from engine.compute.compression.model import Model
from projects.errors import CompressionError
from projects.schema import Network, Node
from projects.templates import templates
from tests.engine.compression.support import (
    difference,
    model_of_example,
    model_of_network,
    outputs,
)
from tests.engine.drawn import chain, drawn, node

EXACT = 1e-5
WITH_NORMS = ("fashion_cnn", "dcgan_fashion", "sngan_fashion", "pix2pix_edges")


def squeezed(model: Model, tag: str, **params: Any) -> Model:
    return COMPRESSIONS.make(tag, params).apply(model)


def kinds(model: Model, name: str = "classifier") -> list[str]:
    return [there.type for there in model.project.networks[name].nodes.values()]


def ending(*layers: Node) -> Network:
    return chain(*layers, node("flatten"), node("linear", units=10))


def test_every_example_with_norms_is_among_those_that_are_tested() -> None:
    found = {
        example.name
        for example in templates()
        for network in example.project.networks.values()
        if any(there.type == "batch_norm" for there in network.nodes.values())
    }
    assert found == set(WITH_NORMS)


@pytest.mark.parametrize("name", WITH_NORMS)
def test_folding_norms_of_examples_changes_nothing(name: str) -> None:
    model = model_of_example(name)
    made = squeezed(model, "fold_norms")
    assert difference(model, made) <= EXACT
    left = [kind for net in made.project.networks for kind in kinds(made, net)]
    assert left.count("batch_norm") == 0


FOLDABLE = {
    "transposed": [node("conv_transpose2d", filters=6, bias=False)],
    "depthwise": [node("depthwise_conv2d", multiplier=3)],
    "separable": [node("separable_conv2d", filters=5, bias=False)],
    "grouped": [node("conv2d", filters=4), node("conv2d", filters=6, groups=2)],
    "volume": [node("reshape", sizes=[1, 2, 4, 8]), node("conv3d", filters=3)],
    "signal": [node("reshape", sizes=[8, 8]), node("conv1d", filters=3)],
    "drawn": [node("flatten"), node("linear", units=48), node("reshape", sizes=[3, 4, 4])],
}


@pytest.mark.parametrize("kind", FOLDABLE)
def test_folding_into_any_layer_changes_nothing(kind: str) -> None:
    model = model_of_network(ending(*FOLDABLE[kind], node("batch_norm"), node("relu")))
    made = squeezed(model, "fold_norms")
    assert "batch_norm" not in kinds(made)
    assert difference(model, made) <= EXACT


def test_norms_of_blocks_are_folded_too() -> None:
    block = Node(type="block", params={"block": "residual", "filters": 6, "repeat": 2})
    model = model_of_network(ending(node("conv2d", filters=6), block))
    made = squeezed(model, "fold_norms")
    assert "block" not in kinds(made)
    assert "batch_norm" not in kinds(made)
    assert len(made.notes) == 1
    assert difference(model, made) <= EXACT


def test_norms_that_cannot_be_folded_stay_with_a_note() -> None:
    network = drawn(
        "x > a > n > r > f > l > y, x > b > m > r, b > r",
        x=node("input"), a=node("conv2d", filters=4), n=node("batch_norm"),
        b=node("conv2d", filters=4), m=node("batch_norm"), r=node("add"),
        f=node("flatten"), l=node("linear", units=10), y=node("output"),
    )  # fmt: skip
    model = model_of_network(network)
    made = squeezed(model, "fold_norms")
    assert [key for key in made.project.networks["classifier"].nodes if key in "nm"] == ["m"]
    assert "m" in made.notes[0]
    assert difference(model, made) <= EXACT
    alone = model_of_network(ending(node("relu"), node("batch_norm")))
    with pytest.raises(CompressionError, match="no batch norm"):
        squeezed(alone, "fold_norms")


def test_a_norm_over_steps_is_no_norm_of_units() -> None:
    steps = model_of_network(
        ending(node("reshape", sizes=[8, 8]), node("linear", units=8), node("batch_norm"))
    )
    with pytest.raises(CompressionError, match="no batch norm"):
        squeezed(steps, "fold_norms")


def test_layers_in_a_row_become_one() -> None:
    model = model_of_network(
        ending(
            node("conv2d", filters=6),
            node("conv2d", filters=4, kernel=1),
            node("relu"),
            node("flatten"),
            node("linear", units=40),
            node("linear", units=30, bias=False),
            node("linear", units=20),
        )
    )
    made = squeezed(model, "merge_linears")
    assert (kinds(made).count("conv2d"), kinds(made).count("linear")) == (1, 2)
    assert difference(model, made) <= EXACT
    narrow = model_of_network(chain(node("linear", units=3), node("linear", units=10)), "flat")
    with pytest.raises(CompressionError, match="no two linear layers"):
        squeezed(narrow, "merge_linears")


def test_a_layer_that_keeps_the_shape_can_go() -> None:
    dropout = model_of_network(ending(node("dropout"), node("conv2d", filters=4)))
    made = squeezed(dropout, "remove_layer", node="n0")
    assert "dropout" not in kinds(made)
    assert difference(dropout, made) == 0
    block = Node(type="block", params={"block": "residual", "filters": 6})
    model = model_of_network(ending(node("conv2d", filters=6), block))
    made = squeezed(model, "remove_layer", node="n1")
    assert kinds(made) == ["input", "conv2d", "flatten", "linear", "output"]
    made.opened()
    inner = squeezed(model, "remove_layer", node="n1/add")
    assert "add" not in kinds(inner)
    inner.opened()


def test_a_layer_that_is_needed_stays() -> None:
    model = model_of_network(ending(node("conv2d", filters=4)))
    with pytest.raises(CompressionError, match="takes 1×8×8 and gives 4×8×8"):
        squeezed(model, "remove_layer", node="n0")
    with pytest.raises(CompressionError, match="no layer called “n7”"):
        squeezed(model, "remove_layer", node="n7")
    with pytest.raises(CompressionError, match="begins or ends"):
        squeezed(model, "remove_layer", node="x")


LAYERS = {
    "linear": [node("flatten"), node("linear", units=40)],
    "steps": [node("reshape", sizes=[8, 8]), node("linear", units=8)],
    "convolution": [node("conv2d", filters=12, stride=2, bias=False)],
    "signal": [node("reshape", sizes=[8, 8]), node("conv1d", filters=9, dilation=2)],
}


@pytest.mark.parametrize("kind", LAYERS)
def test_the_full_energy_gives_the_same_layer_in_two(kind: str) -> None:
    model = model_of_network(ending(*LAYERS[kind]))
    key = next(k for k in model.weights["classifier"] if k.endswith("weight"))
    weight = model.weights["classifier"][key]
    flat = weight.flatten(1)  # of rank 2, so that two singular values hold all of it
    flat.copy_(torch.outer(flat[:, 0], flat[0]) + torch.outer(flat[:, 1], flat[1]))
    made = squeezed(model, "low_rank", energy=0.999_999, node=key.removesuffix(".weight"))
    assert "rank 2 of" in made.notes[0]
    assert difference(model, made) <= EXACT
    before, after = (multiply_adds(m.modules()["classifier"]) for m in (model, made))
    assert after < before


@pytest.mark.parametrize(
    ("layers", "count"),
    [
        ([node("lstm", units=5)], 8 * 4 * 5 * (8 + 5) + 5 * 10),
        (
            [node("self_attention", heads=2), node("flatten")],
            8 * 4 * 8 * 8 + 2 * 8 * 8 * 8 + 64 * 10,
        ),
    ],
)
def test_steps_of_recurrent_layers_and_products_of_attention_count(
    layers: list[Node], count: int
) -> None:
    steps = node("reshape", sizes=[8, 8])
    model = model_of_network(chain(steps, *layers, node("linear", units=10)))
    assert multiply_adds(model.modules()["classifier"]) == count


def test_a_lower_rank_is_the_nearest_one() -> None:
    model = model_of_network(chain(node("linear", units=10)), "flat")
    gaps = []
    for share in (0.1, 0.5):
        made = squeezed(model, "low_rank", by="share", share=share)
        first, second = (made.weights["classifier"][f"{n}.weight"] for n in ("n0_narrow", "n0"))
        weight = model.weights["classifier"]["n0.weight"]
        gap = (second @ first - weight).norm() ** 2
        values = torch.linalg.svdvals(weight)
        assert gap == pytest.approx(float((values[len(first) :] ** 2).sum()), rel=1e-4)
        gaps.append(float((outputs(made)["classifier"] - outputs(model)["classifier"]).norm()))
    assert gaps[1] < gaps[0]
    with pytest.raises(CompressionError, match="cost more"):
        squeezed(model, "low_rank", energy=0.999)
