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
        "no ticket at step 0: rewind them to a step of the first hundredths instead. Its weights are come to again, bit for bit on the "
        "machine that trained them; that takes as long as it did then. The design has to be the one that was trained."
    )
    source: ClassVar[str] = (
        "Frankle & Carbin 2019, The lottery ticket hypothesis, section 1; Frankle et al. 2020, Linear mode connectivity and the "
        "lottery ticket hypothesis, for early steps"
    )

    to: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=64,
            title="Back to",
            description="start, or the step after which the weights were these, such as step-500: the steps up to it are made again "
            "where the run keeps no checkpoint of it.",
        ),
    ] = "start"

    def apply(self, model: Model) -> Model:
        """Return the model with the weights of that time."""
        from engine.compute.compression.rewinding import rewind

        return rewind(model, self.to)
