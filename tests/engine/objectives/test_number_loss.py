"""Losses between numbers, against the formulas in plain NumPy and scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from sklearn.metrics import mean_pinball_loss

from engine.compute.losses import NumberLoss

Floats = NDArray[np.float64]
RANDOM = np.random.default_rng(5)
TRUTH = RANDOM.normal(size=(9, 2)) * 2
ANSWERS = RANDOM.normal(size=(9, 2)) * 2
LEVELS = [0.1, 0.5, 0.8]
DELTA = 0.7


def huber(error: Floats) -> Floats:
    size = np.abs(error)
    return np.where(size <= DELTA, size**2 / 2, DELTA * (size - DELTA / 2))


def huber_slope(error: Floats) -> Floats:
    return np.clip(error, -DELTA, DELTA)


FORMULAS: dict[str, tuple[Any, Any]] = {
    "mse": (np.square, lambda e: 2 * e),
    "mae": (np.abs, np.sign),
    "huber": (huber, huber_slope),
}


@pytest.mark.parametrize("kind", FORMULAS)
def test_values_and_gradients(kind: str) -> None:
    loss = NumberLoss(kind, DELTA, torch.zeros(0))
    answers = torch.tensor(ANSWERS, requires_grad=True)
    found = loss.mean(answers, torch.tensor(TRUTH))
    found.backward()  # type: ignore[no-untyped-call]
    value, slope = FORMULAS[kind]
    error = TRUTH - ANSWERS
    assert float(found.detach()) == pytest.approx(value(error).mean())
    assert answers.grad is not None
    np.testing.assert_allclose(answers.grad.numpy(), -slope(error) / error.size)


def test_quantiles() -> None:
    loss = NumberLoss("quantile", 1.0, torch.tensor(LEVELS, dtype=torch.float64))
    many = ANSWERS[..., None] + np.array([-1.0, 0.0, 1.0])
    answers = torch.tensor(many, requires_grad=True)
    found = loss.mean(answers, torch.tensor(TRUTH))
    found.backward()  # type: ignore[no-untyped-call]
    expected = [
        mean_pinball_loss(TRUTH, many[..., i], alpha=level) for i, level in enumerate(LEVELS)
    ]
    assert float(found.detach()) == pytest.approx(np.mean(expected))
    error = TRUTH[..., None] - many
    slopes = -np.where(error > 0, LEVELS, np.array(LEVELS) - 1) / many.size
    assert answers.grad is not None
    np.testing.assert_allclose(answers.grad.numpy(), slopes)


def test_quantiles_are_what_the_loss_finds() -> None:
    """A single number that is moved to where the loss is least is the quantile of the truths."""
    truth = torch.tensor(RANDOM.exponential(size=(400, 1)))
    loss = NumberLoss("quantile", 1.0, torch.tensor(LEVELS, dtype=torch.float64))
    places = torch.linspace(0, 5, 2001, dtype=torch.float64)
    for index, level in enumerate(LEVELS):
        alone = NumberLoss("quantile", 1.0, loss.quantiles[index : index + 1])
        costs = [float(alone.mean(place.expand(400, 1, 1), truth)) for place in places]
        best = float(places[int(np.argmin(costs))])
        assert best == pytest.approx(np.quantile(truth.numpy(), level), abs=0.02)
