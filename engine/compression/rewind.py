"""Weights that go back to where their training began."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.compression.base import Compression

if TYPE_CHECKING:
    from engine.compute.compression.model import Model


class Rewind(Compression, frozen=True, kw_only=True, tag="rewind"):
    """Sets all weights back to those at the start of the training; those that are 0 now stay 0.

    What remains is a *lottery ticket*: a small network that may learn as well as the large one did if it begins at just
    these numbers. Prune first, rewind, then train on with *Keep zeros*.
    """

    title: ClassVar[str] = "Rewind"
    order: ClassVar[int] = 20
    zeros: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"w \leftarrow m \odot w_0, \quad m = [\, w_T \neq 0 \,]",
    )
    use: ClassVar[str] = (
        "To find out whether the zeros alone are what a training has found: train the ticket, and beside it one with zeros at "
        "random or with fresh weights. Several rounds that each take a fifth find smaller tickets than one that takes all."
    )
    trouble: ClassVar[str] = (
        "Right afterwards the network knows little: what it knows is in its zeros. Large networks with large learning rates have "
        "no ticket at step 0: rewind them to an early checkpoint instead. The design has to be the one that was trained."
    )
    source: ClassVar[str] = (
        "Frankle & Carbin 2019, The lottery ticket hypothesis, section 1; Frankle et al. 2020, Linear mode connectivity and the "
        "lottery ticket hypothesis, for early checkpoints"
    )

    to: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=64,
            title="Back to",
            description="start, or the name of a checkpoint that the run keeps, such as step-000000500.",
        ),
    ] = "start"

    def apply(self, model: Model) -> Model:
        """Return the model with the weights of that time."""
        from engine.compute.compression.rewinding import rewind

        return rewind(model, self.to)
