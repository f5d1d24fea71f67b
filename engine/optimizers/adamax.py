"""Adamax."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.optimizers.base import (
    Beta1,
    Beta2,
    Epsilon,
    LearningRate,
    Optimizer,
    WeightDecay,
)

if TYPE_CHECKING:
    from torch import Tensor


class Adamax(Optimizer, frozen=True, tag="adamax"):
    """Adam that divides by the largest recent gradient instead of the root of a mean square.

    ``m ← β₁m + (1−β₁)g``, ``u ← max(β₂u, |g| + ε)``, ``w ← w − lr/(1−β₁ᵗ) · m/u``. Weight decay is
    added to the gradient.
    """

    title: ClassVar[str] = "Adamax"
    order: ClassVar[int] = 26
    slots: ClassVar[tuple[str, ...]] = ("mean", "largest")
    inertia: ClassVar[str] = "beta1"
    formula: ClassVar[tuple[str, ...]] = (
        r"g \leftarrow g + \lambda w \quad\text{(weight decay } \lambda \text{)}",
        r"m \leftarrow \beta_1 m + (1 - \beta_1)\, g",
        r"u \leftarrow \max(\beta_2 u,\; |g| + \varepsilon)",
        r"w \leftarrow w - \frac{\text{lr}}{1 - \beta_1^t} \cdot \frac{m}{u}",
    )
    use: ClassVar[str] = (
        "For networks with an Embedding over many words, where most gradients are 0 and a few are "
        "large: its steps never exceed the learning rate by much."
    )
    trouble: ClassVar[str] = (
        "A single outlier makes the steps of its weight small for about 1,000 updates (beta 2 of "
        "0.999). On ordinary networks it is a little slower than Adam."
    )
    source: ClassVar[str] = (
        "Kingma & Ba 2015, Adam: a method for stochastic optimization, algorithm 2"
    )

    lr: LearningRate = 2e-3
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    eps: Epsilon = 1e-8
    weight_decay: WeightDecay = 0.0

    def update(
        self, weights: Tensor, gradient: Tensor, memory: dict[str, Tensor], step: int, lr: float
    ) -> None:
        """Move the weights, in place; see :meth:`Optimizer.update`."""
        import torch

        if self.weight_decay:
            gradient.add_(weights, alpha=self.weight_decay)
        mean = memory["mean"].lerp_(gradient, 1 - self.beta1)
        largest = memory["largest"].mul_(self.beta2)
        torch.maximum(largest, gradient.abs_().add_(self.eps), out=largest)
        weights.addcdiv_(mean, largest, value=-lr / (1 - self.beta1**step))
