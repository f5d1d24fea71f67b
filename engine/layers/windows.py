"""What layers that slide a window need to flow in, and what to do when something else does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from msgspec import Meta

from engine.layers.base import Shape, ShapeError, need_rank
from projects.translation import gettext as _

Pooled = Annotated[
    Literal["avg", "max"],
    Meta(title="Mode", extra={"names": {"avg": "mean", "max": "maximum"}}),
]
"""What is kept of a window."""


def padding_of(kernel: int, dilation: int, padding: int | None) -> int:
    """Return the padding in force: half the window where none is chosen."""
    return dilation * (kernel - 1) // 2 if padding is None else padding


def need_window(kernel: int, dilation: int, pad: int, sizes: Sequence[int]) -> None:
    """Raise unless a window fits into what flows in.

    Args:
        kernel: Points of the window along one side.
        dilation: Distance between them.
        pad: Zeros on every side.
        sizes: Length, or height and width.

    Raises:
        ShapeError: The window is larger.
    """
    window = dilation * (kernel - 1) + 1
    least = min(sizes) + 2 * pad
    if window > least:
        raise ShapeError(
            _("the kernel covers {window} and the padded input is only {size} wide.").format(
                window=window, size=least
            ),
            _("Choose a kernel of at most {size}, more padding, or pool less before it.").format(
                size=(least - 1) // dilation + 1
            ),
        )


def need_image(x: Shape) -> None:
    """Raise unless an image flows in.

    Raises:
        ShapeError: It is something else.
    """
    need_rank(x, 3, _("an image (channels × height × width)"), image_hint(x))


def need_signal(x: Shape, title: str) -> None:
    """Raise unless a signal flows in.

    Args:
        x: What flows in.
        title: Name of the layer.

    Raises:
        ShapeError: It is something else.
    """
    need_rank(x, 2, _("a signal (channels × length)"), signal_hint(x, title))


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
