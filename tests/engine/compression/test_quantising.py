"""Weights on grids, and layers that take in rounded numbers."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.compression.activation import Activation
from engine.compression.sensitivity import BITS, SAVED
from engine.compression.variant import Latency
from engine.compute import checkpoint
from engine.compute.compression import compressing
from engine.compute.compression.calibrating import least_error
from engine.compute.compression.compressing import applied, compress, weigh
from engine.compute.compression.kernels import Kernels, notes_on_int8
from engine.compute.compression.measuring import size_of
from engine.compute.compression.model import model_of
from engine.compute.compression.sensitivity import scan
from engine.compute.evaluate import evaluate, open_run, predict
from engine.compute.gridding import axes_of, grid_of
from engine.compute.rounding import affine, round_inputs, round_nothing, rounded_each, rules_of
from engine.runs.folder import RunFolder
from engine.runs.stages import untold
from projects.errors import CompressionError, RunError
from projects.schema import Data, Plug
from tests.engine.compression.support import model_of_network, model_of_project
from tests.engine.drawn import chain, drawn, node
from tests.engine.training.support import last_state, ring, train

DRAWN = torch.Generator().manual_seed(0)
ENDS = {
    "x": node("input"),
    "graph": node("linear", units=8),
    "code": node("linear", units=10),
    "y": node("output"),
}


@pytest.fixture(scope="module")
def game(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("runs") / "game"
    train(ring(epochs=1), place)
    return place


def test_a_unit_has_the_grid_that_the_library_gives_it() -> None:
    weight = torch.randn(6, 3, 5, 5, generator=DRAWN)
    grid = grid_of(weight, 0, 8)
    theirs = torch.fake_quantize_per_channel_affine(
        weight, grid.scales, torch.zeros(6, dtype=torch.int32), 0, -128, 127
    )
    assert torch.allclose(grid.numbers(grid.codes(weight)), theirs, atol=1e-6)
    largest = grid.codes(weight).abs().amax((1, 2, 3))
    assert largest.tolist() == [127] * 6, "all of the range is used"


def test_a_unit_of_zeros_stays_zero() -> None:
    weight = torch.zeros(2, 3)
    grid = grid_of(weight, 0, 4, least_error=True)
    assert torch.equal(grid.numbers(grid.codes(weight)), weight)
    assert grid.holds(weight)


def test_ends_of_least_error_lose_less() -> None:
    weight = torch.randn(4, 2000, generator=DRAWN)
    weight[:, 0] = 9.0
    lost = []
    for least in (False, True):
        grid = grid_of(weight, 0, 4, least)
        lost.append((grid.numbers(grid.codes(weight)) - weight).square().sum(1))
    assert (lost[1] < 0.5 * lost[0]).all()


def test_scales_belong_to_what_a_unit_sums_up() -> None:
    module = nn.ModuleDict(
        {
            "up": nn.ConvTranspose2d(3, 5, 2),
            "norm": nn.BatchNorm2d(5),
            "words": nn.Embedding(7, 4),
            "core": nn.LSTM(4, 2),
        }
    )
    assert axes_of(module) == {
        "up.weight": 1,
        "words.weight": 0,
        "core.weight_ih_l0": 0,
        "core.weight_hh_l0": 0,
    }


def test_zero_has_a_code_and_ends_are_met() -> None:
    scale, zero = affine(torch.tensor([-1.0, 0.5, 0.0]), torch.tensor([3.0, 2.55, 0.0]), 8)
    assert scale[:2].tolist() == pytest.approx([4 / 255, 0.01])
    assert zero.tolist() == [64, 0, 0]
    x = torch.tensor([[-1.0, 0.0, 3.0], [0.0, 0.0, 0.0]])
    found = rounded_each(x, 8)
    assert found[:, 1].tolist() == [0.0, 0.0]
    assert torch.allclose(found, x, atol=float(scale[0]) / 2)
    assert len(set(rounded_each(torch.linspace(0, 1, 99)[None], 2)[0].tolist())) == 4


def test_an_answer_does_not_depend_on_what_else_is_in_the_batch() -> None:
    x = torch.randn(5, 4, 3, generator=DRAWN)
    assert torch.equal(rounded_each(x, 8)[:2], rounded_each(x[:2], 8))


def test_the_gradient_passes_inside_of_the_range() -> None:
    layer = nn.Linear(3, 1)
    net = nn.Sequential(layer)
    round_inputs(net, {"0": Activation(low=-1.0, high=1.0)})
    x = torch.tensor([[0.3, -5.0, 0.9]], requires_grad=True)
    net(x).sum().backward()
    assert x.grad is not None
    assert torch.equal(x.grad, torch.tensor([[1.0, 0.0, 1.0]]) * layer.weight)


def test_a_range_of_least_error_cuts_off_what_is_far_away() -> None:
    values = torch.randn(5000, generator=DRAWN).abs()
    values[0] = 40.0
    found = least_error(values, 0.0, 40.0, bits=4)
    assert found.low == 0
    assert found.high is not None
    assert 2 < found.high < 15


@pytest.mark.parametrize(("bits", "times"), [(8, 2.2), (4, 3.0)])
def test_weights_lie_on_grids_and_the_file_is_small(run: Path, bits: int, times: float) -> None:
    place, variant = compress(run, [Plug("quantise_weights", {"bits": bits})])
    model = model_of(place)
    grids = model.grids["classifier"]
    assert {grid.bits for grid in grids.values()} == {bits}
    assert len(grids) == 2
    # The network is small: the head of the file counts.
    assert variant.parent.file_bytes > times * variant.size.file_bytes
    assert variant.size.value > variant.parent.value - 0.05
    assert not model.activations.get("classifier")


def exact(weight: Tensor, bias: Tensor, x: Tensor, low: float, high: float) -> Tensor:
    """A linear layer by whole numbers alone, as an integer processor computes it."""
    grid = grid_of(weight, 0, 8)
    scale, zero = affine(torch.tensor(low), torch.tensor(high), 8)
    codes = ((x / scale).round() + zero).clamp(0, 255).to(torch.int32) - zero
    sums = codes.long() @ grid.codes(weight).long().T
    return sums.double() * scale.double() * grid.scales.double() + bias.double()


def test_a_layer_computes_what_whole_numbers_give() -> None:
    layer = nn.Linear(40, 7)
    x = torch.randn(9, 40, generator=DRAWN)
    weight, bias = layer.weight.detach().clone(), layer.bias.detach()
    wanted = exact(weight, bias, x, -2.0, 2.5)
    grid = grid_of(weight, 0, 8)
    with torch.no_grad():
        layer.weight.copy_(grid.numbers(grid.codes(weight)))
        net = nn.Sequential(layer)
        round_inputs(net, {"0": Activation(low=-2.0, high=2.5)})
        assert torch.allclose(net(x).double(), wanted, atol=1e-5)
        round_nothing(net)
        assert not torch.allclose(net(x).double(), wanted, atol=1e-4)


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("quantise_dynamic", {}),
        ("quantise_static", {"examples": 100, "ends": "least_error"}),
    ],
)
def test_a_quantised_variant_is_read_back_as_it_was_measured(
    run: Path, kind: str, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compressing, "with_int8", lambda size, *_others: (size, ()))  # seconds
    place, variant = compress(run, [Plug(kind, settings)])
    session = open_run(place)
    network = session.task.networks["classifier"]
    rules = rules_of(network)
    assert len(rules) == 2
    assert all(rule.is_dynamic == (kind == "quantise_dynamic") for rule in rules.values())
    assert evaluate(session, "validation")["validation_accuracy"] == variant.size.value
    assert variant.size.value > variant.parent.value - 0.05
    inputs = np.asarray(session.data.test.inputs)
    rough = predict(session, inputs)
    round_nothing(network)
    fine = predict(session, inputs)
    assert any(
        not np.array_equal(rough[key], fine[key])
        for key in fine
        if np.issubdtype(fine[key].dtype, np.floating)
    )


def test_the_same_examples_give_the_same_ranges_and_others_do_not(run: Path) -> None:
    model = model_of(run)
    state = torch.get_rng_state()
    settings: list[dict[str, Any]] = [{}, {}, {"seed": 1}, {"ends": "percentile", "percent": 90.0}]
    first, second, third, fourth = (
        applied(model, [Plug("quantise_static", {"examples": 32, **one})]).activations["classifier"]
        for one in settings
    )
    assert first == second != third
    ends = [(float(cut.high or 0), float(first[path].high or 0)) for path, cut in fourth.items()]
    assert all(cut <= end for cut, end in ends)
    assert any(cut < end for cut, end in ends)
    assert torch.equal(torch.get_rng_state(), state)  # nothing is drawn from a training beside it


def test_all_networks_of_a_game_are_quantised(game: Path) -> None:
    made = applied(model_of(game), [Plug("quantise_static", {"examples": 64})])
    assert set(made.activations) == set(made.grids) == {"generator", "discriminator"}
    assert all(len(own) > 1 for own in made.activations.values())
    one = applied(model_of(game), [Plug("quantise_dynamic", {"networks": "generator"})])
    assert set(one.grids) == {"generator"}


def test_a_network_without_such_layers_is_passed_over_beside_others() -> None:
    images = Data(source=Plug("digits"), scale="minus_one_to_one")
    networks = {
        "generator": chain(node("reshape", sizes=[1, 8, 8]), node("conv2d", filters=1), entry=node("noise", size=64)),
        "discriminator": chain(node("flatten"), node("linear", units=1)),
    }  # fmt: skip
    project = msgspec.structs.replace(ring(), networks=networks, data=images)
    model = model_of_project(project)
    made = applied(model, [Plug("quantise_dynamic")])
    assert set(made.activations) == {"discriminator"}
    with pytest.raises(CompressionError, match=r"networks\.generator: no layer") as caught:
        applied(model, [Plug("quantise_dynamic", {"networks": "generator"})])
    assert "Only linear" in caught.value.problem.hint
    assert set(applied(model, [Plug("quantise_static", {"examples": 8})]).activations) == set(
        networks
    )


def test_a_layer_that_is_quantised_is_not_taken_away(run: Path) -> None:
    model = replace(model_of(run), activations={"classifier": {"gone": Activation()}})
    with pytest.raises(CompressionError, match="takes a layer away"):
        model.opened()


def test_a_strangers_ranges_are_refused(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compressing, "with_int8", lambda size, *_others: (size, ()))  # seconds
    place, _variant = compress(run, [Plug("quantise_dynamic")])
    bad = tmp_path / "bad"
    shutil.copytree(place, bad)
    snapshot = last_state(bad)
    told: object
    for told in (
        {"activations": {"classifier": {"nowhere": {}}}},
        {"activations": {"classifier": {"first": {"low": 1.0, "high": float("inf")}}}},
        {"bits": 99},
        [],
    ):
        snapshot.facts["rounded"] = told
        checkpoint.save(RunFolder(bad).checkpoints, snapshot)
        with pytest.raises(RunError):
            open_run(bad)


def test_int8_kernels_answer_what_the_simulation_does(run: Path) -> None:
    model = applied(model_of(run), [Plug("quantise_dynamic")])
    network = model.modules()["classifier"]
    inputs = model.session.data.train.inputs[:512]
    kernels = Kernels(model.modules(), model.activations, 1, {"classifier": [inputs]})
    with torch.no_grad():
        wanted = torch.cat([network(torch.from_numpy(inputs[i : i + 1])) for i in range(40)])
    found = np.concatenate([kernels.answers("classifier", [inputs[i : i + 1]]) for i in range(40)])
    size = float(wanted.abs().max())
    assert np.abs(found - wanted.numpy()).max() < 1e-5 * size
    fine, small = kernels.latencies((1, 4), 0.0)
    assert [one.batch for one in fine] == [one.batch for one in small] == [1, 4]


def test_int8_kernels_hold_layers_whose_names_mean_something_to_torch() -> None:
    network = drawn("x > graph > code > y", nodes=ENDS)
    model = applied(model_of_network(network, "flat"), [Plug("quantise_dynamic")])
    kernels = Kernels(model.modules(), model.activations, 1)
    x = torch.randn(1, 64, generator=DRAWN)
    with torch.no_grad():
        wanted = model.modules()["classifier"](x).numpy()
    found = kernels.answers("classifier", [x.numpy()])
    assert np.abs(found - wanted).max() < 1e-4 * np.abs(wanted).max()


def test_a_preview_says_that_int8_is_timed_when_it_is_kept(run: Path) -> None:
    model = model_of(run)
    known = size_of(model.session, 0)
    for steps, said in (
        (["quantise_weights"], False),
        (["quantise_dynamic"], True),
    ):
        plugs = [Plug(step) for step in steps]
        _size, _parent, notes = weigh(model, known, plugs, untold, 0.0)
        assert any("int8 kernels are timed when it is kept" in note for note in notes) == said


def test_a_sentence_says_where_int8_is_slower() -> None:
    fine = [Latency(batch=1, median=2e-3, p95=3e-3), Latency(batch=64, median=9e-3, p95=9e-3)]
    small = [Latency(batch=1, median=4e-3, p95=5e-3), Latency(batch=64, median=3e-3, p95=3e-3)]
    fine.append(Latency(batch=7, median=5e-3, p95=7e-3))
    small.append(Latency(batch=7, median=4e-3, p95=5e-3))
    first, second, third = notes_on_int8(fine, small)
    assert "no clear difference here, by ONNX Runtime: 4 ms instead of 5 ms for 7" in third
    assert "faster" in first
    assert "3 ms instead of 9 ms for 64" in first
    assert "slower" in second
    assert "4 ms instead of 2 ms for 1" in second


def test_a_layer_is_quantised_alone(run: Path) -> None:
    model = model_of(run)
    told: list[float] = []
    found = scan(model, lambda _words, share: told.append(share), "quantised")
    assert (found.kind, found.shares) == ("quantised", SAVED)
    assert told == sorted(told)
    assert len(told) == 2 * len(BITS)
    (first, last) = found.layers
    assert (first.weights, last.weights) == (64 * 24, 24 * 10)
    session = model.opened()
    network = session.task.networks["classifier"]
    name = f"{first.layer.partition('/')[2]}"
    weight = network.get_submodule(name).weight
    assert isinstance(weight, Tensor)
    grid = grid_of(weight, 0, 2)
    with torch.no_grad():
        weight.copy_(grid.numbers(grid.codes(weight)))
    round_inputs(network, {name: Activation()})
    assert first.scores[-1] == evaluate(session, "validation")[found.metric]
    assert first.scores[0] > first.scores[-1]
    assert first.most >= SAVED[0]
    assert evaluate(model.opened(), "validation")[found.metric] == found.value
