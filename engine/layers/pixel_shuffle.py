"""Channels into pixels, and pixels into channels."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape, ShapeError
from engine.layers.windows import need_image
from projects.translation import gettext as _

Factor = Annotated[int, Meta(ge=1, le=64, title="Factor", description="Side of a tile of pixels.")]


class PixelShuffle(Layer, frozen=True, kw_only=True, tag="pixel_shuffle"):
    """Lays the channels of every place out as a square of pixels: a larger image, fewer channels.

    y[c, r·i + a, r·j + b] = x[c·r² + r·a + b, i, j]. Behind a convolution it enlarges images without the
    checkerboards of a transposed convolution.
    """

    title: ClassVar[str] = "Pixel shuffle"
    aliases: ClassVar[tuple[str, ...]] = ("Depth to space", "Subpixel convolution")
    category: ClassVar[str] = "Shape"
    order: ClassVar[int] = 85
    formula: ClassVar[tuple[str, ...]] = (
        r"y[c, r \cdot i + a, r \cdot j + b] = x[c \cdot r^2 + r \cdot a + b, i, j]",
        r"0 \le a, b < r",
    )
    use: ClassVar[str] = (
        "At the end of a decoder or of a network that enlarges images: all convolutions before it "
        "work at the small size. Upsample with a convolution is simpler and costs more."
    )
    trouble: ClassVar[str] = (
        "The r² filters of one tile start at random, so at first a fine grid lies over the image, "
        "and sometimes stays: a further convolution of kernel 3 behind it smooths it."
    )
    source: ClassVar[str] = (
        "Shi et al. 2016, Real-Time Single Image and Video Super-Resolution Using an Efficient "
        "Sub-Pixel Convolutional Neural Network, equation 4"
    )

    factor: Factor = 2

    def check(self, *shapes: Shape) -> None:
        """An image with channels for every pixel of a tile."""
        (x,) = shapes
        need_image(x)
        tile = self.factor**2
        if x.channels % tile:
            raise ShapeError(
                _(
                    "{channels} channels cannot be laid out as tiles of {side}×{side} pixels."
                ).format(channels=x.channels, side=self.factor),
                _("The number of channels has to be a multiple of {tile}.").format(tile=tile),
            )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.PixelShuffle``."""
        return nn.PixelShuffle(self.factor)

    def summary(self) -> str:
        """The factor."""
        return f"×{self.factor}"


class PixelUnshuffle(Layer, frozen=True, kw_only=True, tag="pixel_unshuffle"):
    """Puts the pixels of every square tile into channels: a smaller image, more channels.

    y[c·r² + r·a + b, i, j] = x[c, r·i + a, r·j + b]. Loses nothing, unlike pooling.
    """

    title: ClassVar[str] = "Pixel unshuffle"
    aliases: ClassVar[tuple[str, ...]] = ("Space to depth",)
    category: ClassVar[str] = "Shape"
    order: ClassVar[int] = 86
    formula: ClassVar[tuple[str, ...]] = (
        r"y[c \cdot r^2 + r \cdot a + b, i, j] = x[c, r \cdot i + a, r \cdot j + b]",
        r"0 \le a, b < r",
    )
    use: ClassVar[str] = (
        "Right behind the Input of a network for large images: 3 × 256 × 256 becomes 12 × 128 × "
        "128, and every convolution behind it has a quarter of the pixels. Also to cut an image "
        "into patches."
    )
    trouble: ClassVar[str] = (
        "Channels grow by r²: factor 4 makes 1,024 of 64, and the convolution behind it grows as "
        "much. A depthwise convolution there would never see neighbouring pixels together."
    )
    source: ClassVar[str] = (
        "Shi et al. 2016, Real-Time Single Image and Video Super-Resolution Using an Efficient "
        "Sub-Pixel Convolutional Neural Network, equation 4 (read backwards)"
    )

    factor: Factor = 2

    def check(self, *shapes: Shape) -> None:
        """An image that can be cut into tiles."""
        (x,) = shapes
        need_image(x)
        if any(size % self.factor for size in x.dims[1:]):
            raise ShapeError(
                _("{shape} cannot be cut into tiles of {side}×{side} pixels.").format(
                    shape=x, side=self.factor
                ),
                _("Height and width have to be multiples of {side}.").format(side=self.factor),
            )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.PixelUnshuffle``."""
        return nn.PixelUnshuffle(self.factor)

    def summary(self) -> str:
        """The factor."""
        return f"÷{self.factor}"
