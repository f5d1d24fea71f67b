"""Weights in 8 bits, and what enters linear and recurrent layers in 8 bits too, with a range found on the fly."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.compression.base import Compression, Networks

if TYPE_CHECKING:
    from engine.compute.compression.model import Model


class QuantiseDynamic(Compression, frozen=True, kw_only=True, tag="quantise_dynamic"):
    """Weights become int8; what enters a linear or recurrent layer becomes int8 by the range of its own example.

    Nothing has to be measured beforehand. Convolutions take in float32, as they do wherever ranges are found on the
    fly: finding them would cost more than it saves. The state that a recurrent layer carries from step to step, biases and
    norms stay float32.
    """

    title: ClassVar[str] = "Quantise on the fly"
    order: ClassVar[int] = 70
    formula: ClassVar[tuple[str, ...]] = (
        r"s = \frac{\max(x, 0) - \min(x, 0)}{2^b - 1}, \quad z = \mathrm{round}\left(-\frac{\min(x, 0)}{s}\right)",
        r"y = s\, s_w \sum_i (q_i - z)\, q^w_i + b",
    )
    use: ClassVar[str] = (
        "For networks of linear layers, recurrent ones and transformers, whose numbers differ much from example to example."
    )
    trouble: ClassVar[str] = (
        "Finding the range costs time, so small layers can get slower. Convolutions gain nothing: quantise them with ranges "
        "that were measured."
    )
    source: ClassVar[str] = (
        "Krishnamoorthi 2018, Quantizing deep convolutional networks for efficient inference, section 3; "
        "Jacob et al. 2018, Quantization and training of neural networks for efficient integer-arithmetic-only inference, section 2"
    )

    networks: Networks = ""

    def apply(self, model: Model) -> Model:
        """Return the model with weights on grids and inputs that are rounded."""
        from engine.compute.compression.quantising import quantise_dynamic

        return quantise_dynamic(model, self)
