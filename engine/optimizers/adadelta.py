"""Adadelta."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.optimizers.base import Beta, Epsilon, LearningRate, Optimizer, WeightDecay

if TYPE_CHECKING:
    from torch import Tensor


class Adadelta(Optimizer, frozen=True, tag="adadelta"):
    """Steps as large as the recent ones, whatever the size of the gradient: it needs no learning rate.

    ``s ← ρs + (1−ρ)g²``, ``Δ = g · √(d + ε) / √(s + ε)``, ``d ← ρd + (1−ρ)Δ²``, ``w ← w − lr · Δ``.
    Weight decay is added to the gradient. As published, the learning rate is 1.
    """

    title: ClassVar[str] = "Adadelta"
    order: ClassVar[int] = 45
    slots: ClassVar[tuple[str, ...]] = ("square", "change")
    formula: ClassVar[tuple[str, ...]] = (
        r"g \leftarrow g + \lambda w \quad\text{(weight decay } \lambda \text{)}",
        r"s \leftarrow \rho s + (1 - \rho)\, g^2",
        r"\Delta = g \cdot \frac{\sqrt{d + \varepsilon}}{\sqrt{s + \varepsilon}}, \quad d \leftarrow \rho d + (1 - \rho)\, \Delta^2",
        r"w \leftarrow w - \text{lr} \cdot \Delta",
    )
    use: ClassVar[str] = (
        "When you cannot try out learning rates: leave it at 1. If you can, Adam gets there sooner."
    )
    trouble: ClassVar[str] = (
        "Its steps begin at about √ε = 0.001 and have to grow by themselves, so the loss may lie "
        "flat for hundreds of steps: a larger epsilon starts faster. A learning rate copied from "
        "Adam, such as 0.001, makes it stand still."
    )
    source: ClassVar[str] = "Zeiler 2012, ADADELTA: an adaptive learning rate method, algorithm 1"

    lr: LearningRate = 1.0
    rho: Annotated[Beta, Meta(title="Rho", description="How long both means remember.")] = 0.9
    eps: Epsilon = 1e-6
    weight_decay: WeightDecay = 0.0

    def update(
        self, weights: Tensor, gradient: Tensor, memory: dict[str, Tensor], step: int, lr: float
    ) -> None:
        """Move the weights, in place; see :meth:`Optimizer.update`."""
        if self.weight_decay:
            gradient.add_(weights, alpha=self.weight_decay)
        square, change = memory["square"], memory["change"]
        square.mul_(self.rho).addcmul_(gradient, gradient, value=1 - self.rho)
        ratio = change.add(self.eps).sqrt_().div_(square.add(self.eps).sqrt_())
        move = gradient.mul_(ratio)
        change.mul_(self.rho).addcmul_(move, move, value=1 - self.rho)
        weights.add_(move, alpha=-lr)
