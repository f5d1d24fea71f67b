"""Layers that become two narrow ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from engine.compression.base import Compression, Networks

if TYPE_CHECKING:
    from engine.compute.compression.model import Model


class LowRank(Compression, frozen=True, kw_only=True, tag="low_rank"):
    """Puts two narrow layers in the place of a Linear layer or a convolution, by its largest singular values.

    W ≈ (U √S)(√S Vᵀ) with r of the singular values: the first layer has r units, or r filters of the same
    kernel, and no bias, the second is a Linear layer or a 1×1 convolution. Of all matrices of that rank this
    one is nearest. Layers of which two would cost more than one stay as they are.
    """

    title: ClassVar[str] = "Low rank"
    order: ClassVar[int] = 30
    formula: ClassVar[tuple[str, ...]] = (
        r"W = \sum_k s_k\, u_k v_k^\top \approx \sum_{k \le r} s_k\, u_k v_k^\top",
        r"r = \min \left\{ r : \sum_{k \le r} s_k^2 \ge e \sum_k s_k^2 \right\}",
    )
    use: ClassVar[str] = (
        "On wide Linear layers and convolutions of many filters, when units are many and say much the same. Train on afterwards "
        "at a small learning rate."
    )
    trouble: ClassVar[str] = (
        "Trained matrices are seldom as flat as one hopes: at 0.95 of the energy often nothing is saved. What counts is how "
        "numbers flow, not the energy of weights: look at the score, not at the share that is kept."
    )
    source: ClassVar[str] = (
        "Denton et al. 2014, Exploiting Linear Structure Within Convolutional Networks for Efficient Evaluation; Jaderberg, "
        "Vedaldi & Zisserman 2014, Speeding up Convolutional Neural Networks with Low Rank Expansions"
    )

    by: Annotated[
        Literal["energy", "share"],
        Meta(
            title="Rank by",
            description="energy: as many as keep this part of the squares. share: of the full rank.",
        ),
    ] = "energy"
    energy: Annotated[
        float,
        Meta(
            gt=0,
            lt=1,
            title="Energy kept",
            description="Of the squares of all singular values of a layer.",
            extra={"when": {"by": "energy"}},
        ),
    ] = 0.9
    share: Annotated[
        float,
        Meta(
            gt=0,
            lt=1,
            title="Share of the rank",
            description="Of as many singular values as a layer has.",
            extra={"when": {"by": "share"}},
        ),
    ] = 0.25
    node: Annotated[
        str,
        Meta(max_length=400, title="Layer", description="One layer alone. Nothing: all of them."),
    ] = ""
    networks: Networks = ""

    def apply(self, model: Model) -> Model:
        """Return the model with two layers for one."""
        from engine.compute.compression.factoring import low_rank

        return low_rank(model, self)
