"""Weights that are taken away while a network learns."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.compute.pruning import GONE, kept
from engine.compute.trainer import Trainer
from engine.protocol import Marker
from engine.pruning.gradual import Gradual
from engine.runs.control import Control
from engine.validate import validate
from projects.errors import ProblemsError
from projects.schema import Averaging, Plug
from tests.engine.training.support import Listener, digits, last_state, ring, train


def weights(run: Path, best: bool = False) -> dict[str, torch.Tensor]:
    snapshot = last_state(run)
    found = snapshot.best if best else snapshot.weights
    return {name: value for name, value in found.items() if value.ndim > 1}


def zeros(run: Path, best: bool = False) -> float:
    parts = [value.flatten() for value in weights(run, best).values()]
    return float((torch.cat(parts) == 0).double().mean())


def test_the_least_of_all_are_taken_away_and_one_of_each_stays() -> None:
    scores = {"a": torch.tensor([[5.0, 4.0], [3.0, 2.0]]), "b": torch.tensor([0.1, 0.2])}
    found = kept(scores, 4 / 6, "network")
    assert found["a"].tolist() == [[True, True], [False, False]]
    assert found["b"].tolist() == [False, True]  # one has to stay
    found = kept(scores, 0.5, "layer")
    assert found["a"].tolist() == [[True, True], [False, False]]
    assert found["b"].tolist() == [False, True]
    assert kept({"a": torch.tensor([GONE, 1.0, 2.0])}, 1 / 3, "network")["a"].tolist() == [
        False,
        True,
        True,
    ]


def test_the_share_rises_as_published() -> None:
    rule = Gradual(amount=0.8, begin=0.25, end=0.75, every=10)
    assert rule.share(24, 100) is None
    assert rule.share(30, 100) == pytest.approx(0.8 * (1 - 0.9**3))
    assert rule.share(31, 100) is None
    assert rule.share(75, 100) == 0.8
    assert rule.share(80, 100) is None
    assert not rule.is_over(74, 100)
    assert rule.is_over(75, 100)


@pytest.mark.parametrize("criterion", ["magnitude", "movement", "random"])
@pytest.mark.parametrize("scope", ["network", "layer"])
def test_a_training_ends_with_the_share_that_was_asked_for(
    tmp_path: Path, criterion: str, scope: str
) -> None:
    rule = {"amount": 0.75, "criterion": criterion, "scope": scope, "every": 5}
    run = tmp_path / "run"
    done = train(digits(epochs=3, pruning=Plug("gradual", rule)), run)
    assert zeros(run) == pytest.approx(0.75, abs=0.001)
    assert zeros(run, best=True) == pytest.approx(0.75, abs=0.001)
    assert done.metrics["test_accuracy"] > 0.5
    if scope == "layer":
        for part in weights(run).values():
            assert float((part == 0).double().mean()) == pytest.approx(0.75, abs=0.01)


@pytest.mark.parametrize("criterion", ["magnitude", "movement"])
def test_a_resumed_training_takes_the_same_weights_away(tmp_path: Path, criterion: str) -> None:
    project = digits(
        epochs=3, pruning=Plug("gradual", {"criterion": criterion, "every": 5, "amount": 0.6})
    )
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    train(project, whole)
    train(project, parts, max_steps=23)
    train(project, parts, resume=True)
    ours, theirs = weights(whole), weights(parts)
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_a_layer_that_is_left_one_weight_is_named_once(tmp_path: Path) -> None:
    heard = Listener()
    run = tmp_path / "run"
    rule = {"amount": 0.9999, "every": 5, "scope": "layer"}
    project = digits(epochs=3, pruning=Plug("gradual", rule))
    train(project, run, heard, max_steps=50)
    train(project, run, heard, resume=True)
    assert all(int(part.count_nonzero()) == 1 for part in weights(run).values())
    said = [marker.text for marker in heard.of(Marker) if marker.kind == "one_weight"]
    assert sorted(said) == [
        f"“classifier.{layer}”: only one weight is left, so that something flows on."
        for layer in ("first", "last")
    ]
    assert said[0] in (run / "log.txt").read_text()
    quiet = Listener()
    train(
        digits(epochs=1, pruning=Plug("gradual", {"amount": 0.5, "every": 2})),
        tmp_path / "other",
        quiet,
    )
    assert not [marker for marker in quiet.of(Marker) if marker.kind == "one_weight"]


def test_zeros_of_the_start_stay(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    train(digits(epochs=1, pruning=Plug("gradual", {"amount": 0.8, "every": 2})), first)
    before = weights(first)
    project = digits(epochs=1, pruning=Plug("keep_zeros"))
    Trainer(project, tmp_path, second, Listener(), Control(), weights_from=first).run()
    after = weights(second)
    for name, value in after.items():
        assert torch.equal(value == 0, before[name] == 0)
        assert not torch.equal(value, before[name])


@pytest.mark.parametrize("kind", ["ema", "swa"])
def test_averages_have_the_same_zeros(tmp_path: Path, kind: str) -> None:
    run = tmp_path / "run"
    rule = Plug("gradual", {"amount": 0.7, "every": 3})
    train(digits(epochs=2, pruning=rule, average=Averaging(kind=kind)), run)  # type: ignore[arg-type]
    found = weights(run)
    averages = {name: value for name, value in found.items() if name.startswith("ema.")}
    assert averages
    for name, value in averages.items():
        assert torch.equal(value == 0, found[name.removeprefix("ema.")] == 0)


def test_a_game_is_pruned_with_its_average(tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(ring(epochs=1, pruning=Plug("gradual", {"amount": 0.5, "every": 3})), run)
    found = weights(run)
    assert zeros(run) == pytest.approx(0.5, abs=0.05)
    names = [name for name in found if name.startswith("ema.generator")]
    assert names
    for name in names:
        assert torch.equal(found[name] == 0, found[name.removeprefix("ema.")] == 0)


def test_a_gradual_pruning_needs_an_end_behind_its_beginning() -> None:
    with pytest.raises(ProblemsError, match="behind the beginning"):
        validate(digits(pruning=Plug("gradual", {"begin": 0.5, "end": 0.5})))


def test_a_pruned_network_that_is_pruned_on_gets_no_weight_back(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    train(digits(epochs=1, pruning=Plug("gradual", {"amount": 0.7, "every": 2})), first)
    before = weights(first)
    project = digits(epochs=1, pruning=Plug("gradual", {"amount": 0.8, "every": 2}))
    Trainer(project, tmp_path, second, Listener(), Control(), weights_from=first).run()
    for name, value in weights(second).items():
        assert not value[before[name] == 0].any()
    assert zeros(second) == pytest.approx(0.8, abs=0.001)
