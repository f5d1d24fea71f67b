"""The design as a vector drawing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from engine.export.design import Box, Design, design_of
from engine.export.writer import Job, Writer

WIDTH, HEIGHT = 160.0, 60.0
MARGIN, HEAD, BETWEEN = 32.0, 40.0, 48.0
STRIPE = 5.0
LONGEST = 21  # letters of a box's first line


@dataclass(frozen=True)
class Colours:
    """What a drawing is painted with."""

    name: str
    paper: str
    box: str
    edge: str
    ink: str
    quiet: str
    wire: str


THEMES = {
    "light": Colours("light", "#ffffff", "#ffffff", "#c6cad3", "#1c2029", "#5a6272", "#868e9c"),
    "dark": Colours("dark", "#14171d", "#1f242d", "#3a4150", "#e6eaf2", "#a3acbb", "#7a8496"),
}
CATEGORIES = {
    "Ends": {"light": "#4b5563", "dark": "#9ca3af"},
    "Dense": {"light": "#3d55d8", "dark": "#8ea2ff"},
    "Convolution": {"light": "#0f7f6e", "dark": "#2dd4bf"},
    "Pooling": {"light": "#0369a1", "dark": "#38bdf8"},
    "Recurrent": {"light": "#a21caf", "dark": "#e879f9"},
    "Attention": {"light": "#9f4a54", "dark": "#e6a3ab"},
    "Normalisation": {"light": "#4d7c0f", "dark": "#a3e635"},
    "Activation": {"light": "#c2410c", "dark": "#fb923c"},
    "Regularisation": {"light": "#be123c", "dark": "#fb7185"},
    "Shape": {"light": "#6b7280", "dark": "#9aa3b2"},
    "Merge": {"light": "#8a6100", "dark": "#facc15"},
    "Block": {"light": "#6d28d9", "dark": "#c4a5fd"},
}
"""The colours of the canvas, by category and theme."""


class SvgWriter(Writer):
    """Writes an ``.svg`` file.

    Args:
        job: What is handed over.
        shapes: Whether wires say what flows through them.
        theme: ``light`` or ``dark``.
    """

    def __init__(self, job: Job, shapes: bool, theme: str) -> None:
        super().__init__(job)
        self._shapes, self._theme = shapes, theme

    def files(self) -> dict[str, bytes]:
        """Return the one file."""
        designs = [design_of(name, module) for name, module in self.job.networks.items()]
        return {self.job.name: (svg_of(designs, self._shapes, self._theme) + "\n").encode()}


def svg_of(designs: list[Design], shapes: bool, theme: str, named: bool = True) -> str:
    """Return a drawing of networks, one below the other.

    Args:
        designs: The networks.
        shapes: Whether wires say what flows through them.
        theme: ``light`` or ``dark``.
        named: Whether the name of each stands above it.
    """
    colours = THEMES[theme]
    head = HEAD if named else 0.0
    parts: list[str] = []
    top, width = MARGIN, 0.0
    for design in designs:
        left, high, right, low = _bounds(design)
        dx, dy = MARGIN - left, top + head - high
        if named:
            parts.append(_text(MARGIN, top + 16, design.name, colours.ink, 18, "600"))
        parts += _drawn(design, dx, dy, colours, shapes)
        width = max(width, right - left)
        top += head + low - high + BETWEEN
    wide, tall = width + 2 * MARGIN, top - BETWEEN + MARGIN
    names = escape(", ".join(design.name for design in designs))
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {tall:g}" '
            f'width="{wide:g}" height="{tall:g}" role="img" '
            'font-family="Inter, Segoe UI, Helvetica, Arial, sans-serif">',
            f"<title>{names}</title>",
            f'<rect width="100%" height="100%" fill="{colours.paper}"/>',
            *parts,
            "</svg>",
        )
    )


def _bounds(design: Design) -> tuple[float, float, float, float]:
    corners = [(box.at, (WIDTH, HEIGHT)) for box in design.boxes]
    corners += [(at, size) for _title, at, size in design.frames]
    if not corners:
        return 0.0, 0.0, WIDTH, HEIGHT
    return (
        min(at[0] for at, _size in corners),
        min(at[1] for at, _size in corners),
        max(at[0] + size[0] for at, size in corners),
        max(at[1] + size[1] for at, size in corners),
    )


def _drawn(design: Design, dx: float, dy: float, colours: Colours, shapes: bool) -> Iterator[str]:
    """Frames, then wires, then boxes, so that none hides what counts."""
    for title, at, size in design.frames:
        x, y = at[0] + dx, at[1] + dy
        yield (
            f'<rect x="{x:g}" y="{y:g}" width="{size[0]:g}" height="{size[1]:g}" rx="8" '
            f'fill="none" stroke="{colours.edge}" stroke-dasharray="4 4"/>'
        )
        yield _text(x + 10, y + 20, title, colours.quiet, 12)
    boxes = {box.name: box for box in design.boxes}
    for link in design.links:
        ends = boxes.get(link.source), boxes.get(link.target)
        if ends[0] is not None and ends[1] is not None:
            yield from _wire(ends[0], ends[1], link.shape if shapes else "", dx, dy, colours)
    for box in design.boxes:
        yield from _box(box, box.at[0] + dx, box.at[1] + dy, colours)


def _wire(
    source: Box, target: Box, shape: str, dx: float, dy: float, colours: Colours
) -> Iterator[str]:
    x1, y1 = source.at[0] + WIDTH + dx, source.at[1] + HEIGHT / 2 + dy
    x2, y2 = target.at[0] + dx, target.at[1] + HEIGHT / 2 + dy
    if x2 >= x1:
        bend = max(20.0, (x2 - x1) / 2)
        path = f"M{x1:g},{y1:g} C{x1 + bend:g},{y1:g} {x2 - bend:g},{y2:g} {x2:g},{y2:g}"
        place = ((x1 + x2) / 2, (y1 + y2) / 2 - 6)
    else:  # back to the beginning of the next row: down, along, down
        middle = (y1 + y2) / 2 if abs(y2 - y1) > HEIGHT else max(y1, y2) + HEIGHT
        path = (
            f"M{x1:g},{y1:g} h8 Q{x1 + 16:g},{y1:g} {x1 + 16:g},{(y1 + middle) / 2:g} "
            f"T{x1:g},{middle:g} H{x2:g} Q{x2 - 16:g},{middle:g} {x2 - 16:g},{(middle + y2) / 2:g} "
            f"T{x2 - 8:g},{y2:g} h8"
        )
        place = ((x1 + x2) / 2, middle - 6)
    yield f'<path d="{path}" fill="none" stroke="{colours.wire}" stroke-width="1.5"/>'
    yield f'<circle cx="{x2:g}" cy="{y2:g}" r="3" fill="{colours.wire}"/>'
    if shape:
        yield _text(*place, shape, colours.quiet, 10, anchor="middle")


def _box(box: Box, x: float, y: float, colours: Colours) -> Iterator[str]:
    dashes = ' stroke-dasharray="5 4"' if box.mute else ""
    colour = CATEGORIES.get(box.category, {}).get(colours.name, colours.quiet)
    yield f"<g><title>{escape(f'{box.name}: {box.title} {box.words}'.strip())}</title>"
    yield (
        f'<rect x="{x:g}" y="{y:g}" width="{WIDTH:g}" height="{HEIGHT:g}" rx="8" '
        f'fill="{colours.box}" stroke="{colours.edge}"{dashes}/>'
    )
    yield f'<rect x="{x + 8:g}" y="{y + 12:g}" width="{STRIPE:g}" height="{HEIGHT - 24:g}" rx="2.5" fill="{colour}"/>'
    yield _text(x + 22, y + 26, _short(box.name), colours.ink, 13, "600")
    words = " · ".join(part for part in (box.title, box.words) if part)
    yield _text(x + 22, y + 44, _short(words, LONGEST + 3), colours.quiet, 11)
    yield "</g>"


def _short(words: str, most: int = LONGEST) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _text(
    x: float,
    y: float,
    words: str,
    colour: str,
    size: float,
    weight: str = "400",
    anchor: str = "start",
) -> str:
    shown = escape("".join(c for c in words if c.isprintable()))
    return (
        f'<text x="{x:g}" y="{y:g}" fill="{colour}" font-size="{size:g}" '
        f'font-weight="{weight}" text-anchor="{anchor}">{shown}</text>'
    )
