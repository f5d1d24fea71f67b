"""Attention of a sequence to itself."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape, ShapeError, need_sequence
from projects.translation import gettext as _
from projects.translation import ngettext

Heads = Annotated[
    int,
    Meta(
        ge=1,
        le=1024,
        title="Heads",
        description="Look-ups side by side; the features are dealt to them.",
    ),
]
HeadWidth = Annotated[
    Annotated[int, Meta(ge=1, le=65_536)] | None,
    Meta(
        title="Head width",
        description="Features of each head. Nothing: those that flow in, dealt evenly to the heads.",
    ),
]
AttentionBias = Annotated[
    bool,
    Meta(title="Bias", description="Add learned offsets to queries, keys, values and result."),
]
Causal = Annotated[bool, Meta(title="Causal", description="No step sees those after it.")]


class SelfAttention(Layer, frozen=True, kw_only=True, tag="self_attention"):
    """Lets every step of a sequence look at all steps and take from them what it asks for.

    For each head: softmax(Q Kᵀ / √d) V, with queries Q = x W_q, keys K = x W_k and values V = x W_v of d
    features each; the heads side by side are then mixed by W_o. It does not know the order of the
    steps: put positions before it, or let it turn queries and keys (rotary): step t turns the pair i
    of features by the angle t · 10000^(−2i/d), so that scores depend on distances.
    """

    title: ClassVar[str] = "Self-attention"
    aliases: ClassVar[tuple[str, ...]] = ("Multi-head attention", "Transformer", "MHA")
    category: ClassVar[str] = "Attention"
    order: ClassVar[int] = 48
    parametric: ClassVar[bool] = True
    live: ClassVar[tuple[str, ...]] = ("dropout",)
    formula: ClassVar[tuple[str, ...]] = (
        r"Q = x W_q + b_q, \quad K = x W_k + b_k, \quad V = x W_v + b_v",
        r"\text{head} = \operatorname{softmax}\left(\frac{Q K^\top}{\sqrt{d}}\right) V",
        r"y = [\text{head}_1, \text{head}_2, \ldots]\, W_o + b_o",
        r"(Q K^\top)_{ts} = {-}\infty \;\text{ for } s > t \quad\text{(causal)}",
        r"\theta_{t,i} = t \cdot 10000^{{-}2i/d} \quad\text{(rotary: angle of pair } i \text{ at step } t \text{)}",
    )
    use: ClassVar[str] = (
        "When steps that belong together lie far apart: text, patches of an image, sets. 4 to 8 "
        "heads of 16 to 64 features each. On short sequences with few examples a GRU learns as "
        "much from less."
    )
    trouble: ClassVar[str] = (
        "Scores grow with the square of the length: 1,000 steps are a million for each head and "
        "example. In a language model without Causal the loss falls to almost nothing and what it "
        "writes is nonsense. If the loss stays where it starts, use a warm-up."
    )
    source: ClassVar[str] = (
        "Vaswani et al. 2017, Attention Is All You Need, section 3.2; rotary: Su et al. 2021, "
        "RoFormer, section 3.2"
    )

    heads: Heads = 4
    head_width: HeadWidth = None
    dropout: Annotated[
        float, Meta(ge=0, le=0.99, title="Dropout", description="Of the weights of attention.")
    ] = 0.0
    causal: Causal = False
    bias: AttentionBias = True
    rotary: Annotated[
        bool,
        Meta(
            title="Rotary positions",
            description="Turn queries and keys by angles of their places, so that scores know distances.",
        ),
    ] = False

    def check(self, *shapes: Shape) -> None:
        """A sequence whose features can be dealt evenly to the heads."""
        (x,) = shapes
        size = head_size(x, self.heads, self.head_width)
        if self.rotary and size % 2:
            raise ShapeError(
                _("rotary positions turn pairs of features, and each head has {size}.").format(
                    size=size
                ),
                _("Choose heads of an even number of features."),
            )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.SelfAttention``."""
        (x,) = shapes
        return nn.SelfAttention(
            x.features,
            self.heads,
            dropout=self.dropout,
            causal=self.causal,
            bias=self.bias,
            rotary=self.rotary,
            size=self.head_width,
        )

    def output(self, *shapes: Shape) -> Shape:
        """As it came."""
        return Shape(shapes[0].dims)

    def flops(self, output: Shape, *shapes: Shape) -> int:
        """Four maps of the features, and two products of steps with steps."""
        (x,) = shapes
        return self_flops(x, self.heads * head_size(x, self.heads, self.head_width))

    def summary(self) -> str:
        """The heads."""
        return ngettext("{count} head", "{count} heads", self.heads).format(count=self.heads)


def head_size(x: Shape, heads: int, width: int | None) -> int:
    """Return how many features each head has.

    Args:
        x: What flows in.
        heads: How many there are.
        width: What is asked for; None where the features that flow in are dealt evenly to them.

    Raises:
        ShapeError: It is no sequence, or its features cannot be dealt evenly.
    """
    need_sequence(x)
    if width is not None:
        return width
    if x.features % heads:
        raise ShapeError(
            _("{features} features cannot be dealt evenly to {heads} heads.").format(
                features=x.features, heads=heads
            ),
            _("Choose a number of heads that divides {features}.").format(features=x.features),
        )
    return x.features // heads


def self_flops(x: Shape, inner: int) -> int:
    """Return the operations of a self-attention: four maps of the features, two products of steps with steps.

    Args:
        x: What flows in.
        inner: Features of all heads together.
    """
    steps, features = x.dims
    return 8 * steps * features * inner + 4 * steps * steps * inner
