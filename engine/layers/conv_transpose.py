"""The transposed convolution, which enlarges images."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.declare import FieldError
from engine.layers.base import Layer, Shape, ShapeError
from engine.layers.convolution import Bias, Filters
from engine.layers.normed import Norm, normed
from engine.layers.windows import need_image
from projects.translation import gettext as _


class ConvTranspose2d(Layer, frozen=True, kw_only=True, tag="conv_transpose2d"):
    """Paints learned patterns into a larger image: a convolution read backwards.

    Its usual name is transposed convolution. Size that leaves: (size − 1) · stride − 2 · padding +
    kernel + output padding. Kernel 4, stride 2, padding 1 doubles it; a kernel that the stride
    divides paints without a checkerboard.
    """

    title: ClassVar[str] = "Upconvolution 2-D"
    aliases: ClassVar[tuple[str, ...]] = ("Transposed convolution 2-D", "Deconvolution")
    category: ClassVar[str] = "Convolution"
    order: ClassVar[int] = 22
    parametric: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"y[f, u, v] = b[f] + \sum_{c, i, j} W[c, f, k, l] \; x[c, i, j]",
        r"k = u + \text{padding} - i \cdot \text{stride}, \quad 0 \le k < \text{kernel}",
        r"l = v + \text{padding} - j \cdot \text{stride}, \quad 0 \le l < \text{kernel}",
        r"\text{size}' = (\text{size} - 1)\,\text{stride} - 2\,\text{padding} + \text{kernel} + \text{output padding}",
    )
    use: ClassVar[str] = (
        "In generators and decoders, to grow an image step by step: 7×7, 14×14, 28×28. Where a "
        "grid stays visible, take Upsample or Pixel shuffle with a Convolution 2-D."
    )
    trouble: ClassVar[str] = (
        "With kernel 3 and stride 2 some pixels are painted four times and others once: a "
        "checkerboard shows in flat areas of the samples. Even with kernel 4 the weights may "
        "learn one, which then fades only slowly."
    )
    source: ClassVar[str] = (
        "Zeiler, Krishnan, Taylor & Fergus 2010, Deconvolutional Networks; in generators: "
        "Radford, Metz & Chintala 2016 (DCGAN); checkerboards: Odena, Dumoulin & Olah 2016, "
        "Deconvolution and Checkerboard Artifacts"
    )

    filters: Filters = 32
    kernel: Annotated[
        int, Meta(ge=1, le=127, title="Kernel", description="Side of the pattern that is painted.")
    ] = 4
    stride: Annotated[
        int, Meta(ge=1, le=64, title="Stride", description="How many times larger it gets.")
    ] = 2
    padding: Annotated[
        int, Meta(ge=0, le=256, title="Padding", description="Pixels cut off on every side.")
    ] = 1
    output_padding: Annotated[
        int,
        Meta(
            ge=0, le=63, title="Output padding", description="Rows and columns added at one side."
        ),
    ] = 0
    bias: Bias = True
    norm: Norm = "none"

    def validate(self) -> None:
        """Output padding only chooses among sizes that the stride makes possible."""
        if self.output_padding >= self.stride:
            raise FieldError(
                "output_padding",
                _("has to be smaller than the stride, {stride}.").format(stride=self.stride),
            )

    def check(self, *shapes: Shape) -> None:
        """An image, of which something is left after the padding has been cut off."""
        (x,) = shapes
        need_image(x)
        size = (min(x.dims[1:]) - 1) * self.stride - 2 * self.padding + self.kernel
        if size + self.output_padding < 1:
            raise ShapeError(
                _("nothing would be left of {shape} after cutting off the padding.").format(
                    shape=x
                ),
                _("Choose a smaller padding or a larger kernel."),
            )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.ConvTranspose2d``, its weight normed if that is asked for."""
        (x,) = shapes
        module = nn.ConvTranspose2d(
            x.channels,
            self.filters,
            self.kernel,
            stride=self.stride,
            padding=self.padding,
            output_padding=self.output_padding,
            bias=self.bias,
        )
        return normed(nn, module, self.norm)

    def summary(self) -> str:
        """Filters, kernel and stride."""
        return f"{self.filters} · {self.kernel}×{self.kernel} · ×{self.stride}"
