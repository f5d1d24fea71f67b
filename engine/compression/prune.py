"""Weights that are set to zero at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from engine.compression.base import Compression, Networks
from engine.declare import FieldError
from engine.pruning.base import Scope
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.compression.model import Model


class Prune(Compression, frozen=True, kw_only=True, tag="prune"):
    """Sets the least important weights to zero; biases and norms are left alone.

    With a pattern, of every M weights in a row that lead into one unit the N largest stay, which some
    processors compute faster than any other zeros.
    """

    title: ClassVar[str] = "Prune weights"
    order: ClassVar[int] = 10
    zeros: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (
        r"w \leftarrow m \odot w, \quad m_i = [\, |w_i| > \tau \,]",
    )
    use: ClassVar[str] = (
        "First of all: it shows at once how much of a network is needed. Then train it on with Keep zeros."
    )
    trouble: ClassVar[str] = (
        "Zeros alone make a file smaller, not a network faster: most processors gain only above 90 to 95 % of zeros. Compared "
        "over the network, small layers near the end can be left with almost nothing."
    )
    source: ClassVar[str] = (
        "Han et al. 2015, Learning both weights and connections for efficient neural networks; Mishra et al. 2021, "
        "Accelerating sparse deep neural networks, for N of M"
    )

    amount: Annotated[
        float,
        Meta(
            gt=0,
            lt=1,
            title="Share of zeros",
            description="Of all weights but biases and norms.",
            extra={"when": {"pattern": "none"}},
        ),
    ] = 0.5
    criterion: Annotated[
        Literal["magnitude", "random"],
        Meta(
            title="Which weights",
            description="magnitude: the smallest. random: any, for comparison.",
            extra={"when": {"pattern": "none"}},
        ),
    ] = "magnitude"
    scope: Scope = "network"
    pattern: Annotated[
        Literal["none", "1:4", "2:4", "4:8"],
        Meta(title="Pattern", description="N:M keeps N of every M weights that lead into a unit."),
    ] = "none"
    networks: Networks = ""
    seed: Annotated[
        int,
        Meta(ge=0, le=2**31 - 1, title="Seed", extra={"when": {"criterion": "random"}}),
    ] = 0

    def validate(self) -> None:
        """A pattern chooses by size."""
        if self.pattern != "none" and self.criterion == "random":
            raise FieldError("criterion", _("a pattern keeps the largest weights, not any."))

    def apply(self, model: Model) -> Model:
        """Return the model with zeros."""
        from engine.compute.compression.zeroing import prune

        return prune(model, self)
