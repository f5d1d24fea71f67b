"""ONNX."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.exports.base import Export

if TYPE_CHECKING:
    from engine.export.writer import Job, Writer


class Onnx(Export, frozen=True, kw_only=True, tag="onnx"):
    """One network as an ONNX graph with its weights, for batches of every size.

    Written by the exporter of PyTorch that traces with ``torch.export``, and run by ONNX Runtime with batches of one, of seven
    and of more examples before it counts.
    """

    title: ClassVar[str] = "ONNX"
    order: ClassVar[int] = 20
    suffix: ClassVar[str] = ".onnx"
    single: ClassVar[bool] = True
    packages: ClassVar[tuple[str, ...]] = ("onnxscript", "onnxruntime")
    extra: ClassVar[str] = "onnx"
    use: ClassVar[str] = (
        "For everything that is not Python: browsers, phones, C++, C#, and the fast runtimes of hardware makers."
    )
    trouble: ClassVar[str] = (
        "Random layers rest, as in evaluation. Programs made for an older version of ONNX may not know all "
        "operators. Inputs have to be scaled as in the run."
    )
    lacks: ClassVar[str] = (
        "Layers whose result depends on how many examples a batch holds: Minibatch deviation."
    )
    source: ClassVar[str] = "https://onnx.ai"

    def writer(self, job: Job) -> Writer:
        """Return what writes the graph."""
        from engine.export.onnx import OnnxWriter

        return OnnxWriter(job)
