"""How much the examples of a batch differ."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape, need_channels


class MinibatchDeviation(Layer, frozen=True, kw_only=True, tag="minibatch_deviation"):
    """Adds one channel that tells how much the examples of a batch differ from each other.

    Of every number its standard deviation over a group of examples, √(σ² + 10⁻⁸); the mean of these is
    the value of the new channel everywhere. A discriminator sees with it when a generator draws always
    the same. What it answers for one example depends on the others of its batch.
    """

    title: ClassVar[str] = "Minibatch std-dev"
    aliases: ClassVar[tuple[str, ...]] = ("Minibatch standard deviation", "Diversity")
    category: ClassVar[str] = "Regularisation"
    order: ClassVar[int] = 76
    formula: ClassVar[tuple[str, ...]] = (
        r"s = \frac{1}{F} \sum_{f=1}^{F} \sqrt{\sigma_f^2 + 10^{-8}}",
        r"\sigma_f^2 = \frac{1}{n} \sum_{i=1}^{n} (x_{i,f} - \mu_f)^2, \quad n \text{ examples of a group}",
        r"y = [x, s]",
    )
    use: ClassVar[str] = (
        "Once, near the end of a discriminator of images, before its last convolution or Flatten, "
        "when samples look alike. It has no weights; Minibatch discrim. sees more and costs more."
    )
    trouble: ClassVar[str] = (
        "A generator can satisfy it by colours and noise that vary while the shape stays the "
        "same: the spread in samples rises, the number of modes does not. Behind it a penalty on "
        "the gradient of one example also depends on the others."
    )
    source: ClassVar[str] = (
        "Karras, Aila, Laine & Lehtinen 2018, Progressive Growing of GANs, section 3; groups as "
        "in the authors' code"
    )

    group: Annotated[
        int,
        Meta(
            ge=2,
            le=65_536,
            title="Group",
            description="So many examples are compared; a batch that this does not divide as a whole.",
        ),
    ] = 4

    def check(self, *shapes: Shape) -> None:
        """A vector, a signal, an image or a volume."""
        need_channels(shapes[0], 1, 4)

    def smallest_batch(self, *shapes: Shape) -> int:
        """One example alone differs from nothing."""
        return 2

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.MinibatchDeviation``."""
        return nn.MinibatchDeviation(self.group)

    def summary(self) -> str:
        """The group."""
        return str(self.group)
