"""Units, channels and heads that are taken out of a design."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from engine.compression.base import Compression, Networks
from engine.pruning.base import Scope

if TYPE_CHECKING:
    from engine.compute.compression.model import Model


class PruneUnits(Compression, frozen=True, kw_only=True, tag="prune_units"):
    """Takes whole units, filters, channels and heads of attention out of the design, the least important ones first.

    What is left is an ordinary, narrower network. Units that meet in a sum or a product go together, so all layers of
    a residual path lose the same channels. The outputs of a network stay, and so do units that flow into a
    layer which looks at all of them at once, such as Layer norm or attention.
    """

    title: ClassVar[str] = "Prune units"
    order: ClassVar[int] = 15
    formula: ClassVar[tuple[str, ...]] = (
        r"s_j = \sum_i |W_{ji}| \quad \text{(l1)}, \quad s_j = \lVert W_j \rVert_2 \quad \text{(l2)}",
        r"s_j = |\gamma_j| \quad \text{(norm scale)}, \quad s_j = \sum_i |W_{ji}| - |W_{ji}^{(0)}| \quad \text{(movement)}",
        r"\bar{s}_j = \frac{s_j}{\frac{1}{n} \sum_k s_k} \quad \text{(l1, l2: beside the others of the layer)}",
    )
    use: ClassVar[str] = (
        "When the network has to become faster, not only its file smaller: half of the channels are about a quarter of the work. "
        "Then train it on for some epochs at a small learning rate."
    )
    trouble: ClassVar[str] = (
        "Right after the cut much of the accuracy is gone, more than with single weights; it comes back by training on. "
        "Compared over the network, narrow layers can be left with too little: compare by layer. Odd numbers of channels can be "
        "as slow as the larger even ones: let multiples of 8 be left."
    )
    source: ClassVar[str] = (
        "Li, Kadav, Durdanovic, Samet & Graf 2017, Pruning Filters for Efficient ConvNets; norm scale: Liu et al. 2017, Learning "
        "Efficient Convolutional Networks through Network Slimming; movement: Zhou, Lan, Liu & Yosinski 2019, Deconstructing "
        "Lottery Tickets, section 2 (magnitude increase); heads: Michel, Levy & Neubig 2019, Are Sixteen Heads Really "
        "Better than One?"
    )

    amount: Annotated[
        float,
        Meta(
            gt=0,
            lt=1,
            title="Share of units",
            description="Of those that may go; of each layer, or of all layers together.",
        ),
    ] = 0.5
    what: Annotated[
        Literal["all", "units", "heads"],
        Meta(
            title="What goes",
            description="units: units, filters and channels. heads: those of attention. all: both.",
        ),
    ] = "all"
    criterion: Annotated[
        Literal["l1", "l2", "norm_scale", "movement", "random"],
        Meta(
            title="Which units",
            description="l1, l2: those with the smallest weights leading into them. norm scale: those that their Batch norm "
            "scales the least. movement: those whose weights have moved away from 0 the least since the training began. "
            "random: any, for comparison.",
        ),
    ] = "l1"
    scope: Scope = "layer"
    multiple: Annotated[
        int,
        Meta(
            ge=1,
            le=1024,
            title="Left: a multiple of",
            description="Fewer go where that many would not be left. Most processors are fastest with multiples of 8 or 16.",
        ),
    ] = 1
    node: Annotated[
        str,
        Meta(
            max_length=400,
            title="Layer",
            description="One layer alone, and those that its units are tied to. Nothing: all of them.",
        ),
    ] = ""
    networks: Networks = ""
    seed: Annotated[
        int,
        Meta(ge=0, le=2**31 - 1, title="Seed", extra={"when": {"criterion": "random"}}),
    ] = 0

    def apply(self, model: Model) -> Model:
        """Return the narrower model."""
        from engine.compute.compression.narrowing import prune_units

        return prune_units(model, self)
