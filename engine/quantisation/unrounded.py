"""No quantisation."""

from __future__ import annotations

from typing import ClassVar

from engine.quantisation.base import Quantisation


class NoQuantisation(Quantisation, frozen=True, kw_only=True, tag="unrounded"):
    """Networks compute in the precision of the recipe."""

    title: ClassVar[str] = "None"
    order: ClassVar[int] = 10
    use: ClassVar[str] = (
        "Whenever size is no concern, and for a first training: most networks are quantised without loss afterwards."
    )
    trouble: ClassVar[str] = (
        "A network with few weights, or with 4 bits and less, may lose much when it is quantised without having learnt it."
    )
    source: ClassVar[str] = (
        "Krishnamoorthi 2018, Quantizing deep convolutional networks for efficient inference, section 3, for how little is lost"
    )
