"""NAdam."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.optimizers.base import (
    Beta1,
    Beta2,
    Decoupled,
    Epsilon,
    LearningRate,
    Optimizer,
    WeightDecay,
    Weights,
)

if TYPE_CHECKING:
    from torch import Tensor


class NAdam(Optimizer, frozen=True, tag="nadam"):
    """Adam that looks ahead along its momentum, as Nesterov's does.

    ``μₜ = β₁(1 − ½ · 0.96^(tψ))``, ``m ← β₁m + (1−β₁)g``, ``v ← β₂v + (1−β₂)g²``,
    ``m̂ = μₜ₊₁m / (1 − Πμ) + (1−μₜ)g / (1 − Πμ)``, the first product up to ``t+1``, the second up to
    ``t``; ``w ← w − lr · m̂ / (√v̂ + ε)``.
    """

    title: ClassVar[str] = "NAdam"
    order: ClassVar[int] = 22
    slots: ClassVar[tuple[str, ...]] = ("mean", "square")
    inertia: ClassVar[str] = "beta1"
    formula: ClassVar[tuple[str, ...]] = (
        r"m \leftarrow \beta_1 m + (1 - \beta_1)\, g",
        r"v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2",
        r"\mu_t = \beta_1 \left(1 - \frac{1}{2} \cdot 0.96^{t \psi}\right)",
        r"\hat{m} = \frac{\mu_{t+1}\, m}{1 - \prod_{i=1}^{t+1} \mu_i} + \frac{(1 - \mu_t)\, g}{1 - \prod_{i=1}^{t} \mu_i}",
        r"\hat{v} = \frac{v}{1 - \beta_2^t}, \quad w \leftarrow w - \text{lr} \cdot \frac{\hat{m}}{\sqrt{\hat{v}} + \varepsilon}",
    )
    use: ClassVar[str] = (
        "In place of Adam on large batches and recurrent networks, where the gradient turns "
        "slowly and looking ahead pays."
    )
    trouble: ClassVar[str] = (
        "With batches of a few examples it looks ahead along noise and the loss is more restless "
        "than Adam's. Momentum starts at half of beta 1 and takes hundreds of steps to rise, so "
        "short runs show little of it."
    )
    source: ClassVar[str] = "Dozat 2016, Incorporating Nesterov momentum into Adam"

    lr: LearningRate = 2e-3
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    eps: Epsilon = 1e-8
    momentum_decay: Annotated[
        float,
        Meta(ge=0, le=1, title="Momentum decay", description="How fast the momentum warms up (ψ)."),
    ] = 4e-3
    weight_decay: WeightDecay = 0.0
    decoupled: Decoupled = False

    def begin(self, flat: Weights) -> dict[str, Tensor]:
        """Mean, square, and the product of the momenta so far."""
        return {**super().begin(flat), "product": flat.weights.new_ones(())}

    def update(
        self, weights: Tensor, gradient: Tensor, memory: dict[str, Tensor], step: int, lr: float
    ) -> None:
        """Move the weights, in place; see :meth:`Optimizer.update`."""
        if self.weight_decay and self.decoupled:
            weights.mul_(1 - lr * self.weight_decay)
        elif self.weight_decay:
            gradient.add_(weights, alpha=self.weight_decay)
        now, then = self._momentum(step), self._momentum(step + 1)
        product = memory["product"].mul_(now)
        mean = memory["mean"].lerp_(gradient, 1 - self.beta1)
        square = memory["square"].mul_(self.beta2)
        square.addcmul_(gradient, gradient, value=1 - self.beta2)
        root = square.div(1 - self.beta2**step).sqrt_().add_(self.eps)
        fresh = gradient.mul_((1 - now) / (1 - product))
        weights.addcdiv_(fresh.addcmul_(mean, then / (1 - product * then)), root, value=-lr)

    def _momentum(self, step: int) -> float:
        return self.beta1 * (1 - 0.5 * float(0.96 ** (step * self.momentum_decay)))
