"""Convolutions over sequences and images."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import gettext as _
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.declare import FieldError
from engine.layers.base import Layer, Shape, ShapeError, need_rank

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
    """What convolutions over one and two dimensions have in common."""

    category: ClassVar[str] = "Convolution"
    parametric: ClassVar[bool] = True

    filters: Filters = 32
    kernel: Kernel = 3
    stride: Stride = 1
    padding: Padding = None
    dilation: Dilation = 1
    groups: Groups = 1
    bias: Bias = True

    @property
    def pad(self) -> int:
        """The padding in force."""
        return self.dilation * (self.kernel - 1) // 2 if self.padding is None else self.padding

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
        window = self.dilation * (self.kernel - 1) + 1
        least = min(sizes)
        if window > least + 2 * self.pad:
            raise ShapeError(
                _("the kernel covers {window} and the padded input is only {size} wide.").format(
                    window=window, size=least + 2 * self.pad
                ),
                _(
                    "Choose a kernel of at most {size}, more padding, or pool less before it."
                ).format(size=(least + 2 * self.pad - 1) // self.dilation + 1),
            )

    def options(self) -> dict[str, Any]:
        """The arguments that ``nn.Conv1d`` and ``nn.Conv2d`` share."""
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

    Source: Waibel et al. 1989, *Phoneme Recognition Using Time-Delay Neural Networks*.
    """

    title: ClassVar[str] = "Convolution 1-D"
    order: ClassVar[int] = 20

    def check(self, *shapes: Shape) -> None:
        """A signal of channels × length that the window fits into."""
        (x,) = shapes
        need_rank(x, 2, _("a signal (channels × length)"), signal_hint(x, self.title))
        self.check_window(x.channels, x.dims[1:])

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Conv1d``."""
        (x,) = shapes
        return nn.Conv1d(x.channels, self.filters, self.kernel, **self.options())

    def summary(self) -> str:
        """Filters and kernel."""
        return f"{self.filters} · {self.kernel}" + (f" / {self.stride}" if self.stride > 1 else "")


class Conv2d(Convolution, frozen=True, kw_only=True, tag="conv2d"):
    """Slides learned filters over an image (channels × height × width).

    y[f, i, j] = b[f] + Σ over c, k, l of W[f, c, k, l] · x[c, i·stride + k, j·stride + l]

    (padding and dilation left out). Every filter looks for one pattern everywhere, so it needs few
    weights. Size that leaves: ⌊(size + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1.

    Source: LeCun et al. 1998, *Gradient-Based Learning Applied to Document Recognition*.
    """

    title: ClassVar[str] = "Convolution 2-D"
    order: ClassVar[int] = 21

    def check(self, *shapes: Shape) -> None:
        """An image that the window fits into."""
        (x,) = shapes
        need_rank(x, 3, _("an image (channels × height × width)"), image_hint(x))
        self.check_window(x.channels, x.dims[1:])

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Conv2d``."""
        (x,) = shapes
        return nn.Conv2d(x.channels, self.filters, self.kernel, **self.options())

    def summary(self) -> str:
        """Filters and kernel."""
        size = f"{self.filters} · {self.kernel}×{self.kernel}"
        return size + (f" / {self.stride}" if self.stride > 1 else "")


def image_hint(x: Shape) -> str:
    """Return what to do about something that should have been an image.

    Args:
        x: What flows in instead.
    """
    if x.rank == 1:
        side = round(x.features**0.5)
        if side * side == x.features and side > 1:
            return _("Put a Reshape to 1×{side}×{side} before it.").format(side=side)
        return _("Put a Reshape to channels × height × width before it.")
    return _("Put a Reshape to 1×{shape} before it.").format(shape=x)


def signal_hint(x: Shape, title: str) -> str:
    """Return what to do about something that should have been a signal.

    Args:
        x: What flows in instead.
        title: Name of the layer that wants a signal.
    """
    if x.rank == 1:
        return _("Put a Reshape to 1×{shape} before it.").format(shape=x)
    return _("For images use {layer}.").format(layer=title.replace("1-D", "2-D"))
