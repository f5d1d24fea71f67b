"""Networks that learn with rounded weights and rounded inputs of layers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from engine.compute.compression import compressing
from engine.compute.compression.compressing import applied, compress
from engine.compute.compression.model import model_of
from engine.compute.evaluate import evaluate, networks, open_run
from engine.compute.fake_int8 import SHARE, Range
from engine.compute.rounding import rules_of
from engine.compute.training import Training
from projects.errors import ProblemsError
from projects.schema import Averaging, Plug
from tests.engine.training.support import digits, last_state, ring, train


def rule(**settings: Any) -> Plug:
    return Plug("int8", settings)


def weights(run: Path, best: bool = False) -> dict[str, torch.Tensor]:
    snapshot = last_state(run)
    return snapshot.best if best else snapshot.weights


def levels(weight: torch.Tensor) -> int:
    """The most different numbers that a unit has."""
    return max(len(set(row.flatten().tolist())) for row in weight)


def test_a_range_follows_what_it_sees() -> None:
    layer, one = nn.Linear(2, 2), Range(torch.device("cpu"), 8)
    one.watches = True
    one(layer, (torch.tensor([[-1.0, 2.0]]),))
    assert one.ends.tolist() == [-1.0, 2.0]
    one(layer, (torch.tensor([[-3.0, 0.0]]),))
    assert one.ends.tolist() == pytest.approx([-1 - 2 * SHARE, 2 - 2 * SHARE])
    one(layer.eval(), (torch.tensor([[-9.0, 9.0]]),))
    assert one.ends.tolist() == pytest.approx([-1 - 2 * SHARE, 2 - 2 * SHARE])


def test_a_first_batch_that_has_got_too_large_tells_no_range() -> None:
    layer, one = nn.Linear(2, 2), Range(torch.device("cpu"), 8)
    one.watches = one.works = True
    assert one(layer, (torch.tensor([[-1.0, torch.inf]]),)) is None
    assert not one.seen
    one(layer, (torch.tensor([[-1.0, 2.0]]),))
    assert one.ends.tolist() == [-1.0, 2.0]
    one(layer, (torch.tensor([[torch.nan, 2.0]]),))
    assert (one.seen, one.ends.tolist()) == (True, [-1.0, 2.0])


def test_weights_learn_in_float_by_the_gradient_at_the_rounded_ones(tmp_path: Path) -> None:
    training = Training(digits(epochs=1, quantisation=rule(bits=2, begin=0.0)), tmp_path)
    (network,) = training.task.networks.values()
    layer = next(m for m in network.modules() if isinstance(m, nn.Linear))
    seen: list[torch.Tensor] = []
    hook = layer.register_forward_hook(lambda *_told: seen.append(layer.weight.detach().clone()))
    before = layer.weight.detach().clone()
    training.make_step(next(training.rest_of_epoch()))
    hook.remove()
    assert levels(seen[0]) <= 3 < levels(before)
    after = layer.weight.detach()
    assert levels(after) > 3
    assert 0 < float((after - before).abs().max()) < 0.02  # a step of Adam, from where it was


@pytest.mark.parametrize("kind", [None, "ema", "swa"])
def test_a_run_is_opened_as_it_was_evaluated(tmp_path: Path, kind: str | None) -> None:
    run = tmp_path / "run"
    average = None if kind is None else Averaging(kind=kind)  # type: ignore[arg-type]
    done = train(digits(epochs=3, quantisation=rule(bits=3), average=average), run)
    assert levels(weights(run, best=True)["classifier.first.weight"]) > 7
    session = open_run(run)
    (network,) = networks(session).values()
    assert levels(dict(network.named_parameters())["first.weight"]) <= 7
    assert len(rules_of(network)) == 2
    found = evaluate(session)
    assert found["test_accuracy"] == done.metrics["test_accuracy"] > 0.6
    assert found["test_loss"] == done.metrics["test_loss"]


@pytest.mark.parametrize("at", [7, 40])
def test_a_resumed_training_is_the_same(tmp_path: Path, at: int) -> None:
    project = digits(epochs=3, quantisation=rule(begin=0.2))
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    train(project, whole)
    train(project, parts, max_steps=at)
    train(project, parts, resume=True)
    for best in (False, True):
        ours, theirs = weights(whole, best), weights(parts, best)
        assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    first, second = (rules_of(networks(open_run(run))["classifier"]) for run in (whole, parts))
    assert first == second


def test_best_weights_are_those_of_settled_ranges(tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(digits(epochs=4, quantisation=rule(settle=0.6)), run, max_steps=25)
    assert not weights(run, best=True)


def test_what_was_learnt_is_handed_on(tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(digits(epochs=2, quantisation=rule()), run)
    model = model_of(run)
    made = applied(model, [Plug("quantise_static")])
    assert made.activations == model.activations
    assert made.activations["classifier"]
    assert made.grids["classifier"]


@pytest.mark.parametrize("kind", [None, "ema"])
def test_what_was_learnt_in_few_bits_is_not_rounded_again(
    tmp_path: Path, kind: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compressing, "with_int8", lambda size, *_others: (size, ()))  # seconds
    monkeypatch.setattr("engine.compute.compression.measuring.SECONDS", 0.0)
    run = tmp_path / "runs" / "run"
    average = None if kind is None else Averaging(kind=kind)  # type: ignore[arg-type]
    train(digits(epochs=2, quantisation=rule(bits=3), average=average), run)
    model = model_of(run)
    assert {grid.bits for grid in model.grids["classifier"].values()} == {3}
    assert len(model.grids["classifier"]) == 2
    for step in (Plug("quantise_weights"), Plug("quantise_static"), Plug("quantise_dynamic")):
        made = applied(model, [step]).weights["classifier"]
        assert all(
            torch.equal(made[key], value) for key, value in model.weights["classifier"].items()
        )
    place, variant = compress(run, [Plug("prune", {"amount": 0.1})])
    assert {grid.bits for grid in model_of(place).grids["classifier"].values()} == {3}
    assert variant.size.file_bytes <= variant.parent.file_bytes < 0.5 * variant.parent.dense_bytes
    assert variant.parent.value == evaluate(open_run(run), "validation")[variant.size.metric]
    assert variant.size.value == evaluate(open_run(place), "validation")[variant.size.metric]


def test_a_game_learns_in_few_bits(tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(ring(epochs=1, quantisation=rule(begin=0.1)), run)
    found = networks(open_run(run))
    assert all(rules_of(network) for network in found.values())
    assert levels(dict(found["generator"].named_parameters())["first.weight"]) <= 255


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"quantisation": rule(begin=0.5, settle=0.4)}, "behind the beginning"),
        ({"quantisation": rule(), "compile": True}, "neither compiled"),
        ({"quantisation": rule(), "epochs": None, "max_steps": None}, "it has no end"),
    ],
)
def test_what_does_not_go_together_is_said(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(ProblemsError, match=words):
        Training(digits(**changes), tmp_path)
