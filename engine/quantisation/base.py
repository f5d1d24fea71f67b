"""What every quantisation of the recipe declares; :data:`QUANTISATIONS` is the catalogue of them.

A network that learns with it gets used to few bits: it computes with rounded weights and rounded inputs of layers, while its
weights learn in float32. It is part of the recipe, so the same seed still gives the same run. What quantises a trained
network at once is a compression (:mod:`engine.compression`).
"""

from __future__ import annotations

from typing import ClassVar

from engine.declare import Catalogue, Declared


class Quantisation(Declared, frozen=True, kw_only=True):
    """Base of every quantisation.

    Class attributes:
        works: Whether it rounds anything at all; then it has to know how many steps the training will have.
    """

    works: ClassVar[bool] = False


QUANTISATIONS: Catalogue[Quantisation] = Catalogue(
    "quantisation", Quantisation, "engine.quantisation"
)
"""Ways for a network to learn what it will compute with few bits."""
