"""Layer normalisation."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from engine.layers.base import Layer, Shape
from engine.layers.batch_norm import Epsilon


class LayerNorm(Layer, frozen=True, kw_only=True, tag="layer_norm"):
    """Brings every example to mean 0 and variance 1 by itself, then scales and shifts it.

    y = γ · (x − μ) / √(σ² + ε) + β, with μ and σ² over the numbers of one example: the same while
    training and afterwards, whatever the batch. For sequences take the features of each step alone.
    """

    title: ClassVar[str] = "Layer norm"
    category: ClassVar[str] = "Normalisation"
    order: ClassVar[int] = 51
    parametric: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"y = \gamma \cdot \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta",
        r"\mu = \frac{1}{F} \sum_{i=1}^{F} x_i, \quad \sigma^2 = \frac{1}{F} \sum_{i=1}^{F} (x_i - \mu)^2",
    )
    use: ClassVar[str] = (
        "Over features in transformers and behind recurrent layers; over everything in a critic "
        "with a gradient penalty. For images of many channels Group norm is better."
    )
    trouble: ClassVar[str] = (
        "Over all numbers of an image it has a γ and a β for every pixel, and how bright one "
        "image is beside another gets lost. An example that is nearly constant is blown up to "
        "mean 0 and variance 1: its noise becomes signal."
    )
    source: ClassVar[str] = "Ba, Kiros & Hinton 2016, Layer Normalization, equation 3"

    over: Annotated[
        Literal["all", "features"],
        Meta(title="Over", description="All numbers of an example, or the last dimension alone."),
    ] = "all"
    epsilon: Epsilon = 1e-5
    affine: Annotated[
        bool, Meta(title="Scale and shift", description="Learn γ and β for every number.")
    ] = True

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.LayerNorm``."""
        (x,) = shapes
        sizes = x.dims if self.over == "all" else x.dims[-1:]
        return nn.LayerNorm(sizes, eps=self.epsilon, elementwise_affine=self.affine)
