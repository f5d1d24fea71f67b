"""Adam and AdamW."""

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


class Adam(Optimizer, frozen=True, tag="adam"):
    """Steps of about the learning rate, whatever the size of the gradient.

    ``m ← β₁m + (1−β₁)g``, ``v ← β₂v + (1−β₂)g²``,
    ``w ← w − lr · m̂ / (√v̂ + ε)`` with ``m̂ = m/(1−β₁ᵗ)`` and ``v̂ = v/(1−β₂ᵗ)``.
    Weight decay is added to the gradient.
    """

    title: ClassVar[str] = "Adam"
    order: ClassVar[int] = 10
    slots: ClassVar[tuple[str, ...]] = ("mean", "square")
    inertia: ClassVar[str] = "beta1"
    formula: ClassVar[tuple[str, ...]] = (
        r"g \leftarrow g + \lambda w \quad\text{(weight decay } \lambda \text{)}",
        r"m \leftarrow \beta_1 m + (1 - \beta_1)\, g",
        r"v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2",
        r"\hat{m} = \frac{m}{1 - \beta_1^t}, \quad \hat{v} = \frac{v}{1 - \beta_2^t}",
        r"w \leftarrow w - \text{lr} \cdot \frac{\hat{m}}{\sqrt{\hat{v}} + \varepsilon}",
    )
    use: ClassVar[str] = (
        "When no good learning rate is known: 0.001 fits most small networks. For GANs 0.0002 "
        "with a beta 1 of 0.5 or 0. With weight decay take AdamW, for large classifiers of images "
        "try SGD with momentum as well."
    )
    trouble: ClassVar[str] = (
        "After a long calm v is tiny, and one large gradient makes an enormous step: the loss "
        "shows spikes. A beta 2 of 0.99 or a larger epsilon helps. Weight decay is divided by √v "
        "too and hardly acts where gradients are large."
    )
    source: ClassVar[str] = (
        "Kingma & Ba 2015, Adam: a method for stochastic optimization, algorithm 1"
    )

    lr: LearningRate = 1e-3
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    eps: Epsilon = 1e-8
    weight_decay: WeightDecay = 0.0

    def update(
        self, weights: Tensor, gradient: Tensor, memory: dict[str, Tensor], step: int, lr: float
    ) -> None:
        """Move the weights, in place; see :meth:`Optimizer.update`."""
        self._move("_fused_adam_", weights, gradient, memory, step, lr)

    def _move(
        self,
        kernel: str,
        weights: Tensor,
        gradient: Tensor,
        memory: dict[str, Tensor],
        step: int,
        lr: float,
    ) -> None:
        """One step by the kernel that ``torch.optim`` uses too: one pass over memory, not six."""
        import torch

        getattr(torch, kernel)(
            [weights],
            [gradient],
            [memory["mean"]],
            [memory["square"]],
            [],
            [weights.new_full((), step)],
            amsgrad=False,
            lr=lr,
            beta1=self.beta1,
            beta2=self.beta2,
            weight_decay=self.weight_decay,
            eps=self.eps,
            maximize=False,
        )


class AdamW(Adam, frozen=True, tag="adamw"):
    """Adam whose weight decay acts on the weights and not through the gradient.

    ``w ← w − lr · λ · w`` before each step of Adam, so the decay is not rescaled by ``√v̂``.
    """

    title: ClassVar[str] = "AdamW"
    order: ClassVar[int] = 20
    formula: ClassVar[tuple[str, ...]] = (
        r"w \leftarrow w - \text{lr} \cdot \lambda \cdot w",
        r"m \leftarrow \beta_1 m + (1 - \beta_1)\, g",
        r"v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2",
        r"\hat{m} = \frac{m}{1 - \beta_1^t}, \quad \hat{v} = \frac{v}{1 - \beta_2^t}",
        r"w \leftarrow w - \text{lr} \cdot \frac{\hat{m}}{\sqrt{\hat{v}} + \varepsilon}",
    )
    use: ClassVar[str] = (
        "For transformers, and wherever weights are to be kept small: a learning rate of 0.0003 "
        "to 0.001, a decay of 0.01 to 0.1, a warm-up of some hundred steps and Cosine."
    )
    trouble: ClassVar[str] = (
        "Decay is multiplied by the learning rate: at a tenth of the rate it holds a tenth as "
        "firmly, and overfitting comes back. It also acts on biases and on the scales of norms, "
        "which 0.1 over many steps pulls well below 1."
    )
    source: ClassVar[str] = (
        "Loshchilov & Hutter 2019, Decoupled weight decay regularization, algorithm 2"
    )

    weight_decay: WeightDecay = 0.01

    def update(
        self, weights: Tensor, gradient: Tensor, memory: dict[str, Tensor], step: int, lr: float
    ) -> None:
        """Move the weights, in place; see :meth:`Optimizer.update`."""
        self._move("_fused_adamw_", weights, gradient, memory, step, lr)
