"""What networks cost and are worth: numbers, bytes, multiply-adds, time, and the score on the validation part."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from time import perf_counter

import torch

from engine.compression.variant import Latency, Size
from engine.compute.compression.sparse import thin, without_zeros
from engine.compute.evaluate import networks
from engine.compute.modes import threads
from engine.compute.network import GraphModule, random_input
from engine.compute.rounding import in_float
from engine.compute.session import Session
from engine.compute.survey import survey

BATCHES = (1, 64)
SECONDS = 0.4  # of measuring for each of them
LEAST = 20


def size_of(
    session: Session,
    file_bytes: int,
    seconds: float | None = None,
    latencies: tuple[Latency, ...] | None = None,
) -> Size:
    """Measure the networks of a session.

    Args:
        session: Networks with their weights.
        file_bytes: Of their file.
        seconds: How long passes of one size are measured at least; a while when left out.
        latencies: How long passes take, where that was measured beside another session, or is not asked.
    """
    found = networks(session)
    weights = [w for module in found.values() for w in module.parameters()]
    metric, higher, value, metrics = quality(session)
    count = session.project.recipe.threads
    layers = thin(found.values())
    seconds = SECONDS if seconds is None else seconds
    with threads(count), torch.no_grad(), in_float(*found.values()):
        if latencies is None:
            latencies = tuple(latency(found, batch, seconds) for batch in BATCHES)
        with without_zeros(layers):
            sparse = tuple(latency(found, batch, seconds) for batch in BATCHES if layers)
    parameters = sum(weight.numel() for weight in weights)
    return Size(
        parameters=parameters,
        nonzero=sum(int(weight.count_nonzero()) for weight in weights),
        dense_bytes=sum(
            t.nbytes for module in found.values() for t in module.state_dict().values()
        ),
        file_bytes=file_bytes,
        macs=sum(multiply_adds(module) for module in found.values()),
        latencies=latencies,
        sparse_latencies=sparse,
        threads=count,
        metric=metric,
        higher=higher,
        value=value,
        metrics=metrics,
    )


def side_by_side(
    one: Session, other: Session, seconds: float | None = None
) -> tuple[tuple[Latency, ...], tuple[Latency, ...]]:
    """Measure passes through the networks of two sessions in turns, so that what else the machine does slows both.

    Args:
        one: Networks with their weights.
        other: Others, of the same recipe.
        seconds: How long passes of one size are measured at least, for each; a while when left out.
    """
    both = networks(one), networks(other)
    seconds = SECONDS if seconds is None else seconds
    modules = [module for found in both for module in found.values()]
    with threads(one.project.recipe.threads), torch.no_grad(), in_float(*modules):
        pairs = [
            in_turns([passing(found, batch) for found in both], batch, seconds) for batch in BATCHES
        ]
    return tuple(first for first, _second in pairs), tuple(second for _first, second in pairs)


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


def latency(modules: Mapping[str, GraphModule], batch: int, seconds: float) -> Latency:
    """Measure one pass through all networks, one after the other.

    Args:
        modules: In evaluation mode.
        batch: Examples in a pass.
        seconds: How long passes are made at least.
    """
    return timed(passing(modules, batch), batch, seconds)


def passing(modules: Mapping[str, GraphModule], batch: int) -> Callable[[], None]:
    """Return what makes one pass through all networks, one after the other."""
    generator = torch.Generator().manual_seed(0)
    fed = [
        (module, (random_input(module, batch, generator), *_labels(module, batch)))
        for module in modules.values()
    ]

    def once() -> None:
        for module, inputs in fed:
            module(*inputs)

    return once


def timed(once: Callable[[], None], batch: int, seconds: float) -> Latency:
    """Measure how long something takes, again and again.

    Args:
        once: Does it.
        batch: Examples that it is done with.
        seconds: How long it is done at least.
    """
    (found,) = in_turns([once], batch, seconds)
    return found


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
