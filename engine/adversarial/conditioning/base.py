"""What every way of asking for something declares; :data:`CONDITIONING` is the catalogue of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.data.base import DataInfo
from engine.declare import Catalogue, Declared
from engine.layers.base import Shape

if TYPE_CHECKING:
    from torch import Tensor


class Conditioning(Declared, frozen=True, kw_only=True):
    """Base of everything that tells a generator what to draw.

    What is told enters a network where a *Label* stands on its canvas, as an index. How the network
    uses it is drawn behind that: an Embedding or a One-hot that is concatenated, a Conditional norm, a
    FiLM, or in a discriminator a Projection.

    Class attributes:
        needs_classes: Whether the data have to say of each example which class it is of.
        told: Networks that need a Label.
        welcome: Networks that may have one.
    """

    needs_classes: ClassVar[bool] = True
    told: ClassVar[tuple[str, ...]] = ("generator", "discriminator")
    welcome: ClassVar[tuple[str, ...]] = ("generator", "discriminator")

    def label(self, data: DataInfo) -> Shape:
        """What flows out of a Label: one index."""
        return Shape((), "index", len(data.classes))

    def guesses(self, data: DataInfo) -> int:
        """How many numbers the discriminator ends in beside its logit."""
        return 0

    def least_noise(self) -> int:
        """How many numbers a latent has to have."""
        return 0

    def asked(self, labels: Tensor | None, count: int, device: object) -> Tensor:
        """Return what generated examples of a step are to be ``(count,)``.

        Args:
            labels: The classes of the real examples of the step.
            count: How many.
            device: Where to.
        """
        assert labels is not None
        return labels

    def critic_loss(
        self, real: Tensor, fake: Tensor, asked: Tensor, latents: Tensor
    ) -> Tensor | None:
        """Return what the discriminator's guesses add to its loss, or None.

        Args:
            real: Guesses of real examples ``(batch, guesses)``; where the data have classes, these are
                ``asked`` too.
            fake: Guesses of generated ones.
            asked: What was asked for ``(batch,)``.
            latents: What generated ones were drawn from ``(batch, latent)``.
        """
        return None

    def generator_loss(self, fake: Tensor, asked: Tensor, latents: Tensor) -> Tensor | None:
        """Return what the guesses add to the generator's loss, or None.

        Args:
            fake: Guesses of generated examples.
            asked: What was asked for.
            latents: What they were drawn from ``(batch, latent)``.
        """
        return None


CONDITIONING: Catalogue[Conditioning] = Catalogue(
    "conditioning", Conditioning, "engine.adversarial.conditioning"
)
