"""Convolutions over sequences and images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.declare import FieldError
from engine.layers.base import Layer, Shape, ShapeError
from engine.layers.normed import Norm, normed
from engine.layers.windows import need_image, need_signal, need_window, padding_of
from projects.translation import gettext as _

Filters = Annotated[
    int,
    Meta(
        ge=1,
        le=65_536,
        title="Filters",
        description="Learned patterns; one channel leaves for each.",
    ),
]
Kernel = Annotated[
    int, Meta(ge=1, le=127, title="Kernel", description="Side of the window that each filter sees.")
]
Stride = Annotated[
    int, Meta(ge=1, le=64, title="Stride", description="Steps between windows; 2 halves the size.")
]
Padding = Annotated[
    Annotated[int, Meta(ge=0, le=256)] | None,
    Meta(
        title="Padding",
        description=(
            "Zeros added on every side. Nothing: half the kernel, which keeps the size "
            "at stride 1 with an odd kernel."
        ),
    ),
]
Dilation = Annotated[
    int, Meta(ge=1, le=64, title="Dilation", description="Distance between the points of a window.")
]
Groups = Annotated[
    int,
    Meta(
        ge=1,
        le=65_536,
        title="Groups",
        description="Channels are dealt to this many groups that do not see each other.",
    ),
]
Bias = Annotated[bool, Meta(title="Bias", description="Add a learned offset to every filter.")]


class Convolution(Layer, frozen=True, kw_only=True):
    """What convolutions over one, two and three dimensions have in common."""

    category: ClassVar[str] = "Convolution"
    parametric: ClassVar[bool] = True

    filters: Filters = 32
    kernel: Kernel = 3
    stride: Stride = 1
    padding: Padding = None
    dilation: Dilation = 1
    groups: Groups = 1
    bias: Bias = True
    norm: Norm = "none"

    @property
    def pad(self) -> int:
        """The padding in force."""
        return padding_of(self.kernel, self.dilation, self.padding)

    def validate(self) -> None:
        """The filters have to be dealt evenly to the groups."""
        if self.filters % self.groups:
            raise FieldError(
                "groups",
                _("{filters} filters cannot be dealt evenly to {groups} groups.").format(
                    filters=self.filters, groups=self.groups
                ),
            )

    def check_window(self, channels: int, sizes: Sequence[int]) -> None:
        """Say whether groups and window fit what flows in.

        Args:
            channels: Incoming channels.
            sizes: Length, or height and width.

        Raises:
            ShapeError: They do not.
        """
        if channels % self.groups:
            raise ShapeError(
                _("{channels} incoming channels cannot be dealt evenly to {groups} groups.").format(
                    channels=channels, groups=self.groups
                ),
                _("Choose a number of groups that divides {channels}.").format(channels=channels),
            )
        need_window(self.kernel, self.dilation, self.pad, sizes)

    def options(self) -> dict[str, Any]:
        """The arguments that ``nn.Conv1d`` and its siblings share."""
        return {
            "stride": self.stride,
            "padding": self.pad,
            "dilation": self.dilation,
            "groups": self.groups,
            "bias": self.bias,
        }


class Conv1d(Convolution, frozen=True, kw_only=True, tag="conv1d"):
    """Slides learned filters along a signal (channels × length).

    y[f, i] = b[f] + Σ over c, k of W[f, c, k] · x[c, i·stride + k·dilation − padding]

    Length that leaves: ⌊(length + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1.
    """

    title: ClassVar[str] = "Convolution 1-D"
    order: ClassVar[int] = 20
    formula: ClassVar[tuple[str, ...]] = (
        r"y[f, i] = b[f] + \sum_{c, k} W[f, c, k] \; x[c, i_k]",
        r"i_k = i \cdot \text{stride} + k \cdot \text{dilation} - \text{padding}",
        r"\text{length}' = \left\lfloor \frac{\text{length} + 2\,\text{padding} - \text{dilation}\,(\text{kernel} - 1) - 1}{\text{stride}} \right\rfloor + 1",
    )
    use: ClassVar[str] = (
        "For sounds, measurements over time, and other signals. All places are computed at once, "
        "so it is much faster than an LSTM; for long signals put two or three of them, with stride "
        "2, before one."
    )
    trouble: ClassVar[str] = (
        "It sees no farther than its kernels: three layers of kernel 3 cover 7 places; stride, "
        "dilation or pooling widens that. With padding on both sides every place also sees those "
        "behind it, which gives the answer away where each step has to foretell the next."
    )
    source: ClassVar[str] = (
        "Waibel et al. 1989, Phoneme Recognition Using Time-Delay Neural Networks"
    )

    def check(self, *shapes: Shape) -> None:
        """A signal of channels × length that the window fits into."""
        (x,) = shapes
        need_signal(x, self.title)
        self.check_window(x.channels, x.dims[1:])

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Conv1d``, its weight normed if that is asked for."""
        (x,) = shapes
        module = nn.Conv1d(x.channels, self.filters, self.kernel, **self.options())
        return normed(nn, module, self.norm)

    def summary(self) -> str:
        """Filters and kernel."""
        return f"{self.filters} · {self.kernel}" + (f" / {self.stride}" if self.stride > 1 else "")


class Conv2d(Convolution, frozen=True, kw_only=True, tag="conv2d"):
    """Slides learned filters over an image (channels × height × width).

    y[f, i, j] = b[f] + Σ over c, k, l of W[f, c, k, l] · x[c, i·stride + k, j·stride + l]

    (padding and dilation left out). Every filter looks for one pattern everywhere, so it needs few
    weights. Size that leaves: ⌊(size + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1.
    """

    title: ClassVar[str] = "Convolution 2-D"
    order: ClassVar[int] = 21
    formula: ClassVar[tuple[str, ...]] = (
        r"y[f, i, j] = b[f] + \sum_{c, k, l} W[f, c, k, l] \; x[c, i_k, j_l]",
        r"i_k = i \cdot \text{stride} + k \cdot \text{dilation} - \text{padding}, \quad j_l \text{ likewise}",
        r"\text{size}' = \left\lfloor \frac{\text{size} + 2\,\text{padding} - \text{dilation}\,(\text{kernel} - 1) - 1}{\text{stride}} \right\rfloor + 1",
    )
    use: ClassVar[str] = (
        "In every network that reads images. Kernel 3 is the usual choice, for two of them see as "
        "far as one of 5 with fewer weights; double the filters where stride 2 or pooling halves "
        "the size."
    )
    trouble: ClassVar[str] = (
        "At full size many filters cost most of the time: work grows with the pixels. An even "
        "kernel at stride 1 makes the image a pixel smaller and shifts it by half. A bias right "
        "before a Batch norm does nothing, for the norm takes it out again."
    )
    source: ClassVar[str] = (
        "LeCun, Bottou, Bengio & Haffner 1998, Gradient-Based Learning Applied to Document "
        "Recognition"
    )

    def check(self, *shapes: Shape) -> None:
        """An image that the window fits into."""
        (x,) = shapes
        need_image(x)
        self.check_window(x.channels, x.dims[1:])

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Conv2d``, its weight normed if that is asked for."""
        (x,) = shapes
        module = nn.Conv2d(x.channels, self.filters, self.kernel, **self.options())
        return normed(nn, module, self.norm)

    def summary(self) -> str:
        """Filters and kernel."""
        size = f"{self.filters} · {self.kernel}×{self.kernel}"
        return size + (f" / {self.stride}" if self.stride > 1 else "")
