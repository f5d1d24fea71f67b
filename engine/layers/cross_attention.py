"""Attention of one sequence to another."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Port, Shape, need_sequence
from engine.layers.self_attention import AttentionBias, Heads, HeadWidth, head_size
from projects.translation import ngettext


class CrossAttention(Layer, frozen=True, kw_only=True, tag="cross_attention"):
    """Lets every step of one sequence look at all steps of another and take what it asks for.

    For each head: softmax(Q Kᵀ / √d) V, with queries Q = x W_q of the steps at *query*, keys K = m W_k
    and values V = m W_v of those at *memory*. What leaves has the steps and features of the query. A
    decoder reads with it what an encoder has found.
    """

    title: ClassVar[str] = "Cross-attention"
    aliases: ClassVar[tuple[str, ...]] = ("Attention", "Encoder-decoder attention", "Alignment")
    category: ClassVar[str] = "Attention"
    order: ClassVar[int] = 48
    parametric: ClassVar[bool] = True
    inputs: ClassVar[tuple[Port, ...]] = (Port("query"), Port("memory"))
    live: ClassVar[tuple[str, ...]] = ("dropout",)
    formula: ClassVar[tuple[str, ...]] = (
        r"Q = x W_q + b_q, \quad K = m W_k + b_k, \quad V = m W_v + b_v",
        r"\text{head} = \operatorname{softmax}\left(\frac{Q K^\top}{\sqrt{d}}\right) V",
        r"y = [\text{head}_1, \text{head}_2, \ldots]\, W_o + b_o",
    )
    use: ClassVar[str] = (
        "When one sequence has to consult another: translating, answering from a passage. Within "
        "one sequence take Self-attention; a Decoder layer holds both."
    )
    trouble: ClassVar[str] = (
        "If the query can guess the answer alone, the memory is ignored: the output is the same "
        "whatever flows in there. It replaces what it was asked with; Add the query behind it, or "
        "that is lost."
    )
    source: ClassVar[str] = (
        "Bahdanau, Cho & Bengio 2015, Neural Machine Translation by Jointly Learning to Align and "
        "Translate; in this form: Vaswani et al. 2017, Attention Is All You Need, section 3.2"
    )

    heads: Heads = 4
    head_width: HeadWidth = None
    dropout: Annotated[
        float, Meta(ge=0, le=0.99, title="Dropout", description="Of the weights of attention.")
    ] = 0.0
    bias: AttentionBias = True

    def check(self, *shapes: Shape) -> None:
        """Two sequences; the features of the first can be dealt evenly to the heads."""
        query, memory = shapes
        head_size(query, self.heads, self.head_width)
        need_sequence(memory)

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.CrossAttention``."""
        query, memory = shapes
        return nn.CrossAttention(
            query.features,
            memory.features,
            self.heads,
            dropout=self.dropout,
            bias=self.bias,
            size=self.head_width,
        )

    def output(self, *shapes: Shape) -> Shape:
        """As the query came."""
        return Shape(shapes[0].dims)

    def flops(self, output: Shape, *shapes: Shape) -> int:
        """Maps of both sequences, and two products of steps with steps."""
        query, memory = shapes
        inner = self.heads * head_size(query, self.heads, self.head_width)
        return cross_flops(query, memory, inner)

    def summary(self) -> str:
        """The heads."""
        return ngettext("{count} head", "{count} heads", self.heads).format(count=self.heads)


def cross_flops(query: Shape, memory: Shape, inner: int) -> int:
    """Return the operations of an attention of one sequence to another.

    Args:
        query: Steps that ask.
        memory: Steps that are asked.
        inner: Features of all heads together.
    """
    (steps, features), (others, width) = query.dims, memory.dims
    maps = 4 * steps * features * inner + 4 * others * width * inner
    return maps + 4 * steps * others * inner
