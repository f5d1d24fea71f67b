"""What every optimiser declares; :data:`OPTIMIZERS` is the catalogue of them.

All weights of a network lie in one flat tensor (:mod:`engine.compute.flat`), so an update rule is a
few lines on whole tensors and costs a few kernels a step, however many layers there are. Most rules
work element by element, for which flat and per-layer updates are the same: they write
:meth:`Optimizer.update`. A rule that has to know where a matrix begins and ends, or that looks at the loss
several times a step, writes :meth:`Optimizer.advance`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Protocol

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
Beta = Annotated[float, Meta(ge=0, le=0.99999)]
Beta1 = Annotated[
    Beta, Meta(title="Beta 1", description="How long the mean of the gradient remembers.")
]
Beta2 = Annotated[
    Beta, Meta(title="Beta 2", description="How long the mean of its square remembers.")
]
Epsilon = Annotated[
    float, Meta(gt=0, le=1, title="Epsilon", description="Keeps the division finite.")
]
Decoupled = Annotated[
    bool,
    Meta(
        title="Decoupled decay",
        description="Weight decay acts on the weights and not through the gradient, as in AdamW.",
    ),
]

Again = Callable[[], "Tensor"]


class Weights(Protocol):
    """All weights of a network, whole and by parameter; see :class:`engine.compute.flat.Flat`.

    Attributes:
        weights: ``(elements,)``.
        gradient: ``(elements,)``.
    """

    weights: Tensor
    gradient: Tensor

    @property
    def views(self) -> Mapping[str, Tensor]:
        """By parameter name, its weights as a view."""
        ...

    @property
    def kinds(self) -> Mapping[str, str]:
        """By parameter name, what it is; see :func:`engine.compute.kinds.kinds_of`."""
        ...

    def parts(self, flat: Tensor) -> dict[str, Tensor]:
        """Return the parts of a tensor shaped like :attr:`weights`, by parameter and in its shape."""
        ...


class Optimizer(Declared, frozen=True, kw_only=True):
    """Base of every optimiser.

    Class attributes:
        slots: Names of the tensors, shaped like the weights and zero at first, that it remembers
            from step to step; parameters may switch some off (:meth:`memory`).
        inertia: Name of the parameter that says how much of past gradients a step keeps; empty where
            there is none. Schedules may move it.
        looks_again: Whether a step evaluates the loss several times.
    """

    slots: ClassVar[tuple[str, ...]] = ()
    inertia: ClassVar[str] = ""
    looks_again: ClassVar[bool] = False

    lr: LearningRate = 1e-3

    def memory(self) -> tuple[str, ...]:
        """The slots that these parameters need."""
        return self.slots

    def begin(self, flat: Weights) -> dict[str, Tensor]:
        """Return what the rule remembers, as it is before the first step, by name."""
        import torch

        return {slot: torch.zeros_like(flat.weights) for slot in self.memory()}

    def advance(
        self,
        flat: Weights,
        memory: dict[str, Tensor],
        step: int,
        lr: float,
        again: Again | None = None,
    ) -> None:
        """Move all weights of a network, in place.

        Args:
            flat: Weights and gradients; the gradient may be overwritten.
            memory: What :meth:`begin` returned, changed in place from step to step.
            step: Which update this is, from 1.
            lr: The learning rate of this step.
            again: For rules that look again: fills the gradient for the weights as they are now and
                returns the loss, of the same examples and with the same random numbers each time.
        """
        self.update(flat.weights, flat.gradient, memory, step, lr)

    def update(
        self, weights: Tensor, gradient: Tensor, memory: dict[str, Tensor], step: int, lr: float
    ) -> None:
        """Move the weights, in place, element by element.

        Args:
            weights: All weights of a network, ``(parameters,)``.
            gradient: Their gradient, same shape; may be overwritten.
            memory: The tensors named by :meth:`memory`, same shape.
            step: Which update this is, from 1.
            lr: The learning rate of this step.
        """
        raise NotImplementedError


OPTIMIZERS: Catalogue[Optimizer] = Catalogue("optimiser", Optimizer, "engine.optimizers")
