"""Attention of a sequence to itself."""

from __future__ import annotations

from gettext import gettext as _
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape, ShapeError, need_rank


class SelfAttention(Layer, frozen=True, kw_only=True, tag="self_attention"):
    """Lets every step of a sequence look at all steps and take from them what it asks for.

    For each head: softmax(Q Kᵀ / √d) V, with queries Q = x W_q, keys K = x W_k and values V = x W_v of d
    features each; the heads side by side are then mixed by W_o. It does not know the order of the
    steps: tell it by what flows in.

    Source: Vaswani et al. 2017, *Attention Is All You Need*, section 3.2.
    """

    title: ClassVar[str] = "Self-attention"
    aliases: ClassVar[tuple[str, ...]] = ("Multi-head attention", "Transformer", "MHA")
    category: ClassVar[str] = "Attention"
    order: ClassVar[int] = 48
    parametric: ClassVar[bool] = True

    heads: Annotated[
        int,
        Meta(
            ge=1,
            le=1024,
            title="Heads",
            description="Look-ups side by side; the features are dealt to them.",
        ),
    ] = 4
    dropout: Annotated[
        float, Meta(ge=0, le=0.99, title="Dropout", description="Of the weights of attention.")
    ] = 0.0
    causal: Annotated[bool, Meta(title="Causal", description="No step sees those after it.")] = (
        False
    )
    bias: Annotated[
        bool,
        Meta(title="Bias", description="Add learned offsets to queries, keys, values and result."),
    ] = True

    def check(self, *shapes: Shape) -> None:
        """A sequence whose features can be dealt evenly to the heads."""
        (x,) = shapes
        need_rank(x, 2, _("a sequence (steps × features)"))
        if x.features % self.heads:
            raise ShapeError(
                _("{features} features cannot be dealt evenly to {heads} heads.").format(
                    features=x.features, heads=self.heads
                ),
                _("Choose a number of heads that divides {features}.").format(features=x.features),
            )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.SelfAttention``."""
        (x,) = shapes
        return nn.SelfAttention(
            x.features, self.heads, dropout=self.dropout, causal=self.causal, bias=self.bias
        )

    def output(self, *shapes: Shape) -> Shape:
        """As it came."""
        return Shape(shapes[0].dims)

    def flops(self, output: Shape, *shapes: Shape) -> int:
        """Four maps of the features, and two products of steps with steps."""
        steps, features = shapes[0].dims
        return 8 * steps * features * features + 4 * steps * steps * features

    def summary(self) -> str:
        """The heads."""
        return _("{count} heads").format(count=self.heads)
