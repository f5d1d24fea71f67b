"""A program of ``torch.export``."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.exports.base import Export

if TYPE_CHECKING:
    from engine.export.writer import Job, Writer


class TorchExport(Export, frozen=True, kw_only=True, tag="torch_export"):
    """One network as a program of ``torch.export`` (``.pt2``), for batches of every size.

    ``torch.export.load(path).module()`` gives it back where PyTorch is installed, without any source text.
    """

    title: ClassVar[str] = "torch.export program"
    order: ClassVar[int] = 30
    suffix: ClassVar[str] = ".pt2"
    single: ClassVar[bool] = True
    use: ClassVar[str] = (
        "For PyTorch without this source: to compile ahead of time (AOTInductor), for phones (ExecuTorch), to quantise."
    )
    trouble: ClassVar[str] = (
        "It is read by the same or a newer version of PyTorch only, and it is for answering: it "
        "cannot be trained on as it is."
    )
    lacks: ClassVar[str] = (
        "Layers whose result depends on how many examples a batch holds: Minibatch deviation."
    )
    source: ClassVar[str] = "https://docs.pytorch.org/docs/stable/export.html"

    def writer(self, job: Job) -> Writer:
        """Return what writes the program."""
        from engine.export.torch_export import TorchExportWriter

        return TorchExportWriter(job)
