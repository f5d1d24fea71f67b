"""Convolutions that keep channels apart, and those that mix them afterwards."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape
from engine.layers.convolution import Bias, Dilation, Filters, Kernel, Padding, Stride
from engine.layers.normed import Norm, normed
from engine.layers.windows import need_image, need_signal, need_window, padding_of
from projects.fields import Field

Multiplier = Annotated[
    int,
    Meta(
        ge=1, le=64, title="Filters per channel", description="Patterns looked for in each channel."
    ),
]


class Depthwise(Layer, frozen=True, kw_only=True):
    """What convolutions of single channels have in common."""

    category: ClassVar[str] = "Convolution"
    parametric: ClassVar[bool] = True
    rank: ClassVar[int] = 3

    kernel: Kernel = 3
    stride: Stride = 1
    padding: Padding = None
    dilation: Dilation = 1
    multiplier: Multiplier = 1
    bias: Bias = True
    norm: Norm = "none"

    def check(self, *shapes: Shape) -> None:
        """A signal or an image that the window fits into."""
        (x,) = shapes
        if self.rank == 3:
            need_image(x)
        else:
            need_signal(x, self.title)
        pad = padding_of(self.kernel, self.dilation, self.padding)
        need_window(self.kernel, self.dilation, pad, x.dims[1:])

    def each_channel(self, nn: Any, x: Shape) -> Any:
        """Return the convolution that keeps channels apart."""
        convolution = nn.Conv2d if self.rank == 3 else nn.Conv1d
        return convolution(
            x.channels,
            x.channels * self.multiplier,
            self.kernel,
            stride=self.stride,
            padding=padding_of(self.kernel, self.dilation, self.padding),
            dilation=self.dilation,
            groups=x.channels,
            bias=self.bias,
        )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return a convolution of as many groups as there are channels."""
        return normed(nn, self.each_channel(nn, shapes[0]), self.norm)

    def summary(self) -> str:
        """Kernel and stride."""
        window = f"{self.kernel}×{self.kernel}" if self.rank == 3 else str(self.kernel)
        many = f"{self.multiplier}× · " if self.multiplier > 1 else ""
        return many + window + (f" / {self.stride}" if self.stride > 1 else "")


class DepthwiseConv2d(Depthwise, frozen=True, kw_only=True, tag="depthwise_conv2d"):
    """Slides over every channel of an image filters of its own; no channel sees another.

    y[c, i, j] = b[c] + Σ over k, l of W[c, k, l] · x[c, i·stride + k, j·stride + l]

    (for one filter per channel). Needs as many times fewer weights as there are channels; put a 1×1
    convolution behind it to mix them, or take a separable convolution.
    """

    title: ClassVar[str] = "Depthwise 2-D"
    aliases: ClassVar[tuple[str, ...]] = ("Depthwise convolution 2-D",)
    order: ClassVar[int] = 24
    formula: ClassVar[tuple[str, ...]] = (
        r"y[c, i, j] = b[c] + \sum_{k, l} W[c, k, l] \; x[c, i_k, j_l]",
        r"i_k = i \cdot \text{stride} + k \cdot \text{dilation} - \text{padding}, \quad j_l \text{ likewise}",
    )
    use: ClassVar[str] = (
        "In light networks for images, where you want a norm and an activation between the two "
        "halves of a Separable 2-D; with kernels of 5 or 7 it widens what is seen at little cost."
    )
    trouble: ClassVar[str] = (
        "By itself it never combines channels, so a network of nothing else learns little. It "
        "saves operations but not memory traffic: it is seldom as much faster as the count of "
        "operations promises."
    )
    source: ClassVar[str] = "Howard et al. 2017, MobileNets, section 3.1, equation 3"


class DepthwiseConv1d(Depthwise, frozen=True, kw_only=True, tag="depthwise_conv1d"):
    """Slides along every channel of a signal filters of its own; no channel sees another.

    y[c, i] = b[c] + Σ over k of W[c, k] · x[c, i·stride + k]
    """

    title: ClassVar[str] = "Depthwise 1-D"
    aliases: ClassVar[tuple[str, ...]] = ("Depthwise convolution 1-D",)
    order: ClassVar[int] = 24
    rank: ClassVar[int] = 2
    formula: ClassVar[tuple[str, ...]] = (
        r"y[c, i] = b[c] + \sum_k W[c, k] \; x[c, i_k]",
        r"i_k = i \cdot \text{stride} + k \cdot \text{dilation} - \text{padding}",
    )
    use: ClassVar[str] = (
        "For signals whose channels are sensors of their own, when each is to be smoothed or "
        "differentiated by itself before they are mixed; otherwise take a Separable 1-D."
    )
    trouble: ClassVar[str] = (
        "What two channels say together stays unseen until a Convolution 1-D of kernel 1 or a "
        "Linear mixes them: correlations between sensors are missed and the loss stops early."
    )
    source: ClassVar[str] = (
        "Kaiser, Gomez & Chollet 2018, Depthwise Separable Convolutions for Neural Machine "
        "Translation, section 2.1"
    )


class Separable(Depthwise, frozen=True, kw_only=True):
    """What convolutions in two steps have in common."""

    filters: Filters = 32

    @classmethod
    def fields(cls) -> tuple[Field, ...]:
        """The filters come first, as for every convolution."""
        *window, filters = super().fields()
        return (filters, *window)

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return a convolution of every channel, and one of width 1 across all of them."""
        (x,) = shapes
        mixes = nn.Conv2d if self.rank == 3 else nn.Conv1d
        mix = mixes(x.channels * self.multiplier, self.filters, 1, bias=self.bias)
        each = normed(nn, self.each_channel(nn, x), self.norm)
        return nn.Sequential(each, normed(nn, mix, self.norm))

    def summary(self) -> str:
        """Filters, kernel and stride."""
        return f"{self.filters} · {super().summary()}"


class SeparableConv2d(Separable, frozen=True, kw_only=True, tag="separable_conv2d"):
    """A convolution in two steps: filters for every channel alone, then a mix of the channels.

    y = V (W ∗ x): W sees places, V (1 × 1) sees channels. With kernel k it needs about 1/filters + 1/k²
    of the work of a convolution, and often learns as well.
    """

    title: ClassVar[str] = "Separable 2-D"
    aliases: ClassVar[tuple[str, ...]] = ("Separable convolution 2-D", "Xception", "MobileNet")
    order: ClassVar[int] = 25
    formula: ClassVar[tuple[str, ...]] = (
        r"h[c, i, j] = a[c] + \sum_{k, l} W[c, k, l] \; x[c, i_k, j_l]",
        r"y[f, i, j] = b[f] + \sum_c V[f, c] \; h[c, i, j]",
        r"i_k = i \cdot \text{stride} + k \cdot \text{dilation} - \text{padding}, \quad j_l \text{ likewise}",
        r"\frac{\text{work}}{\text{work of a convolution}} = \frac{1}{\text{filters}} + \frac{1}{\text{kernel}^2}",
    )
    use: ClassVar[str] = (
        "In place of a Convolution 2-D from 32 channels on, when the network has to be small or "
        "fast: about an eighth of the work with kernel 3 and 64 filters."
    )
    trouble: ClassVar[str] = (
        "With few channels, as right behind the Input, it saves nothing and learns worse: begin "
        "with an ordinary convolution. At equal depth accuracy drops a little; more filters make "
        "up for it."
    )
    source: ClassVar[str] = (
        "Chollet 2017, Xception: Deep Learning with Depthwise Separable Convolutions; Howard et "
        "al. 2017, MobileNets, section 3.1"
    )


class SeparableConv1d(Separable, frozen=True, kw_only=True, tag="separable_conv1d"):
    """A convolution along a signal in two steps: every channel alone, then a mix of the channels.

    y = V (W ∗ x): W sees places, V (width 1) sees channels.
    """

    title: ClassVar[str] = "Separable 1-D"
    aliases: ClassVar[tuple[str, ...]] = ("Separable convolution 1-D",)
    order: ClassVar[int] = 25
    rank: ClassVar[int] = 2
    formula: ClassVar[tuple[str, ...]] = (
        r"h[c, i] = a[c] + \sum_k W[c, k] \; x[c, i_k]",
        r"y[f, i] = b[f] + \sum_c V[f, c] \; h[c, i]",
        r"i_k = i \cdot \text{stride} + k \cdot \text{dilation} - \text{padding}",
    )
    use: ClassVar[str] = (
        "For signals and sequences of 32 features or more, with wide kernels (7 to 31): width "
        "costs only the part that sees single channels."
    )
    trouble: ClassVar[str] = (
        "On a signal of one or two channels the first half has almost no weights, and nearly "
        "everything is left to the mix: take a Convolution 1-D there."
    )
    source: ClassVar[str] = (
        "Kaiser, Gomez & Chollet 2018, Depthwise Separable Convolutions for Neural Machine "
        "Translation, section 2.1"
    )
