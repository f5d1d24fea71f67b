"""A loss that is not a number: the layer is named, nothing good is lost, and the recipe decides."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.clinic.practice import BROKEN, examine
from engine.compute import loop
from engine.compute.learner import Learner
from engine.optimizers.base import Again
from engine.protocol import Marker, Scalars
from engine.runs.control import Control
from engine.runs.failures import NotANumberError
from engine.runs.reader import Reader
from engine.runs.summary import read_summary
from projects.schema import Plug
from tests.engine.training.support import Listener, digits, last_state, ring, train

BAD_STEP = 17


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> None:
    """The update of step 17 spoils one layer, unless the learning rate has been lowered."""
    update = Learner.update

    def spoil(self: Learner, step: int, again: Again | None = None) -> None:
        update(self, step, again)
        if step == BAD_STEP - 1 and self.scale == 1.0:
            self.flat.views["last.bias"][3] = float("inf")

    monkeypatch.setattr(Learner, "update", spoil)


@pytest.mark.usefixtures("poisoned")
def test_stop_names_the_layer_and_keeps_the_last_good_state(tmp_path: Path) -> None:
    with pytest.raises(NotANumberError) as caught:
        train(digits(), tmp_path / "run")
    assert caught.value.problem.where == "networks.classifier.nodes.last"
    assert "its weights after the step" in str(caught.value)
    assert read_summary(tmp_path / "run").state == "failed"
    kept = last_state(tmp_path / "run")
    assert kept.step < BAD_STEP
    assert all(tensor.isfinite().all() for tensor in kept.weights.values())


@pytest.mark.usefixtures("poisoned")
def test_roll_back_goes_on_with_a_tenth_of_the_rate(tmp_path: Path) -> None:
    sink = Listener()
    finished = train(digits(on_nan="roll_back"), tmp_path / "run", sink)
    assert (finished.state, finished.steps) == ("finished", 60)
    marker = next(m for m in sink.of(Marker) if m.kind == "roll_back")
    assert marker.step < BAD_STEP
    assert "networks.classifier.nodes.last" in marker.text
    assert sink.series("learning_rate")[1][-1] == pytest.approx(0.001)
    assert last_state(tmp_path / "run").facts["rolled_back"] is True
    assert all(t.isfinite().all() for t in last_state(tmp_path / "run").weights.values())


@pytest.mark.usefixtures("poisoned")
@pytest.mark.parametrize("stops", [False, True])
def test_the_last_step_is_rolled_back_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stops: bool
) -> None:
    """What is read only after the last step may be no number; an order to stop counts nevertheless."""
    monkeypatch.setattr(loop, "FLUSH_EVERY", 3600.0)
    monkeypatch.setattr(loop, "FLUSH_AT_LEAST", 3600.0)
    control, update = Control(), Learner.update

    def stop_late(self: Learner, step: int, again: Again | None = None) -> None:
        update(self, step, again)
        if stops and step == BAD_STEP:
            control.stop()

    monkeypatch.setattr(Learner, "update", stop_late)
    sink = Listener()
    project = digits(on_nan="roll_back")
    finished = train(project, tmp_path / "run", sink, control, max_steps=BAD_STEP + 1)
    (back,) = [marker for marker in sink.of(Marker) if marker.kind == "roll_back"]
    assert back.step < BAD_STEP
    assert (finished.state, finished.steps) == ("stopped", back.step if stops else BAD_STEP + 1)


def test_roll_back_happens_once(tmp_path: Path) -> None:
    project = ring(on_nan="roll_back", optimizer=Plug("sgd", {"lr": 1e4}))
    sink = Listener()
    with pytest.raises(NotANumberError):
        train(project, tmp_path / "run", sink)
    assert [m.kind for m in sink.of(Marker)].count("roll_back") == 1


def test_an_exploding_gan_is_explained(tmp_path: Path) -> None:
    with pytest.raises(NotANumberError) as caught:
        train(ring(optimizer=Plug("sgd", {"lr": 1e4})), tmp_path / "run")
    assert caught.value.problem.where.startswith("networks.")
    assert torch.isfinite(last_state(tmp_path / "run").weights["generator.first.weight"]).all()


@pytest.mark.usefixtures("poisoned")
def test_a_network_too_large_to_copy_is_not_replayed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.compute.rescue.SNAPSHOT_BYTES", 0)
    with pytest.raises(NotANumberError, match="the network being large"):
        train(digits(), tmp_path / "stopped")
    assert train(digits(on_nan="roll_back"), tmp_path / "back").state == "finished"


def test_the_losses_up_to_the_bad_step_are_told(tmp_path: Path) -> None:
    sink = Listener()
    with pytest.raises(NotANumberError):
        train(digits(optimizer=Plug("sgd", {"lr": 9000.0})), tmp_path / "run", sink)
    (broke,) = (marker for marker in sink.of(Marker) if marker.kind == BROKEN)
    steps, losses = sink.series("train_loss")
    assert broke.step > 1
    assert list(steps) == list(range(1, broke.step))
    assert np.isfinite(losses).all()
    practice = examine(tmp_path / "run")
    assert max(verdict.step for verdict in practice.doctor.verdicts()) == broke.step


@pytest.mark.usefixtures("poisoned")
def test_losses_of_steps_that_were_taken_back_are_told_once(tmp_path: Path) -> None:
    train(digits(on_nan="roll_back"), tmp_path / "run")
    steps = np.concatenate(
        [
            event.series["train_loss"][0].numpy()
            for event in Reader(tmp_path / "run").events(())
            if isinstance(event, Scalars) and "train_loss" in event.series
        ]
    )
    assert sorted(steps) == list(range(1, 61))
