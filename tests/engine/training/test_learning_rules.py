"""Optimisers and schedules against torch's own and against their formulas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

from engine.declare import FieldError
from engine.optimizers.base import OPTIMIZERS
from engine.schedules.base import SCHEDULES
from projects.errors import ProjectError

Make = Callable[[list[torch.Tensor]], torch.optim.Optimizer]
optim = torch.optim

CASES: list[tuple[str, dict[str, Any], Make]] = [
    ("sgd", {"lr": 0.1}, lambda p: optim.SGD(p, 0.1)),
    ("sgd", {"lr": 0.1, "momentum": 0.9}, lambda p: optim.SGD(p, 0.1, 0.9)),
    (
        "sgd",
        {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01},
        lambda p: optim.SGD(p, 0.1, 0.9, weight_decay=0.01, nesterov=True),
    ),
    ("adam", {"lr": 0.01}, lambda p: optim.Adam(p, 0.01)),
    (
        "adam",
        {"lr": 0.01, "beta1": 0.0, "beta2": 0.9, "eps": 1e-6, "weight_decay": 0.1},
        lambda p: optim.Adam(p, 0.01, (0.0, 0.9), 1e-6, 0.1),
    ),
    ("adamw", {"lr": 0.01}, lambda p: optim.AdamW(p, 0.01)),
    ("adamw", {"weight_decay": 0.3}, lambda p: optim.AdamW(p, 0.001, weight_decay=0.3)),
    ("adagrad", {"lr": 0.05}, lambda p: optim.Adagrad(p, 0.05)),
    ("adagrad", {"weight_decay": 0.1}, lambda p: optim.Adagrad(p, 0.01, weight_decay=0.1)),
    ("rmsprop", {"lr": 0.01}, lambda p: optim.RMSprop(p, 0.01)),
    (
        "rmsprop",
        {"alpha": 0.9, "momentum": 0.5, "centered": True, "weight_decay": 0.1},
        lambda p: optim.RMSprop(
            p, 0.001, 0.9, momentum=0.5, centered=True, weight_decay=0.1, foreach=False
        ),
    ),
]


@pytest.mark.parametrize(("tag", "params", "reference"), CASES)
def test_updates_are_those_of_torch(tag: str, params: dict[str, Any], reference: Make) -> None:
    rule = OPTIMIZERS.make(tag, params)
    random = torch.Generator().manual_seed(0)
    weights = torch.randn(50, generator=random)
    theirs = weights.clone().requires_grad_(True)
    other = reference([theirs])
    memory = {slot: torch.zeros_like(weights) for slot in rule.memory()}
    for step in range(1, 31):
        gradient = torch.randn(50, generator=random)
        theirs.grad = gradient.clone()
        other.step()
        rule.update(weights, gradient, memory, step, rule.lr)
    torch.testing.assert_close(weights, theirs.detach(), rtol=2e-5, atol=2e-6)


def test_every_optimiser_is_compared() -> None:
    assert {tag for tag, _params, _make in CASES} == set(OPTIMIZERS.entries)


@pytest.mark.parametrize("tag", OPTIMIZERS.entries)
def test_every_optimiser_finds_the_bottom_of_a_bowl(tag: str) -> None:
    rule = OPTIMIZERS.make(tag, {})
    weights = torch.tensor([2.0, -1.0, 0.5])
    memory = {slot: torch.zeros(3) for slot in rule.memory()}
    start = weights.norm()
    for step in range(1, 301):
        rule.update(weights, 2 * weights, memory, step, 0.05)
    assert weights.norm() < 0.5 * start


def test_nesterov_needs_momentum() -> None:
    with pytest.raises(ProjectError, match="above 0") as caught:
        OPTIMIZERS.make("sgd", {"nesterov": True}, "recipe.optimizer")
    assert caught.value.problem.where == "recipe.optimizer.nesterov"
    assert isinstance(caught.value.__cause__, FieldError)


SHAPES = [
    ("constant", {}, [1.0, 1.0, 1.0]),
    ("step", {"every": 5, "gamma": 0.1}, [1.0, 0.1, 0.01]),
    ("cosine", {}, [1.0, 0.5, 0.0]),
    ("cosine", {"floor": 0.2}, [1.0, 0.6, 0.2]),
]


@pytest.mark.parametrize(("tag", "params", "expected"), SHAPES)
def test_schedules_follow_their_formulas(
    tag: str, params: dict[str, Any], expected: list[float]
) -> None:
    schedule = SCHEDULES.make(tag, params)
    assert [schedule.factor(step, 10) for step in (0, 5, 10)] == pytest.approx(expected)


@pytest.mark.parametrize("tag", SCHEDULES.entries)
def test_every_schedule_warms_up(tag: str) -> None:
    schedule = SCHEDULES.make(tag, {"warmup": 4})
    factors = [schedule.factor(step, 20) for step in range(5)]
    assert factors[:4] == [0.25, 0.5, 0.75, 1.0]
    assert all(0 <= schedule.factor(step, 20) <= 1 for step in range(25))


def test_a_cosine_begins_after_the_warm_up() -> None:
    assert SCHEDULES.make("cosine", {"warmup": 10}).factor(15, 20) == pytest.approx(0.5)
