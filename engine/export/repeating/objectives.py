"""Objectives whose networks learn together from one loss, as calls of the programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.augmentations.base import Mixing
from engine.compute.augmenting import augmenter_of
from engine.compute.tasks.multi_label import MultiLabelTask
from engine.compute.tasks.vae import VaeTask
from engine.export.parts import augmenting, coding, learning, naming, numbers
from engine.export.repeating import recipes
from engine.export.repeating.page import Page, called, listed
from engine.export.writer import Job
from engine.objectives.autoencoder import Autoencoder
from engine.objectives.base import Objective
from engine.objectives.classification import Classification
from engine.objectives.coding import Coding
from engine.objectives.forecasting import NETWORK as FORECASTER
from engine.objectives.forecasting import Forecasting
from engine.objectives.language_model import NETWORK as LANGUAGE_MODEL
from engine.objectives.language_model import LanguageModel
from engine.objectives.multi_label import MultiLabel
from engine.objectives.naming import Naming
from engine.objectives.numbers import Foretelling
from engine.objectives.regression import NETWORK as REGRESSOR
from engine.objectives.regression import Regression
from engine.objectives.sequence_labelling import NETWORK as TAGGER
from engine.objectives.sequence_labelling import SequenceLabelling
from engine.objectives.vae import Vae

Options = dict[str, Any]


@dataclass(frozen=True)
class Recital:
    """How an objective is told in a program.

    Attributes:
        loss: Computes the loss of a batch.
        measure: Computes metrics.
        metrics: Their names.
        options: What both are told beside networks and examples.
    """

    loss: Callable[..., Any]
    measure: Callable[..., Any]
    metrics: tuple[str, ...]
    options: Callable[[Job], Options]


def _classes(job: Job) -> Options:
    objective = job.session.objective
    assert isinstance(objective, Naming)
    loss = objective.class_loss(job.session.task.context)
    return {
        "weights": None if loss.weights is None else loss.weights.tolist(),
        "smoothing": loss.smoothing,
        "focus": loss.focus,
    }


def _labels(job: Job) -> Options:
    objective, task = job.session.objective, job.session.task
    assert isinstance(objective, MultiLabel)
    assert isinstance(task, MultiLabelTask)
    weights = None if task.weights is None else task.weights.tolist()
    return {"weights": weights, "threshold": objective.threshold}


def _numbers(job: Job, name: str) -> Options:
    objective, constants = job.session.objective, job.session.task.constants()
    assert isinstance(objective, Foretelling)
    return {
        "name": name,
        "shift": constants.get("TARGET_SHIFT", 0.0),
        "scale": constants.get("TARGET_SCALE", 1.0),
        "kind": objective.loss,
        "delta": objective.delta,
        "quantiles": objective.quantiles if objective.loss == "quantile" else (),
    }


def _restoring(job: Job) -> Options:
    objective, info = job.session.objective, job.session.data.info
    assert isinstance(objective, Autoencoder)
    names = ("reconstruction", "noise", "strength", "sparsity", "sparsity_weight", "activation")
    options = {name: getattr(objective, name) for name in names}
    return {"ends": (info.low, info.high), **options, "odd": odd_ones(job)}


def _bound(job: Job) -> Options:
    objective, task = job.session.objective, job.session.task
    assert isinstance(objective, Vae)
    assert isinstance(task, VaeTask)
    names = ("likelihood", "variance", "beta", "free_bits", "evaluation")
    options = {name: getattr(objective, name) for name in names}
    return {**options, "deviation": objective.sd, "warmup": task.warmup, "odd": odd_ones(job)}


def odd_ones(job: Job) -> tuple[int, ...]:
    """Return places of the classes or labels that are held out as anomalies.

    Args:
        job: What is handed over.
    """
    objective, info = job.session.objective, job.session.data.info
    assert isinstance(objective, Coding)
    known = list(info.labels or info.classes)
    return tuple(known.index(name) for name in objective.anomalies(info))


RECITED: Mapping[type[Objective], Recital] = {
    Classification: Recital(
        naming.classify, naming.measure_classes, ("loss", "accuracy", "macro_f1"), _classes
    ),
    SequenceLabelling: Recital(
        naming.name_steps,
        naming.measure_steps,
        ("loss", "accuracy", "macro_f1"),
        lambda job: {"name": TAGGER, **_classes(job)},
    ),
    LanguageModel: Recital(
        naming.name_steps,
        naming.measure_steps,
        ("loss", "accuracy", "perplexity"),
        lambda _job: {"name": LANGUAGE_MODEL},
    ),
    MultiLabel: Recital(
        naming.tick,
        naming.measure_labels,
        ("loss", "accuracy", "mean_accuracy", "macro_f1", "micro_f1"),
        _labels,
    ),
    Regression: Recital(
        numbers.foretell,
        numbers.measure_numbers,
        ("loss", "mse", "rmse", "mae", "r2"),
        lambda job: _numbers(job, REGRESSOR),
    ),
    Forecasting: Recital(
        numbers.foretell,
        numbers.measure_numbers,
        ("loss", "mse", "rmse", "mae"),
        lambda job: _numbers(job, FORECASTER),
    ),
    Autoencoder: Recital(coding.restore, coding.measure_restored, ("loss", "mse"), _restoring),
    Vae: Recital(coding.bound, coding.measure_bound, ("elbo", "kl", "reconstruction"), _bound),
}


def metrics_of(objective: Objective) -> tuple[str, ...]:
    """Return the names of what a program measures while it trains, as recipes know them.

    Args:
        objective: What is trained for.
    """
    found = RECITED.get(type(objective))
    return tuple(f"validation_{name}" for name in found.metrics) if found else ()


def options_of(job: Job) -> Options:
    """Return what losses and measures of the run's objective are told.

    Args:
        job: What is handed over.
    """
    return RECITED[type(job.session.objective)].options(job)


def learning_call(job: Job, page: Page) -> str:
    """Return the lines that train, where networks learn together; ``OBJECTIVE`` holds :func:`options_of`.

    Args:
        job: What is handed over.
        page: What the functions are noted on.
    """
    recipe = job.session.project.recipe
    recital = RECITED[type(job.session.objective)]
    loss, measure = page.use(recital.loss), page.use(recital.measure)
    given = {
        **recipes.course(job),
        "evaluate_every": repr(recipe.evaluate_every),
        **_best(job),
        **recipes.average(job, page),
        **recipes.plateau(job, page),
        **recipes.searching(job, page),
        **_changes(job, page),
    }
    if recipe.accumulate > 1:
        given["pieces"] = repr(recipe.accumulate)
    arguments = [
        "networks",
        "mover",
        "read_data()",
        f"partial({loss}, **OBJECTIVE)",
        f"partial({measure}, **OBJECTIVE)",
        *(f"{name}={value}" for name, value in given.items()),
    ]
    made = f"    metrics, losses = {called(page.use(learning.train), arguments)}"
    told = '    metrics = {f"test_{name}": value for name, value in metrics.items()}'
    return f"{made}\n{told}"


def _best(job: Job) -> dict[str, str]:
    """By which metrics the best evaluation is found, and when it stops early."""
    recipe, objective = job.session.project.recipe, job.session.objective
    names = [name.removeprefix("validation_") for name in objective.best]
    stopping = recipe.early_stopping
    if stopping is None:
        return {"best": repr(tuple(names))}
    watched = stopping.metric.removeprefix("validation_")
    best = (watched, *(name for name in names if name != watched))
    return {"best": repr(best), "patience": repr(stopping.patience), "watched": repr(watched)}


def _changes(job: Job, page: Page) -> dict[str, str]:
    """How examples are changed at random."""
    augmenter = augmenter_of(job.session.project.data, job.session.data)
    if augmenter is None:
        return {}
    plain, mixing = [], []
    for plug in augmenter.plugs:
        function = getattr(augmenting, plug.tag())
        options = {f.name: getattr(plug, f.name) for f in plug.fields()}
        if isinstance(plug, Mixing):
            mixing.append(page.use(function, **options))
        else:
            plain.append(page.use(function, fill=augmenter.fill, **options))
    return {
        "changes": listed(plain),
        "mixing": listed(mixing),
        "picture": repr(augmenter.picture),
    }
