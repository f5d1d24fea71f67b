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

    Source: Howard et al. 2017, *MobileNets*, section 3.1, equation 3.
    """

    title: ClassVar[str] = "Depthwise 2-D"
    aliases: ClassVar[tuple[str, ...]] = ("Depthwise convolution 2-D",)
    order: ClassVar[int] = 24


class DepthwiseConv1d(Depthwise, frozen=True, kw_only=True, tag="depthwise_conv1d"):
    """Slides along every channel of a signal filters of its own; no channel sees another.

    y[c, i] = b[c] + Σ over k of W[c, k] · x[c, i·stride + k]

    Source: Kaiser, Gomez & Chollet 2018, *Depthwise Separable Convolutions for Neural Machine
    Translation*, section 2.1.
    """

    title: ClassVar[str] = "Depthwise 1-D"
    aliases: ClassVar[tuple[str, ...]] = ("Depthwise convolution 1-D",)
    order: ClassVar[int] = 24
    rank: ClassVar[int] = 2


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

    Source: Chollet 2017, *Xception: Deep Learning with Depthwise Separable Convolutions*; Howard et
    al. 2017, *MobileNets*, section 3.1.
    """

    title: ClassVar[str] = "Separable 2-D"
    aliases: ClassVar[tuple[str, ...]] = ("Separable convolution 2-D", "Xception", "MobileNet")
    order: ClassVar[int] = 25


class SeparableConv1d(Separable, frozen=True, kw_only=True, tag="separable_conv1d"):
    """A convolution along a signal in two steps: every channel alone, then a mix of the channels.

    y = V (W ∗ x): W sees places, V (width 1) sees channels.

    Source: Kaiser, Gomez & Chollet 2018, *Depthwise Separable Convolutions for Neural Machine
    Translation*, section 2.1.
    """

    title: ClassVar[str] = "Separable 1-D"
    aliases: ClassVar[tuple[str, ...]] = ("Separable convolution 1-D",)
    order: ClassVar[int] = 25
    rank: ClassVar[int] = 2
