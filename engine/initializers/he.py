"""He and colleagues' start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from engine.initializers.base import Initializer

if TYPE_CHECKING:
    from torch import Tensor


class He(Initializer, frozen=True, kw_only=True, tag="he"):
    """Keeps the variance of signals equal from layer to layer, for ReLU and its relatives.

    Var W = 2 / ((1 + slope²) · fan); biases start at zero.

    Source: He et al. 2015, *Delving Deep into Rectifiers*, equations 10, 14 and 15.
    """

    title: ClassVar[str] = "He (Kaiming)"
    order: ClassVar[int] = 3

    distribution: Annotated[
        Literal["normal", "uniform"],
        Meta(
            title="Distribution",
            description="Shape of the random numbers; the variance is the same.",
        ),
    ] = "normal"
    fan: Annotated[
        Literal["fan_in", "fan_out"],
        Meta(title="Fan", description="Keep the variance on the way forward (in) or back (out)."),
    ] = "fan_in"
    slope: Annotated[
        float,
        Meta(
            ge=0,
            le=10,
            title="Negative slope",
            description="Slope of the leaky ReLU that follows; 0 for ReLU.",
        ),
    ] = 0.0

    def draw(self, weight: Tensor) -> None:
        """Fill with variance 2 / ((1 + slope²) · fan)."""
        from torch.nn import init

        fill = init.kaiming_normal_ if self.distribution == "normal" else init.kaiming_uniform_
        fill(weight, a=self.slope, mode=self.fan, nonlinearity="leaky_relu")
