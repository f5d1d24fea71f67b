"""DCGAN's start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.initializers.base import Initializer

if TYPE_CHECKING:
    from torch import Tensor, nn


class Normal(Initializer, frozen=True, kw_only=True, tag="normal"):
    """Draws every weight from N(0, sd²); the scales of batch norms from N(1, sd²).

    Biases start at zero. The usual start of convolutional GANs, with sd = 0.02.
    """

    title: ClassVar[str] = "Normal (DCGAN)"
    order: ClassVar[int] = 5
    formula: ClassVar[tuple[str, ...]] = (
        r"W \,\sim\, \mathcal{N}(0, \text{sd}^2)",
        r"\gamma \,\sim\, \mathcal{N}(1, \text{sd}^2) \quad\text{(batch norms)}",
    )
    use: ClassVar[str] = (
        "For convolutional GANs with a Batch norm behind nearly every layer, as DCGAN has them. "
        "Without norms take He, which knows how wide a layer is."
    )
    trouble: ClassVar[str] = (
        "0.02 is right for about 2,500 inputs a unit. A Linear of 64 inputs passes on a sixth of "
        "its signal, and small networks without norms stand still at first: every sample is the "
        "same grey."
    )
    source: ClassVar[str] = (
        "Radford, Metz & Chintala 2016, Unsupervised Representation Learning with DCGANs, section "
        "4; the batch norms as in the authors' code"
    )

    sd: Annotated[
        float, Meta(gt=0, le=10, title="Standard deviation", description="DCGAN uses 0.02.")
    ] = 0.02

    def draw(self, weight: Tensor) -> None:
        """Fill from N(0, sd²)."""
        weight.normal_(0.0, self.sd)

    def start(self, part: nn.Module) -> None:
        """Start batch norms as well."""
        from torch import nn

        super().start(part)
        if isinstance(part, nn.BatchNorm1d | nn.BatchNorm2d) and part.affine:
            part.weight.normal_(1.0, self.sd)
            part.bias.zero_()
