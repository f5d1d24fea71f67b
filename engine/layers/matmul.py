"""The product of two matrices that both flow in."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.layers.base import Layer, Port, Shape, ShapeError
from projects.translation import gettext as _


class Matmul(Layer, frozen=True, kw_only=True, tag="matmul"):
    """Multiplies two matrices: y = A B, rows of the first with columns of the second.

    n × k and k × m become n × m. Of images (channels × height × width) the matrices of each channel are
    multiplied. With it an attention of one's own can be drawn: scores are Q Kᵀ.
    """

    title: ClassVar[str] = "Matrix product"
    aliases: ClassVar[tuple[str, ...]] = ("Matmul", "Einsum", "Dot product", "BMM")
    category: ClassVar[str] = "Merge"
    order: ClassVar[int] = 93
    inputs: ClassVar[tuple[Port, ...]] = (Port("in"), Port("other"))
    formula: ClassVar[tuple[str, ...]] = (
        r"y = A B, \quad y_{ij} = \sum_{l=1}^{k} A_{il}\, B_{lj}",
        r"y = A B^\top, \quad y_{ij} = \sum_{l=1}^{k} A_{il}\, B_{jl} \quad\text{(transposed)}",
    )
    use: ClassVar[str] = (
        "To draw an attention of your own: Linear layers for Q, K and V, this, a Softmax, and "
        "this again. If it is to be the usual one, Self-attention is faster and has heads."
    )
    trouble: ClassVar[str] = (
        "Products over k numbers of size 1 spread by √k. Before a Softmax that makes shares of "
        "almost 0 and 1 and stops learning: keep k small, or the weights of Q and K."
    )
    source: ClassVar[str] = (
        "Vaswani et al. 2017, Attention Is All You Need, equation 1 (its use for scores)"
    )

    transposed: Annotated[
        bool, Meta(title="Second transposed", description="Rows with rows: y = A Bᵀ.")
    ] = False

    def check(self, *shapes: Shape) -> None:
        """Matrices that fit together, as many of them on both sides."""
        x, other = shapes
        fits = x.rank == other.rank and x.rank in (2, 3) and x.dims[:-2] == other.dims[:-2]
        if not fits or x.dims[-1] != other.dims[-1 if self.transposed else -2]:
            wanted = "n×k, m×k" if self.transposed else "n×k, k×m"
            raise ShapeError(
                _("expected two matrices {wanted}, got {x} and {other}.").format(
                    wanted=wanted, x=x, other=other
                ),
                _("Put a Permute or a Reshape before one of them."),
            )

    def build(self, nn: Any, *shapes: Shape) -> Any:
        """Return ``ops.Matmul``."""
        return nn.Matmul(self.transposed)

    def summary(self) -> str:
        """Which product."""
        return "A Bᵀ" if self.transposed else "A B"
