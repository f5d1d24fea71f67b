"""Where a network is fed and where its result leaves."""

from __future__ import annotations

from gettext import gettext as _
from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from engine.layers.base import Layer, Port, Shape


class Input(Layer, frozen=True, kw_only=True, tag="input"):
    """Feeds the network with examples.

    Its shape comes from the data and the objective: the pixels of an image, the columns of a table,
    the steps of a sequence. Every network begins with an input or with noise.
    """

    title: ClassVar[str] = "Input"
    category: ClassVar[str] = "Ends"
    order: ClassVar[int] = 1
    inputs: ClassVar[tuple[Port, ...]] = ()
    entry: ClassVar[Literal["", "input", "noise"]] = "input"

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return the identity."""
        return nn.Identity()


class Noise(Layer, frozen=True, kw_only=True, tag="noise"):
    """Feeds a generator with random vectors z, the latent code.

    Every example gets `size` independent numbers, drawn from N(0, 1) or evenly from [−1, 1].

    Source: Goodfellow et al. 2014, *Generative Adversarial Nets*, section 3 (the prior p(z)).
    """

    title: ClassVar[str] = "Noise"
    category: ClassVar[str] = "Ends"
    order: ClassVar[int] = 2
    inputs: ClassVar[tuple[Port, ...]] = ()
    entry: ClassVar[Literal["", "input", "noise"]] = "noise"

    size: Annotated[
        int,
        Meta(ge=1, le=65_536, title="Size", description="Numbers in each random vector."),
    ] = 64
    distribution: Annotated[
        Literal["normal", "uniform"],
        Meta(title="Distribution", description="N(0, 1), or even between −1 and 1."),
    ] = "normal"

    def output(self, *shapes: Shape) -> Shape:
        """A vector of `size` numbers."""
        return Shape((self.size,))

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return the identity: the training draws the numbers."""
        return nn.Identity()

    def summary(self) -> str:
        """Size and distribution."""
        return f"{self.size} · " + (_("normal") if self.distribution == "normal" else _("uniform"))


class Output(Layer, frozen=True, kw_only=True, tag="output"):
    """Marks the result of the network.

    What flows in here is what the objective reads: one number per class for a classifier (logits,
    before softmax), an image for a generator, one number for a discriminator. A network has one.
    """

    title: ClassVar[str] = "Output"
    category: ClassVar[str] = "Ends"
    order: ClassVar[int] = 3
    outputs: ClassVar[tuple[Port, ...]] = ()
    accepts: ClassVar[tuple[str, ...]] = ("float", "index")

    def output(self, *shapes: Shape) -> Shape:
        """What flowed in."""
        return shapes[0]

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return the identity."""
        return nn.Identity()
