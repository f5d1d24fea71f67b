"""Where a network is fed and where its result leaves."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from msgspec import Meta

from engine.layers.base import Layer, Port, Shape
from projects.translation import gettext as _


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
    use: ClassVar[str] = (
        "Once in every network that reads data: classifiers, discriminators, encoders. A network "
        "that makes examples from random numbers begins with Noise instead."
    )
    trouble: ClassVar[str] = (
        "Its shape changes with the data and how they are prepared. When the layer behind it "
        "complains after other data were chosen, images need a Convolution 2-D or a Flatten "
        "there, indices an Embedding."
    )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return the identity."""
        return nn.Identity()


class Noise(Layer, frozen=True, kw_only=True, tag="noise"):
    """Feeds a generator with random vectors z, the latent code.

    Every example gets `size` numbers: independent ones from N(0, 1), from N(0, 1) between −2 and 2, or
    evenly from [−1, 1]; or a point that is even on the sphere of radius √size.
    """

    title: ClassVar[str] = "Noise"
    category: ClassVar[str] = "Ends"
    order: ClassVar[int] = 2
    inputs: ClassVar[tuple[Port, ...]] = ()
    entry: ClassVar[Literal["", "input", "noise", "label"]] = "noise"
    formula: ClassVar[tuple[str, ...]] = (
        r"z \,\sim\, \mathcal{N}(0, I) \quad\text{(normal)}",
        r"z_i \,\sim\, \mathcal{U}({-}1, 1) \quad\text{(uniform)}",
        r"z_i \,\sim\, \mathcal{N}(0, 1), \;\; |z_i| \le 2 \quad\text{(truncated)}",
        r"z = \sqrt{\text{size}} \cdot \frac{n}{\lVert n \rVert}, \;\; n \,\sim\, \mathcal{N}(0, I) \quad\text{(sphere)}",
    )
    use: ClassVar[str] = (
        "Normal numbers, 64 to 128 of them, are the usual choice for images; 2 to 8 do for points "
        "in a plane. Take the sphere when you mean to walk between samples, truncated numbers "
        "when odd samples matter more than variety."
    )
    trouble: ClassVar[str] = (
        "Fewer numbers than the data have ways to vary force the generator to leave some out: "
        "samples repeat. Far more than needed cost weights in the first layer and gain nothing."
    )
    source: ClassVar[str] = (
        "Goodfellow et al. 2014, Generative Adversarial Nets, section 3 (the prior p(z)); the "
        "sphere: Karras et al. 2018, Progressive Growing of GANs, appendix A; truncated: Brock, "
        "Donahue & Simonyan 2019, Large Scale GAN Training, section 3.1"
    )

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
    """

    title: ClassVar[str] = "Label"
    aliases: ClassVar[tuple[str, ...]] = ("Class", "Condition", "Conditional GAN")
    category: ClassVar[str] = "Ends"
    order: ClassVar[int] = 4
    inputs: ClassVar[tuple[Port, ...]] = ()
    entry: ClassVar[Literal["", "input", "noise", "label"]] = "label"
    formula: ClassVar[tuple[str, ...]] = (r"c \in \{0, 1, \ldots, K - 1\}",)
    use: ClassVar[str] = (
        "In both players of a conditional GAN: in the generator to order a class, in the "
        "discriminator to check that the example is of it."
    )
    trouble: ClassVar[str] = (
        "Told to the generator alone it is ignored, for nothing rewards obeying it: the rows of "
        "samples look alike for every class. Give the discriminator a Label too, best with a "
        "Projection."
    )
    source: ClassVar[str] = (
        "Mirza & Osindero 2014, Conditional Generative Adversarial Nets, section 3.2"
    )

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
    use: ClassVar[str] = (
        "Once, behind the last layer. Where the objective wants logits, let that be a Linear or a "
        "convolution without an activation; where it wants images, the activation whose range the "
        "pixels have: Tanh for −1 … 1, Sigmoid for 0 … 1."
    )
    trouble: ClassVar[str] = (
        "An activation too many goes unnoticed: behind a ReLU no answer can be negative, behind a "
        "Tanh none exceeds 1. The loss then falls for a while and stops too high."
    )

    def output(self, *shapes: Shape) -> Shape:
        """What flowed in."""
        return shapes[0]

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return the identity."""
        return nn.Identity()
