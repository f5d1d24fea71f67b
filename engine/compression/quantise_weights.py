"""Weights in few bits; what is computed with them stays float32."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from engine.compression.base import Compression, Networks

if TYPE_CHECKING:
    from engine.compute.compression.model import Model

Ends = Annotated[
    Literal["largest", "least_error"],
    Meta(
        title="Ends of the grid",
        description=(
            "largest: the largest weight of a unit just fits. least error: a few are cut off so that all others lie closer."
        ),
    ),
]


class QuantiseWeights(Compression, frozen=True, kw_only=True, tag="quantise_weights"):
    """Puts the weights of every unit on a grid of its own: a code of few bits each, and one scale.

    ``w = s · q`` with whole ``q`` from ``−(2ᵇ⁻¹ − 1)`` to ``2ᵇ⁻¹ − 1``. Biases and norms are few and stay float32, and so does
    what is computed: the network can be trained on, exported and looked into like any other.
    """

    title: ClassVar[str] = "Quantise weights"
    order: ClassVar[int] = 60
    formula: ClassVar[tuple[str, ...]] = (
        r"q = \mathrm{round}\left(\frac{w}{s}\right), \quad s = \frac{\max |w|}{2^{b-1} - 1}",
        r"w \approx s \cdot q",
    )
    use: ClassVar[str] = (
        "The safest way to a quarter of the size: with 8 bits hardly any network loses anything. With 4 bits measure first."
    )
    trouble: ClassVar[str] = (
        "The network gets no faster, since weights become float32 before they are used. One very large weight of a unit makes "
        "the grid of that unit coarse: choose the ends of least error, with 4 bits above all."
    )
    source: ClassVar[str] = (
        "Krishnamoorthi 2018, Quantizing deep convolutional networks for efficient inference, sections 2.1 and 3.1.1; "
        "Nagel et al. 2021, A white paper on neural network quantization, section 3.1, for the ends"
    )

    bits: Annotated[int, Meta(ge=2, le=8, title="Bits", description="Of every weight.")] = 8
    ends: Ends = "largest"
    networks: Networks = ""

    def apply(self, model: Model) -> Model:
        """Return the model with its weights on grids."""
        from engine.compute.compression.quantising import quantise_weights

        return quantise_weights(model, self)
