"""Readable PyTorch source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from engine.exports.base import Export

if TYPE_CHECKING:
    from engine.export.writer import Job, Writer


class PyTorch(Export, frozen=True, kw_only=True, tag="pytorch"):
    """Source text that a person can read, with the weights beside it, and a program that repeats the training.

    The source (``NAME.py``) needs PyTorch and safetensors, and nothing of Ganvas; ``load()`` returns a network with its
    weights from ``NAME.safetensors``. ``train_NAME.py`` makes the same training again: the same examples in the
    same parts and order, the same start, optimiser, schedule and losses, games of two networks included.
    Its first steps are made beside those of Ganvas before it counts.
    """

    title: ClassVar[str] = "PyTorch source"
    order: ClassVar[int] = 10
    suffix: ClassVar[str] = ".py"
    use: ClassVar[str] = (
        "To go on in a program of your own: to read how it is made, to change it, to train it further. "
        "It holds every layer that there is."
    )
    trouble: ClassVar[str] = (
        "Outputs are what the loss wants, such as logits; inputs have to be scaled as in the run. The file beside it "
        "(NAME.py.json) says how. Dropout draws other random numbers there, so a training that is repeated "
        "comes near and not to the same bits."
    )
    lacks: ClassVar[str] = (
        "It holds every network. The training program is for data that fit into memory and a recipe in plain "
        "PyTorch; for others, such as what is pruned or distilled while it learns, it is left out. "
        "Why, and what to change, is said before."
    )

    training: Annotated[
        bool,
        Meta(
            title="Training program",
            description="Also write train_NAME.py, which repeats the training without Ganvas.",
        ),
    ] = True
    data: Annotated[
        Literal["auto", "copy"],
        Meta(
            title="Its data",
            description="auto: from scikit-learn where they come from there, else a copy beside it. copy: always a copy.",
            extra={"when": {"training": True}},
        ),
    ] = "auto"

    def writer(self, job: Job) -> Writer:
        """Return what writes the source."""
        from engine.export.pytorch import PyTorchWriter

        return PyTorchWriter(job, self)
