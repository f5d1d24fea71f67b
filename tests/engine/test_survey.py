"""Shapes and costs of whole networks, found out without allocating them."""

from __future__ import annotations

import tracemalloc

import pytest

from engine.compute.cost import measure
from engine.compute.survey import survey
from engine.layers.base import Shape
from projects.schema import Network
from tests.engine.drawn import chain, drawn, node

IMAGE = {"input": Shape((1, 28, 28))}


def digits_cnn() -> Network:
    return chain(
        node("conv2d", filters=32),
        node("relu"),
        node("max_pool2d"),
        node("conv2d", filters=64),
        node("batch_norm"),
        node("relu"),
        node("max_pool2d"),
        node("flatten"),
        node("dropout"),
        node("linear", units=10),
    )


def test_shapes_parameters_and_totals() -> None:
    found = survey(digits_cnn(), IMAGE)
    assert found.problems == []
    report = found.report()
    assert str(report.nodes["n2"].out_shape) == "32×14×14"
    assert report.nodes["n3"].in_shapes == (Shape((32, 14, 14)),)
    assert report.nodes["n9"].parameters == 3136 * 10 + 10
    assert report.parameters == 320 + 18_496 + 128 + 31_370
    assert report.nodes["n0"].flops == 2 * 9 * 32 * 28 * 28
    assert report.nodes["n0"].activation_bytes == 32 * 28 * 28 * 4
    assert found.output == Shape((10,))


def test_a_failing_node_has_the_problem_and_what_follows_has_no_shape() -> None:
    found = survey(chain(node("conv2d"), node("linear"), node("relu")), IMAGE, "networks.c")
    assert [problem.where for problem in found.problems] == ["networks.c.nodes.n1"]
    assert set(found.shapes) == {"x", "n0"}
    assert found.output is None


def test_what_takes_no_part_has_shapes_but_adds_nothing() -> None:
    network = drawn(
        "x > a > y, x > b", x=node("input"), a=node("flatten"), b=node("conv2d"), y=node("output")
    )
    report = survey(network, IMAGE).report()
    assert report.nodes["b"].parameters == 320
    assert report.parameters == 0


def test_a_misfit_that_takes_no_part_is_a_warning() -> None:
    network = drawn(
        "x > a > y, x > b", x=node("input"), a=node("flatten"), b=node("linear"), y=node("output")
    )
    found = survey(network, IMAGE)
    assert found.errors == []
    assert len(found.problems) == 2


def test_unknown_data_leave_shapes_unknown_and_say_nothing() -> None:
    found = survey(digits_cnn(), None)
    assert found.problems == []
    assert found.shapes == {}


def test_noise_has_its_own_shape_even_then() -> None:
    generator = chain(node("linear", units=2), entry=node("noise", size=3))
    assert survey(generator, None).output == Shape((2,))


@pytest.mark.parametrize(
    ("entry", "fed", "words"),
    [("input", {}, "random vectors, not with examples"), ("noise", IMAGE, "Replace the Noise")],
)
def test_the_wrong_entry(entry: str, fed: dict[str, Shape], words: str) -> None:
    (problem,) = survey(chain(node("flatten"), entry=node(entry)), fed).problems
    assert words in str(problem)
    assert problem.where == "nodes.x"


def test_shared_weights_are_counted_once() -> None:
    network = chain(node("flatten"), node("linear", units=784), node("linear", shares="n1"))
    report = survey(network, IMAGE).report()
    assert report.parameters == 784 * 784 + 784
    assert report.nodes["n2"].parameters == 0
    assert report.nodes["n2"].flops == report.nodes["n1"].flops


def test_shared_weights_have_to_fit_both_places() -> None:
    network = chain(node("flatten"), node("linear", units=10), node("linear", shares="n1"))
    (problem,) = survey(network, IMAGE, "net").problems
    assert problem.where == "net.nodes.n2.shares"
    assert "made for 784, and 10 flows in here" in problem.message


def test_convolutions_share_across_sizes() -> None:
    network = chain(
        node("conv2d", filters=1), node("max_pool2d"), node("conv2d", shares="n0"), node("flatten")
    )
    assert survey(network, IMAGE).problems == []


def test_weights_of_a_layer_that_takes_no_part() -> None:
    network = drawn(
        "x > a > y, x > b",
        x=node("input"),
        a=node("conv2d", shares="b"),
        b=node("conv2d"),
        y=node("output"),
    )
    errors = survey(network, IMAGE).errors
    assert [problem.where for problem in errors] == ["nodes.a.shares"]
    assert "takes no part" in errors[0].message


def test_a_network_too_large_in_sum() -> None:
    layers = [node("linear", units=30_000) for _ in range(4)]
    found = survey(chain(node("flatten"), *layers), IMAGE, "net")
    assert [problem.where for problem in found.problems] == ["net"]
    assert "2,000,000,000" in found.problems[0].message


def test_hostile_sizes_allocate_nothing() -> None:
    layers = [node("linear", units=size) for size in (10**12, 1_000_000, 1_000_000, -1)]
    tracemalloc.start()
    found = survey(chain(node("flatten"), *layers), IMAGE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000
    assert {problem.where for problem in found.problems} == {"nodes.n1.units", "nodes.n4.units"}
    monster = chain(node("flatten"), *[node("linear", units=1_000_000)] * 3)
    assert "limit" in survey(monster, IMAGE).errors[0].message


def test_looking_again_asks_only_for_what_changed() -> None:
    measure.cache_clear()  # another test may have asked for the very same layer
    survey(digits_cnn(), IMAGE)
    before = measure.cache_info().misses
    survey(digits_cnn(), IMAGE)
    assert measure.cache_info().misses == before
    edited = digits_cnn()
    edited.nodes["n9"] = node("linear", units=11)
    survey(edited, IMAGE)
    assert measure.cache_info().misses == before + 2  # the layer, and the output behind it


def test_a_thousand_layers_are_no_trouble() -> None:
    found = survey(chain(node("flatten"), *[node("linear", units=16), node("relu")] * 500), IMAGE)
    assert found.problems == []
    assert len(found.shapes) == 1003
