"""What networks cost and are worth: numbers, bytes, multiply-adds, time, and the score on the validation part."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from statistics import median
from time import perf_counter
from typing import NamedTuple

import torch

from engine.compression.variant import Latency, Size
from engine.compute.compression.sparse import WithoutZeros, thin
from engine.compute.evaluate import networks
from engine.compute.modes import threads
from engine.compute.network import GraphModule, random_input
from engine.compute.rounding import in_float
from engine.compute.session import Session
from engine.compute.survey import survey

BATCHES = (1, 64)
SECONDS = 0.4  # of measuring for each of them
LEAST = 20


class Times(NamedTuple):
    """How long passes of some sizes take.

    Attributes:
        dense: With matrices as they are.
        sparse: With matrices that leave their zeros out; none where no layer has many.
    """

    dense: tuple[Latency, ...] = ()
    sparse: tuple[Latency, ...] = ()


UNTIMED = Times()
AS_THEY_ARE: AbstractContextManager[None] = nullcontext()


def size_of(session: Session, file_bytes: int, times: Times = UNTIMED) -> Size:
    """Measure the networks of a session.

    Args:
        session: Networks with their weights.
        file_bytes: Of their file.
        times: How long passes take, where that was measured; see :func:`side_by_side`.
    """
    found = networks(session)
    weights = [w for module in found.values() for w in module.parameters()]
    metric, higher, value, metrics = quality(session)
    parameters = sum(weight.numel() for weight in weights)
    return Size(
        parameters=parameters,
        nonzero=sum(int(weight.count_nonzero()) for weight in weights),
        dense_bytes=sum(
            t.nbytes for module in found.values() for t in module.state_dict().values()
        ),
        file_bytes=file_bytes,
        macs=sum(multiply_adds(module) for module in found.values()),
        latencies=times.dense,
        sparse_latencies=times.sparse,
        threads=session.project.recipe.threads,
        metric=metric,
        higher=higher,
        value=value,
        metrics=metrics,
    )


def side_by_side(one: Session, other: Session, seconds: float | None = None) -> tuple[Times, Times]:
    """Measure passes through the networks of two sessions in turns, so that what else the machine does slows all.

    Args:
        one: Networks with their weights.
        other: Others, of the same recipe.
        seconds: How long passes of one size are measured at least, for each; a while when left out.
    """
    both = networks(one), networks(other)
    seconds = SECONDS if seconds is None else seconds
    modules = [module for found in both for module in found.values()]
    with threads(one.project.recipe.threads), torch.no_grad(), in_float(*modules):
        ways = [(place, way) for place, found in enumerate(both) for way in _ways(found)]
        measured = [
            in_turns([passing(both[place], batch, way) for place, way in ways], batch, seconds)
            for batch in BATCHES
        ]
    columns = list(zip(*measured, strict=True))
    first, second = (
        Times(*(column for (at, _way), column in zip(ways, columns, strict=True) if at == place))
        for place in range(len(both))
    )
    return first, second


def _ways(modules: Mapping[str, GraphModule]) -> list[AbstractContextManager[None]]:
    """How networks can compute: with matrices as they are, and without their zeros where there are many."""
    layers = thin(modules.values())
    return [AS_THEY_ARE, *([WithoutZeros(layers)] if layers else [])]


def quality(session: Session) -> tuple[str, bool, float, dict[str, float]]:
    """Return what tells how good networks are on the validation part.

    Returns:
        Its name (empty where nothing can be measured), whether more is better, its value, and all metrics that are numbers.
    """
    part = session.data.validation
    if not session.task.can_measure(part):
        return "", True, 0.0, {}
    measured = session.task.measure(part, "validation").metrics
    metrics = {name: float(value) for name, value in measured.items()}
    higher = {metric.name: metric.higher for metric in session.objective.metrics}
    # The last group first: the distance of samples tells what a count of modes, which is soon full, does not.
    named = list(itertools.chain.from_iterable(reversed(session.objective.rankings)))
    for name in (*named, *higher):
        if name in metrics:
            return name, higher.get(name, False), metrics[name], _finite(metrics)
    return "", True, 0.0, _finite(metrics)


def _finite(metrics: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in metrics.items() if math.isfinite(value)}


def multiply_adds(module: GraphModule) -> int:
    """Return how many multiply-adds a network makes for one example, zeros counted, as the canvas counts them."""
    found = survey(module.network, module.entries, blocks=module.blocks)
    return found.report().flops // 2


def passing(
    modules: Mapping[str, GraphModule],
    batch: int,
    way: AbstractContextManager[None] = AS_THEY_ARE,
) -> Callable[[], None]:
    """Return what makes one pass through all networks, one after the other.

    Args:
        modules: In evaluation mode.
        batch: Examples in a pass.
        way: In what they compute; entered anew for every pass.
    """
    generator = torch.Generator().manual_seed(0)
    fed = [
        (module, (random_input(module, batch, generator), *_labels(module, batch)))
        for module in modules.values()
    ]

    def once() -> None:
        with way:
            for module, inputs in fed:
                module(*inputs)

    return once


def in_turns(works: Sequence[Callable[[], None]], batch: int, seconds: float) -> list[Latency]:
    """Measure how long some things take, one after the other, again and again.

    Args:
        works: Do them.
        batch: Examples that they are done with.
        seconds: How long each is done at least, on average.
    """
    times: list[list[float]] = [[] for _work in works]
    begun = perf_counter()
    while len(times[0]) < LEAST or perf_counter() - begun < seconds * len(works):
        for work, taken in zip(works, times, strict=True):
            start = perf_counter()
            work()
            taken.append(perf_counter() - start)
    return [_latency_of(taken, batch) for taken in times]


def _latency_of(times: Sequence[float], batch: int) -> Latency:
    ranked = sorted(times[len(times) // 10 :])  # the first ones warm up
    return Latency(batch=batch, median=median(ranked), p95=ranked[int(0.95 * (len(ranked) - 1))])


def _labels(module: GraphModule, batch: int) -> tuple[torch.Tensor, ...]:
    labels = module.any_labels(batch, torch.Generator().manual_seed(0))
    return () if labels is None else (labels,)
