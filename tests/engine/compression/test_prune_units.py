"""Units that are taken out of designs: the narrower network answers as the old one without them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from torch import Tensor

from engine.compression.base import COMPRESSIONS
from engine.compression.prune_units import PruneUnits
from engine.compute.compression.couplings import walked
from engine.compute.compression.drawn import Facts, drawn_of, editable, redrawn
from engine.compute.compression.measuring import multiply_adds
from engine.compute.compression.model import Model, model_of
from engine.compute.compression.narrowing import groups_of, narrow
from engine.compute.compression.units import Walk
from engine.compute.inside.opened import OpenRun
from engine.compute.network import GraphModule, random_input
from projects.errors import CompressionError
from projects.schema import Network, Node, Wire
from projects.templates import templates
from tests.engine.compression.support import model_of_example, model_of_network
from tests.engine.drawn import chain, drawn, node
from tests.engine.training.coding import autoencoder
from tests.engine.training.support import train

EXACT = 1e-5
INSIDE = (
    "core.weight_hh", "core.weight_ih_l1", "feed.3.weight", "1.weight",
    "leave.weight", "attend.leave.weight", "recall.leave.weight",
)  # fmt: skip


def squeezed(model: Model, **params: Any) -> Model:
    return COMPRESSIONS.make("prune_units", params).apply(model)


def ending(*layers: Node) -> Network:
    return chain(*layers, node("flatten"), node("linear", units=10))


def residual(filters: int) -> Node:
    return Node(type="block", params={"block": "residual", "filters": filters})


def without(
    module: GraphModule, walk: Walk, gone: set[int], x: Tensor, told: Tensor | None
) -> Tensor:
    """What a network answers when units are 0 wherever they flow, and inside of layers."""
    away = np.array(sorted(gone))
    children = module.layer_modules()
    for name, cuts in walk.cuts.items():
        weights = dict(children[name].named_parameters())
        for cut in cuts:
            if cut.key.startswith(INSIDE) and not cut.makes:
                places = np.flatnonzero(np.isin(walk.units.roots(cut.ids), away))
                weights[cut.key].data.index_fill_(cut.axis, torch.from_numpy(places), 0)
    module.write_over(False)
    found = {module.entry: x, **dict.fromkeys(module.label_nodes, told)}
    for name, part, sources in module.calls():
        result = part(*[found[source] for source in sources])
        stays = ~np.isin(walk.units.roots(walk.results[name]), away)
        found[name] = result * torch.from_numpy(stays)
    answer = found[module.result_node]
    assert answer is not None
    return answer


@torch.no_grad()
def check(model: Model, share: float = 0.4) -> int:
    """Take random units away in every network and compare; return how many went."""
    count = 0
    rule = PruneUnits(criterion="random")
    generator = torch.Generator().manual_seed(3)
    for name in model.weights:
        for one, _words in editable(model, [name]):
            walk = walked(one, Facts(one))
            gone: set[int] = set()
            for group in groups_of(one, walk, rule, generator):
                units = sorted(group.scores, key=group.scores.__getitem__)
                gone.update(units[: max(1, int(share * len(units)))])
            if not gone:
                continue
            count += len(gone)
            before = redrawn(model, [drawn_of(model, name)], []).modules()[name]
            narrow(one, walk, gone)
            after = redrawn(model, [one], []).modules()[name]
            source = torch.Generator().manual_seed(1)
            x, told = random_input(before, 3, source), before.any_labels(3, source)
            answer = after(x) if told is None else after(x, told)
            expected = without(before, walk, gone, x, told)
            assert torch.allclose(answer, expected, atol=EXACT, rtol=1e-5), name
            assert multiply_adds(after) < multiply_adds(before) or "embedding" in str(one.nodes)
    return count


@pytest.mark.parametrize("name", [example.name for example in templates()])
def test_examples_answer_as_if_the_units_were_zero(name: str) -> None:
    assert check(model_of_example(name)) > 0 or name.startswith("perceptron")


STEPS = node("reshape", sizes=[8, 8])
WHOLE = {
    "linear": ending(node("flatten"), node("linear", units=12), node("gelu")),
    "norm": ending(node("conv2d", filters=8), node("batch_norm"), node("prelu", slopes="channels")),
    "instance": ending(node("conv2d", filters=8), node("instance_norm"), node("sigmoid")),
    "flattened": ending(node("conv2d", filters=6), node("max_pool2d")),
    "drawn": ending(
        node("flatten"), node("linear", units=48), node("reshape", sizes=[-1, 4, 4]), node("batch_norm"),
        node("conv_transpose2d", filters=6), node("global_pool"),
    ),
    "depthwise": ending(node("conv2d", filters=6), node("depthwise_conv2d", multiplier=2), node("relu")),
    "groups": ending(node("conv2d", filters=6), node("conv2d", filters=12, groups=6)),
    "some_groups": ending(node("conv2d", filters=6), node("conv2d", filters=6, groups=2), node("conv2d", filters=4)),
    "separable": ending(node("conv2d", filters=6), node("separable_conv2d", filters=8, multiplier=2)),
    "shuffled": ending(node("conv2d", filters=16), node("pixel_shuffle"), node("conv2d", filters=4)),
    "unshuffled": ending(node("conv2d", filters=3), node("pixel_unshuffle"), node("conv2d", filters=4)),
    "enlarged": ending(node("conv2d", filters=5), node("upsample"), node("adaptive_pool2d")),
    "permuted": ending(
        STEPS, node("conv1d", filters=6), node("permute"), node("linear", units=5), node("softplus"),
    ),
    "lstm": ending(STEPS, node("lstm", units=6, layers=2, bidirectional=True, returns="sequence")),
    "gru": ending(STEPS, node("gru", units=6, returns="sequence"), node("gru", units=5)),
    "rnn": ending(STEPS, node("rnn", units=6, layers=2), node("linear", units=5)),
    "positions": ending(STEPS, node("linear", units=6), node("learned_positions"), node("linear", units=4)),
    "transformer": ending(STEPS, node("transformer_encoder", width=12), node("linear", units=4)),
    "rotary": ending(STEPS, node("self_attention", heads=2, rotary=True, causal=True, bias=False)),
    "wide_heads": ending(STEPS, node("self_attention", heads=3, head_width=5)),
    "attention": ending(STEPS, node("linear", units=8), node("self_attention"), node("linear", units=6)),
    "sliced": ending(
        node("conv2d", filters=8), node("slice", axis=1, stop=4), node("conv2d", filters=6),
        node("slice", axis=2, start=2), node("conv2d", filters=2),
    ),
    "squeezed": ending(node("conv2d", filters=8), node("squeeze_excite"), node("conv2d", filters=6)),
    "blocks": ending(node("conv2d", filters=8), residual(8), residual(8)),
    "volume": ending(node("reshape", sizes=[1, 2, 4, 8]), node("conv3d", filters=4), node("batch_norm")),
    "other_steps": ending(node("flatten"), node("linear", units=24), node("reshape", sizes=[4, 6]), node("lstm", units=4)),
}  # fmt: skip


@pytest.mark.parametrize("kind", WHOLE)
def test_every_layer_couples_rightly(kind: str) -> None:
    assert check(model_of_network(WHOLE[kind])) > 0


ENDS = {
    "x": node("input"),
    "f": node("flatten"),
    "l": node("linear", units=10),
    "y": node("output"),
}


def asking(layer: Node, port: str) -> Network:
    """A layer that asks the rows of an image, turned, about themselves."""
    network = drawn(
        "x > g > p > l > f > n > y", nodes=ENDS, g=STEPS, p=node("permute"), q=layer, n=node("linear", units=10),
        f=node("flatten"), l=node("layer_norm"),
    )  # fmt: skip
    wires = [wire for wire in network.wires if wire != Wire("l", "f")]
    wires += [
        Wire("l", "q", target_port=port),
        Wire("g", "q", target_port="memory"),
        Wire("q", "f"),
    ]
    return msgspec.structs.replace(network, wires=tuple(wires))


BRANCHES = {
    "sum": drawn(
        "x > a > s, x > b > s > c > f > l > y",
        nodes=ENDS, a=node("conv2d", filters=6), b=node("conv2d", filters=6), s=node("add"), c=node("conv2d", filters=3),
    ),
    "stretched": drawn(
        "x > a > s, x > b > s > f > l > y, a > p > c > q > r > s",
        nodes=ENDS, a=node("conv2d", filters=6), b=node("conv2d", filters=1), s=node("multiply"),
        p=node("global_pool"), c=node("linear", units=6), q=node("sigmoid"), r=node("reshape", sizes=[6, 1, 1]),
    ),
    "joined": drawn(
        "x > a > s, x > b > s > n > c > f > l > y",
        nodes=ENDS, a=node("conv2d", filters=6), b=node("conv2d", filters=4), s=node("concat"), n=node("batch_norm"),
        c=node("conv2d", filters=3),
    ),
    "asked": asking(node("cross_attention", heads=4), "query"),
    "decoded": asking(node("transformer_decoder", width=6), "in"),
    "attended_twice": drawn(
        "x > g > a > b > f > l > y", nodes=ENDS, g=node("reshape", sizes=[8, 8]), a=node("self_attention"),
        b=node("self_attention", shares="a"),
    ),
    "shared": drawn(
        "x > a > r > b > c > f > l > y",
        nodes=ENDS, a=node("conv2d", filters=6), r=node("conv2d", filters=6), b=node("conv2d", shares="r"),
        c=node("conv2d", filters=3),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BRANCHES)
def test_paths_that_meet_lose_the_same_units(kind: str) -> None:
    assert check(model_of_network(BRANCHES[kind])) > 0


def test_units_of_matrices_that_are_multiplied_stay() -> None:
    ends = {**ENDS, "g": STEPS, "a": node("linear", units=8), "m": node("matmul")}
    network = drawn("x > g > a > m > f > l > y", nodes=ends)
    wires = (*network.wires, Wire("g", "m", target_port="other"))
    with pytest.raises(CompressionError, match="no unit that could go"):
        squeezed(model_of_network(msgspec.structs.replace(network, wires=wires)))


HEADS = {
    "self_attention": node("self_attention", heads=4),
    "transformer_encoder": node("transformer_encoder", heads=4, width=12),
}


@pytest.mark.parametrize("kind", HEADS)
def test_the_smallest_heads_go_first(kind: str) -> None:
    model = model_of_network(ending(STEPS, HEADS[kind]))
    state = dict(model.weights["classifier"])
    head = "n1.attend." if kind == "transformer_encoder" else "n1."
    for part in range(3):  # queries, keys and values of heads 0 and 2, of two features each
        state[f"{head}enter.weight"][[8 * part + row for row in (0, 1, 4, 5)]] *= 0.01
    made = squeezed(model.with_weights({"classifier": state}), what="heads")
    there = made.project.networks["classifier"].nodes["n1"].params
    assert (there["heads"], there["head_width"], there.get("width")) == (
        2, 2, HEADS[kind].params.get("width")
    )  # fmt: skip
    left = [8 * part + row for part in range(3) for row in (2, 3, 6, 7)]
    weights = made.weights["classifier"]
    assert torch.equal(weights[f"{head}enter.weight"], state[f"{head}enter.weight"][left])
    mixed = state[f"{head}leave.weight"][:, [2, 3, 6, 7]]
    assert torch.equal(weights[f"{head}leave.weight"], mixed)
    assert made.notes[-1] == "“classifier.n1”: 2 of 4 heads are left."
    again = squeezed(made, what="heads").project.networks["classifier"].nodes["n1"].params
    assert (again["heads"], again["head_width"]) == (1, 2)


def test_the_smallest_heads_of_both_attentions_of_a_decoder_go_together() -> None:
    model = model_of_network(asking(node("transformer_decoder", heads=4), "in"))
    state = dict(model.weights["classifier"])
    state["q.attend.enter.weight"][[0, 1]] *= 0.01  # queries of head 0
    state["q.recall.answer.weight"][[6, 7, 14, 15]] *= 0.01  # keys and values of head 3
    made = squeezed(model.with_weights({"classifier": state}), what="heads", amount=0.25)
    weights = made.weights["classifier"]
    kept = state["q.recall.leave.weight"][:, :6]
    assert torch.equal(weights["q.attend.leave.weight"], state["q.attend.leave.weight"][:, 2:])
    assert torch.equal(weights["q.recall.leave.weight"], kept)


def test_units_and_heads_can_go_apart_and_multiples_count_features() -> None:
    model = model_of_network(ending(STEPS, node("transformer_encoder", heads=4, width=12)))

    def left(**params: Any) -> tuple[object, object]:
        there = squeezed(model, amount=0.7, **params).project.networks["classifier"].nodes["n1"]
        return there.params["heads"], there.params["width"]

    assert left() == (2, 4)
    assert left(what="units") == (4, 4)
    assert left(what="heads", multiple=4) == (2, 12)
    assert left(what="heads", criterion="random", seed=3) == (2, 12)
    with pytest.raises(CompressionError, match="no unit that could go"):
        left(what="heads", multiple=8)
    plain = model_of_network(ending(node("flatten"), node("linear", units=12)))
    with pytest.raises(CompressionError, match="no unit that could go"):
        squeezed(plain, what="heads")


def test_what_is_asked_for_goes_and_the_smallest_go_first() -> None:
    model = model_of_network(
        ending(node("conv2d", filters=8), node("relu"), node("conv2d", filters=4))
    )
    weight = model.weights["classifier"]["n0.weight"]
    weight[[1, 3, 6]] *= 0.01
    made = squeezed(model, amount=0.4, node="n0")
    assert torch.equal(made.weights["classifier"]["n0.weight"], weight[[0, 2, 4, 5, 7]])
    assert made.project.networks["classifier"].nodes["n0"].params["filters"] == 5
    assert made.notes == ("“classifier.n0”: 5 of 8 units are left.",)
    both = squeezed(model, amount=0.25, scope="network", criterion="l2")
    left = {
        n: there.params.get("filters")
        for n, there in both.project.networks["classifier"].nodes.items()
    }
    assert (left["n0"], left["n2"]) == (5, 4)


def test_a_multiple_is_left() -> None:
    model = model_of_network(
        ending(node("conv2d", filters=12), node("relu"), node("conv2d", filters=6), node("relu"))
    )
    for scope, left in (("layer", (8, 4)), ("network", (8, 4))):
        made = squeezed(model, amount=0.5, scope=scope, multiple=4, criterion="l2")
        nodes = made.project.networks["classifier"].nodes
        assert (nodes["n0"].params["filters"], nodes["n2"].params["filters"]) == left
    with pytest.raises(CompressionError, match="no unit that could go"):
        squeezed(model, amount=0.5, multiple=16)


def test_units_whose_weights_have_moved_away_from_0_the_least_go(run: Path) -> None:
    model, trained = model_of(run), OpenRun(run)
    trained.use("start")
    begun = trained.networks()["classifier"].state_dict()["first.weight"].double()
    now = model.weights["classifier"]["first.weight"]
    grown = (now.double().abs() - begun.abs()).sum(1)
    assert grown.argsort().tolist() != now.abs().sum(1).argsort().tolist()
    made = squeezed(model, criterion="movement")
    stays = grown.argsort()[12:].sort().values
    assert torch.equal(made.weights["classifier"]["first.weight"], now[stays])
    with pytest.raises(CompressionError, match="the design is another one"):
        squeezed(made, criterion="movement")


def test_movement_asks_for_the_start_of_the_networks_that_it_is_about(tmp_path: Path) -> None:
    train(autoencoder(), tmp_path / "run", max_steps=1)
    model = squeezed(model_of(tmp_path / "run"), networks="encoder")
    made = squeezed(model, networks="decoder", criterion="movement")
    assert made.project.networks["decoder"] != model.project.networks["decoder"]
    assert made.project.networks["encoder"] == model.project.networks["encoder"]
    with pytest.raises(CompressionError, match="the design is another one"):
        squeezed(model, networks="encoder", criterion="movement")


def test_scales_of_norms_and_chance_choose_too() -> None:
    model = model_of_network(ending(node("conv2d", filters=6), node("batch_norm"), node("relu")))
    scale = model.weights["classifier"]["n1.weight"]
    scale[[0, 5]] = 0.001
    made = squeezed(model, amount=0.34, criterion="norm_scale")
    assert torch.equal(made.weights["classifier"]["n1.weight"], scale[1:5])
    one, two = (squeezed(model, criterion="random", seed=5).weights["classifier"] for _ in range(2))
    assert all(torch.equal(one[key], two[key]) for key in one)
    plain = model_of_network(ending(node("conv2d", filters=6)))
    with pytest.raises(CompressionError, match="no unit that could go"):
        squeezed(plain, criterion="norm_scale")


def test_nothing_is_pruned_to_nothing() -> None:
    model = model_of_network(
        ending(
            node("conv2d", filters=2),
            node("batch_norm"),
            node("conv2d", filters=8),
            node("batch_norm"),
        )
    )
    model.weights["classifier"]["n1.weight"][:] = 0
    with pytest.raises(CompressionError, match=r"n0: this layer would be left with nothing"):
        squeezed(model, amount=0.3, criterion="norm_scale", scope="network")
    with pytest.raises(CompressionError, match="no unit that could go"):
        squeezed(model, amount=0.1)


def test_layers_that_look_at_all_units_are_named() -> None:
    made = squeezed(model_of_network(WHOLE["squeezed"]))
    assert "Squeeze and excite" in made.notes[0]
    assert made.project.networks["classifier"].nodes["n0"].params["filters"] == 8
