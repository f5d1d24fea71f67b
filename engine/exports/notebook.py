"""A Jupyter notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.exports.base import Export

if TYPE_CHECKING:
    from engine.export.writer import Job, Writer


class Notebook(Export, frozen=True, kw_only=True, tag="notebook"):
    """The networks as cells to read and run: their source, their weights, answers for some examples, and the training.

    The examples of the validation part and the weights lie in files beside it, and what the training learns from.
    """

    title: ClassVar[str] = "Jupyter notebook"
    order: ClassVar[int] = 50
    suffix: ClassVar[str] = ".ipynb"
    use: ClassVar[str] = (
        "To explain a network, to hand in an exercise, to try it out on examples step by step."
    )
    trouble: ClassVar[str] = (
        "It holds examples of the data: mind where it goes when those are private. It needs Jupyter to be opened, "
        "and PyTorch and safetensors to run."
    )
    lacks: ClassVar[str] = (
        "It holds every network. What the training program of PyTorch source can't repeat is left out here, too; "
        "why is said before."
    )
    source: ClassVar[str] = "https://nbformat.readthedocs.io, version 4.5"

    examples: Annotated[
        int,
        Meta(ge=1, le=1000, title="Examples", description="So many are shown with the answers."),
    ] = 8
    training: Annotated[
        bool,
        Meta(
            title="Training",
            description="Also cells that repeat the training without Ganvas; the data lie beside it then.",
        ),
    ] = True

    def writer(self, job: Job) -> Writer:
        """Return what writes the cells."""
        from engine.export.notebook import NotebookWriter

        return NotebookWriter(job, self.examples, self.training)
