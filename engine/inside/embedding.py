"""How a layer arranges the examples of the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from engine.inside.base import Split, View
from engine.inside.exciting import Seed

if TYPE_CHECKING:
    from engine.compute.inside.subject import Subject
    from engine.compute.task import Pictures


class Embedding(View, frozen=True, kw_only=True, tag="embedding"):
    """What leaves a layer for many examples, in two dimensions.

    * *PCA*: the two directions in which they differ most; distances between groups mean something.
    * *t-SNE*: keeps neighbours together; sizes and distances of groups mean little (van der Maaten &
      Hinton 2008).
    * *UMAP*: the same with more of the whole (McInnes et al. 2018); needs the package umap-learn.

    Trustworthiness says which part of the neighbours in the picture are neighbours in the layer too: 1 is
    all of them (Venna & Kaski 2001).
    """

    title: ClassVar[str] = "Map of examples"
    order: ClassVar[int] = 60
    of_layer: ClassVar[bool] = True
    of_data: ClassVar[bool] = True

    method: Annotated[
        Literal["pca", "tsne", "umap"],
        Meta(
            title="Method",
            description="PCA comes at once, the others take a while.",
            extra={"names": {"pca": "PCA", "tsne": "t-SNE", "umap": "UMAP"}},
        ),
    ] = "pca"
    split: Split = "validation"
    examples: Annotated[
        int, Meta(ge=3, le=10_000, title="Examples", description="The first ones of the part.")
    ] = 500
    perplexity: Annotated[
        float,
        Meta(
            gt=1,
            le=500,
            title="Perplexity",
            description="About how many neighbours each has.",
            extra={"when": {"method": "tsne"}},
        ),
    ] = 30.0
    neighbours: Annotated[
        int,
        Meta(
            ge=2,
            le=500,
            title="Neighbours",
            description="More show more of the whole.",
            extra={"when": {"method": "umap"}},
        ),
    ] = 15
    seed: Annotated[Seed, Meta(extra={"when": {"method": lambda value: value != "pca"}})] = 0

    def look(self, subject: Subject) -> Pictures:
        """Return a point for every example."""
        from engine.compute.inside.embedding import look

        return look(subject, self)
