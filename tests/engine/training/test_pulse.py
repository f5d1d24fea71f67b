"""The norm of every network's gradient, at steps that depend on nothing but the project."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.clinic.pace import round_after
from engine.compute.learner import Learner
from engine.compute.pulse import Pulse
from engine.compute.training import Training
from engine.probes.base import Gauge
from tests.engine.training.support import Listener, ring, train


class Norms(Gauge):
    """Takes the norms weight by weight."""

    def __init__(self, training: Training) -> None:
        super().__init__(training.task)
        self.found: dict[str, list[float]] = {}

    def after_backward(self, learner: Learner, step: int) -> None:
        squares = sum(float((g.double() ** 2).sum()) for g in learner.flat.gradients.values())
        self.found.setdefault(learner.name, []).append(squares**0.5)


def test_the_norms_are_those_of_every_fifth_step(tmp_path: Path) -> None:
    sink = Listener()
    finished = train(ring(), tmp_path / "run", sink, max_steps=15)
    training = Training(ring(), tmp_path)
    norms = Norms(training)
    for batch in training.rest_of_epoch():
        training.make_step(batch, (norms,))
    for name in ("generator", "discriminator"):
        steps, values = sink.series(f"gradient_norm/{name}")
        assert steps == [5, 10, 15]
        assert values == pytest.approx([norms.found[name][step - 1] for step in steps], rel=1e-5)
        assert f"gradient_norm/{name}" not in finished.metrics  # how it learns is no result


def test_there_are_as_many_for_every_round_of_the_doctor() -> None:
    step = round_after(0)
    while step < 50_000:
        after = round_after(step)
        assert sum(Pulse.is_due(one - 1) for one in range(step, after)) == 5
        step = after


def test_they_go_on_where_a_run_was_stopped(tmp_path: Path) -> None:
    whole, first, second = Listener(), Listener(), Listener()
    train(ring(), tmp_path / "whole", whole, max_steps=17)
    train(ring(), tmp_path / "run", first, max_steps=7)
    train(ring(), tmp_path / "run", second, max_steps=17, resume=True)
    curve = "gradient_norm/discriminator"
    (steps, norms), (later, more) = first.series(curve), second.series(curve)
    assert (steps + later, norms + more) == whole.series(curve)
    assert np.isfinite(norms + more).all()
