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

    Source: Karras et al. 2018, *Progressive Growing of GANs*, section 3; groups as in the authors'
    code.
    """

    title: ClassVar[str] = "Minibatch std-dev"
    aliases: ClassVar[tuple[str, ...]] = ("Minibatch standard deviation", "Diversity")
    category: ClassVar[str] = "Regularisation"
    order: ClassVar[int] = 76

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
