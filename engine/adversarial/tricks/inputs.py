"""Tricks that change what the discriminator sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.adversarial.tricks.base import Now, Trick

if TYPE_CHECKING:
    from torch import Tensor


class InstanceNoise(Trick, frozen=True, kw_only=True, tag="instance_noise"):
    """Adds noise to whatever the discriminator sees, less and less of it.

    Real and generated examples then overlap from the start, and the generator gets a gradient. The standard
    deviation falls evenly from σ to 0.
    """

    title: ClassVar[str] = "Instance noise"
    order: ClassVar[int] = 20
    formula: ClassVar[tuple[str, ...]] = (
        r"x \leftarrow x + \sigma\,\max\!\left(0, 1 - \frac{t}{T}\right) v, \quad v \sim \mathrm{N}(0, 1)",
    )
    use: ClassVar[str] = (
        "Where D is right about everything within the first hundred steps because the two kinds "
        "don't overlap: low-dimensional data in a large space, sharp edges, one-hot numbers. R1 "
        "works likewise without a schedule."
    )
    trouble: ClassVar[str] = (
        "Gone too early (T small), D wins as it would have. σ too large hides what is to be "
        "learned: samples stay as coarse as the noise until it fades. Data should be scaled, as σ "
        "is in their units."
    )
    source: ClassVar[str] = (
        "Sønderby et al. 2017, Amortised MAP inference for image super-resolution, section 3.3; "
        "Arjovsky & Bottou 2017, Towards principled methods for training generative adversarial "
        "networks"
    )

    sd: Annotated[
        float, Meta(gt=0, le=10, title="At first", description="Standard deviation of the noise.")
    ] = 0.1
    steps: Annotated[
        int,
        Meta(
            ge=1,
            le=10**9,
            title="Gone after",
            description="So many steps later there is no noise any more.",
            extra={"unit": "steps"},
        ),
    ] = 5000

    def seen(self, examples: Tensor, now: Now) -> Tensor:
        """Add what noise is left."""
        import torch

        left = self.sd * (1 - now.step / self.steps)
        return examples + left * torch.randn_like(examples) if left > 0 else examples


class Packing(Trick, frozen=True, kw_only=True, tag="packing"):
    """The discriminator sees several examples at once and sees, too, when they are all alike.

    m examples of one kind are put together along their first dimension (channels, or numbers of a vector);
    the discriminator's input has as many times as much there.
    """

    title: ClassVar[str] = "Packing (PacGAN)"
    order: ClassVar[int] = 50
    formula: ClassVar[tuple[str, ...]] = (
        r"D(x_1, \ldots, x_m) \quad \text{against} \quad D(G(z_1), \ldots, G(z_m))",
    )
    use: ClassVar[str] = (
        "Against mode collapse, with any loss: alike samples give themselves away in a pack. It "
        "changes D's input only, costs little, and joins well with a penalty."
    )
    trouble: ClassVar[str] = (
        "The batch divides by m: D sees fewer verdicts a step, so make batches larger. D needs "
        "width for m examples. Every logit is about a pack; curves of D(x) are not those of "
        "single examples."
    )
    source: ClassVar[str] = (
        "Lin et al. 2018, PacGAN: the power of two samples in generative adversarial networks (m "
        "= 2 to 4)"
    )

    count: Annotated[int, Meta(ge=2, le=16, title="Examples at once")] = 2

    def packed(self) -> int:
        """So many."""
        return self.count
