"""RAdam."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

from engine.optimizers.base import (
    Beta1,
    Beta2,
    Decoupled,
    Epsilon,
    LearningRate,
    Optimizer,
    WeightDecay,
)

if TYPE_CHECKING:
    from torch import Tensor

FEW = 5.0  # below so many degrees of freedom the variance of the step is not tractable


class RAdam(Optimizer, frozen=True, tag="radam"):
    """Adam that warms up by itself: it trusts the squared gradient only once it knows enough of it.

    With ``ρ∞ = 2/(1−β₂) − 1`` and ``ρₜ = ρ∞ − 2tβ₂ᵗ/(1−β₂ᵗ)``: up to ``ρₜ = 5``, ``w ← w − lr · m̂``;
    then ``w ← w − lr · r · m̂ · √(1−β₂ᵗ) / (√v + ε)`` with
    ``r² = (ρₜ−4)(ρₜ−2)ρ∞ / ((ρ∞−4)(ρ∞−2)ρₜ)``.
    """

    title: ClassVar[str] = "RAdam"
    order: ClassVar[int] = 24
    slots: ClassVar[tuple[str, ...]] = ("mean", "square")
    inertia: ClassVar[str] = "beta1"
    formula: ClassVar[tuple[str, ...]] = (
        r"\rho_\infty = \frac{2}{1 - \beta_2} - 1, \quad \rho_t = \rho_\infty - \frac{2 t \beta_2^t}{1 - \beta_2^t}",
        r"r = \sqrt{\frac{(\rho_t - 4)(\rho_t - 2)\, \rho_\infty}{(\rho_\infty - 4)(\rho_\infty - 2)\, \rho_t}}",
        r"w \leftarrow w - \text{lr} \cdot \hat{m} \quad \text{while } \rho_t \le 5",
        r"w \leftarrow w - \text{lr} \cdot r \cdot \hat{m} \cdot \frac{\sqrt{1 - \beta_2^t}}{\sqrt{v} + \varepsilon} \quad\text{afterwards}",
    )
    use: ClassVar[str] = (
        "When the loss of Adam leaps in the first hundred steps and you do not want to look for a "
        "warm-up."
    )
    trouble: ClassVar[str] = (
        "With a beta 2 of 0.999 steps are a fifth of Adam's after 100 updates and two thirds "
        "after 1,000: short trainings end too soon. The first five steps are those of SGD, so "
        "gradients in the hundreds already throw it off."
    )
    source: ClassVar[str] = (
        "Liu et al. 2020, On the variance of the adaptive learning rate and beyond, algorithm 2"
    )

    lr: LearningRate = 1e-3
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    eps: Epsilon = 1e-8
    weight_decay: WeightDecay = 0.0
    decoupled: Decoupled = False

    def update(
        self, weights: Tensor, gradient: Tensor, memory: dict[str, Tensor], step: int, lr: float
    ) -> None:
        """Move the weights, in place; see :meth:`Optimizer.update`."""
        if self.weight_decay and self.decoupled:
            weights.mul_(1 - lr * self.weight_decay)
        elif self.weight_decay:
            gradient.add_(weights, alpha=self.weight_decay)
        mean = memory["mean"].lerp_(gradient, 1 - self.beta1)
        square = memory["square"].mul_(self.beta2)
        square.addcmul_(gradient, gradient, value=1 - self.beta2)
        unbiased = lr / (1 - self.beta1**step)
        factor = self._rectified(step)
        if factor is None:
            weights.add_(mean, alpha=-unbiased)
        else:
            weights.addcdiv_(mean, square.sqrt().add_(self.eps), value=-unbiased * factor)

    def _rectified(self, step: int) -> float | None:
        """What ``m̂ / (√v + ε)`` is multiplied by; None while ``v`` is not to be trusted."""
        power = self.beta2**step
        longest = 2 / (1 - self.beta2) - 1
        length = longest - 2 * step * power / (1 - power)
        if length <= FEW:
            return None
        above = (length - 4) * (length - 2) * longest
        below = (longest - 4) * (longest - 2) * length
        return math.sqrt(above / below) * math.sqrt(1 - power)
