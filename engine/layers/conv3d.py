"""The convolution over volumes."""

from __future__ import annotations

from typing import Any, ClassVar

from engine.layers.base import Shape, need_rank
from engine.layers.convolution import Convolution
from engine.layers.normed import normed
from projects.translation import gettext as _


class Conv3d(Convolution, frozen=True, kw_only=True, tag="conv3d"):
    """Slides learned filters through a volume (channels × depth × height × width), or a film.

    y[f, p] = b[f] + Σ over c, k of W[f, c, k] · x[c, p·stride + k·dilation − padding], with places p
    and k of three numbers. Size that leaves along each: ⌊(size + 2·padding − dilation·(kernel − 1) −
    1) / stride⌋ + 1.
    """

    title: ClassVar[str] = "Convolution 3-D"
    aliases: ClassVar[tuple[str, ...]] = ("Volume", "Video")
    order: ClassVar[int] = 23
    formula: ClassVar[tuple[str, ...]] = (
        r"y[f, p] = b[f] + \sum_{c, k} W[f, c, k] \; x[c, p_k]",
        r"p_k = p \cdot \text{stride} + k \cdot \text{dilation} - \text{padding}",
        r"p = (p_1, p_2, p_3), \quad k = (k_1, k_2, k_3)",
        r"\text{size}' = \left\lfloor \frac{\text{size} + 2\,\text{padding} - \text{dilation}\,(\text{kernel} - 1) - 1}{\text{stride}} \right\rfloor + 1",
    )
    use: ClassVar[str] = (
        "For scans and short films, when the third dimension matters. If single slices or frames "
        "say enough, a Convolution 2-D that takes them as channels is many times cheaper."
    )
    trouble: ClassVar[str] = (
        "Memory grows with the third power of the side: 16 filters on 64×64×64 points keep 17 MB "
        "for each example. Begin with small batches, and halve the size in the first layers."
    )
    source: ClassVar[str] = (
        "Ji, Xu, Yang & Yu 2013, 3D Convolutional Neural Networks for Human Action Recognition, "
        "equation 2"
    )

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
