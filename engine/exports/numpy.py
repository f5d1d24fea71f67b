"""A program that needs NumPy alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.exports.base import Export

if TYPE_CHECKING:
    from engine.export.writer import Job, Writer


class NumPy(Export, frozen=True, kw_only=True, tag="numpy"):
    """The forward pass as a program that needs NumPy alone, every layer a few lines that can be read.

    Weights lie in the file itself or in an NPZ beside it.
    """

    title: ClassVar[str] = "NumPy program"
    order: ClassVar[int] = 60
    suffix: ClassVar[str] = ".py"
    tail: ClassVar[str] = "_numpy"
    use: ClassVar[str] = (
        "Where PyTorch is too large: on a small computer, in a script, in a lesson about what a layer computes."
    )
    trouble: ClassVar[str] = (
        "It answers and cannot learn. Convolutions are a few times slower than in PyTorch. Numbers may differ in the last digits, "
        "for sums are made in another order."
    )
    lacks: ClassVar[str] = "It holds every layer. Weights inside the file only up to 16 MiB."

    embed: Annotated[
        bool,
        Meta(
            title="Weights inside",
            description="Everything in one file, for networks up to some megabytes; else an NPZ lies beside it.",
        ),
    ] = False

    def writer(self, job: Job) -> Writer:
        """Return what writes the program."""
        from engine.export.numpy_code import NumPyWriter

        return NumPyWriter(job, self.embed)
