"""Pooling to a size that is told."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from engine.layers.base import Layer, Shape
from engine.layers.windows import need_image, need_signal

Mode = Annotated[
    Literal["avg", "max"], Meta(title="Mode", description="Mean or maximum of every window.")
]


class AdaptivePool2d(Layer, frozen=True, kw_only=True, tag="adaptive_pool2d"):
    """Makes an image exactly so large, whatever its size: windows are chosen to fit.

    Row i of n covers the rows from ⌊i · height / n⌋ to ⌈(i + 1) · height / n⌉ of the image, columns
    likewise; of each window its mean or its maximum is kept.

    Source: He, Zhang, Ren & Sun 2014, *Spatial Pyramid Pooling in Deep Convolutional Networks*,
    section 2.3.
    """

    title: ClassVar[str] = "Adaptive pool 2-D"
    aliases: ClassVar[tuple[str, ...]] = ("Adaptive pooling 2-D", "Resize")
    category: ClassVar[str] = "Pooling"
    order: ClassVar[int] = 35

    size: Annotated[
        int, Meta(ge=1, le=4096, title="Height", description="Rows that leave, whatever enters.")
    ] = 4
    width: Annotated[
        Annotated[int, Meta(ge=1, le=4096)] | None,
        Meta(title="Width", description="Columns that leave. Nothing: as many as rows."),
    ] = None
    mode: Mode = "avg"

    def check(self, *shapes: Shape) -> None:
        """An image of any size."""
        need_image(shapes[0])

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.AdaptiveAvgPool2d`` or ``nn.AdaptiveMaxPool2d``."""
        pool = nn.AdaptiveAvgPool2d if self.mode == "avg" else nn.AdaptiveMaxPool2d
        return pool((self.size, self.size if self.width is None else self.width))

    def summary(self) -> str:
        """Mode and size."""
        return f"{self.mode} · {self.size}×{self.width or self.size}"


class AdaptivePool1d(Layer, frozen=True, kw_only=True, tag="adaptive_pool1d"):
    """Makes a signal exactly so long, whatever its length: windows are chosen to fit.

    Place i of n covers the places from ⌊i · length / n⌋ to ⌈(i + 1) · length / n⌉ of the signal; of each
    window its mean or its maximum is kept.

    Source: He, Zhang, Ren & Sun 2014, *Spatial Pyramid Pooling in Deep Convolutional Networks*,
    section 2.3.
    """

    title: ClassVar[str] = "Adaptive pool 1-D"
    aliases: ClassVar[tuple[str, ...]] = ("Adaptive pooling 1-D",)
    category: ClassVar[str] = "Pooling"
    order: ClassVar[int] = 36

    size: Annotated[
        int, Meta(ge=1, le=65_536, title="Length", description="Places that leave.")
    ] = 4
    mode: Mode = "avg"

    def check(self, *shapes: Shape) -> None:
        """A signal of any length."""
        need_signal(shapes[0], self.title)

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.AdaptiveAvgPool1d`` or ``nn.AdaptiveMaxPool1d``."""
        pool = nn.AdaptiveAvgPool1d if self.mode == "avg" else nn.AdaptiveMaxPool1d
        return pool(self.size)

    def summary(self) -> str:
        """Mode and size."""
        return f"{self.mode} · {self.size}"
