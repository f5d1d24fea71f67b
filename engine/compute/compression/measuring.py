"""What networks cost and are worth: numbers, bytes, multiply-adds, time, and the score on the validation part."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter

import torch
from torch.utils.flop_counter import FlopCounterMode

from engine.compression.variant import Latency, Size
from engine.compute.compression.sparse import thin, without_zeros
from engine.compute.evaluate import networks
from engine.compute.modes import threads
from engine.compute.network import GraphModule, random_input
from engine.compute.rounding import in_float
from engine.compute.session import Session

BATCHES = (1, 64)
SECONDS = 0.4  # of measuring for each of them
LEAST = 20


def size_of(session: Session, file_bytes: int, seconds: float | None = None) -> Size:
    """Measure the networks of a session.

    Args:
        session: Networks with their weights.
        file_bytes: Of their file.
        seconds: How long passes of one size are measured at least; a while when left out.
    """
    found = networks(session)
    weights = [w for module in found.values() for w in module.parameters()]
    metric, higher, value, metrics = quality(session)
    count = session.project.recipe.threads
    layers = thin(found.values())
    seconds = SECONDS if seconds is None else seconds
    with threads(count), torch.no_grad(), in_float(*found.values()):
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
    named = list(itertools.chain.from_iterable(session.objective.rankings))
    for name in (*named, *higher):
        if name in metrics:
            return name, higher.get(name, False), metrics[name], _finite(metrics)
    return "", True, 0.0, _finite(metrics)


def _finite(metrics: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in metrics.items() if math.isfinite(value)}


def multiply_adds(module: GraphModule) -> int:
    """Return how many multiply-adds a network makes for one example, zeros counted."""
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        generator = torch.Generator().manual_seed(0)
        module(random_input(module, 1, generator), *_labels(module, 1))
    return int(counter.get_total_flops()) // 2


def latency(modules: Mapping[str, GraphModule], batch: int, seconds: float) -> Latency:
    """Measure one pass through all networks, one after the other.

    Args:
        modules: In evaluation mode.
        batch: Examples in a pass.
        seconds: How long passes are made at least.
    """
    generator = torch.Generator().manual_seed(0)
    fed = [
        (module, (random_input(module, batch, generator), *_labels(module, batch)))
        for module in modules.values()
    ]

    def once() -> None:
        for module, inputs in fed:
            module(*inputs)

    return timed(once, batch, seconds)


def timed(once: Callable[[], None], batch: int, seconds: float) -> Latency:
    """Measure how long something takes, again and again.

    Args:
        once: Does it.
        batch: Examples that it is done with.
        seconds: How long it is done at least.
    """
    times: list[float] = []
    begun = perf_counter()
    while len(times) < LEAST or perf_counter() - begun < seconds:
        start = perf_counter()
        once()
        times.append(perf_counter() - start)
    times = sorted(times[len(times) // 10 :])  # the first ones warm up
    return Latency(batch=batch, median=median(times), p95=times[int(0.95 * (len(times) - 1))])


def _labels(module: GraphModule, batch: int) -> tuple[torch.Tensor, ...]:
    labels = module.any_labels(batch, torch.Generator().manual_seed(0))
    return () if labels is None else (labels,)
