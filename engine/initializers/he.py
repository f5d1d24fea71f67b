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
    """

    title: ClassVar[str] = "He (Kaiming)"
    order: ClassVar[int] = 3
    formula: ClassVar[tuple[str, ...]] = (
        r"\operatorname{Var}(W) = \frac{2}{(1 + \text{slope}^2) \cdot \text{fan}}",
        r"W \,\sim\, \mathcal{N}(0, \operatorname{Var}(W)) \quad\text{(normal)}",
        r"W \,\sim\, \mathcal{U}({-}l, l), \quad l = \sqrt{3 \operatorname{Var}(W)} \quad\text{(uniform)}",
    )
    use: ClassVar[str] = (
        "With ReLU, Leaky ReLU, ELU, GELU and SiLU, in networks of any depth. A slope of 1 gives "
        "variance 1 / fan, which SELU wants."
    )
    trouble: ClassVar[str] = (
        "With Tanh it starts with larger signals than are good, and units saturate. On residual "
        "paths without norms variance doubles with every Add: numbers grow until the loss is not "
        "a number; put a norm into each path."
    )
    source: ClassVar[str] = (
        "He, Zhang, Ren & Sun 2015, Delving Deep into Rectifiers, equations 10, 14 and 15"
    )

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
