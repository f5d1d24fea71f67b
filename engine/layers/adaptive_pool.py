"""Pooling to a size that is told."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape
from engine.layers.windows import Pooled, need_image, need_signal

Mode = Annotated[Pooled, Meta(description="Mean or maximum of every window.")]


class AdaptivePool2d(Layer, frozen=True, kw_only=True, tag="adaptive_pool2d"):
    """Makes an image exactly so large, whatever its size: windows are chosen to fit.

    Row i of n covers the rows from ⌊i · height / n⌋ to ⌈(i + 1) · height / n⌉ of the image, columns
    likewise; of each window its mean or its maximum is kept.
    """

    title: ClassVar[str] = "Adaptive pool 2-D"
    aliases: ClassVar[tuple[str, ...]] = ("Adaptive pooling 2-D", "Resize")
    category: ClassVar[str] = "Pooling"
    order: ClassVar[int] = 35
    formula: ClassVar[tuple[str, ...]] = (
        r"y[c, i, j] = \; \operatorname*{mean}_{h \in R_i,\; w \in C_j} \; x[c, h, w] \quad\text{(or max)}",
        r"R_i = \left\{ \left\lfloor \frac{i \cdot \text{height}}{n} \right\rfloor, \ldots, \left\lceil \frac{(i + 1)\,\text{height}}{n} \right\rceil - 1 \right\}",
    )
    use: ClassVar[str] = (
        "Before a Flatten, when the size of the images is to be free or the convolutions leave an "
        "awkward one. 2×2 to 7×7 keep roughly where things are, which Global pooling does not."
    )
    trouble: ClassVar[str] = (
        "Sizes that do not divide make windows that differ and overlap: from 7 rows to 4 they "
        "hold 2, 3, 3 and 2. A size above that of the image only copies pixels."
    )
    source: ClassVar[str] = (
        "He, Zhang, Ren & Sun 2014, Spatial Pyramid Pooling in Deep Convolutional Networks, "
        "section 2.3"
    )

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
    """

    title: ClassVar[str] = "Adaptive pool 1-D"
    aliases: ClassVar[tuple[str, ...]] = ("Adaptive pooling 1-D",)
    category: ClassVar[str] = "Pooling"
    order: ClassVar[int] = 36
    formula: ClassVar[tuple[str, ...]] = (
        r"y[c, i] = \; \operatorname*{mean}_{p \in R_i} \; x[c, p] \quad\text{(or max)}",
        r"R_i = \left\{ \left\lfloor \frac{i \cdot \text{length}}{n} \right\rfloor, \ldots, \left\lceil \frac{(i + 1)\,\text{length}}{n} \right\rceil - 1 \right\}",
    )
    use: ClassVar[str] = (
        "Between the convolutions of a signal and a Linear, when recordings of another length are "
        "to fit the same weights; with 4 to 16 places it still tells beginning from end."
    )
    trouble: ClassVar[str] = (
        "Of a long signal each place is the mean of hundreds: what is short drowns. Let strides "
        "and pooling shorten it first, or take the maximum."
    )
    source: ClassVar[str] = (
        "He, Zhang, Ren & Sun 2014, Spatial Pyramid Pooling in Deep Convolutional Networks, "
        "section 2.3"
    )

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
