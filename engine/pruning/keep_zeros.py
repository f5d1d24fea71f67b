"""What is zero at the start stays zero."""

from __future__ import annotations

from typing import ClassVar

from engine.pruning.base import Pruning


class KeepZeros(Pruning, frozen=True, kw_only=True, tag="keep_zeros"):
    """Weights that are 0 when the training begins stay 0; biases and norms learn.

    For training a pruned network on: begin with the weights of a pruned run. Begun with the weights of a
    pruned run that were rewound to the start of its parent, it is the search for a lottery ticket.
    """

    title: ClassVar[str] = "Keep zeros"
    order: ClassVar[int] = 20
    formula: ClassVar[tuple[str, ...]] = (r"w \leftarrow m \odot w, \quad m = [\, w_0 \neq 0 \,]",)
    use: ClassVar[str] = (
        "After every pruning: a few epochs at a small learning rate bring back most of what the cut has cost."
    )
    trouble: ClassVar[str] = (
        "On fresh weights it does nothing, since hardly one is exactly 0; layers that start at zero on purpose would never learn."
    )
    source: ClassVar[str] = (
        "Han et al. 2015, Learning both weights and connections for efficient neural networks, section 3; "
        "Frankle & Carbin 2019, The lottery ticket hypothesis"
    )
