"""Enlarging signals and images without weights."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from engine.layers.base import Layer, Shape, need_channels


class Upsample(Layer, frozen=True, kw_only=True, tag="upsample"):
    """Makes an image (or a signal, or a volume) larger by a whole factor, by copying or by blending.

    Followed by a convolution it replaces a transposed convolution, without its checkerboards.
    """

    title: ClassVar[str] = "Upsample"
    aliases: ClassVar[tuple[str, ...]] = ("Resize", "Enlarge")
    category: ClassVar[str] = "Shape"
    order: ClassVar[int] = 82
    formula: ClassVar[tuple[str, ...]] = (
        r"y[c, i, j] = x\left[c, \left\lfloor \frac{i}{r} \right\rfloor, \left\lfloor \frac{j}{r} \right\rfloor\right] \quad\text{(nearest)}",
        r"y[c, i, j] = x\left(c, \frac{i + 1/2}{r} - \frac{1}{2}, \frac{j + 1/2}{r} - \frac{1}{2}\right) \quad\text{(linear)}",
        r"r \text{: factor}",
    )
    use: ClassVar[str] = (
        "In decoders and U-Nets, each time before a Convolution 2-D. Upconvolution 2-D learns how "
        "to enlarge in the same step; Pixel shuffle does so at the small size."
    )
    trouble: ClassVar[str] = (
        "The convolution behind it works on r² times as many pixels; give it fewer filters. "
        "Linear blends softly but leaves images blurred, nearest leaves steps until a convolution "
        "of kernel 3 or more smooths them."
    )
    source: ClassVar[str] = "Odena, Dumoulin & Olah 2016, Deconvolution and Checkerboard Artifacts"

    factor: Annotated[
        int, Meta(ge=1, le=64, title="Factor", description="How many times larger it gets.")
    ] = 2
    mode: Annotated[
        Literal["nearest", "linear"],
        Meta(title="Mode", description="Copy the nearest pixel, or blend the pixels around."),
    ] = "nearest"

    def check(self, *shapes: Shape) -> None:
        """A signal, an image or a volume."""
        need_channels(shapes[0], 2, 4)

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Upsample``."""
        (x,) = shapes
        if self.mode == "nearest":
            return nn.Upsample(scale_factor=self.factor)
        blend = {3: "bilinear", 4: "trilinear"}.get(x.rank, "linear")
        return nn.Upsample(scale_factor=self.factor, mode=blend)

    def summary(self) -> str:
        """The factor."""
        return f"×{self.factor}"
