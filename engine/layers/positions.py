"""Telling the steps of a sequence their places."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape, need_sequence


class SinusoidalPositions(Layer, frozen=True, kw_only=True, tag="sinusoidal_positions"):
    """Adds to every step a fixed pattern that tells its place: waves of many lengths.

    y[t, 2i] = x[t, 2i] + sin(t / base^(2i/d)), y[t, 2i + 1] = x[t, 2i + 1] + cos(t / base^(2i/d)), for d
    features. Attention after it knows the order of the steps.

    Source: Vaswani et al. 2017, *Attention Is All You Need*, section 3.5.
    """

    title: ClassVar[str] = "Sine positions"
    aliases: ClassVar[tuple[str, ...]] = ("Sinusoidal positions", "Positional encoding")
    category: ClassVar[str] = "Attention"
    order: ClassVar[int] = 46

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

    Source: Gehring et al. 2017, *Convolutional Sequence to Sequence Learning*, section 3.1; from
    N(0, 0.02²) as in Radford et al. 2018 (GPT).
    """

    title: ClassVar[str] = "Learned positions"
    aliases: ClassVar[tuple[str, ...]] = ("Positional embedding", "Positional encoding")
    category: ClassVar[str] = "Attention"
    order: ClassVar[int] = 47
    parametric: ClassVar[bool] = True

    def check(self, *shapes: Shape) -> None:
        """A sequence."""
        need_sequence(shapes[0])

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.LearnedPositions``."""
        return nn.LearnedPositions(*shapes[0].dims)
