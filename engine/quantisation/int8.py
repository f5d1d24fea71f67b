"""Learning with rounded weights and rounded inputs of layers."""

from __future__ import annotations

from typing import Annotated, ClassVar

from msgspec import Meta

from engine.declare import FieldError
from engine.quantisation.base import Quantisation
from projects.translation import gettext as _


class Int8(Quantisation, frozen=True, kw_only=True, tag="int8"):
    """The network computes with weights on grids and with rounded inputs of its layers, and learns to do well so.

    Weights themselves stay float32 and get the gradient at the rounded ones, as if rounding weren't there (a straight-through
    gradient). Ranges of inputs follow the batches, ``β ← β + 0.01 (max x − β)``, until they are settled; only
    evaluations after that count as the best.
    """

    title: ClassVar[str] = "int8"
    order: ClassVar[int] = 20
    works: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"\hat w = s \cdot \mathrm{round}\left(\frac{w}{s}\right), \quad s = \frac{\max |w|}{2^{b-1} - 1}",
        r"w \leftarrow w - \eta\, \frac{\partial L(\hat w)}{\partial \hat w}",
    )
    use: ClassVar[str] = (
        "To train a network on that has lost too much when it was quantised, or with fewer than 8 bits for weights. Begin with "
        "its weights and a small learning rate."
    )
    trouble: ClassVar[str] = (
        "Every step takes longer. Where ranges settle before the network does they fit badly; with ranges that never settle "
        "no evaluation counts as the best."
    )
    source: ClassVar[str] = (
        "Jacob et al. 2018, Quantization and training of neural networks for efficient integer-arithmetic-only inference, "
        "section 3; Bengio, Léonard & Courville 2013, Estimating or propagating gradients through stochastic neurons, section 4"
    )

    bits: Annotated[int, Meta(ge=2, le=8, title="Bits of weights")] = 8
    inputs: Annotated[
        int, Meta(ge=2, le=8, title="Bits of inputs", description="Of what enters a layer.")
    ] = 8
    begin: Annotated[
        float,
        Meta(
            ge=0,
            lt=1,
            title="From",
            description="Share of the training after which it rounds; ranges are watched before.",
        ),
    ] = 0.1
    settle: Annotated[
        float,
        Meta(
            gt=0,
            lt=1,
            title="Ranges settle",
            description="Share of the training after which ranges of inputs stay as they are.",
        ),
    ] = 0.5

    def validate(self) -> None:
        """Ranges settle behind the beginning."""
        if self.settle <= self.begin:
            raise FieldError(
                "settle",
                _("ranges have to settle behind the beginning, at more than {begin:g}.").format(
                    begin=self.begin
                ),
            )

    def rounds(self, steps: int, total: int) -> bool:
        """Whether the step after so many steps rounds."""
        return steps >= self.begin * total

    def is_settled(self, steps: int, total: int) -> bool:
        """Whether ranges stay as they are after so many steps."""
        return steps >= self.settle * total
