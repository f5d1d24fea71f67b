"""Muon."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from engine.optimizers.base import (
    Again,
    Beta,
    Beta1,
    Beta2,
    Epsilon,
    LearningRate,
    Optimizer,
    WeightDecay,
    Weights,
)

if TYPE_CHECKING:
    from torch import Tensor

QUINTIC = (3.4445, -4.7750, 2.0315)
TINY = 1e-7


class Muon(Optimizer, frozen=True, tag="muon"):
    """Momentum made orthogonal for the matrices inside of a network, AdamW for everything else.

    ``b ← μb + (1−μ)g``, ``u = μb + (1−μ)g`` (Nesterov) or ``b``, ``w ← w − lr · λ · w``,
    ``w ← w − lr · s · NS(u)``: five turns ``X ← 3.4445 X − 4.775 XXᵀX + 2.0315 (XXᵀ)²X`` of Newton and
    Schulz bring all singular values of ``u`` near 1. For an ``m × n`` matrix ``s = 0.2 √max(m, n)`` gives
    steps as large as AdamW's, so that one learning rate serves both; *original* is ``√max(1, m/n)``.
    Embeddings, the last matrix, kernels of convolutions, biases and norms are AdamW's.
    """

    title: ClassVar[str] = "Muon"
    order: ClassVar[int] = 28
    slots: ClassVar[tuple[str, ...]] = ("mean", "square")
    inertia: ClassVar[str] = "momentum"
    formula: ClassVar[tuple[str, ...]] = (
        r"b \leftarrow \mu b + (1 - \mu)\, g",
        r"u = \mu b + (1 - \mu)\, g \quad\text{(Nesterov), else } u = b",
        r"X_0 = \frac{u}{\lVert u \rVert_F}, \quad X_5 = \operatorname{NS}(u)",
        r"X \leftarrow 3.4445\, X - 4.775\, X X^\top X + 2.0315\, (X X^\top)^2 X",
        r"w \leftarrow w - \text{lr} \cdot \lambda \cdot w",
        r"w \leftarrow w - \text{lr} \cdot s \cdot \operatorname{NS}(u)",
        r"s = 0.2 \sqrt{\max(m, n)}, \quad s = \sqrt{\max(1, m / n)} \;\text{ (original)}",
    )
    use: ClassVar[str] = (
        "For transformers and networks of wide Linear layers, 128 units and more: the same loss "
        "in fewer steps than AdamW. In convolutional networks it moves hardly any weights, so "
        "AdamW is simpler."
    )
    trouble: ClassVar[str] = (
        "With the original size of steps matrices want a learning rate of about 0.02, which is "
        "far too much for the rest that AdamW moves: the loss leaps. On matrices of a few units "
        "its turns cost more time than they save steps."
    )
    source: ClassVar[str] = (
        "Jordan et al. 2024, Muon: an optimizer for hidden layers in neural networks; steps as "
        "large as AdamW's: Liu et al. 2025, Muon is scalable for LLM training"
    )

    lr: LearningRate = 1e-3
    momentum: Annotated[
        Beta, Meta(title="Momentum", description="How long the mean of the gradient remembers.")
    ] = 0.95
    nesterov: Annotated[
        bool, Meta(title="Nesterov", description="Look at the gradient where momentum leads.")
    ] = True
    turns: Annotated[
        int, Meta(ge=1, le=20, title="Turns", description="Of Newton and Schulz, each step.")
    ] = 5
    scale: Annotated[
        Literal["like_adamw", "original"],
        Meta(
            title="Size of steps",
            description="As large as AdamW's, or as first published.",
            extra={"names": {"like_adamw": "like AdamW"}},
        ),
    ] = "like_adamw"
    weight_decay: WeightDecay = 0.1
    beta1: Beta1 = 0.9
    beta2: Beta2 = 0.999
    eps: Epsilon = 1e-8

    def advance(
        self,
        flat: Weights,
        memory: dict[str, Tensor],
        step: int,
        lr: float,
        again: Again | None = None,
    ) -> None:
        """Move the weights, in place; see :meth:`Optimizer.advance`."""
        gradients, means = flat.parts(flat.gradient), flat.parts(memory["mean"])
        hidden = hidden_matrices(flat)
        for name in hidden:
            self._turn(flat.views[name], gradients[name], means[name], lr)
        others = [name for name in flat.views if name not in hidden]
        if others:
            squares = flat.parts(memory["square"])
            self._adamw(
                [flat.views[name] for name in others],
                [gradients[name] for name in others],
                [means[name] for name in others],
                [squares[name] for name in others],
                step,
                lr,
            )

    def _turn(self, weights: Tensor, gradient: Tensor, mean: Tensor, lr: float) -> None:
        mean.lerp_(gradient, 1 - self.momentum)
        move = orthogonal(gradient.lerp(mean, self.momentum) if self.nesterov else mean, self.turns)
        weights.mul_(1 - lr * self.weight_decay)
        rows, columns = weights.shape
        size = 0.2 * math.sqrt(max(rows, columns))
        if self.scale == "original":
            size = math.sqrt(max(1.0, rows / columns))
        weights.add_(move, alpha=-lr * size)

    def _adamw(
        self,
        weights: list[Tensor],
        gradients: list[Tensor],
        means: list[Tensor],
        squares: list[Tensor],
        step: int,
        lr: float,
    ) -> None:
        import torch

        torch._fused_adamw_(
            weights,
            gradients,
            means,
            squares,
            [],
            [weights[0].new_full((), step) for _one in weights],
            amsgrad=False,
            lr=lr,
            beta1=self.beta1,
            beta2=self.beta2,
            weight_decay=self.weight_decay,
            eps=self.eps,
            maximize=False,
        )


def hidden_matrices(flat: Weights) -> list[str]:
    """Return the matrices that Muon moves: every one but the last, which answers, and embeddings."""
    found = [name for name, kind in flat.kinds.items() if kind == "matrix"]
    return [name for name in found[:-1] if flat.views[name].ndim == 2]


def orthogonal(matrix: Tensor, turns: int) -> Tensor:
    """Return a matrix of the same singular vectors whose singular values are about 1, in bfloat16.

    Args:
        matrix: ``(m, n)``.
        turns: Turns of the quintic Newton-Schulz iteration.
    """
    a, b, c = QUINTIC
    tall = matrix.shape[0] > matrix.shape[1]
    x: Tensor = matrix.bfloat16()
    x = x.T if tall else x
    x = x.div(x.norm().clamp(min=TINY))
    for _turn in range(turns):
        gram = x @ x.T
        x = x.addmm(gram.addmm(gram, gram, beta=b, alpha=c), x, beta=a)
    return x.T if tall else x
