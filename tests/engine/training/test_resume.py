"""A training that was put away goes on bit for bit, and every item of its state is needed for that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.compute import checkpoint
from engine.compute.checkpoint import Snapshot
from engine.optimizers.base import OPTIMIZERS
from engine.protocol import Started
from projects.errors import RunError
from projects.schema import Averaging, Plug, Project
from tests.engine.training.support import (
    Listener,
    differences,
    digits,
    last_state,
    ring,
    train,
    with_recipe,
)

CUT, END = 13, 26  # in the middle of the first pass, and of the second


@pytest.fixture(autouse=True)
def _without_times(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long layers work is measured after every training, and of no interest here."""
    monkeypatch.setattr("engine.compute.trainer.times_of", lambda *_args: {})


def in_two(project: Project, run: Path, cut: int = CUT) -> Snapshot:
    train(project, run, max_steps=cut)
    assert train(project, run, resume=True, max_steps=END).steps == END
    return last_state(run)


def in_one(project: Project, run: Path) -> Snapshot:
    train(project, run, max_steps=END)
    return last_state(run)


OPTIMISERS = {
    **{tag: Plug(tag) for tag in OPTIMIZERS.entries},
    "nesterov": Plug("sgd", {"momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    "lbfgs": Plug("lbfgs", {"iterations": 3, "history": 4, "lr": 0.5}),
    "centred": Plug("rmsprop", {"centered": True, "momentum": 0.5}),
}


# What else has a state of its own, or computes a step in another way.
WAYS: dict[str, dict[str, Any]] = {
    "clipped": {"clip_norm": 1.0, "clip_value": 0.1},
    "accumulated": {"accumulate": 3, "batch_size": 24},
    "ema": {"average": Averaging(decay=0.9)},
    "swa": {"average": Averaging(kind="swa", start=0.1, every=3)},
    "plateau": {
        "schedule": Plug("plateau", {"patience": 0, "threshold": 1.0, "gamma": 0.5, "warmup": 3})
    },
    "one cycle": {"schedule": Plug("one_cycle")},
    "bf16": {"precision": "bf16"},
}
AT_ONCE: dict[str, Any] = {
    **WAYS["clipped"],
    **WAYS["accumulated"],
    **WAYS["ema"],
    **WAYS["plateau"],
    **WAYS["bf16"],
}
CALM: dict[str, Any] = {**WAYS["swa"], **WAYS["plateau"]}  # all that goes with a line search


def cases() -> Iterator[Any]:
    """Every optimiser alone and with all ways at once, and every way alone with one that has a memory."""
    for name in OPTIMISERS:
        yield pytest.param(name, {}, id=f"{name} plain")
        together = CALM if name == "lbfgs" else AT_ONCE
        yield pytest.param(name, together, id=f"{name} at once")
    for way, recipe in WAYS.items():
        yield pytest.param("adam", recipe, id=f"adam {way}")


@pytest.mark.parametrize(("optimizer", "recipe"), list(cases()))
def test_resume_is_exact(tmp_path: Path, optimizer: str, recipe: dict[str, Any]) -> None:
    project = digits(optimizer=OPTIMISERS[optimizer], **recipe)
    assert differences(in_one(project, tmp_path / "a"), in_two(project, tmp_path / "b")) == set()


@pytest.mark.parametrize("optimizer", [tag for tag in OPTIMISERS if tag != "lbfgs"])
def test_resume_is_exact_for_two_networks(tmp_path: Path, optimizer: str) -> None:
    project = ring(optimizer=OPTIMISERS[optimizer], clip_norm=1.0)
    assert differences(in_one(project, tmp_path / "a"), in_two(project, tmp_path / "b")) == set()


@pytest.mark.parametrize("cut", [1, 20, 21])
def test_resume_is_exact_at_the_edges_of_a_pass(tmp_path: Path, cut: int) -> None:
    project = digits(schedule=Plug("cosine", {"warmup": 5}))
    whole, cut_in_two = in_one(project, tmp_path / "a"), in_two(project, tmp_path / "b", cut)
    assert differences(whole, cut_in_two) == set()


def test_a_finished_run_has_nothing_left_to_do(tmp_path: Path) -> None:
    project = digits(epochs=1)
    first = train(project, tmp_path / "run")
    before = last_state(tmp_path / "run")
    again = train(project, tmp_path / "run", resume=True)
    assert (again.state, again.steps) == (first.state, first.steps) == ("finished", 20)
    assert differences(before, last_state(tmp_path / "run")) == set()
    assert again.metrics == pytest.approx(first.metrics)


def no_memory(found: Snapshot) -> None:
    for name, tensor in found.training.items():
        if name.endswith(("mean", "square")):
            tensor.zero_()


def no_count(found: Snapshot) -> None:
    for facts in found.facts["learners"].values():
        facts["updates"] = 0


def no_change_of_rate(found: Snapshot) -> None:
    for facts in found.facts["learners"].values():
        facts["scale"] = 2.0


def no_randomness(found: Snapshot) -> None:
    found.training["rng.torch"] = torch.Generator().manual_seed(99).get_state()


def no_place_in_the_pass(found: Snapshot) -> None:
    found.facts["offset"] -= 1


def no_pass(found: Snapshot) -> None:
    found.facts["epoch"] += 1


def no_step(found: Snapshot) -> None:
    found.facts["step"] -= 1


def no_buffers(found: Snapshot) -> None:
    found.weights["classifier.norm.running_mean"].zero_()


def no_weights(found: Snapshot) -> None:
    found.weights["classifier.last.bias"].zero_()


def no_momenta(found: Snapshot) -> None:
    for name, tensor in found.training.items():
        if name.endswith("product"):
            tensor.fill_(1.0)


def no_history(found: Snapshot) -> None:
    found.training["classifier.moved"].zero_()


def no_numbers(found: Snapshot) -> None:
    found.training["classifier.numbers"].zero_()


def no_drop(found: Snapshot) -> None:
    found.facts["schedule"]["factor"] = 1.0


def no_patience(found: Snapshot) -> None:
    found.facts["schedule"]["stale"] = 0.0


def no_average(found: Snapshot) -> None:
    for name, tensor in found.weights.items():
        if name.startswith("ema."):
            tensor.zero_()


def no_age_of_average(found: Snapshot) -> None:
    found.facts["task"]["steps"] = 0


def digits_with(optimizer: str) -> Callable[..., Project]:
    def make(**recipe: Any) -> Project:
        return digits(optimizer=OPTIMISERS[optimizer], **recipe)

    return make


def averaged_digits(**recipe: Any) -> Project:
    return digits(average=Averaging(decay=0.9), **recipe)


def slowing_digits(**recipe: Any) -> Project:
    """Evaluations count for no better, whatever they find; the cut comes after the second."""
    plateau = Plug("plateau", {"patience": 0, "threshold": 1.0, "gamma": 0.5})
    return digits(**{**recipe, "schedule": plateau, "batch_size": 300, "epochs": 8})


def patient_digits(**recipe: Any) -> Project:
    plateau = Plug("plateau", {"patience": 1, "threshold": 1.0, "gamma": 0.5})
    return digits(**{**recipe, "schedule": plateau, "batch_size": 300, "epochs": 8})


LEFT_OUT = [
    (digits, no_memory),
    (digits, no_count),
    (digits, no_change_of_rate),
    (digits, no_randomness),
    (digits, no_place_in_the_pass),
    (digits, no_pass),
    (digits, no_step),
    (digits, no_buffers),
    (digits, no_weights),
    (digits_with("nadam"), no_momenta),
    (digits_with("lbfgs"), no_history),
    (digits_with("lbfgs"), no_numbers),
    (averaged_digits, no_average),
    (slowing_digits, no_drop),
    (patient_digits, no_patience),
    (ring, no_memory),
    (ring, no_randomness),
    (ring, no_average),
    (ring, no_age_of_average),
]


@pytest.mark.parametrize(("make", "spoil"), LEFT_OUT, ids=lambda f: f.__name__)
def test_every_item_of_the_state_is_needed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[..., Project],
    spoil: Callable[[Snapshot], None],
) -> None:
    """Negative controls: leave one item out, and the resumed training must be another one."""
    project = make(schedule=Plug("cosine"))
    whole = in_one(project, tmp_path / "a")
    train(project, tmp_path / "b", max_steps=CUT)
    load = checkpoint.load_newest

    def spoiled(folder: Path) -> tuple[Snapshot, list[RunError]]:
        found, damages = load(folder)
        spoil(found)
        return found, damages

    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "load_newest", spoiled)
        train(project, tmp_path / "b", resume=True, max_steps=END)
    changed = differences(whole, last_state(tmp_path / "b"))
    assert any(name.startswith(("weights.", "best.")) for name in changed)


def test_a_snapshot_shares_no_memory_with_the_training(tmp_path: Path) -> None:
    from engine.compute.training import Training

    training = Training(ring(), tmp_path)
    batches = list(training.rest_of_epoch())
    training.make_step(batches[0])
    kept = training.snapshot()
    copies = {k: v.clone() for k, v in {**kept.weights, **kept.training}.items()}
    for batch in batches[1:4]:
        training.make_step(batch)
    first = training.snapshot()
    assert all(torch.equal(copies[k], v) for k, v in {**kept.weights, **kept.training}.items())
    training.restore(kept)
    for batch in batches[1:4]:
        training.make_step(batch)
    assert differences(first, training.snapshot()) == set()


def test_resume_says_when_it_is_not_exact(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    train(digits(), tmp_path / "run", max_steps=3)
    monkeypatch.setattr(torch, "__version__", "0.0.1")
    sink = Listener()
    train(digits(), tmp_path / "run", sink, resume=True, max_steps=5)
    assert [event.exact for event in sink.of(Started)] == [False]


def test_resume_refuses_other_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.compute.training import Training

    train(digits(), tmp_path / "run", max_steps=3)
    here = Training.environment
    monkeypatch.setattr(Training, "environment", lambda self: {**here(self), "data": "other"})
    with pytest.raises(RunError, match="the data has changed"):
        train(digits(), tmp_path / "run", resume=True, max_steps=5)


def test_a_resumed_run_trains_the_project_that_it_was_begun_with(tmp_path: Path) -> None:
    project = digits()
    train(project, tmp_path / "b", max_steps=CUT)
    train(with_recipe(project, seed=5, batch_size=8), tmp_path / "b", resume=True, max_steps=END)
    whole = in_one(project, tmp_path / "a")
    assert differences(whole, last_state(tmp_path / "b")) == set()
