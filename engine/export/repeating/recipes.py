"""What a recipe says, as arguments of the programs: optimisers, rates, ends, penalties, averages."""

from __future__ import annotations

import inspect
import math
import pprint
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.compute.dealing import batches_of
from engine.compute.rules import held_by
from engine.export.parts import holding, optimizing, schedules
from engine.export.repeating.page import LONGEST, Page, called
from engine.export.writer import Job
from engine.optimizers.base import OPTIMIZERS, Optimizer
from engine.optimizers.lbfgs import LBFGS
from engine.optimizers.muon import Muon, hidden_matrices
from engine.optimizers.rprop import Rprop
from engine.runs.summary import read_summary
from engine.schedules.base import SCHEDULES
from engine.schedules.one_cycle import OneCycle
from projects.schema import Averaging

SCHEDULED: Mapping[str, Callable[..., float]] = {
    "constant": schedules.constant,
    "cosine": schedules.cosine,
    "cosine_restarts": schedules.cosine_restarts,
    "exponential": schedules.exponential,
    "one_cycle": schedules.one_cycle,
    "plateau": schedules.constant,
    "polynomial": schedules.polynomial,
    "step": schedules.step_decay,
}

RULES: Mapping[str, tuple[str, str]] = {
    "adadelta": ("Adadelta", "rho={rho}, eps={eps}, weight_decay={weight_decay}"),
    "adagrad": ("Adagrad", "eps={eps}, weight_decay={weight_decay}"),
    "adam": ("Adam", "betas=({beta1}, {beta2}), eps={eps}, weight_decay={weight_decay}"),
    "adamax": ("Adamax", "betas=({beta1}, {beta2}), eps={eps}, weight_decay={weight_decay}"),
    "adamw": ("AdamW", "betas=({beta1}, {beta2}), eps={eps}, weight_decay={weight_decay}"),
    "nadam": (
        "NAdam",
        "betas=({beta1}, {beta2}), eps={eps}, momentum_decay={momentum_decay}, "
        "weight_decay={weight_decay}, decoupled_weight_decay={decoupled}",
    ),
    "radam": (
        "RAdam",
        "betas=({beta1}, {beta2}), eps={eps}, weight_decay={weight_decay}, "
        "decoupled_weight_decay={decoupled}",
    ),
    "rmsprop": (
        "RMSprop",
        "alpha={alpha}, eps={eps}, momentum={momentum}, centered={centered}, weight_decay={weight_decay}",
    ),
    "rprop": ("Rprop", "etas=({shrink}, {grow}), step_sizes=({smallest}, {largest})"),
    "sgd": ("SGD", "momentum={momentum}, nesterov={nesterov}, weight_decay={weight_decay}"),
}
"""Optimisers of PyTorch that move weights as Ganvas's do, by tag: the class and its options."""


KNOWN = (*RULES, Muon.tag(), LBFGS.tag())
"""Optimisers that a program can use, by tag."""


def optimizers(job: Job, page: Page) -> str:
    """Return lines that make the optimiser of every network.

    Args:
        job: What is handed over.
        page: What the functions are noted on.
    """
    lines = []
    for name in job.session.flats:
        rule = _rule(job, name)
        if isinstance(rule, Muon):
            written = _muon(rule, name, job, page)
        elif isinstance(rule, LBFGS):
            written = _lbfgs(rule, name, job, page)
        else:
            written = _written(rule, name, job, page)
        lines.append(f"        {name!r}: {written},")
    return "\n".join(lines)


def searching(job: Job, page: Page) -> dict[str, str]:
    """Return arguments of optimisers that look at the loss again and again, where there are some.

    Args:
        job: What is handed over.
        page: What the functions are noted on.
    """
    rules = [_rule(job, name) for name in job.session.flats]
    looks = any(rule.looks_again for rule in rules)
    return {"searching": page.use(optimizing.Again)} if looks else {}


def _rule(job: Job, name: str) -> Optimizer:
    recipe = job.session.project.recipe
    return OPTIMIZERS.make_plug(recipe.optimizers.get(name, recipe.optimizer))


def _written(rule: Optimizer, name: str, job: Job, page: Page) -> str:
    kind, options = RULES[rule.tag()]
    values = {f.name: getattr(rule, f.name) for f in rule.fields()}
    line = f"lr={rule.lr}, {options.format(**values)}"
    maker = f"torch.optim.{kind}"
    if isinstance(rule, Rprop) and (_changes_rates(job) or not rule.lr):
        maker = page.use(optimizing.ScheduledRprop)
    return _call(maker, [f"networks[{name!r}].parameters(),", f"{line},"])


def _muon(rule: Muon, name: str, job: Job, page: Page) -> str:
    hidden = tuple(hidden_matrices(job.session.flats[name]))
    scale = "match_rms_adamw" if rule.scale == "like_adamw" else "original"
    lines = [
        f"networks[{name!r}],",
        f"hidden={_folded(hidden)},",
        f"lr={rule.lr}, weight_decay={rule.weight_decay}, betas=({rule.beta1}, {rule.beta2}), eps={rule.eps},",
        f"momentum={rule.momentum}, nesterov={rule.nesterov}, ns_steps={rule.turns}, adjust_lr_fn={scale!r},",
    ]
    return _call(page.use(optimizing.muon_beside_adamw), lines)


def _lbfgs(rule: LBFGS, name: str, job: Job, page: Page) -> str:
    search = "strong_wolfe" if rule.line_search else None
    lines = [
        f"networks[{name!r}],",
        f"held={_folded(_held(job).get(name, {}))},",
        f"lr={rule.lr}, max_iter={rule.iterations}, history_size={rule.history}, line_search_fn={search!r},",
        f"tolerance_grad={rule.gradient_tolerance}, tolerance_change={rule.change_tolerance},",
    ]
    return _call(page.use(optimizing.LBFGSOfAll), lines)


def _call(function: str, lines: Sequence[str]) -> str:
    inner = "".join(f"            {line}\n" for line in lines)
    return f"{function}(\n{inner}        )"


def _folded(value: Any, indent: int = 12) -> str:
    """The text of a plain value, on several lines where it is long."""
    return textwrap.indent(pprint.pformat(value, width=LONGEST), " " * indent).lstrip()


def _changes_rates(job: Job) -> bool:
    """Whether the learning rate is another one at some step."""
    schedule = SCHEDULES.make_plug(job.session.project.recipe.schedule)
    return schedule.tag() != "constant" or schedule.warmup > 0


def mover(job: Job, page: Page) -> str:
    """Return the text of what moves the networks: at which rates, clipped and held to what.

    Args:
        job: What is handed over.
        page: What the functions are noted on.
    """
    recipe = job.session.project.recipe
    schedule = SCHEDULES.make_plug(recipe.schedule)
    factor = SCHEDULED[schedule.tag()]
    given = {"total": repr(_total(job, read_summary(job.run).steps))}
    if isinstance(schedule, OneCycle) and schedule.cycle:
        given["momentum"] = page.use(
            schedules.cycled_momentum, **_options(schedules.cycled_momentum, schedule)
        )
    given |= {
        name: repr(value)
        for name, value in (("clip_norm", recipe.clip_norm), ("clip_value", recipe.clip_value))
        if value is not None
    }
    if held := _held(job):
        given["held"] = _folded(held, 8)
    arguments = [
        "networks",
        "optimizers",
        page.use(factor, **_options(factor, schedule)),
        *(f"{name}={value}" for name, value in given.items()),
    ]
    return called(page.use(holding.Mover), arguments)


def course(job: Job) -> dict[str, str]:
    """Return arguments that every training takes: how long, in which batches.

    Args:
        job: What is handed over.
    """
    recipe = job.session.project.recipe
    return {"steps": "steps", "batch_size": repr(recipe.batch_size), "seed": repr(recipe.seed)}


def steps_of(job: Job) -> int:
    """Return how many steps the program makes.

    Args:
        job: What is handed over.
    """
    summary = read_summary(job.run)
    waits = job.session.project.recipe.early_stopping is not None and summary.state == "finished"
    return _total(job, summary.steps) if waits else summary.steps


def average(job: Job, page: Page) -> dict[str, str]:
    """Return arguments of an average of the weights, where the recipe wants one.

    Args:
        job: What is handed over.
        page: What the functions are noted on.
    """
    setting: Averaging | None = job.session.project.recipe.average
    if setting is None:
        return {}
    if setting.kind == "ema":
        return {"share_of": page.use(holding.fading_share, decay=setting.decay)}
    start = math.ceil(setting.start * _total(job, 0)) or 1
    share = page.use(holding.even_share, start=start, every=setting.every)
    return {"share_of": share, "settles": "True"}


def plateau(job: Job, page: Page) -> dict[str, str]:
    """Return arguments of a schedule that looks at evaluations, where the recipe has one.

    Args:
        job: What is handed over.
        page: What the functions are noted on.
    """
    schedule = SCHEDULES.make_plug(job.session.project.recipe.schedule)
    if not schedule.watches:
        return {}
    watched = str(getattr(schedule, "metric", "")).removeprefix("validation_")
    options = _options(schedules.on_plateau, schedule)
    return {
        "plateau": page.use(schedules.on_plateau, **options),
        "plateau_watches": repr(watched),
    }


def _options(function: Callable[..., Any], declared: Any) -> dict[str, Any]:
    """Settings of a declared class that a function takes, too."""
    names = set(inspect.signature(function).parameters)
    return {f.name: getattr(declared, f.name) for f in declared.fields() if f.name in names}


def _total(job: Job, otherwise: int) -> int:
    recipe = job.session.project.recipe
    per_epoch = batches_of(job.session, recipe.seed).steps_per_epoch
    ends = [recipe.max_steps, None if recipe.epochs is None else recipe.epochs * per_epoch]
    return min((end for end in ends if end is not None), default=otherwise)


def _held(job: Job) -> dict[str, dict[str, dict[str, Any]]]:
    """What weights are held to, by network and parameter."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for name, flat in job.session.flats.items():
        rules: dict[str, dict[str, Any]] = {}
        for parameter, one in held_by(job.session.task.networks[name], flat).items():
            told: dict[str, Any] = {"l1": one.l1, "l2": one.l2}
            told["max_norm"] = (one.max_norm, one.axes) if one.max_norm else None
            if kept := {rule: value for rule, value in told.items() if value}:
                rules[parameter] = kept
        if rules:
            found[name] = rules
    return found
