"""RMSprop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.optimizers.base import LearningRate, Optimizer, WeightDecay

if TYPE_CHECKING:
    from torch import Tensor


class RMSprop(Optimizer, frozen=True, tag="rmsprop"):
    """Divides the gradient by the root of the running mean of its square.

    ``s ← αs + (1−α)g²``, ``u = g / (√s + ε)``, ``w ← w − lr · u``; with momentum
    ``v ← μv + u``, ``w ← w − lr · v``; centred, ``s`` is lessened by the square of the running mean of
    ``g``. Weight decay is added to the gradient.
    """

    title: ClassVar[str] = "RMSprop"
    order: ClassVar[int] = 50
    slots: ClassVar[tuple[str, ...]] = ("square", "velocity", "mean")
    inertia: ClassVar[str] = "momentum"
    formula: ClassVar[tuple[str, ...]] = (
        r"g \leftarrow g + \lambda w \quad\text{(weight decay } \lambda \text{)}",
        r"s \leftarrow \alpha s + (1 - \alpha)\, g^2",
        r"u = \frac{g}{\sqrt{s} + \varepsilon}, \quad u = \frac{g}{\sqrt{s - \bar{g}^2} + \varepsilon} \quad\text{(centred)}",
        r"\bar{g} \leftarrow \alpha \bar{g} + (1 - \alpha)\, g",
        r"v \leftarrow \mu v + u, \quad w \leftarrow w - \text{lr} \cdot v",
    )
    use: ClassVar[str] = (
        "For critics with clipped weights (Wasserstein, 0.00005), where momentum overshoots, and "
        "for recurrent networks. Elsewhere Adam, which is this with momentum and a corrected "
        "start."
    )
    trouble: ClassVar[str] = (
        "s starts at 0 and is not corrected: the first step is 10 times the learning rate with an "
        "alpha of 0.99. A warm-up of 50 steps prevents the leap. Centred, the difference under "
        "the root can come near 0 and steps explode; then use a larger epsilon."
    )
    source: ClassVar[str] = (
        "Hinton 2012, Neural networks for machine learning, lecture 6e; centred: Graves 2013, "
        "Generating sequences with recurrent neural networks, equations 38 to 45"
    )

    lr: LearningRate = 1e-3
    alpha: Annotated[
        float,
        Meta(
            ge=0,
            le=0.99999,
            title="Alpha",
            description="How long the mean of the square remembers.",
        ),
    ] = 0.99
    eps: Annotated[
        float, Meta(gt=0, le=1, title="Epsilon", description="Keeps the division finite.")
    ] = 1e-8
    momentum: Annotated[
        float,
        Meta(
            ge=0, le=0.99999, title="Momentum", description="Share of the last step that is kept."
        ),
    ] = 0.0
    centered: Annotated[
        bool, Meta(title="Centred", description="Divide by an estimate of the variance.")
    ] = False
    weight_decay: WeightDecay = 0.0

    def memory(self) -> tuple[str, ...]:
        """The running square, and velocity and mean where they are asked for."""
        wanted = {"square": True, "velocity": self.momentum > 0, "mean": self.centered}
        return tuple(name for name in self.slots if wanted[name])

    def update(
        self, weights: Tensor, gradient: Tensor, memory: dict[str, Tensor], step: int, lr: float
    ) -> None:
        """Move the weights, in place; see :meth:`Optimizer.update`."""
        if self.weight_decay:
            gradient.add_(weights, alpha=self.weight_decay)
        square = memory["square"]
        square.mul_(self.alpha).addcmul_(gradient, gradient, value=1 - self.alpha)
        root = self._spread(square, gradient, memory).add_(self.eps)
        if self.momentum:
            velocity = memory["velocity"].mul_(self.momentum).addcdiv_(gradient, root)
            weights.add_(velocity, alpha=-lr)
        else:
            weights.addcdiv_(gradient, root, value=-lr)

    def _spread(self, square: Tensor, gradient: Tensor, memory: dict[str, Tensor]) -> Tensor:
        if not self.centered:
            return square.sqrt()
        mean = memory["mean"].lerp_(gradient, 1 - self.alpha)
        return square.addcmul(mean, mean, value=-1).clamp_(min=0).sqrt_()
