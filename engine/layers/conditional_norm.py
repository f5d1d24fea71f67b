"""Batch normalisation that knows a class."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Port, Shape, ShapeError, need_channels
from engine.layers.batch_norm import Epsilon, batch_norm
from projects.translation import gettext as _


class ConditionalBatchNorm(Layer, frozen=True, kw_only=True, tag="conditional_batch_norm"):
    """A batch norm whose scale and shift depend on a condition, such as the class of an example.

    y = (1 + γ(c)) · (x − μ) / √(σ² + ε) + β(c), with μ and σ² of the batch while training and their
    running averages afterwards. Of an index c, γ and β are looked up in a table that starts with 0;
    of real numbers they are a linear map. Tells a generator what to draw.
    """

    title: ClassVar[str] = "Conditional norm"
    aliases: ClassVar[tuple[str, ...]] = ("Conditional batch norm", "CBN", "Class conditioning")
    category: ClassVar[str] = "Normalisation"
    order: ClassVar[int] = 55
    parametric: ClassVar[bool] = True
    inputs: ClassVar[tuple[Port, ...]] = (
        Port("in"),
        Port("condition", accepts=("float", "index")),
    )
    formula: ClassVar[tuple[str, ...]] = (
        r"y = (1 + \gamma(c)) \cdot \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta(c)",
        r"(\gamma(c), \beta(c)) = T[c] \quad\text{or}\quad (\gamma(c), \beta(c)) = W c + b",
    )
    use: ClassVar[str] = (
        "In the generator of a conditional GAN in place of every Batch norm, with the Label at "
        "its condition, while the discriminator ends in a Projection. FiLM steers without "
        "statistics of the batch."
    )
    trouble: ClassVar[str] = (
        "γ and β of a class learn from its examples alone: rare classes look like the others for "
        "long. It needs batches of 16 or more, as any Batch norm; samples that are drawn in "
        "evaluation use running averages and may look paler while these lag."
    )
    source: ClassVar[str] = (
        "de Vries et al. 2017, Modulating Early Visual Processing by Language, section 3; in "
        "GANs: Miyato & Koyama 2018, cGANs with Projection Discriminator"
    )

    momentum: Annotated[
        float,
        Meta(
            gt=0, le=1, title="Momentum", description="Weight of the newest batch in the averages."
        ),
    ] = 0.1
    epsilon: Epsilon = 1e-5

    def check(self, *shapes: Shape) -> None:
        """Channels, and one index of known range or one vector as condition."""
        x, condition = shapes
        need_channels(x, 1, 4)
        if condition.kind == "float":
            need_condition(condition)
        elif condition.classes is None or condition.elements != 1:
            raise ShapeError(
                _("expected one index of a known number as condition, got {shape}.").format(
                    shape=condition
                ),
                _("Draw a wire from where the labels enter, or from an Embedding."),
            )

    def smallest_batch(self, *shapes: Shape) -> int:
        """One number alone has no variance."""
        return 2 if shapes[0].elements == shapes[0].channels else 1

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.ConditionalNorm`` around a batch norm without weights."""
        x, condition = shapes
        norm = batch_norm(nn, x, self.momentum, self.epsilon, affine=False)
        if condition.kind == "index":
            return nn.ConditionalNorm(norm, nn.Embedding(condition.classes, 2 * x.channels))
        return nn.ConditionalNorm(norm, nn.Linear(condition.features, 2 * x.channels))


def need_condition(condition: Shape) -> None:
    """Raise unless a condition is a vector.

    Raises:
        ShapeError: It is not.
    """
    if condition.rank != 1:
        raise ShapeError(
            _("expected a vector as condition, got {shape}.").format(shape=condition),
            _("Put a Flatten before it."),
        )
