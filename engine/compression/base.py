"""What every compression declares; :data:`COMPRESSIONS` is the catalogue of them.

A compression makes a trained network smaller: it changes weights, the design, or how numbers are stored, and
always gives a design and weights that fit each other. Several in a row make a variant of a run, which is a run
of its own with the other one as its parent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.declare import Catalogue, Declared

if TYPE_CHECKING:
    from engine.compute.compression.model import Model


Networks = Annotated[
    str,
    Meta(
        max_length=200,
        title="Network",
        description="Name of the one that is made smaller. Nothing: all of them.",
    ),
]


class Compression(Declared, frozen=True, kw_only=True):
    """Base of every compression.

    Class attributes:
        zeros: Whether weights that are 0 afterwards are meant to stay so while the network is trained on.
    """

    zeros: ClassVar[bool] = False

    def apply(self, model: Model) -> Model:
        """Return the compressed model.

        Args:
            model: Design and weights; stays as it is.

        Raises:
            CompressionError: It would leave nothing, or this design does not allow it; names the place.
        """
        raise NotImplementedError


COMPRESSIONS: Catalogue[Compression] = Catalogue("compression", Compression, "engine.compression")
"""Ways to make a trained network smaller."""
