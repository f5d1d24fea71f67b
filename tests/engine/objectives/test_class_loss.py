"""Cross-entropy and what is made of it, against the formulas in plain NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from engine.compute.losses import ClassLoss
from engine.data.base import NO_TARGET

Floats = NDArray[np.float64]
RANDOM = np.random.default_rng(3)
LOGITS = RANDOM.normal(size=(12, 4)) * 2
TARGETS = RANDOM.integers(0, 4, 12)
WEIGHTS = np.array([0.5, 2.0, 1.0, 0.0])


def by_hand(logits: Floats, targets: Any, weights: Any, smoothing: float, focus: float) -> float:
    """The docstring's formula, example by example."""
    total = counted = 0.0
    classes = logits.shape[1]
    for row, target in zip(logits, targets, strict=True):
        if target == NO_TARGET:
            continue
        logs = row - np.log(np.exp(row).sum())
        right = logs[target]
        cost = -weights[target] * (1 - np.exp(right)) ** focus * right
        if smoothing:
            spread = -sum(weights[c] * logs[c] for c in range(classes)) / classes
            cost = (1 - smoothing) * cost + smoothing * spread
        total += cost
        counted += weights[target]
    return float(total / counted) if counted else 0.0


def slopes(logits: Floats, *rest: Any) -> Floats:
    """Central differences of the formula."""
    found = np.zeros_like(logits)
    for place in np.ndindex(*logits.shape):
        step = np.zeros_like(logits)
        step[place] = 1e-6
        found[place] = (by_hand(logits + step, *rest) - by_hand(logits - step, *rest)) / 2e-6
    return found


CASES = [(None, 0.0, 0.0), (WEIGHTS, 0.0, 0.0), (None, 0.1, 0.0), (WEIGHTS, 0.2, 0.0)]
CASES += [(None, 0.0, 2.0), (WEIGHTS, 0.0, 0.5)]


@pytest.mark.parametrize(("weights", "smoothing", "focus"), CASES)
@pytest.mark.parametrize("masked", [False, True])
def test_values_and_gradients(weights: Any, smoothing: float, focus: float, masked: bool) -> None:
    targets = TARGETS.copy()
    if masked:
        targets[[1, 5, 6]] = NO_TARGET
    tensor = None if weights is None else torch.tensor(weights)
    loss = ClassLoss(tensor, smoothing, focus)
    logits = torch.tensor(LOGITS, requires_grad=True)
    found = (loss.mean_of_there if masked else loss.mean)(logits, torch.tensor(targets))
    found.backward()  # type: ignore[no-untyped-call]
    plain = np.ones(4) if weights is None else weights
    assert float(found.detach()) == pytest.approx(by_hand(LOGITS, targets, plain, smoothing, focus))
    assert logits.grad is not None
    expected = slopes(LOGITS, targets, plain, smoothing, focus)
    np.testing.assert_allclose(logits.grad.numpy(), expected, atol=1e-8)
    if masked:
        assert (logits.grad[[1, 5, 6]] == 0).all()


@pytest.mark.parametrize("focus", [0.0, 0.5, 2.0])
def test_nothing_to_name_costs_nothing(focus: float) -> None:
    logits = torch.zeros(2, 3, 4, requires_grad=True)
    loss = ClassLoss(focus=focus).mean_of_there(logits, torch.full((2, 3), NO_TARGET))
    loss.backward()  # type: ignore[no-untyped-call]
    assert float(loss.detach()) == 0
    assert logits.grad is not None
    assert (logits.grad == 0).all()


def test_certainty_has_a_slope() -> None:
    logits = torch.tensor([[200.0, 0.0], [0.0, 200.0]], requires_grad=True)
    loss = ClassLoss(focus=0.5).mean(logits, torch.tensor([0, 0]))
    loss.backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None
    assert torch.isfinite(logits.grad).all()
    assert float(loss.detach()) == pytest.approx(100.0)
