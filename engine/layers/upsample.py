"""Enlarging signals and images without weights."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from engine.layers.base import Layer, Shape, need_channels


class Upsample(Layer, frozen=True, kw_only=True, tag="upsample"):
    """Makes an image (or a signal, or a volume) larger by a whole factor, by copying or by blending.

    Followed by a convolution it replaces a transposed convolution, without its checkerboards.

    Source: Odena, Dumoulin & Olah 2016, *Deconvolution and Checkerboard Artifacts*.
    """

    title: ClassVar[str] = "Upsample"
    aliases: ClassVar[tuple[str, ...]] = ("Resize", "Enlarge")
    category: ClassVar[str] = "Shape"
    order: ClassVar[int] = 82

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
