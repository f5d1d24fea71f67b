"""No pruning."""

from __future__ import annotations

from typing import ClassVar

from engine.pruning.base import Pruning


class NoPruning(Pruning, frozen=True, kw_only=True, tag="none"):
    """All weights learn."""

    title: ClassVar[str] = "None"
    order: ClassVar[int] = 10
    works: ClassVar[bool] = False
    use: ClassVar[str] = (
        "Whenever size is no concern: first a network that learns, then a small one."
    )
    trouble: ClassVar[str] = (
        "Most networks have several times the weights that they need; what is never pruned is stored and computed for nothing."
    )
    source: ClassVar[str] = (
        "LeCun, Denker & Solla 1989, Optimal brain damage, for why less can be enough"
    )
