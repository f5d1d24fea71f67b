"""Drawn networks as modules."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch

from engine.compute.compiling import put_images_last
from engine.compute.network import GraphModule, build, count_parameters, random_input
from engine.compute.wiring import child_names
from engine.layers.base import Shape
from projects.errors import ProblemsError
from projects.schema import Network
from tests.engine.drawn import chain, drawn, node

VECTOR = {"input": Shape((6,))}


def residual() -> Network:
    return drawn(
        "x > a > r > b > sum > y, a > sum",
        x=node("input"),
        a=node("linear", units=6),
        r=node("relu"),
        b=node("linear", shares="a"),
        sum=node("add"),
        y=node("output"),
    )


def test_children_and_weights_have_the_names_of_their_nodes() -> None:
    module = build(chain(node("linear", units=3), node("relu")), VECTOR)
    assert [name for name, _ in module.named_children()] == ["n0", "n1"]
    assert list(module.state_dict()) == ["n0.weight", "n0.bias"]
    assert list(module.layer_modules()) == ["n0", "n1"]
    assert (module.in_shape.dims, module.out_shape.dims) == ((6,), (3,))
    assert (module.entry_kind, module.latent) == ("input", None)


def test_a_branching_network_computes_what_is_drawn() -> None:
    module = build(residual(), VECTOR)
    x = torch.randn(4, 6)
    a = module.get_submodule("a")
    assert torch.equal(module(x), a(torch.relu(a(x))) + a(x))


def test_shared_weights_are_one_tensor_that_learns_from_both_places() -> None:
    module = build(residual(), VECTOR)
    assert count_parameters(module) == 42
    assert list(module.layer_modules()) == ["a", "r", "sum"]
    module(torch.randn(4, 6)).sum().backward()
    once = build(chain(node("linear", units=6)), VECTOR)
    assert set(once.state_dict()) == {"n0.weight", "n0.bias"}
    assert module.get_submodule("a").weight.grad is not None


def test_an_owner_may_come_after_those_that_share_with_it() -> None:
    network = drawn(
        "x > b > r > a > y",
        x=node("input"),
        b=node("linear", shares="a"),
        r=node("relu"),
        a=node("linear", units=6),
        y=node("output"),
    )
    module = build(network, VECTOR)
    a = module.get_submodule("a")
    x = torch.randn(2, 6)
    assert torch.equal(module(x), a(torch.relu(a(x))))


def test_results_in_between() -> None:
    x = torch.randn(2, 6)
    for network in (chain(node("linear", units=3), node("relu")), residual()):
        module = build(network, VECTOR)
        assert torch.equal(module.forward_to("y", x), module(x))
    first = module.get_submodule("a")
    assert torch.equal(module.forward_to("a", x), first(x))
    assert torch.equal(module.forward_to("x", x), x)
    with pytest.raises(KeyError):
        module.forward_to("nowhere", x)


def test_a_copy_stands_alone() -> None:
    for network in (chain(node("linear", units=6)), residual()):
        module = build(network, VECTOR)
        other = copy.deepcopy(module)
        x = torch.randn(2, 6)
        assert torch.equal(module(x), other(x))
        with torch.no_grad():
            for weight in other.parameters():
                weight.add_(1)
        assert not torch.equal(module(x), other(x))


def test_a_network_without_layers_passes_on() -> None:
    x = torch.randn(2, 6)
    assert torch.equal(build(chain(), VECTOR)(x), x)


def test_noise_tells_what_to_draw() -> None:
    network = chain(node("tanh"), entry=node("noise", size=5, distribution="uniform"))
    module = build(network, {})
    assert module.entry_kind == "noise"
    assert module.latent is not None
    assert module.latent.size == 5
    z = random_input(module, 1000)
    assert z.shape == (1000, 5)
    assert float(z.abs().max()) <= 1
    assert float(z.std()) == pytest.approx(3**-0.5, rel=0.05)


def test_indices_go_through_an_embedding() -> None:
    module = build(
        chain(node("embedding", features=4), node("lstm", units=3)),
        {"input": Shape((7,), "index", 11)},
    )
    x = random_input(module, 5)
    assert x.dtype == torch.int64
    assert int(x.max()) < 11
    assert module(x).shape == (5, 3)


def test_the_same_seed_gives_the_same_weights() -> None:
    def weights(seed: int) -> list[torch.Tensor]:
        torch.manual_seed(seed)
        module = build(chain(node("linear"), node("linear"), init="he"), VECTOR)
        return list(module.state_dict().values())

    assert all(map(torch.equal, weights(1), weights(1)))
    assert not all(map(torch.equal, weights(1), weights(2)))


def test_layers_that_take_no_part_are_not_built() -> None:
    network = drawn(
        "x > a > y, x > b", x=node("input"), a=node("relu"), b=node("linear"), y=node("output")
    )
    assert list(build(network, VECTOR).state_dict()) == []


def test_what_is_wrong_comes_all_at_once() -> None:
    with pytest.raises(ProblemsError) as caught:
        build(chain(node("liner"), node("linear", units=0)), VECTOR, "networks.n")
    assert [problem.where for problem in caught.value.problems] == [
        "networks.n.nodes.n0.type",
        "networks.n.nodes.n1.units",
    ]


def test_ids_that_python_or_torch_need() -> None:
    names = ["train", "class", "forward", "self", "train_", "conv1", "training"]
    found = child_names(names)
    assert found["conv1"] == "conv1"
    assert len(set(found.values())) == len(names)
    inner = {name: node("linear", units=6) for name in names}
    network = drawn(
        " > ".join(["x", *names, "y"]), nodes={"x": node("input"), **inner, "y": node("output")}
    )
    module = build(network, VECTOR)
    assert isinstance(module.train(), GraphModule)
    assert list(module.layer_modules()) == names
    assert module(torch.randn(2, 6)).shape == (2, 6)


MAKERS: dict[str, tuple[Shape, dict[str, Any]]] = {
    "linear": (Shape((4,)), {"units": 6}),
    "conv1d": (Shape((2, 5)), {"filters": 3}),
    "conv2d": (Shape((1, 6, 6)), {"filters": 3}),
    "conv3d": (Shape((1, 4, 4, 4)), {"filters": 3}),
    "conv_transpose2d": (Shape((4, 5, 5)), {"filters": 1}),
    "batch_norm": (Shape((3, 4, 4)), {}),
}
KEPT = {
    "read twice": "x > a > b > plus > y, a > plus",
    "at the entry": "x > b > y",
    "behind what needs its result": "x > t > b > y",
    "behind a bend": "x > bend > b > y",
}


@pytest.mark.parametrize("images_last", [False, True])
@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
@pytest.mark.parametrize("maker", MAKERS)
def test_an_activation_writes_over_what_it_alone_reads(
    maker: str, activation: str, images_last: bool
) -> None:
    torch.manual_seed(0)
    shape, params = MAKERS[maker]
    network = chain(
        node(maker, **params), node(activation), node("flatten"), node("linear", units=2)
    )
    module, plain = (build(network, {"input": shape}) for _turn in range(2))
    plain.load_state_dict(module.state_dict())
    plain.write_over(False)
    drawn = torch.randn(5, *shape.dims)
    found = []
    for each in (copy.deepcopy(module), plain):
        x = drawn.clone()
        if images_last and x.ndim == 4:
            put_images_last(each)
            x = x.to(memory_format=torch.channels_last)
        kept: list[torch.Tensor] = []
        made = each.get_submodule("n0")
        made.register_forward_hook(lambda _m, _i, out, kept=kept: kept.append(out))
        x.requires_grad_()
        out = each(x)
        wanted = (x, *each.parameters())
        (slope,) = torch.autograd.grad(out.pow(2).sum(), x, create_graph=True)
        twice = torch.autograd.grad(
            slope.pow(2).sum(), wanted, retain_graph=True, allow_unused=True
        )
        once = torch.autograd.grad(out.sum(), wanted)
        found.append((kept[0], [out, slope, *once], [t for t in twice if t is not None]))
    (over, ours, our_second), (untouched, theirs, their_second) = found
    assert (untouched < 0).any()
    assert not torch.equal(over, untouched), "nothing was written over"
    assert all(torch.equal(a, b) for a, b in zip(ours, theirs, strict=True))
    torch.testing.assert_close(our_second, their_second, rtol=1e-5, atol=1e-6)  # sums in turn


@pytest.mark.parametrize("wires", KEPT.values(), ids=KEPT)
def test_what_somebody_else_reads_stays(wires: str) -> None:
    named = {
        "x": node("input"),
        "a": node("linear", units=4),
        "b": node("relu"),
        "t": node("tanh"),
        "bend": node("linear", units=4, mute=True),
        "plus": node("add"),
        "y": node("output"),
    }
    used = {name for path in wires.split(",") for name in path.replace(" ", "").split(">")}
    network = drawn(wires, nodes={name: named[name] for name in named if name in used})
    module = build(network, {"input": Shape((4,))})
    relus = [m for m in module.modules() if isinstance(m, torch.nn.ReLU)]
    assert [relu.inplace for relu in relus] == [False]
    x = torch.randn(3, 4)
    before = x.clone()
    module(x)
    assert torch.equal(x, before)


def test_a_leak_of_nothing_writes_over_nothing() -> None:
    network = chain(node("linear", units=6), node("leaky_relu", slope=0.0), node("linear", units=1))
    module = build(network, {"input": Shape((4,))})
    assert [m.inplace for m in module.modules() if isinstance(m, torch.nn.LeakyReLU)] == [False]


@pytest.mark.parametrize("name", ["latent", "label", "entry", "network", "calls", "layer_kinds"])
def test_nodes_may_have_names_that_mean_something_to_the_module(name: str) -> None:
    nodes = {"x": node("input"), "y": node("output"), name: node("linear", units=3)}
    network = drawn(f"x > {name} > y", nodes=nodes)
    module = build(network, {"input": Shape((2,))})
    x = torch.zeros(1, 2)
    assert module(x).shape == (1, 3)
    assert list(module.layer_modules()) == [name]
