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
    entry: ClassVar[Literal["", "input", "noise", "label"]] = "input"

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return the identity."""
        return nn.Identity()


class Noise(Layer, frozen=True, kw_only=True, tag="noise"):
    """Feeds a generator with random vectors z, the latent code.

    Every example gets `size` numbers: independent ones from N(0, 1), from N(0, 1) between −2 and 2, or
    evenly from [−1, 1]; or a point that is even on the sphere of radius √size.

    Source: Goodfellow et al. 2014, *Generative Adversarial Nets*, section 3 (the prior p(z)); the sphere
    Karras et al. 2018, *Progressive Growing of GANs*, appendix A; truncated Brock et al. 2019, section 3.1.
    """

    title: ClassVar[str] = "Noise"
    category: ClassVar[str] = "Ends"
    order: ClassVar[int] = 2
    inputs: ClassVar[tuple[Port, ...]] = ()
    entry: ClassVar[Literal["", "input", "noise", "label"]] = "noise"

    size: Annotated[
        int,
        Meta(ge=1, le=65_536, title="Size", description="Numbers in each random vector."),
    ] = 64
    distribution: Annotated[
        Literal["normal", "uniform", "truncated_normal", "sphere"],
        Meta(
            title="Distribution",
            description="N(0, 1); even between −1 and 1; N(0, 1) between −2 and 2; even on a sphere.",
        ),
    ] = "normal"

    def output(self, *shapes: Shape) -> Shape:
        """A vector of `size` numbers."""
        return Shape((self.size,))

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return the identity: the training draws the numbers."""
        return nn.Identity()

    def summary(self) -> str:
        """Size and distribution."""
        words = {
            "normal": _("normal"),
            "uniform": _("uniform"),
            "truncated_normal": _("truncated"),
            "sphere": _("sphere"),
        }
        return f"{self.size} · {words[self.distribution]}"


class Label(Layer, frozen=True, kw_only=True, tag="label"):
    """Tells the network a class: of the example that it judges, or that it is to draw.

    An index from 0 to K − 1, beside what flows in at the Input or the Noise. Draw from it to an
    Embedding or a One-hot, to the *condition* of a Conditional norm, or to the *label* of a Projection.
    What the classes are is said by the objective (*conditioning* of adversarial networks).

    Source: Mirza & Osindero 2014, *Conditional Generative Adversarial Nets*, section 3.2.
    """

    title: ClassVar[str] = "Label"
    aliases: ClassVar[tuple[str, ...]] = ("Class", "Condition", "Conditional GAN")
    category: ClassVar[str] = "Ends"
    order: ClassVar[int] = 4
    inputs: ClassVar[tuple[Port, ...]] = ()
    entry: ClassVar[Literal["", "input", "noise", "label"]] = "label"

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return the identity."""
        return nn.Identity()


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
