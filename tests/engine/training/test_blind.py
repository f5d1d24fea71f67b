"""What the best answer costs that doesn't look at the input: by formulas, and no other constant answer costs less."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.compute.losses import ClassLoss, NumberLoss
from engine.compute.session import open_session
from engine.data.base import NO_TARGET
from projects.schema import Project
from tests.engine.training.kinds import copy_memory, forecasting, multi_label, regression
from tests.engine.training.support import digits, ring

TARGETS = torch.tensor([0] * 70 + [1] * 20 + [2] * 10)


def entropy(shares: Any) -> float:
    return float(-np.sum(shares * np.log(shares)))


def test_classes_by_their_shares() -> None:
    cpu = torch.device("cpu")
    plain = ClassLoss().blind(TARGETS, 3)
    assert plain == pytest.approx(entropy(np.array([0.7, 0.2, 0.1])), rel=1e-5)
    balanced = ClassLoss.of((1 / 7, 1 / 2, 1.0), 0.0, 0.0, cpu)
    assert balanced.blind(TARGETS, 3) == pytest.approx(np.log(3), rel=1e-5)
    there = torch.cat([TARGETS, torch.full((50,), NO_TARGET)])
    assert ClassLoss().blind(there, 3) == pytest.approx(plain, rel=1e-5)


def test_every_target_counts_whatever_the_number_of_classes() -> None:
    targets = torch.tensor([0, 1] * 1000)
    assert ClassLoss().blind(targets, 5000) == pytest.approx(np.log(2), rel=1e-5)


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("focus", [0.0, 2.0])
def test_it_is_what_the_loss_says_of_that_answer(smoothing: float, focus: float) -> None:
    weights = torch.tensor([1.0, 3.0, 0.5])
    loss = ClassLoss(weights=weights, smoothing=smoothing, focus=focus)
    shares = weights * ((1 - smoothing) * torch.bincount(TARGETS) + smoothing * len(TARGETS) / 3)
    logits = (shares / shares.sum()).log().expand(len(TARGETS), 3)
    total, weight = loss.sums(logits, TARGETS)
    assert loss.blind(TARGETS, 3) == pytest.approx(float(total / weight), rel=1e-5)


def test_no_other_constant_answer_costs_less() -> None:
    generator = torch.Generator().manual_seed(0)
    weights = torch.tensor([1.0, 3.0, 2.0])
    for loss in (
        ClassLoss(smoothing=0.2),
        ClassLoss(weights=weights),
        ClassLoss(weights=weights, smoothing=0.3),
    ):
        best = loss.blind(TARGETS, 3)
        for _time in range(50):
            logits = torch.randn(3, generator=generator).expand(len(TARGETS), 3)
            assert float(loss.mean(logits, TARGETS)) >= best - 1e-6


@pytest.mark.parametrize("kind", ["mse", "mae", "quantile"])
def test_no_other_constant_number_costs_less(kind: str) -> None:
    generator = torch.Generator().manual_seed(1)
    targets = torch.randn((201, 2), generator=generator) ** 3
    levels = torch.tensor([0.1, 0.5]) if kind == "quantile" else torch.empty(0)
    loss = NumberLoss(kind, 1.0, levels)
    best = loss.blind(targets)
    for _time in range(50):
        shape = (1, 2, 2) if kind == "quantile" else (1, 2)
        answers = torch.randn(shape, generator=generator).expand(201, *shape[1:])
        assert float(loss.mean(answers, targets)) >= best - 1e-6


@pytest.mark.parametrize(
    ("made", "least", "most"),
    [
        (regression(), 0.999, 1.001),  # the variance of standardised targets
        (digits(), np.log(10) - 0.01, np.log(10)),
        (multi_label(), 0.1, np.log(2)),
        (copy_memory(), np.log(8) - 0.02, np.log(8)),
        (forecasting({"loss": "quantile"}, units=9), 0.05, 0.5),
    ],
)
def test_tasks_know_it(made: Project, least: float, most: float, tmp_path: Path) -> None:
    blind = open_session(made, tmp_path).task.blind_loss()
    assert blind is not None
    assert least <= blind <= most


def test_games_have_none(tmp_path: Path) -> None:
    assert open_session(ring(), tmp_path).task.blind_loss() is None
