"""Batch norms that the layer before them takes over."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.compression.base import Compression, Networks

if TYPE_CHECKING:
    from engine.compute.compression.model import Model


class FoldNorms(Compression, frozen=True, kw_only=True, tag="fold_norms"):
    """Lets Linear layers and convolutions do what the batch norms behind them do, and takes these away.

    After training a batch norm multiplies every channel by one number and adds another, which weights and
    bias of the layer before it can do as well. Outputs stay the same but for rounding.
    """

    title: ClassVar[str] = "Fold batch norms"
    order: ClassVar[int] = 40
    formula: ClassVar[tuple[str, ...]] = (
        r"s = \frac{\gamma}{\sqrt{\sigma^2 + \varepsilon}}",
        r"W \leftarrow s \odot W, \quad b \leftarrow s \odot (b - \mu) + \beta",
    )
    use: ClassVar[str] = (
        "Last of all, before a network is handed over: it costs nothing and every norm is a pass over the numbers less. "
        "Before weights are stored in few bits, too."
    )
    trouble: ClassVar[str] = (
        "The folded network trains on badly: what kept its numbers in bounds is gone. Prune and fine-tune first, fold "
        "afterwards."
    )
    source: ClassVar[str] = (
        "Jacob et al. 2018, Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference, "
        "section 3.2"
    )

    networks: Networks = ""

    def apply(self, model: Model) -> Model:
        """Return the model without these norms."""
        from engine.compute.compression.folding import fold_norms

        return fold_norms(model, self)
