"""Linear layers in a row that become one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.compression.base import Compression, Networks

if TYPE_CHECKING:
    from engine.compute.compression.model import Model


class MergeLinears(Compression, frozen=True, kw_only=True, tag="merge_linears"):
    """Makes one layer of two Linear layers without an activation between them, or of a convolution and a 1×1 one.

    Two linear maps in a row are a linear map. It is done where the one costs no more than both: a narrow layer
    between two wide ones stays, for there two are cheaper. Outputs stay the same but for rounding.
    """

    title: ClassVar[str] = "Merge linear layers"
    order: ClassVar[int] = 41
    formula: ClassVar[tuple[str, ...]] = (
        r"W_2 (W_1 x + b_1) + b_2 = (W_2 W_1)\, x + (W_2 b_1 + b_2)",
    )
    use: ClassVar[str] = (
        "After a norm or an activation between two layers was folded or left out, and on imported designs."
    )
    trouble: ClassVar[str] = (
        "A Dropout between the two keeps them apart: leave it out first. In the training that follows the one layer learns "
        "differently from the two."
    )
    source: ClassVar[str] = (
        "Associativity of the matrix product; how two learn differently from one: Saxe, McClelland & Ganguli 2014, Exact "
        "solutions to the nonlinear dynamics of learning in deep linear neural networks"
    )

    networks: Networks = ""

    def apply(self, model: Model) -> Model:
        """Return the model with fewer layers."""
        from engine.compute.compression.folding import merge_linears

        return merge_linears(model, self)
