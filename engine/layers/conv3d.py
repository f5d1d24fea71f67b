"""The convolution over volumes."""

from __future__ import annotations

from gettext import gettext as _
from typing import Any, ClassVar

from engine.layers.base import Shape, need_rank
from engine.layers.convolution import Convolution
from engine.layers.normed import normed


class Conv3d(Convolution, frozen=True, kw_only=True, tag="conv3d"):
    """Slides learned filters through a volume (channels × depth × height × width), or a film.

    y[f, p] = b[f] + Σ over c, k of W[f, c, k] · x[c, p·stride + k·dilation − padding], with places p
    and k of three numbers. Size that leaves along each: ⌊(size + 2·padding − dilation·(kernel − 1) −
    1) / stride⌋ + 1.

    Source: Ji, Xu, Yang & Yu 2013, *3D Convolutional Neural Networks for Human Action Recognition*,
    equation 2.
    """

    title: ClassVar[str] = "Convolution 3-D"
    aliases: ClassVar[tuple[str, ...]] = ("Volume", "Video")
    order: ClassVar[int] = 23

    def check(self, *shapes: Shape) -> None:
        """A volume that the window fits into."""
        (x,) = shapes
        hint = _("Put a Reshape to channels × depth × height × width before it.")
        need_rank(x, 4, _("a volume (channels × depth × height × width)"), hint)
        self.check_window(x.channels, x.dims[1:])

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Conv3d``, its weight normed if that is asked for."""
        (x,) = shapes
        module = nn.Conv3d(x.channels, self.filters, self.kernel, **self.options())
        return normed(nn, module, self.norm)

    def summary(self) -> str:
        """Filters and kernel."""
        size = f"{self.filters} · {self.kernel}³"
        return size + (f" / {self.stride}" if self.stride > 1 else "")
