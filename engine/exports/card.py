"""A model card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.exports.base import Export

if TYPE_CHECKING:
    from engine.export.writer import Job, Writer


class Card(Export, frozen=True, kw_only=True, tag="card"):
    """One HTML page that says what a network is: data, recipe, curves, metrics, limits, versions and how to load it.

    It has no scripts and fetches nothing from elsewhere, so it can be mailed and printed. What it says of the
    test part is measured anew from the weights that are handed over.
    """

    title: ClassVar[str] = "Model card (HTML)"
    order: ClassVar[int] = 100
    suffix: ClassVar[str] = ".html"
    computes: ClassVar[bool] = False
    use: ClassVar[str] = (
        "Beside every network that is given away, so that others know what it was made for and how good it is."
    )
    trouble: ClassVar[str] = (
        "Whether a network is fair, safe or lawful for a purpose cannot be read from its curves: write that under Limits."
    )
    lacks: ClassVar[str] = "It is a description and computes nothing."
    source: ClassVar[str] = "Mitchell et al. 2019, Model Cards for Model Reporting"

    limits: Annotated[
        str,
        Meta(
            max_length=4000,
            title="Limits",
            description="What it is not for, and what is known not to work; stands on the card as it is.",
        ),
    ] = ""

    def writer(self, job: Job) -> Writer:
        """Return what writes the page."""
        from engine.export.card import CardWriter

        return CardWriter(job, self.limits)
