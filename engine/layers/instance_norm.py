"""Instance normalisation."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape, ShapeError, need_channels
from engine.layers.batch_norm import Epsilon
from projects.translation import gettext as _


class InstanceNorm(Layer, frozen=True, kw_only=True, tag="instance_norm"):
    """Brings every channel of every example to mean 0 and variance 1 over its positions.

    y = γ · (x − μ) / √(σ² + ε) + β. Takes contrast and brightness out of an image, which helps when
    style is to be changed.
    """

    title: ClassVar[str] = "Instance norm"
    category: ClassVar[str] = "Normalisation"
    order: ClassVar[int] = 52
    parametric: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"y = \gamma \cdot \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta",
        r"\mu[c] = \frac{1}{P} \sum_{p=1}^{P} x[c, p], \quad \sigma^2[c] = \frac{1}{P} \sum_{p=1}^{P} (x[c, p] - \mu[c])^2",
    )
    use: ClassVar[str] = (
        "In generators that turn one image into another, batches of one included. For "
        "classification Batch norm or Group norm is better."
    )
    trouble: ClassVar[str] = (
        "How strongly a pattern occurs in an image is divided out, and a classifier misses it. Of "
        "maps of 2×2 or fewer places the statistics are those of four numbers: samples get "
        "blotches."
    )
    source: ClassVar[str] = "Ulyanov, Vedaldi & Lempitsky 2016, Instance Normalization"

    epsilon: Epsilon = 1e-5
    affine: Annotated[
        bool, Meta(title="Scale and shift", description="Learn γ and β for every channel.")
    ] = True

    def check(self, *shapes: Shape) -> None:
        """A signal, an image or a volume with more than one position."""
        (x,) = shapes
        need_channels(x, 2, 4)
        if x.elements == x.channels:
            raise ShapeError(
                _("each channel has one position only ({shape}), so nothing would be left.").format(
                    shape=x
                ),
                _("Use a Layer norm or a Batch norm here."),
            )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.InstanceNorm1d`` or a sibling."""
        (x,) = shapes
        norm = {3: nn.InstanceNorm2d, 4: nn.InstanceNorm3d}.get(x.rank, nn.InstanceNorm1d)
        return norm(x.channels, eps=self.epsilon, affine=self.affine)
