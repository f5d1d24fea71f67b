"""What every optimiser declares; :data:`OPTIMIZERS` is the catalogue of them.

All weights of a network lie in one flat tensor (:mod:`engine.compute.flat`), so an update rule is a
few lines on whole tensors and costs a few kernels a step, however many layers there are. Every rule
here works element by element, for which flat and per-layer updates are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.declare import Catalogue, Declared

if TYPE_CHECKING:
    from torch import Tensor

LearningRate = Annotated[
    float,
    Meta(ge=0, le=1e4, title="Learning rate", description="Size of a step, before the schedule."),
]
WeightDecay = Annotated[
    float,
    Meta(ge=0, le=10, title="Weight decay", description="Pulls every weight towards zero."),
]


class Optimizer(Declared, frozen=True, kw_only=True):
    """Base of every optimiser.

    Class attributes:
        slots: Names of the tensors, shaped like the weights and zero at first, that it remembers
            from step to step; parameters may switch some off (:meth:`memory`).
    """

    slots: ClassVar[tuple[str, ...]] = ()

    lr: LearningRate = 1e-3

    def memory(self) -> tuple[str, ...]:
        """The slots that these parameters need."""
        return self.slots

    def update(
        self, weights: Tensor, gradient: Tensor, memory: dict[str, Tensor], step: int, lr: float
    ) -> None:
        """Move the weights, in place.

        Args:
            weights: All weights of a network, ``(parameters,)``.
            gradient: Their gradient, same shape; may be overwritten.
            memory: The tensors named by :meth:`memory`, same shape.
            step: Which update this is, from 1.
            lr: The learning rate of this step.
        """
        raise NotImplementedError


OPTIMIZERS: Catalogue[Optimizer] = Catalogue("optimiser", Optimizer, "engine.optimizers")
