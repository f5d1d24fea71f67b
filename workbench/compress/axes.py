"""What networks cost, each as an axis of the trade-off chart and as words."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from engine.compression.variant import Latency, Size
from engine.objectives.scoring import SCORES
from projects.figures import measured
from projects.translation import N_
from projects.translation import gettext as _
from workbench.compress.fair import quickest
from workbench.inspector_facts import in_bytes
from workbench.metric_words import metric_words
from workbench.node_faces import compact
from workbench.problem_words import capital

MILLISECONDS = 1e3
FRACTION = 3  # digits of a time
OF_SAMPLES = frozenset(score.name for score in SCORES)
DRAWN = frozenset(
    ("modes", "fid", "kid", "diversity", "memorisation")
)  # of samples and nothing else


@dataclass(frozen=True)
class Axis:
    """One of the costs.

    Attributes:
        name: Its name in settings.
        title: What people read, in English; translated where it is shown.
        of: The cost, and None where it was not measured.
        words: The cost as people say it.
        batch: Examples in the pass that is timed: such costs are compared by sizes with fair times. 0 for all others.
    """

    name: str
    title: str
    of: Callable[[Size], float | None]
    words: Callable[[float], str]
    batch: int = 0


def in_milliseconds(seconds: float) -> str:
    """Return a time as people say it: ``0.083 ms``."""
    return _("{time} ms").format(time=f"{MILLISECONDS * seconds:.{FRACTION}g}")


def bytes_words(count: float) -> str:
    """Return how much a file holds as people say it: ``40.7 KiB``."""
    return in_bytes(int(count))


def _whole(count: float) -> str:
    return f"{count:,.0f}"


def _median(batch: int) -> Callable[[Size], float | None]:
    def of(size: Size) -> float | None:
        found = quickest(size, batch)
        return found[0].median if found is not None else None

    return of


PACKED = N_("Bytes, packed")
AXES = (
    Axis("nonzero", N_("Not 0"), lambda size: size.nonzero, _whole),
    Axis("parameters", N_("Parameters"), lambda size: size.parameters, _whole),
    Axis("file_bytes", PACKED, lambda size: size.file_bytes, bytes_words),
    Axis("macs", N_("Multiply-adds an example"), lambda size: size.macs, compact),
    Axis("latency_1", N_("Time for one example"), _median(1), in_milliseconds, 1),
    Axis("latency_64", N_("Time for a batch of 64"), _median(64), in_milliseconds, 64),
)


WAYS = {
    "latencies": N_("{time}"),
    "sparse_latencies": N_("{time}, by sparse matrices"),
    "int8_latencies": N_("{time}, by int8 kernels of ONNX Runtime"),
}
"""How a time is told, by the way in which a network is the fastest."""


def time_words(size: Size, batch: int) -> str:
    """Return the time of the fastest way with that way, of a size with fair times; empty where none was measured."""
    found = quickest(size, batch)
    if found is None:
        return ""
    time, way = found
    return _(WAYS[way]).format(time=in_milliseconds(time.median))


def packed_tip() -> str:
    """Return what a number of packed bytes says, and what it doesn't."""
    return _(
        "Of the file of its weights as a variant keeps it: without zeros, in few bits. A training keeps every number in 32 bits."
    )


def unpacked_words(stored: int) -> str:
    """Return how much a file takes that a training has left."""
    return _("not packed, as its training left it: {size}").format(size=bytes_words(stored))


def latency_words(found: Latency) -> str:
    """Return a time with the one that 95 of 100 passes need at most."""
    return _("{median} · p95 {p95}").format(
        median=in_milliseconds(found.median), p95=in_milliseconds(found.p95)
    )


def score_words(metric: str, value: float) -> str:
    """Return a score of a metric; of one that is no number a dash."""
    return measured(metric, value) if math.isfinite(value) else "–"


def score_title(metric: str) -> str:
    """Return what stands above a score; of one that has no name just that."""
    return capital(metric_words(metric) if metric else _("score"))


def score_base(metric: str, metrics: Collection[str]) -> str:
    """Return in a sentence on what a score was measured.

    Args:
        metric: The score.
        metrics: Everything that was measured with it.
    """
    if metric in OF_SAMPLES and not DRAWN.isdisjoint(metrics):
        return _("Scores: of samples, against training examples; more than while a run trains.")
    return _("Scores: of the validation part.")


def front(points: Sequence[tuple[float, float]], higher: bool) -> list[int]:
    """Return which points no other one beats in both cost and score, by rising cost.

    Args:
        points: Cost and score of each.
        higher: Whether more of the score is better.
    """
    sign = 1.0 if higher else -1.0
    order = sorted(range(len(points)), key=lambda i: (points[i][0], -sign * points[i][1]))
    best, found = -math.inf, []
    for place in order:
        score = sign * points[place][1]
        if score > best:
            best = score
            found.append(place)
    return found
