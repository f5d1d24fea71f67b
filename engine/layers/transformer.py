"""Whole layers of transformers."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from engine.layers.base import Layer, Port, Shape, need_sequence
from engine.layers.cross_attention import cross_flops
from engine.layers.self_attention import Causal, Heads, HeadWidth, head_size, self_flops
from projects.translation import ngettext


class Transformer(Layer, frozen=True, kw_only=True):
    """What layers of encoders and decoders have in common."""

    category: ClassVar[str] = "Attention"
    order: ClassVar[int] = 49
    parametric: ClassVar[bool] = True
    live: ClassVar[tuple[str, ...]] = ("dropout",)

    heads: Heads = 4
    head_width: HeadWidth = None
    width: Annotated[
        int,
        Meta(
            ge=1, le=65_536, title="Width", description="Units of the map that acts on every step."
        ),
    ] = 128
    activation: Annotated[
        Literal["gelu", "relu"],
        Meta(
            title="Activation",
            description="Between the two maps of every step.",
            extra={"names": {"gelu": "GELU", "relu": "ReLU"}},
        ),
    ] = "gelu"
    dropout: Annotated[
        float,
        Meta(
            ge=0,
            le=0.99,
            title="Dropout",
            description="Of attention, of units, and of what each part adds.",
        ),
    ] = 0.0
    norm_first: Annotated[
        bool,
        Meta(
            title="Norm first",
            description=(
                "Normalise what enters each part, which trains without a warm-up (Xiong et al. 2020). "
                "Else what leaves it, as in the first transformer."
            ),
        ),
    ] = True

    def output(self, *shapes: Shape) -> Shape:
        """As it came."""
        return Shape(shapes[0].dims)

    def attention(self, nn: Any, features: int, causal: bool) -> Any:
        """Return the attention of the sequence to itself."""
        return nn.SelfAttention(
            features,
            self.heads,
            dropout=self.dropout,
            causal=causal,
            bias=True,
            size=self.head_width,
        )

    def feed(self, nn: Any, features: int) -> Any:
        """Return the two maps of every step."""
        bend = nn.GELU() if self.activation == "gelu" else nn.ReLU()
        first, second = nn.Linear(features, self.width), nn.Linear(self.width, features)
        return nn.Sequential(first, bend, nn.Dropout(self.dropout), second)

    def inner(self, x: Shape) -> int:
        """Features of all heads together.

        Raises:
            ShapeError: What flows in is no sequence, or its features cannot be dealt evenly to the heads.
        """
        return self.heads * head_size(x, self.heads, self.head_width)

    def feed_flops(self, x: Shape) -> int:
        """Operations of the two maps."""
        return 4 * x.elements * self.width

    def summary(self) -> str:
        """Heads and width."""
        words = ngettext("{count} head · {width}", "{count} heads · {width}", self.heads)
        return words.format(count=self.heads, width=self.width)


class TransformerEncoder(Transformer, frozen=True, kw_only=True, tag="transformer_encoder"):
    """One layer of a transformer: every step looks at all others, then each is worked on alone.

    x ← x + Attention(norm(x)), then x ← x + W₂ φ(W₁ norm(x) + b₁) + b₂. It does not know the order of the
    steps: put positions before the first one. Causal, it is a layer of a language model.
    """

    title: ClassVar[str] = "Encoder layer"
    aliases: ClassVar[tuple[str, ...]] = ("Transformer encoder", "GPT", "BERT", "ViT")
    formula: ClassVar[tuple[str, ...]] = (
        r"x \leftarrow x + \operatorname{Attention}(\operatorname{norm}(x))",
        r"x \leftarrow x + W_2\, \varphi(W_1\, \operatorname{norm}(x) + b_1) + b_2",
        r"x \leftarrow \operatorname{norm}(x + \operatorname{Attention}(x)), \;\ldots \quad\text{(norm first off)}",
    )
    use: ClassVar[str] = (
        "Two to six of them behind positions read text or patches of an image; width two to four "
        "times the features. To change what is inside, draw it from Self-attention, Layer norm, "
        "Linear and Add."
    )
    trouble: ClassVar[str] = (
        "Below some thousands of examples it learns by heart sooner than a GRU or convolutions: "
        "dropout of 0.1 to 0.3. With Norm first nothing tames what leaves the last one: put a "
        "Layer norm behind it. Without, it may not start at all unless the learning rate warms "
        "up."
    )
    source: ClassVar[str] = (
        "Vaswani et al. 2017, Attention Is All You Need, section 3.1; norm first: Xiong et al. "
        "2020, On Layer Normalization in the Transformer Architecture"
    )

    causal: Causal = False

    def check(self, *shapes: Shape) -> None:
        """A sequence whose features can be dealt evenly to the heads."""
        self.inner(shapes[0])

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.EncoderBlock``."""
        features = shapes[0].features
        return nn.EncoderBlock(
            self.attention(nn, features, self.causal),
            self.feed(nn, features),
            features,
            dropout=self.dropout,
            norm_first=self.norm_first,
        )

    def flops(self, output: Shape, *shapes: Shape) -> int:
        """Attention, and the maps of every step."""
        (x,) = shapes
        return self_flops(x, self.inner(x)) + self.feed_flops(x)


class TransformerDecoder(Transformer, frozen=True, kw_only=True, tag="transformer_decoder"):
    """One layer of a transformer that reads a memory: what an encoder has made of another sequence.

    x ← x + Attention(norm(x)), x ← x + Attention(norm(x), memory), then x ← x + W₂ φ(W₁ norm(x) + b₁) +
    b₂. Causal: no step sees those after it, so that all steps can be learned at once.
    """

    title: ClassVar[str] = "Decoder layer"
    aliases: ClassVar[tuple[str, ...]] = ("Transformer decoder", "Seq2seq")
    inputs: ClassVar[tuple[Port, ...]] = (Port("in"), Port("memory"))
    formula: ClassVar[tuple[str, ...]] = (
        r"x \leftarrow x + \operatorname{Attention}(\operatorname{norm}(x))",
        r"x \leftarrow x + \operatorname{Attention}(\operatorname{norm}(x), \text{memory})",
        r"x \leftarrow x + W_2\, \varphi(W_1\, \operatorname{norm}(x) + b_1) + b_2",
    )
    use: ClassVar[str] = (
        "To write one sequence while reading another: as many as there are Encoder layers, each "
        "with what the encoder made at its memory. A language model that reads nothing else needs "
        "only Encoder layers with Causal on."
    )
    trouble: ClassVar[str] = (
        "Feed it the wanted sequence shifted by one step: unshifted, each step copies its own "
        "answer, the loss falls to almost nothing and what it writes is worthless. Without "
        "positions in both sequences words come out in odd order."
    )
    source: ClassVar[str] = (
        "Vaswani et al. 2017, Attention Is All You Need, section 3.1; norm first: Xiong et al. "
        "2020, On Layer Normalization in the Transformer Architecture"
    )

    causal: Causal = True

    def check(self, *shapes: Shape) -> None:
        """Two sequences; the features of the first can be dealt evenly to the heads."""
        self.inner(shapes[0])
        need_sequence(shapes[1])

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.DecoderBlock``."""
        x, memory = shapes
        recall = nn.CrossAttention(
            x.features,
            memory.features,
            self.heads,
            dropout=self.dropout,
            bias=True,
            size=self.head_width,
        )
        return nn.DecoderBlock(
            self.attention(nn, x.features, self.causal),
            recall,
            self.feed(nn, x.features),
            x.features,
            dropout=self.dropout,
            norm_first=self.norm_first,
        )

    def flops(self, output: Shape, *shapes: Shape) -> int:
        """Both attentions, and the maps of every step."""
        x, memory = shapes
        inner = self.inner(x)
        return self_flops(x, inner) + cross_flops(x, memory, inner) + self.feed_flops(x)
