"""How alike two layers see the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

from msgspec import Meta

from engine.inside.base import Split, View

if TYPE_CHECKING:
    from engine.compute.inside.subject import Subject
    from engine.compute.task import Pictures


class Similarity(View, frozen=True, kw_only=True, tag="similarity"):
    """How alike layers see the data, by linear CKA: 1 for the same up to rotation and scale, 0 for nothing in common.

    ``CKA(X, Y) = ‖Yᵀ X‖² / (‖Xᵀ X‖ ‖Yᵀ Y‖)`` with what leaves two layers for the same examples, centred;
    Frobenius norms. Few examples and many units make it too large: compare it with that of the weights at the
    start.

    Source: Kornblith et al. 2019, *Similarity of neural network representations revisited*, section 3.
    """

    title: ClassVar[str] = "Similarity of layers"
    order: ClassVar[int] = 80

    with_run: Annotated[
        str,
        Meta(
            max_length=4000,
            title="With",
            description="Another run of the same data. Nothing: the same one.",
            extra={"widget": "folder"},
        ),
    ] = ""
    with_moment: Annotated[
        str,
        Meta(
            max_length=200,
            title="Weights there",
            description="best, last, start or the name of a checkpoint.",
        ),
    ] = "best"
    split: Split = "validation"
    examples: Annotated[
        int, Meta(ge=4, le=4000, title="Examples", description="The first ones of the part.")
    ] = 512

    def look(self, subject: Subject) -> Pictures:
        """Return a matrix of layers."""
        from engine.compute.inside.similarity import look

        return look(subject, self)
