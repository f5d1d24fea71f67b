"""What every pruning declares; :data:`PRUNINGS` is the catalogue of them.

A pruning takes weights away while a network trains: what it has set to zero stays zero. It is part of the
recipe, so the same seed still gives the same run. What takes weights away from a trained network at once is
a compression (:mod:`engine.compression`).
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from engine.declare import Catalogue, Declared

Criterion = Annotated[
    Literal["magnitude", "movement", "random"],
    Meta(
        title="Which weights",
        description="magnitude: the smallest. movement: those that training pulls towards 0. random: any, for comparison.",
    ),
]
Scope = Annotated[
    Literal["network", "layer"],
    Meta(
        title="Compared over",
        description="network: the least of all layers together. layer: the same share of every layer.",
    ),
]


class Pruning(Declared, frozen=True, kw_only=True):
    """Base of every pruning.

    Class attributes:
        needs_end: Whether it has to know how many steps the training will have.
        works: Whether it takes anything away at all.
    """

    needs_end: ClassVar[bool] = False
    works: ClassVar[bool] = True

    def share(self, step: int, total: int | None) -> float | None:
        """The share of the weights that is to be zero after a step; None where nothing changes then.

        Args:
            step: Steps made, this one included; 0 before the first.
            total: Steps that the training will have, or None when it has no end.
        """
        return None

    def is_over(self, step: int, total: int | None) -> bool:
        """Whether nothing more is taken away after so many steps: weights from before are none that were asked for."""
        return True


PRUNINGS: Catalogue[Pruning] = Catalogue("pruning", Pruning, "engine.pruning")
