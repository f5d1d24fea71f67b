"""Dropout."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape


class Dropout(Layer, frozen=True, kw_only=True, tag="dropout"):
    """While training, sets numbers to zero with probability p and scales the rest by 1 / (1 − p).

    No unit can rely on one other unit alone, which keeps large networks from learning by heart.
    Afterwards it passes everything unchanged.
    """

    title: ClassVar[str] = "Dropout"
    category: ClassVar[str] = "Regularisation"
    order: ClassVar[int] = 70
    live: ClassVar[tuple[str, ...]] = ("p",)
    formula: ClassVar[tuple[str, ...]] = (
        r"y = \frac{d \cdot x}{1 - p}, \quad d = \begin{cases} 0 & \quad \text{with probability } p \\ 1 & \quad \text{otherwise} \end{cases}",
    )
    use: ClassVar[str] = (
        "When the training loss falls on and the validation loss rises: 0.3 to 0.5 before the "
        "last Linear layers, 0.1 in transformers, whole channels at 0.1 to 0.2 between "
        "convolutions."
    )
    trouble: ClassVar[str] = (
        "A network that does not even fit its training part gets worse by it. Before a Batch norm "
        "variances differ between training and evaluation: put it behind. A training loss above "
        "the validation loss is no mistake here, since only training drops anything."
    )
    source: ClassVar[str] = (
        "Srivastava et al. 2014, Dropout; whole channels: Tompson et al. 2015, Efficient Object "
        "Localization Using Convolutional Networks"
    )

    p: Annotated[
        float, Meta(ge=0, le=0.99, title="Probability", description="Share that is set to zero.")
    ] = 0.5
    channels: Annotated[
        bool,
        Meta(title="Whole channels", description="Drop channels of signals and images as a whole."),
    ] = False

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``nn.Dropout``, or its sibling for whole channels."""
        (x,) = shapes
        whole = {2: nn.Dropout1d, 3: nn.Dropout2d, 4: nn.Dropout3d} if self.channels else {}
        return whole.get(x.rank, nn.Dropout)(self.p)

    def summary(self) -> str:
        """The probability."""
        return f"{self.p:g}"
