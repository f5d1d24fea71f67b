"""Pooling over windows of signals and images."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.declare import FieldError
from engine.layers.base import Layer, Shape, ShapeError
from engine.layers.windows import need_image, need_signal
from projects.translation import gettext as _


class Pooling(Layer, frozen=True, kw_only=True):
    """What all pooling over windows has in common."""

    category: ClassVar[str] = "Pooling"
    rank: ClassVar[int] = 3

    kernel: Annotated[
        int, Meta(ge=1, le=127, title="Window", description="Side of the window.")
    ] = 2
    stride: Annotated[
        Annotated[int, Meta(ge=1, le=127)] | None,
        Meta(title="Stride", description="Steps between windows. Nothing: as wide as the window."),
    ] = None
    padding: Annotated[
        int, Meta(ge=0, le=63, title="Padding", description="Added on every side; not counted.")
    ] = 0

    def validate(self) -> None:
        """A window that lies wholly in the padding would have nothing to pool."""
        if self.padding > self.kernel // 2:
            raise FieldError(
                "padding",
                _("can be at most half the window, {half}.").format(half=self.kernel // 2),
            )

    def check(self, *shapes: Shape) -> None:
        """A signal or an image at least as large as the window."""
        (x,) = shapes
        if self.rank == 3:
            need_image(x)
        else:
            need_signal(x, self.title)
        least = min(x.dims[1:]) + 2 * self.padding
        if self.kernel > least:
            raise ShapeError(
                _("the window of {kernel} is larger than what flows in ({shape}).").format(
                    kernel=self.kernel, shape=x
                ),
                _("Choose a window of at most {size}, or pool less before it.").format(size=least),
            )

    @property
    def step(self) -> int:
        """The stride in force."""
        return self.kernel if self.stride is None else self.stride

    def summary(self) -> str:
        """Window and stride."""
        window = f"{self.kernel}×{self.kernel}" if self.rank == 3 else str(self.kernel)
        return window + (f" / {self.step}" if self.step != self.kernel else "")


class MaxPool2d(Pooling, frozen=True, kw_only=True, tag="max_pool2d"):
    """Keeps the largest number of every window of an image, channel by channel.

    y[c, i, j] = max over k, l of x[c, i·stride + k, j·stride + l]. Says whether a pattern was found
    nearby, no longer where exactly.
    """

    title: ClassVar[str] = "Max pooling 2-D"
    order: ClassVar[int] = 30
    formula: ClassVar[tuple[str, ...]] = (
        r"y[c, i, j] = \max_{k, l} \; x[c, i_k, j_l]",
        r"i_k = i \cdot \text{stride} + k - \text{padding}, \quad 0 \le k < \text{window}",
    )
    use: ClassVar[str] = (
        "Behind one or two convolutions and their activations, with window 2. It keeps rare, "
        "sharp marks that Mean pooling 2-D would blur."
    )
    trouble: ClassVar[str] = (
        "Only the largest number of each window gets a gradient, which reaches a generator in "
        "patches: in discriminators use a stride in the convolution, or Mean pooling 2-D. For an "
        "answer pixel by pixel, Concatenate the finer map again later."
    )
    source: ClassVar[str] = (
        "Weng, Ahuja & Huang 1992 (the Cresceptron); Scherer, Müller & Behnke 2010, Evaluation of "
        "Pooling Operations"
    )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.MaxPool2d``."""
        return nn.MaxPool2d(self.kernel, stride=self.stride, padding=self.padding)


class AvgPool2d(Pooling, frozen=True, kw_only=True, tag="avg_pool2d"):
    """Takes the mean of every window of an image, channel by channel.

    y[c, i, j] = mean over k, l of x[c, i·stride + k, j·stride + l]
    """

    title: ClassVar[str] = "Mean pooling 2-D"
    aliases: ClassVar[tuple[str, ...]] = ("Average pooling 2-D",)
    order: ClassVar[int] = 31
    formula: ClassVar[tuple[str, ...]] = (
        r"y[c, i, j] = \frac{1}{n} \sum_{k, l} x[c, i_k, j_l]",
        r"i_k = i \cdot \text{stride} + k - \text{padding}, \quad 0 \le k < \text{window}",
        r"n \text{: numbers of the window that lie inside of the image}",
    )
    use: ClassVar[str] = (
        "To shrink images evenly, in discriminators and in encoders whose decoder gives back soft "
        "values. Whether a pattern occurs at all is better kept by Max pooling 2-D."
    )
    trouble: ClassVar[str] = (
        "A mark of a single pixel counts for a quarter after one layer of window 2 and for a 64th "
        "after three: fine detail is gone before it is noticed. Put convolutions that find it "
        "first."
    )
    source: ClassVar[str] = (
        "LeCun et al. 1990, Handwritten Digit Recognition with a Back-Propagation Network"
    )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.AvgPool2d``."""
        return nn.AvgPool2d(
            self.kernel, stride=self.stride, padding=self.padding, count_include_pad=False
        )


class MaxPool1d(Pooling, frozen=True, kw_only=True, tag="max_pool1d"):
    """Keeps the largest number of every window of a signal, channel by channel.

    y[c, i] = max over k of x[c, i·stride + k]
    """

    title: ClassVar[str] = "Max pooling 1-D"
    order: ClassVar[int] = 32
    rank: ClassVar[int] = 2
    formula: ClassVar[tuple[str, ...]] = (
        r"y[c, i] = \max_k \; x[c, i_k]",
        r"i_k = i \cdot \text{stride} + k - \text{padding}, \quad 0 \le k < \text{window}",
    )
    use: ClassVar[str] = (
        "Between convolutions of a signal, when it matters that something happened and little "
        "when: a click, a keyword, a beat out of turn."
    )
    trouble: ClassVar[str] = (
        "A window of 8 after the first layer throws away order that later layers would need; pool "
        "by 2 several times. Noise has peaks too: of a noisy signal without convolutions before "
        "it, it keeps the noise."
    )
    source: ClassVar[str] = (
        "Weng, Ahuja & Huang 1992 (the Cresceptron); Scherer, Müller & Behnke 2010, Evaluation of "
        "Pooling Operations"
    )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.MaxPool1d``."""
        return nn.MaxPool1d(self.kernel, stride=self.stride, padding=self.padding)


class AvgPool1d(Pooling, frozen=True, kw_only=True, tag="avg_pool1d"):
    """Takes the mean of every window of a signal, channel by channel.

    y[c, i] = mean over k of x[c, i·stride + k]
    """

    title: ClassVar[str] = "Mean pooling 1-D"
    aliases: ClassVar[tuple[str, ...]] = ("Average pooling 1-D",)
    order: ClassVar[int] = 33
    rank: ClassVar[int] = 2
    formula: ClassVar[tuple[str, ...]] = (
        r"y[c, i] = \frac{1}{n} \sum_k x[c, i_k]",
        r"i_k = i \cdot \text{stride} + k - \text{padding}, \quad 0 \le k < \text{window}",
        r"n \text{: numbers of the window that lie inside of the signal}",
    )
    use: ClassVar[str] = (
        "To thin out long, noisy measurements: with window 4 it is a moving mean of which every "
        "fourth value is kept."
    )
    trouble: ClassVar[str] = (
        "Peaks shorter than the window are flattened. Oscillations faster than half the remaining "
        "rate come back as slow ones that are not there (aliasing): make the window wider than "
        "the stride."
    )
    source: ClassVar[str] = (
        "LeCun et al. 1990, Handwritten Digit Recognition with a Back-Propagation Network"
    )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.AvgPool1d``."""
        return nn.AvgPool1d(
            self.kernel, stride=self.stride, padding=self.padding, count_include_pad=False
        )
