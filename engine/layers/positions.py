"""Telling the steps of a sequence their places."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape, need_sequence


class SinusoidalPositions(Layer, frozen=True, kw_only=True, tag="sinusoidal_positions"):
    """Adds to every step a fixed pattern that tells its place: waves of many lengths.

    y[t, 2i] = x[t, 2i] + sin(t / base^(2i/d)), y[t, 2i + 1] = x[t, 2i + 1] + cos(t / base^(2i/d)), for d
    features. Attention after it knows the order of the steps.
    """

    title: ClassVar[str] = "Sine positions"
    aliases: ClassVar[tuple[str, ...]] = ("Sinusoidal positions", "Positional encoding")
    category: ClassVar[str] = "Attention"
    order: ClassVar[int] = 46
    formula: ClassVar[tuple[str, ...]] = (
        r"y[t, 2i] = x[t, 2i] + \sin\left(\frac{t}{\text{base}^{2i/d}}\right)",
        r"y[t, 2i + 1] = x[t, 2i + 1] + \cos\left(\frac{t}{\text{base}^{2i/d}}\right)",
    )
    use: ClassVar[str] = (
        "Before the first Self-attention or Encoder layer, when examples are few or sequences "
        "long: it has nothing to learn, unlike Learned positions."
    )
    trouble: ClassVar[str] = (
        "Its waves have size 1. Where the numbers of the steps are much smaller, the place drowns "
        "them: put a Linear or a Layer norm before it. For sequences of under 100 steps a smaller "
        "base, such as 100, makes more of the waves useful."
    )
    source: ClassVar[str] = "Vaswani et al. 2017, Attention Is All You Need, section 3.5"

    base: Annotated[
        float,
        Meta(gt=1, le=1e9, title="Base", description="The slowest wave is 2π times so many steps."),
    ] = 10_000.0

    def check(self, *shapes: Shape) -> None:
        """A sequence."""
        need_sequence(shapes[0])

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.SinusoidalPositions``."""
        steps, features = shapes[0].dims
        return nn.SinusoidalPositions(steps, features, self.base)


class LearnedPositions(Layer, frozen=True, kw_only=True, tag="learned_positions"):
    """Adds to every step a vector that is learned for its place: y[t] = x[t] + W[t].

    Attention after it knows the order of the steps. Works for sequences of one length only.
    """

    title: ClassVar[str] = "Learned positions"
    aliases: ClassVar[tuple[str, ...]] = ("Positional embedding", "Positional encoding")
    category: ClassVar[str] = "Attention"
    order: ClassVar[int] = 47
    parametric: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"y[t] = x[t] + W[t], \quad W[t] \,\sim\, \mathcal{N}(0, 0.02^2) \text{ at first}",
    )
    use: ClassVar[str] = (
        "For sequences of one length up to a few hundred steps with thousands of examples, such "
        "as patches of images; GPT and BERT have them."
    )
    trouble: ClassVar[str] = (
        "Until they have grown from their small start the network is nearly blind to order, which on "
        "few examples takes long: Sine positions tell it from the first step. When the length "
        "changes, the weights no longer fit."
    )
    source: ClassVar[str] = (
        "Gehring et al. 2017, Convolutional Sequence to Sequence Learning, section 3.1; the start "
        "from N(0, 0.02²): Radford et al. 2018, Improving Language Understanding by Generative "
        "Pre-Training"
    )

    def check(self, *shapes: Shape) -> None:
        """A sequence."""
        need_sequence(shapes[0])

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.LearnedPositions``."""
        return nn.LearnedPositions(*shapes[0].dims)
