"""Normalisation by the root mean square."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from engine.layers.base import Layer, Shape
from engine.layers.batch_norm import Epsilon


class RMSNorm(Layer, frozen=True, kw_only=True, tag="rms_norm"):
    """Divides every example by its root mean square, then scales it: y = γ · x / √(mean(x²) + ε).

    A layer norm that leaves the mean alone: cheaper, and as good in transformers.
    """

    title: ClassVar[str] = "RMS norm"
    category: ClassVar[str] = "Normalisation"
    order: ClassVar[int] = 54
    parametric: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"y = \gamma \cdot \frac{x}{\sqrt{\operatorname{mean}(x^2) + \varepsilon}}",
    )
    use: ClassVar[str] = (
        "In deep transformers in place of Layer norm, before attention and before the map of "
        "every step."
    )
    trouble: ClassVar[str] = (
        "It leaves the mean in. Behind a ReLU, where all numbers are positive, most of the root "
        "mean square is that mean and the differences shrink beside it: there Layer norm is "
        "better."
    )
    source: ClassVar[str] = (
        "Zhang & Sennrich 2019, Root Mean Square Layer Normalization, equation 4"
    )

    over: Annotated[
        Literal["features", "all"],
        Meta(title="Over", description="The last dimension alone, or all numbers of an example."),
    ] = "features"
    epsilon: Epsilon = 1e-6
    affine: Annotated[bool, Meta(title="Scale", description="Learn γ for every number.")] = True

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.RMSNorm``."""
        (x,) = shapes
        sizes = x.dims if self.over == "all" else x.dims[-1:]
        return nn.RMSNorm(sizes, eps=self.epsilon, elementwise_affine=self.affine)
