"""Optimisers and schedules against torch's own and against their formulas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.compute.flat import Flat
from engine.declare import Declared, FieldError
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
    ("nadam", {}, lambda p: optim.NAdam(p)),
    (
        "nadam",
        {"beta1": 0.8, "momentum_decay": 0.1, "weight_decay": 0.1},
        lambda p: optim.NAdam(p, betas=(0.8, 0.999), momentum_decay=0.1, weight_decay=0.1),
    ),
    (
        "nadam",
        {"weight_decay": 0.1, "decoupled": True},
        lambda p: optim.NAdam(p, weight_decay=0.1, decoupled_weight_decay=True),
    ),
    ("radam", {"lr": 0.01}, lambda p: optim.RAdam(p, 0.01)),
    (
        "radam",
        {"beta2": 0.9, "weight_decay": 0.1},
        lambda p: optim.RAdam(p, betas=(0.9, 0.9), weight_decay=0.1),
    ),
    (
        "radam",
        {"weight_decay": 0.1, "decoupled": True},
        lambda p: optim.RAdam(p, weight_decay=0.1, decoupled_weight_decay=True),
    ),
    ("adamax", {}, lambda p: optim.Adamax(p)),
    (
        "adamax",
        {"beta1": 0.5, "beta2": 0.9, "weight_decay": 0.1},
        lambda p: optim.Adamax(p, betas=(0.5, 0.9), weight_decay=0.1),
    ),
    ("adadelta", {}, lambda p: optim.Adadelta(p)),
    (
        "adadelta",
        {"lr": 0.5, "rho": 0.8, "weight_decay": 0.1},
        lambda p: optim.Adadelta(p, 0.5, rho=0.8, weight_decay=0.1),
    ),
    ("rprop", {}, lambda p: optim.Rprop(p)),
    (
        "rprop",
        {"lr": 0.1, "shrink": 0.7, "grow": 1.5, "smallest": 0.05, "largest": 0.2},
        lambda p: optim.Rprop(p, 0.1, etas=(0.7, 1.5), step_sizes=(0.05, 0.2)),
    ),
]
BY_PARAMETER = {"muon", "lbfgs"}  # see below


def as_flat(weights: Tensor) -> Flat:
    """Weights that belong to no network."""
    flat = Flat(nn.Identity(), learns=False)
    flat.weights = weights
    return flat


@pytest.mark.parametrize(("tag", "params", "reference"), CASES)
def test_updates_are_those_of_torch(tag: str, params: dict[str, Any], reference: Make) -> None:
    rule = OPTIMIZERS.make(tag, params)
    random = torch.Generator().manual_seed(0)
    weights = torch.randn(50, generator=random)
    theirs = weights.clone().requires_grad_(True)
    other = reference([theirs])
    memory = rule.begin(as_flat(weights))
    for step in range(1, 31):
        gradient = torch.randn(50, generator=random)
        theirs.grad = gradient.clone()
        other.step()
        rule.update(weights, gradient, memory, step, rule.lr)
    torch.testing.assert_close(weights, theirs.detach(), rtol=2e-5, atol=2e-6)


def test_every_optimiser_is_compared() -> None:
    assert {tag for tag, _params, _make in CASES} | BY_PARAMETER == set(OPTIMIZERS.entries)


def small_network() -> tuple[nn.Sequential, Flat]:
    """A network and what Ganvas makes of its weights; the same one at every call."""
    torch.manual_seed(3)
    network = nn.Sequential(nn.Linear(5, 8), nn.Tanh(), nn.Linear(8, 4), nn.Tanh(), nn.Linear(4, 2))
    return network, Flat(network)


@pytest.mark.parametrize(
    ("params", "theirs"),
    [
        ({}, {"weight_decay": 0.1, "adjust_lr_fn": "match_rms_adamw"}),
        (
            {"scale": "original", "nesterov": False, "momentum": 0.8, "turns": 3, "lr": 0.01},
            {"momentum": 0.8, "nesterov": False, "ns_steps": 3, "lr": 0.01},
        ),
    ],
)
def test_muon_is_that_of_torch_for_hidden_matrices_and_adamw_else(
    params: dict[str, Any], theirs: dict[str, Any]
) -> None:
    rule = OPTIMIZERS.make("muon", params)
    mine, flat = small_network()
    other, _flat = small_network()
    named = dict(other.named_parameters())
    matrices = [named["0.weight"], named["2.weight"]]
    rest = [p for p in other.parameters() if not any(p is m for m in matrices)]
    steppers = [
        optim.Muon(matrices, **theirs),
        optim.AdamW(rest, rule.lr, weight_decay=rule.weight_decay),  # type: ignore[attr-defined]
    ]
    memory = rule.begin(flat)
    random = torch.Generator().manual_seed(0)
    for step in range(1, 26):
        x = torch.randn(6, 5, generator=random)
        for network in (mine, other):
            network(x).square().sum().backward()
        for stepper in steppers:
            stepper.step()
            stepper.zero_grad(set_to_none=False)
        rule.advance(flat, memory, step, rule.lr)
        flat.gradient.zero_()
    for a, b in zip(mine.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("line_search", [True, False])
@pytest.mark.parametrize(("in_one_piece", "steps"), [(True, 20), (False, 2)])
def test_lbfgs_is_that_of_torch(line_search: bool, in_one_piece: bool, steps: int) -> None:
    """Where sums run over the same tensor bit for bit; parameter by parameter until rounding counts."""
    settings = {"history": 3, "iterations": 4, "lr": 0.5, "line_search": line_search}
    rule = OPTIMIZERS.make("lbfgs", settings)
    (mine, flat), (other, its) = small_network(), small_network()
    whole = nn.Parameter(its.weights)
    whole.grad = its.gradient
    stepper = optim.LBFGS(
        [whole] if in_one_piece else other.parameters(),
        0.5,
        max_iter=4,
        history_size=3,
        line_search_fn="strong_wolfe" if line_search else None,
    )
    memory = rule.begin(flat)
    random = torch.Generator().manual_seed(0)
    for step in range(1, steps + 1):
        x, y = torch.randn(6, 5, generator=random), torch.randn(6, 2, generator=random)
        stepper.step(lambda: again(other, its, x, y))  # type: ignore[no-untyped-call]  # noqa: B023
        rule.advance(flat, memory, step, rule.lr, lambda: again(mine, flat, x, y))  # noqa: B023
    if in_one_piece:
        assert torch.equal(flat.weights, its.weights)
    torch.testing.assert_close(flat.weights, its.weights, rtol=1e-3, atol=1e-4)


def again(network: nn.Module, flat: Flat, x: Tensor, y: Tensor) -> Tensor:
    flat.gradient.zero_()
    loss: Tensor = (network(x) - y).square().mean()
    loss.backward()  # type: ignore[no-untyped-call]
    return loss


@pytest.mark.parametrize("tag", [tag for tag in OPTIMIZERS.entries if tag not in BY_PARAMETER])
def test_every_optimiser_finds_the_bottom_of_a_bowl(tag: str) -> None:
    rule = OPTIMIZERS.make(tag, {})
    weights = torch.tensor([2.0, -1.0, 0.5])
    memory = rule.begin(as_flat(weights))
    start = weights.norm()
    for step in range(1, 301):
        rate = 10.0 if tag == "adadelta" else 0.05  # whose steps are small at first
        rule.update(weights, 2 * weights, memory, step, rate)
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
    ("exponential", {"gamma": 0.9}, [1.0, 0.9**5, 0.9**10]),
    ("polynomial", {}, [1.0, 0.5, 0.0]),
    ("polynomial", {"power": 2.0, "floor": 0.2}, [1.0, 0.4, 0.2]),
    ("cosine_restarts", {"period": 10}, [1.0, 0.5, 1.0]),
    ("plateau", {}, [1.0, 1.0, 1.0]),
]


@pytest.mark.parametrize(("tag", "params", "expected"), SHAPES)
def test_schedules_follow_their_formulas(
    tag: str, params: dict[str, Any], expected: list[float]
) -> None:
    schedule = SCHEDULES.make(tag, params)
    assert [schedule.factor(step, 10) for step in (0, 5, 10)] == pytest.approx(expected)


@pytest.mark.parametrize("cls", [*OPTIMIZERS, *SCHEDULES], ids=lambda cls: cls.tag())
def test_every_one_has_its_page(cls: type[Declared]) -> None:
    assert cls.formula
    assert cls.use
    assert cls.trouble


@pytest.mark.parametrize("tag", SCHEDULES.entries)
def test_every_schedule_warms_up(tag: str) -> None:
    schedule = SCHEDULES.make(tag, {"warmup": 4})
    factors = [schedule.factor(step, 20) for step in range(5)]
    assert factors[:4] == [0.25, 0.5, 0.75, 1.0]
    assert all(0 <= schedule.factor(step, 20) <= 1 for step in range(25))


Scheduler = Callable[[torch.optim.Optimizer], torch.optim.lr_scheduler.LRScheduler]
lr_scheduler = torch.optim.lr_scheduler
LIKE_TORCH: list[tuple[str, dict[str, Any], Scheduler]] = [
    ("exponential", {"gamma": 0.9}, lambda o: lr_scheduler.ExponentialLR(o, 0.9)),
    ("polynomial", {"power": 1.5}, lambda o: lr_scheduler.PolynomialLR(o, 40, 1.5)),
    (
        "cosine_restarts",
        {"period": 6, "growth": 2, "floor": 0.1},
        lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 6, 2, eta_min=0.1),
    ),
    (
        "one_cycle",
        {},
        lambda o: lr_scheduler.OneCycleLR(o, 1.0, 40),
    ),
    (
        "one_cycle",
        {"rise": 0.4, "start": 0.1, "end": 1e-3},
        lambda o: lr_scheduler.OneCycleLR(
            o, 1.0, 40, pct_start=0.4, div_factor=10, final_div_factor=100
        ),
    ),
]


@pytest.mark.parametrize(("tag", "params", "reference"), LIKE_TORCH)
def test_schedules_are_those_of_torch(
    tag: str, params: dict[str, Any], reference: Scheduler
) -> None:
    schedule = SCHEDULES.make(tag, params)
    stepper = optim.SGD([torch.zeros(1)], 1.0, momentum=0.9)
    theirs = reference(stepper)
    for step in range(40):
        assert schedule.factor(step, 40) == pytest.approx(stepper.param_groups[0]["lr"], abs=1e-9)
        inertia = schedule.inertia(step, 40)
        if inertia is not None:
            assert inertia == pytest.approx(stepper.param_groups[0]["momentum"])
        stepper.step()
        theirs.step()


@pytest.mark.parametrize("higher", [False, True])
def test_a_plateau_is_that_of_torch(higher: bool) -> None:
    settings = {"gamma": 0.5, "patience": 2, "threshold": 0.01, "cooldown": 1, "floor": 0.2}
    schedule = SCHEDULES.make("plateau", {**settings, "metric": "m"})
    stepper = optim.SGD([torch.zeros(1)], 1.0)
    theirs = lr_scheduler.ReduceLROnPlateau(
        stepper,
        "max" if higher else "min",
        factor=0.5,
        patience=2,
        threshold=0.01,
        cooldown=1,
        min_lr=0.2,
    )
    state = schedule.begin()
    random = torch.Generator().manual_seed(0)
    seen = set()
    for turn in range(60):
        value = float(torch.rand((), generator=random)) * 0.9**turn + 0.5
        state = schedule.after_evaluation(state, {"m": -value if higher else value}, higher)
        theirs.step(-value if higher else value)
        assert state["factor"] == pytest.approx(stepper.param_groups[0]["lr"])
        seen.add(state["factor"])
    assert len(seen) == 4
    assert schedule.after_evaluation(state, {"other": 1.0}, higher) == state


def test_a_cosine_begins_after_the_warm_up() -> None:
    assert SCHEDULES.make("cosine", {"warmup": 10}).factor(15, 20) == pytest.approx(0.5)
