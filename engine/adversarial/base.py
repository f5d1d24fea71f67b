"""What every adversarial loss declares; :data:`ADVERSARIAL` is the catalogue of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.declare import Catalogue, Declared

if TYPE_CHECKING:
    from torch import Tensor


class AdversarialLoss(Declared, frozen=True, kw_only=True):
    """Base of every adversarial loss: what the two players minimise.

    Both methods take the discriminator's raw outputs (logits), ``(batch, …)``, before any sigmoid.

    Class attributes:
        needs_real: Whether the generator's loss looks at real examples too (relativistic losses).
        smooths: Whether real examples have a label, which may be less than 1.
        squashes: Whether it applies a sigmoid to what the discriminator says.
        bounded: Whether it only makes sense for a discriminator whose slope is bounded.
    """

    needs_real: ClassVar[bool] = False
    smooths: ClassVar[bool] = False
    squashes: ClassVar[bool] = True
    bounded: ClassVar[bool] = False

    def discriminator(self, real: Tensor, fake: Tensor, target: float = 1.0) -> Tensor:
        """Return what the discriminator minimises, a scalar.

        Args:
            real: Logits of real examples.
            fake: Logits of generated examples.
            target: The label of real examples, where the loss :attr:`smooths`.
        """
        raise NotImplementedError

    def generator(self, real: Tensor | None, fake: Tensor) -> Tensor:
        """Return what the generator minimises, a scalar.

        Args:
            real: Logits of real examples where :attr:`needs_real`, else None.
            fake: Logits of generated examples.
        """
        raise NotImplementedError


ADVERSARIAL: Catalogue[AdversarialLoss] = Catalogue(
    "adversarial loss", AdversarialLoss, "engine.adversarial"
)
