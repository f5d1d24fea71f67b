"""Weights and what enters layers in 8 bits, with ranges that were measured on training examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from engine.compression.base import Compression, Networks

if TYPE_CHECKING:
    from engine.compute.compression.model import Model


class QuantiseStatic(Compression, frozen=True, kw_only=True, tag="quantise_static"):
    """Weights become int8, and what enters linear, convolutional and recurrent layers does, by a range measured before.

    A network that has learnt with quantisation in its recipe keeps the ranges that it has learnt with. The state that a
    recurrent layer carries from step to step, biases and norms stay float32.
    """

    title: ClassVar[str] = "Quantise with measured ranges"
    order: ClassVar[int] = 80
    formula: ClassVar[tuple[str, ...]] = (
        r"q = \mathrm{clip}\left(\mathrm{round}\left(\frac{x}{s}\right) + z,\; 0,\; 2^b - 1\right)",
        r"s = \frac{\beta - \alpha}{2^b - 1}, \quad z = \mathrm{round}\left(-\frac{\alpha}{s}\right), \quad \alpha \le 0 \le \beta",
    )
    use: ClassVar[str] = (
        "For networks of convolutions, and wherever speed counts: a layer computes with whole numbers alone."
    )
    trouble: ClassVar[str] = (
        "Examples unlike those that were measured are cut off at the ends of the range. A few very large numbers make it coarse "
        "for all others: choose ends by percentile or least error, or train on with quantisation in the recipe."
    )
    source: ClassVar[str] = (
        "Jacob et al. 2018, Quantization and training of neural networks for efficient integer-arithmetic-only inference, section 2; "
        "Nagel et al. 2021, A white paper on neural network quantization, section 3.1, for the ends"
    )

    examples: Annotated[
        int,
        Meta(
            ge=1,
            le=100_000,
            title="Examples",
            description="Of the training part, that ranges are measured on; whole batches.",
        ),
    ] = 512
    ends: Annotated[
        Literal["largest", "percentile", "least_error"],
        Meta(
            title="Ends of the range",
            description=(
                "largest: everything that was seen fits. percentile: all but the outermost. "
                "least error: what loses least of what was seen."
            ),
        ),
    ] = "largest"
    percent: Annotated[
        float,
        Meta(
            ge=50,
            le=100,
            title="Share that fits",
            description="Of the numbers that were seen.",
            extra={"unit": "%", "when": {"ends": "percentile"}},
        ),
    ] = 99.9
    networks: Networks = ""
    seed: Annotated[
        int,
        Meta(ge=0, le=2**31 - 1, title="Seed", description="Of the choice of the examples."),
    ] = 0

    def apply(self, model: Model) -> Model:
        """Return the model with weights on grids and inputs that are rounded."""
        from engine.compute.compression.quantising import quantise_static

        return quantise_static(model, self)
