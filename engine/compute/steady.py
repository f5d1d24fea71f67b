"""What looks at steps that depend on the project alone, and counts what that costs."""

from __future__ import annotations

import functools
from collections.abc import Callable
from time import perf_counter
from typing import Concatenate, ParamSpec, TypeVar

from engine.compute.task import Task
from engine.probes.base import Gauge

P = ParamSpec("P")
T = TypeVar("T")
S = TypeVar("S", bound="Steady")


class Steady(Gauge):
    """A gauge that is never asked to look less often; its methods that are :func:`counted` add up what they cost.

    Args:
        task: What is being trained.

    Attributes:
        seconds: What it has cost so far.
    """

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self.seconds = 0.0


def counted(work: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
    """Let a method of a :class:`Steady` gauge add the time that it takes."""

    @functools.wraps(work)
    def timed(gauge: S, /, *args: P.args, **named: P.kwargs) -> T:
        begun = perf_counter()
        try:
            return work(gauge, *args, **named)
        finally:
            gauge.seconds += perf_counter() - begun

    return timed
