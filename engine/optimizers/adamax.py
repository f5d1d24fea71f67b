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
    added to the gradient. Kingma & Ba 2015, *Adam: a method for stochastic optimization*, algorithm 2.
    """

    title: ClassVar[str] = "Adamax"
    order: ClassVar[int] = 26
    slots: ClassVar[tuple[str, ...]] = ("mean", "largest")
    inertia: ClassVar[str] = "beta1"

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
