"""Weights that are normed in every forward pass: trained, put away, copied, carried over, exported."""

from __future__ import annotations

import copy
from pathlib import Path

import msgspec
import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.parametrize import is_parametrized

from engine.compute.carry import carry, plan
from engine.compute.flat import Flat
from engine.compute.kinds import kinds_of
from engine.compute.network import build
from engine.compute.survey import survey
from engine.compute.task import weights_of
from engine.compute.training import Training
from engine.export.pytorch import document
from engine.initializers.base import INITIALIZERS
from engine.layers.base import Shape
from projects.schema import Data, Network, Plug, Project
from tests.engine import drawn
from tests.engine.drawn import node
from tests.engine.export.bare import export_pytorch
from tests.engine.training.support import (
    Layers,
    chain,
    differences,
    digits,
    last_state,
    ring,
    train,
    with_recipe,
)

CUT, END = 13, 26
NORMS = ("spectral", "weight")


def classifier(norm: str) -> Project:
    """A classifier with a normed weight of every kind that images can flow through."""
    layers: Layers = [
        ("conv", "conv2d", {"filters": 4, "norm": norm}),
        ("up", "conv_transpose2d", {"filters": 3, "norm": norm}),
        ("each", "depthwise_conv2d", {"stride": 2, "norm": norm}),
        ("relu", "relu", {}),
        ("flat", "flatten", {}),
        ("hidden", "linear", {"units": 12, "norm": norm}),
        ("last", "linear", {"units": 10}),
    ]
    networks = {"classifier": chain(layers)}
    return msgspec.structs.replace(digits(), networks=networks, data=Data(source=Plug("digits")))


def players(norm: str) -> Project:
    """A GAN whose players are normed both, the generator with an average."""
    base = ring()
    networks = {
        name: msgspec.structs.replace(
            network,
            nodes={
                n: msgspec.structs.replace(x, params={**x.params, "norm": norm})
                if x.type == "linear"
                else x
                for n, x in network.nodes.items()
            },
        )
        for name, network in base.networks.items()
    }
    return msgspec.structs.replace(base, networks=networks)


KINDS = {"classification": classifier, "gan": players}


def stretches(module: nn.Module) -> list[float]:
    """The largest singular value of every normed weight, as it is in evaluation mode."""
    module.eval()
    found = []
    for part in module.modules():
        if is_parametrized(part, "weight"):
            weight = part.weight
            assert isinstance(weight, Tensor)
            across = weight.transpose(0, 1) if isinstance(part, nn.ConvTranspose2d) else weight
            found.append(float(torch.linalg.matrix_norm(across.detach().flatten(1), ord=2)))
    assert found
    return found


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_training_that_was_put_away_goes_on_bit_for_bit(
    tmp_path: Path, kind: str, norm: str
) -> None:
    project = KINDS[kind](norm)
    train(project, tmp_path / "whole", max_steps=END)
    train(project, tmp_path / "cut", max_steps=CUT)
    train(project, tmp_path / "cut", resume=True, max_steps=END)
    assert differences(last_state(tmp_path / "whole"), last_state(tmp_path / "cut")) == set()
    names = last_state(tmp_path / "cut").weights
    own = "original" if norm == "spectral" else "original1"
    assert any(name.endswith(f"parametrizations.weight.{own}") for name in names)
    assert any(name.endswith("_u") for name in names) == (norm == "spectral")


@pytest.mark.parametrize(("kind", "rate"), [("classification", 0.002), ("gan", 0.0005)])
def test_after_a_training_no_spectral_weight_stretches(
    tmp_path: Path, kind: str, rate: float
) -> None:
    recipe = {"optimizer": Plug("adam", {"lr": rate}), "epochs": 5, "schedule": Plug("cosine")}
    training = Training(with_recipe(KINDS[kind]("spectral"), **recipe), tmp_path)
    for _epoch in range(5):
        for batch in training.rest_of_epoch():
            training.make_step(batch)
        training.end_epoch()
    for network in training.task.networks.values():
        assert stretches(network) == pytest.approx([1] * len(stretches(network)), abs=1e-2)


def test_weights_move_and_lie_in_the_flat_tensor(tmp_path: Path) -> None:
    for norm in NORMS:
        training = Training(classifier(norm), tmp_path)
        before = weights_of(training.task)
        training.make_step(next(training.rest_of_epoch()))
        after = weights_of(training.task)
        assert all(not torch.equal(before[name], after[name]) for name in before)
        flat = training.session.flats["classifier"]
        network = training.task.networks["classifier"]
        parameters = dict(network.named_parameters())
        assert list(flat.views) == list(parameters)
        flat.weights.zero_()
        assert all(not value.any() for value in parameters.values())


@pytest.mark.parametrize("norm", NORMS)
def test_an_evaluation_draws_nothing_and_changes_nothing(tmp_path: Path, norm: str) -> None:
    training = Training(classifier(norm), tmp_path)
    training.make_step(next(training.rest_of_epoch()))
    before, state = weights_of(training.task), torch.get_rng_state()
    found = training.task.evaluate(training.session.data.validation, "validation")
    again = training.task.evaluate(training.session.data.validation, "validation")
    after = weights_of(training.task)
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert torch.equal(torch.get_rng_state(), state)
    assert found.metrics == again.metrics


@pytest.mark.parametrize("norm", NORMS)
def test_a_copy_answers_alike_and_lives_alone(norm: str) -> None:
    network = build(drawn.chain(node("linear", units=5, norm=norm)), {"input": Shape((4,))})
    copied = copy.deepcopy(network)
    Flat(copied, learns=False)
    x = torch.randn(3, 4)
    network.eval(), copied.eval()
    assert torch.equal(network(x), copied(x))
    with torch.no_grad():
        for weight in copied.parameters():
            weight.add_(1)
    assert not torch.equal(network(x), copied(x))


@pytest.mark.parametrize("norm", NORMS)
def test_exported_code_writes_the_same_call_and_gives_the_same_answers(
    tmp_path: Path, norm: str
) -> None:
    training = Training(classifier(norm), tmp_path)
    batches = training.rest_of_epoch()
    for _step in range(3):
        training.make_step(next(batches))
    assert export_pytorch(training.task.networks, tmp_path / "net.py") <= 1e-6
    text = (tmp_path / "net.py").read_text(encoding="utf-8")
    assert f"nn.utils.parametrizations.{norm}_norm(" in text


def test_without_a_norm_nothing_of_it_is_written() -> None:
    module = build(drawn.chain(node("linear", units=5)), {"input": Shape((4,))})
    text = document({"net": module}, "net.safetensors")
    assert "self.n0 = nn.Linear(4, 5)" in text
    assert "parametrizations" not in text


@pytest.mark.parametrize("init", INITIALIZERS.entries)
def test_initial_weights_are_drawn_before_they_are_normed(init: str) -> None:
    def network(norm: str) -> Network:
        layers = (node("conv2d", filters=6, norm=norm), node("flatten"))
        return drawn.chain(*layers, node("linear", units=30, norm=norm), init=init)

    entries = {"input": Shape((2, 6, 6))}
    torch.manual_seed(0)
    plain, spectral, scaled = (
        build(network(norm), entries).requires_grad_(False) for norm in ("none", *NORMS)
    )
    for layer in ("n0", "n2"):
        wanted = float(plain.get_parameter(f"{layer}.weight").std())
        own = spectral.get_parameter(f"{layer}.parametrizations.weight.original")
        assert float(own.std()) == pytest.approx(wanted, rel=0.2)
        made = scaled.get_submodule(layer).weight
        assert isinstance(made, Tensor)
        assert float(made.std()) == pytest.approx(wanted, rel=0.2)
    assert stretches(spectral) == pytest.approx([1, 1], abs=0.05)
    if init != "default":
        assert not spectral.get_parameter("n2.bias").any()


def two_layers(units: int, norm: str) -> Project:
    layers: Layers = [
        ("hidden", "linear", {"units": units, "norm": norm}),
        ("last", "linear", {"units": 10}),
    ]
    return msgspec.structs.replace(digits(), networks={"classifier": chain(layers)})


def trained(project: Project, folder: Path) -> Training:
    training = Training(project, folder)
    batches = training.rest_of_epoch()
    for _step in range(5):
        training.make_step(next(batches))
    return training


def test_carried_weights_of_another_size_do_not_stretch_at_first(tmp_path: Path) -> None:
    before = weights_of(trained(two_layers(16, "spectral"), tmp_path).task)
    grown = Training(two_layers(48, "spectral"), tmp_path)
    same = Training(two_layers(16, "spectral"), tmp_path)
    assert carry(grown.task, before)["classifier"] == {"hidden": "fitted", "last": "fitted"}
    assert stretches(grown.task.networks["classifier"]) == pytest.approx([1], abs=0.03)
    assert carry(same.task, before)["classifier"] == {"hidden": "kept", "last": "kept"}
    after = weights_of(same.task)
    assert all(torch.equal(before[name], after[name]) for name in before)


@pytest.mark.parametrize(("before", "now"), [("none", "spectral"), ("spectral", "none")])
def test_who_switches_the_spectral_norm_keeps_what_was_learned(
    tmp_path: Path, before: str, now: str
) -> None:
    names = {"none": "hidden.weight", "spectral": "hidden.parametrizations.weight.original"}
    old = trained(two_layers(16, before), tmp_path).task.networks["classifier"]
    sizes = {f"classifier.{n}": tuple(w.shape) for n, w in old.state_dict().items()}
    training = Training(two_layers(16, now), tmp_path)
    new = training.task.networks["classifier"]
    wanted = {"hidden": "kept", "last": "kept"}
    assert plan(survey(new.network, new.entries), "classifier", sizes) == wanted
    weights = {f"classifier.{name}": weight for name, weight in old.state_dict().items()}
    assert carry(training.task, weights)["classifier"] == wanted
    assert torch.equal(old.get_parameter(names[before]), new.get_parameter(names[now]))
    if now == "spectral":
        assert stretches(new) == pytest.approx([1], abs=0.03)


def test_a_normed_weight_is_of_the_kind_that_it_would_be_without() -> None:
    layers = (
        node("conv2d", filters=4, norm="spectral"),
        node("conv_transpose2d", filters=3, norm="weight"),
        node("flatten"),
        node("linear", units=6, norm="weight"),
        node("reshape", sizes=[2, 3]),
        node("learned_positions"),
    )
    network = build(drawn.chain(*layers), {"input": Shape((1, 6, 6))})
    kinds = kinds_of(network)
    assert list(kinds) == [name for name, _ in network.named_parameters()]
    assert {name: kind for name, kind in kinds.items() if kind != "vector"} == {
        "n0.parametrizations.weight.original": "matrix",
        "n1.parametrizations.weight.original1": "transposed",
        "n3.parametrizations.weight.original1": "matrix",
        "n5.weight": "embedding",
    }
    alone = nn.utils.parametrizations.spectral_norm(nn.ConvTranspose2d(2, 3, 3))
    assert kinds_of(alone)["parametrizations.weight.original"] == "transposed"
