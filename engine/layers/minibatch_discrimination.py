"""How close the examples of a batch come to each other."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Shape, need_rank
from projects.translation import gettext as _


class MinibatchDiscrimination(Layer, frozen=True, kw_only=True, tag="minibatch_discrimination"):
    """Adds numbers that tell how close an example comes to the others of its batch.

    Learned projections M(x), `kernels` of them with `size` numbers each; the added number of kernel b is
    Σⱼ exp(−‖M_b(xᵢ) − M_b(xⱼ)‖₁) over the other examples j. A discriminator sees with it when a generator
    draws always the same. What it answers for one example depends on the others of its batch.
    """

    title: ClassVar[str] = "Minibatch discrim."
    aliases: ClassVar[tuple[str, ...]] = (
        "Minibatch discrimination",
        "Diversity",
        "Batch similarity",
    )
    category: ClassVar[str] = "Regularisation"
    order: ClassVar[int] = 77
    parametric: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"o_b(x_i) = \sum_{j \ne i} \exp\left({-}\lVert M_b(x_i) - M_b(x_j) \rVert_1\right)",
        r"y_i = [x_i, o_1(x_i), o_2(x_i), \ldots]",
    )
    use: ClassVar[str] = (
        "In small GANs that collapse, behind a Flatten and a Linear of 32 to 256 units. Try "
        "Minibatch std-dev first, which has nothing to learn."
    )
    trouble: ClassVar[str] = (
        "Work and memory grow with the square of the batch: 256 examples with 16 kernels of size "
        "8 are 8 million differences. Behind large numbers all distances are large, the added "
        "numbers are 0 and it does nothing: put a norm before it."
    )
    source: ClassVar[str] = (
        "Salimans et al. 2016, Improved Techniques for Training GANs, section 3.2"
    )

    kernels: Annotated[
        int, Meta(ge=1, le=4096, title="Kernels", description="Numbers that are added.")
    ] = 16
    size: Annotated[
        int, Meta(ge=1, le=4096, title="Size", description="Numbers of each projection.")
    ] = 8

    def check(self, *shapes: Shape) -> None:
        """A vector."""
        need_rank(shapes[0], 1, _("a vector"), _("Put a Flatten before it."))

    def smallest_batch(self, *shapes: Shape) -> int:
        """One example alone is close to nothing."""
        return 2

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.MinibatchDiscrimination``."""
        return nn.MinibatchDiscrimination(shapes[0].features, self.kernels, self.size)

    def summary(self) -> str:
        """Kernels and size."""
        return f"{self.kernels} · {self.size}"
