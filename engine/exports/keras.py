"""Keras 3 model code."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.exports.base import Export

if TYPE_CHECKING:
    from engine.export.writer import Job, Writer


class Keras(Export, frozen=True, kw_only=True, tag="keras"):
    """Source text that builds the networks from layers of Keras 3, with the weights in an NPZ beside it.

    It runs on every backend of Keras: TensorFlow, JAX and PyTorch. Images come in as in Ganvas, channels first, and are turned
    inside, for not every backend computes them so.
    """

    title: ClassVar[str] = "Keras 3 code"
    order: ClassVar[int] = 70
    suffix: ClassVar[str] = ".py"
    tail: ClassVar[str] = "_keras"
    use: ClassVar[str] = "To go on with a network where Keras, TensorFlow or JAX are at home."
    trouble: ClassVar[str] = (
        "Without Keras on this machine the code is written but not run: no difference is told then, and the file beside it says so."
    )
    lacks: ClassVar[str] = (
        "Stacks of recurrent layers and such that look both ways, attention and transformer blocks, conditional layers, and what "
        "compares the examples of a batch."
    )
    source: ClassVar[str] = "https://keras.io/api/layers"

    def writer(self, job: Job) -> Writer:
        """Return what writes the code."""
        from engine.export.keras import KerasWriter

        return KerasWriter(job)
