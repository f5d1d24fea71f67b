"""The design as a drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from msgspec import Meta

from engine.exports.base import Export

if TYPE_CHECKING:
    from engine.export.writer import Job, Writer

Shapes = Annotated[
    bool, Meta(title="Shapes", description="Write the shape of what flows beside every wire.")
]


class Svg(Export, frozen=True, kw_only=True, tag="svg"):
    """The design as a vector drawing, every layer where it lies on the canvas.

    Networks stand one below the other. The drawing has no scripts and needs no font but one without serifs.
    """

    title: ClassVar[str] = "Drawing (SVG)"
    order: ClassVar[int] = 80
    suffix: ClassVar[str] = ".svg"
    computes: ClassVar[bool] = False
    use: ClassVar[str] = (
        "For slides, posters, papers and web pages: it can be enlarged without blur."
    )
    trouble: ClassVar[str] = (
        "Designs that lie crowded on the canvas are crowded here; lay them out first (Ctrl+L)."
    )
    lacks: ClassVar[str] = (
        "It is a picture and computes nothing. What is inside of blocks is not drawn."
    )
    source: ClassVar[str] = "W3C, Scalable Vector Graphics 2"

    shapes: Shapes = True
    theme: Annotated[
        Literal["light", "dark"],
        Meta(title="Colours", description="light: for paper. dark: for dark slides."),
    ] = "light"

    def writer(self, job: Job) -> Writer:
        """Return what draws."""
        from engine.export.svg import SvgWriter

        return SvgWriter(job, self.shapes, self.theme)


class Dot(Export, frozen=True, kw_only=True, tag="dot"):
    """The design as text for Graphviz, which lays it out anew: ``dot -Tpdf NAME.dot``.

    Each network is a cluster of its own.
    """

    title: ClassVar[str] = "Graphviz (DOT)"
    order: ClassVar[int] = 90
    suffix: ClassVar[str] = ".dot"
    computes: ClassVar[bool] = False
    use: ClassVar[str] = (
        "To have the layout made by Graphviz, or to work on the graph with other tools."
    )
    trouble: ClassVar[str] = "Positions on the canvas are not kept."
    lacks: ClassVar[str] = (
        "It is a picture and computes nothing. What is inside of blocks is not drawn."
    )
    source: ClassVar[str] = "https://graphviz.org/doc/info/lang.html"

    shapes: Shapes = True

    def writer(self, job: Job) -> Writer:
        """Return what writes the graph."""
        from engine.export.dot import DotWriter

        return DotWriter(job, self.shapes)
