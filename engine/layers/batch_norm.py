"""Batch normalisation."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape, need_channels

Epsilon = Annotated[
    float,
    Meta(
        gt=0, le=1, title="Epsilon", description="Added to the variance against division by zero."
    ),
]


class BatchNorm(Layer, frozen=True, kw_only=True, tag="batch_norm"):
    """Brings every channel to mean 0 and variance 1 over the batch, then scales and shifts it.

    y = γ · (x − μ) / √(σ² + ε) + β, with μ and σ² of the batch while training and their running
    averages afterwards. Lets deep networks train with larger learning rates. Needs batches of more
    than one example; do not put it into a critic with a gradient penalty.
    """

    title: ClassVar[str] = "Batch norm"
    category: ClassVar[str] = "Normalisation"
    order: ClassVar[int] = 50
    parametric: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"y = \gamma \cdot \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta",
        r"\mu = \frac{1}{N} \sum_n x_n, \quad \sigma^2 = \frac{1}{N} \sum_n (x_n - \mu)^2",
        r"N \text{: examples and places of a channel}, \quad m \text{: momentum}",
        r"\bar{\mu} \leftarrow (1 - m)\, \bar{\mu} + m\, \mu",
        r"\bar{\sigma}^2 \leftarrow (1 - m)\, \bar{\sigma}^2 + m\, \frac{N}{N - 1}\, \sigma^2",
    )
    use: ClassVar[str] = (
        "Between a convolution and its activation, in networks of more than a few layers, with "
        "batches of 16 or more. With smaller batches take Group norm, for sequences Layer norm."
    )
    trouble: ClassVar[str] = (
        "Below about 8 examples its statistics are noise. If evaluation is far worse than "
        "training from the start, the running averages have not caught up: train longer or raise "
        "the momentum. In a critic the penalty of one example would depend on the others."
    )
    source: ClassVar[str] = "Ioffe & Szegedy 2015, Batch Normalization, algorithm 1"

    momentum: Annotated[
        float,
        Meta(
            gt=0, le=1, title="Momentum", description="Weight of the newest batch in the averages."
        ),
    ] = 0.1
    epsilon: Epsilon = 1e-5
    affine: Annotated[
        bool, Meta(title="Scale and shift", description="Learn γ and β for every channel.")
    ] = True

    def check(self, *shapes: Shape) -> None:
        """A vector, a signal, an image or a volume."""
        need_channels(shapes[0], 1, 4)

    def smallest_batch(self, *shapes: Shape) -> int:
        """One number alone has no variance."""
        (x,) = shapes
        return 2 if x.elements == x.channels else 1

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.BatchNorm1d`` or a sibling."""
        return batch_norm(nn, shapes[0], self.momentum, self.epsilon, self.affine)


def batch_norm(nn: Any, x: Shape, momentum: float, epsilon: float, affine: bool) -> Any:
    """Return the batch norm for what flows in.

    Args:
        nn: What ``build`` was handed.
        x: What flows in.
        momentum: Weight of the newest batch in the averages.
        epsilon: Added to the variance.
        affine: Whether it learns scale and shift.
    """
    norm = {3: nn.BatchNorm2d, 4: nn.BatchNorm3d}.get(x.rank, nn.BatchNorm1d)
    return norm(x.channels, eps=epsilon, momentum=momentum, affine=affine)
