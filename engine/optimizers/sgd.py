"""Stochastic gradient descent, with and without momentum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.declare import FieldError
from engine.optimizers.base import LearningRate, Optimizer, WeightDecay
from projects.translation import gettext as _

if TYPE_CHECKING:
    from torch import Tensor


class SGD(Optimizer, frozen=True, tag="sgd"):
    """Steps against the gradient.

    ``v ← μv + g``, ``w ← w − lr · v``; with Nesterov's momentum ``w ← w − lr · (g + μv)``.
    Weight decay is added to the gradient.
    """

    title: ClassVar[str] = "SGD"
    order: ClassVar[int] = 30
    slots: ClassVar[tuple[str, ...]] = ("velocity",)
    inertia: ClassVar[str] = "momentum"
    formula: ClassVar[tuple[str, ...]] = (
        r"g \leftarrow g + \lambda w \quad\text{(weight decay } \lambda \text{)}",
        r"v \leftarrow \mu v + g, \quad w \leftarrow w - \text{lr} \cdot v",
        r"w \leftarrow w - \text{lr} \cdot (g + \mu v) \quad\text{(Nesterov)}",
    )
    use: ClassVar[str] = (
        "With a momentum of 0.9 for convolutional classifiers, 0.01 to 0.1 and a schedule that "
        "falls: in the end often a little better than Adam. Without momentum to see plain "
        "gradient descent."
    )
    trouble: ClassVar[str] = (
        "One rate for all weights: transformers and embeddings hardly move while other layers "
        "already leap. A momentum of 0.9 makes steps ten times as long, so divide the learning "
        "rate by ten with it. Too high, the loss is not a number after a few steps."
    )
    source: ClassVar[str] = (
        "Robbins & Monro 1951, A Stochastic Approximation Method; momentum: Sutskever, Martens, "
        "Dahl & Hinton 2013, On the importance of initialization and momentum in deep learning"
    )

    lr: LearningRate = 0.1
    momentum: Annotated[
        float,
        Meta(
            ge=0, le=0.99999, title="Momentum", description="Share of the last step that is kept."
        ),
    ] = 0.0
    nesterov: Annotated[
        bool, Meta(title="Nesterov", description="Look at the gradient where momentum leads.")
    ] = False
    weight_decay: WeightDecay = 0.0

    def validate(self) -> None:
        """Nesterov's variant is one of momentum."""
        if self.nesterov and not self.momentum:
            raise FieldError(
                "nesterov",
                _("Nesterov's momentum needs a momentum above 0."),
                _("Set momentum to 0.9."),
            )

    def memory(self) -> tuple[str, ...]:
        """Velocity, where there is momentum."""
        return self.slots if self.momentum else ()

    def update(
        self, weights: Tensor, gradient: Tensor, memory: dict[str, Tensor], step: int, lr: float
    ) -> None:
        """Move the weights, in place; see :meth:`Optimizer.update`."""
        if self.weight_decay:
            gradient.add_(weights, alpha=self.weight_decay)
        if self.momentum:
            velocity = memory["velocity"].mul_(self.momentum).add_(gradient)
            gradient = gradient.add_(velocity, alpha=self.momentum) if self.nesterov else velocity
        weights.add_(gradient, alpha=-lr)
