"""Adagrad."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.optimizers.base import LearningRate, Optimizer, WeightDecay

if TYPE_CHECKING:
    from torch import Tensor


class Adagrad(Optimizer, frozen=True, tag="adagrad"):
    """Smaller steps for weights that have moved much.

    ``s ← s + g²``, ``w ← w − lr · g / (√s + ε)``. Weight decay is added to the gradient.
    """

    title: ClassVar[str] = "Adagrad"
    order: ClassVar[int] = 40
    slots: ClassVar[tuple[str, ...]] = ("sum",)
    formula: ClassVar[tuple[str, ...]] = (
        r"g \leftarrow g + \lambda w \quad\text{(weight decay } \lambda \text{)}",
        r"s \leftarrow s + g^2, \quad w \leftarrow w - \text{lr} \cdot \frac{g}{\sqrt{s} + \varepsilon}",
    )
    use: ClassVar[str] = (
        "For inputs that are mostly zero, such as counts of words: weights of rare words keep "
        "large steps."
    )
    trouble: ClassVar[str] = (
        "s only ever grows, so steps shrink as 1 / √t: the loss flattens out before its minimum "
        "and later schedules make it worse. For long trainings take RMSprop or Adam, which "
        "forget."
    )
    source: ClassVar[str] = (
        "Duchi, Hazan & Singer 2011, Adaptive subgradient methods for online learning and "
        "stochastic optimization"
    )

    lr: LearningRate = 0.01
    eps: Annotated[
        float, Meta(gt=0, le=1, title="Epsilon", description="Keeps the division finite.")
    ] = 1e-10
    weight_decay: WeightDecay = 0.0

    def update(
        self, weights: Tensor, gradient: Tensor, memory: dict[str, Tensor], step: int, lr: float
    ) -> None:
        """Move the weights, in place; see :meth:`Optimizer.update`."""
        if self.weight_decay:
            gradient.add_(weights, alpha=self.weight_decay)
        total = memory["sum"].addcmul_(gradient, gradient)
        weights.addcdiv_(gradient, total.sqrt().add_(self.eps), value=-lr)
