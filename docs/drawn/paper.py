"""A sheet to draw on: SVG Tiny whose colours are names of the theme's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

WIDTH = 620
SMALL, NORMAL = 11.5, 12.5
LEVELS = 9
"""Shades of a map of numbers."""
MISSED = 0.12
"""How far beside its line a point may lie and be left out, in pixels."""

DRAWINGS: dict[str, Callable[[], Paper]] = {}
"""What draws each page, by its key."""

Points = Iterable[tuple[float, float]]
Numbers = NDArray[np.floating]


class Paper:
    """What is drawn so far.

    Args:
        height: In pixels.
        width: In pixels.
    """

    def __init__(self, height: int = 200, width: int = WIDTH) -> None:
        self.width, self.height = width, height
        self._parts: list[str] = []

    def svg(self) -> str:
        """Return the drawing as the text of a file."""
        size = (
            f'width="{self.width}" height="{self.height}" viewBox="0 0 {self.width} {self.height}"'
        )
        head = f'<svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny" {size}>'
        group = '<g font-family="sans-serif" stroke-linejoin="round" stroke-linecap="round">'
        return "\n".join([head, group, *self._parts, "</g>", "</svg>", ""])

    # ------------------------------------------------------------------------------- shapes

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str = "surface",
        stroke: str = "",
        opacity: float = 1.0,
        radius: float = 0,
    ) -> None:
        """Draw a rectangle; an empty colour leaves out."""
        line = f'stroke="{_ink(stroke)}"' if stroke else ""
        round_ = f'rx="{radius:g}"' if radius else ""
        self._add(
            f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"',
            round_,
            f'fill="{_ink(fill)}"',
            _opacity("fill-opacity", opacity),
            line,
        )

    def line(
        self,
        points: Points,
        color: str = "text",
        width: float = 1.0,
        opacity: float = 1.0,
        dashes: str = "",
        fill: str = "none",
    ) -> None:
        """Draw a line through points; those that lie close to a straight line are left out."""
        path = "L".join(f"{_n(x)} {_n(y)}" for x, y in _thinned(list(points)))
        self._add(
            f'<path d="M{path}" fill="{_ink(fill)}" stroke="{_ink(color)}" stroke-width="{width:g}"',
            _opacity("stroke-opacity", opacity),
            f'stroke-dasharray="{dashes}"' if dashes else "",
        )

    def area(self, points: Points, color: str, opacity: float = 0.2) -> None:
        """Fill what lies between points."""
        path = "L".join(f"{_n(x)} {_n(y)}" for x, y in _thinned(list(points)))
        self._add(f'<path d="M{path}Z" fill="{_ink(color)}"', _opacity("fill-opacity", opacity), "")

    def dot(
        self, x: float, y: float, radius: float, color: str, opacity: float = 1.0, stroke: str = ""
    ) -> None:
        """Draw a filled circle."""
        self._add(
            f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{radius:g}" fill="{_ink(color)}"',
            _opacity("fill-opacity", opacity),
            f'stroke="{_ink(stroke)}"' if stroke else "",
        )

    def dots(self, points: Points, radius: float, color: str, opacity: float = 1.0) -> None:
        """Draw many equal dots as one path."""
        path = "".join(f"M{_n(x)} {_n(y)}h.1" for x, y in points)
        self._add(
            f'<path d="{path}" fill="none" stroke="{_ink(color)}" stroke-width="{2 * radius:g}"',
            _opacity("stroke-opacity", opacity),
        )

    def cross(self, x: float, y: float, size: float, color: str, width: float = 1.6) -> None:
        """Draw an ×."""
        a, b, c, d = _n(x - size), _n(x + size), _n(y - size), _n(y + size)
        self._add(
            f'<path d="M{a} {c}L{b} {d}M{a} {d}L{b} {c}" fill="none" stroke="{_ink(color)}" '
            f'stroke-width="{width:g}"'
        )

    def arrow(
        self, points: Sequence[tuple[float, float]], color: str = "muted", width: float = 1.4
    ) -> None:
        """Draw a line with a head at its end."""
        (ax, ay), (bx, by) = points[-2], points[-1]
        length = max(1e-6, ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5)
        ux, uy = (bx - ax) / length, (by - ay) / length
        foot = (bx - 6 * ux, by - 6 * uy)
        self.line([*points[:-1], foot], color, width)
        sides = [(foot[0] - 3.6 * uy, foot[1] + 3.6 * ux), (foot[0] + 3.6 * uy, foot[1] - 3.6 * ux)]
        self.area([(bx, by), *sides], color, 1.0)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        color: str = "muted",
        size: float = SMALL,
        anchor: str = "start",
        bold: bool = False,
        turn: bool = False,
    ) -> None:
        """Write words; ``y`` is the line that they stand on, ``turn`` has them run upwards."""
        self._add(
            f'<text x="{_n(x)}" y="{_n(y)}" font-size="{size:g}" fill="{_ink(color)}"',
            f'text-anchor="{anchor}"' if anchor != "start" else "",
            'font-weight="bold"' if bold else "",
            f'transform="rotate(-90 {_n(x)} {_n(y)})"' if turn else "",
            close=f">{escape(words, quote=False)}</text>",
        )

    # ------------------------------------------------------------------------------- numbers

    def heat(
        self,
        x: float,
        y: float,
        cell: float,
        values: Numbers,
        low: float | None = None,
        high: float | None = None,
        color: str = "text",
        below: str = "",
        frame: bool = True,
    ) -> None:
        """Draw a map of numbers as cells, darker for larger ones (in a dark theme lighter).

        Args:
            x: Left.
            y: Top.
            cell: Side of a cell.
            values: ``(rows, columns)``.
            low: The number without any colour; that of the least one when left out.
            high: The number with all colour; that of the greatest one when left out.
            color: Of numbers.
            below: Of numbers below 0, which then is what has no colour; empty: one colour for all.
            frame: Whether there is a line around.
        """
        rows, columns = values.shape
        if below:
            top = high if high is not None else float(np.abs(values).max()) or 1.0
            self._shades(x, y, cell, np.clip(values / top, 0, 1), color)
            self._shades(x, y, cell, np.clip(-values / top, 0, 1), below)
        else:
            bottom = float(values.min()) if low is None else low
            top = float(values.max()) if high is None else high
            scaled = np.clip((values - bottom) / ((top - bottom) or 1.0), 0, 1)
            self._shades(x, y, cell, scaled, color)
        if frame:
            self._add(
                f'<rect x="{_n(x - 0.5)}" y="{_n(y - 0.5)}" width="{_n(cell * columns + 1)}" '
                f'height="{_n(cell * rows + 1)}" fill="none" stroke="{_ink("border_strong")}"'
            )

    def _shades(self, x: float, y: float, cell: float, values: Numbers, color: str) -> None:
        levels = np.rint(values * LEVELS).astype(int)
        for level in range(1, LEVELS + 1):
            path = "".join(_runs(levels == level))
            if path:
                self._add(
                    f'<path transform="translate({_n(x)} {_n(y)}) scale({cell:g})" d="{path}" '
                    f'fill="{_ink(color)}"',
                    _opacity("fill-opacity", level / LEVELS),
                )

    def bars(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        values: Numbers,
        color: str = "series0",
        below: str = "series1",
        top: float | None = None,
        low: float | None = None,
        gap: float = 2,
    ) -> None:
        """Draw numbers as bars that stand on 0, or hang from it.

        Args:
            x: Left.
            y: Top.
            width: Of all.
            height: From the greatest to the least that can be shown.
            values: ``(numbers,)``.
            color: Of bars.
            below: Of bars below 0.
            top: The greatest that can be shown.
            low: The least.
            gap: Between bars.
        """
        high = max(float(values.max()), 0) if top is None else top
        least = min(float(values.min()), 0) if low is None else low
        scale = height / ((high - least) or 1.0)
        ground = y + high * scale
        each = width / len(values)
        for index, value in enumerate(values.tolist()):
            left, tall = x + index * each + gap / 2, abs(value) * scale
            self.rect(
                left,
                ground - tall if value > 0 else ground,
                each - gap,
                tall,
                color if value > 0 else below,
                opacity=0.85,
            )
        self.line([(x, ground), (x + width, ground)], "border_strong")

    # ------------------------------------------------------------------------------- boxes

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        words: str,
        color: str = "accent",
        below: str = "",
    ) -> None:
        """Draw a box with words in its middle; ``below`` is a second, smaller line."""
        self.rect(x, y, width, height, color, color, 0.13, 5)
        middle = y + height / 2 + 4.5 - (8 if below else 0)
        self.text(x + width / 2, middle, words, "text", NORMAL, "middle", bold=True)
        if below:
            self.text(x + width / 2, middle + 16, below, "muted", SMALL, "middle")

    def _add(self, *parts: str, close: str = "/>") -> None:
        self._parts.append(" ".join(part for part in parts if part) + close)


def draws(*keys: str) -> Callable[[Callable[[], Paper]], Callable[[], Paper]]:
    """Say of which pages a function makes the drawing."""

    def kept(function: Callable[[], Paper]) -> Callable[[], Paper]:
        DRAWINGS.update(dict.fromkeys(keys, function))
        return function

    return kept


def _ink(color: str) -> str:
    return color if color == "none" else f"@{color}@"


def _n(value: float) -> str:
    """A place on the paper, to a tenth of a pixel."""
    return f"{round(value, 1) + 0.0:g}"


def _opacity(name: str, value: float) -> str:
    return f'{name}="{value:.2g}"' if value < 1 else ""


def _runs(there: NDArray[np.bool_]) -> Iterable[str]:
    """Rectangles that cover cells, each as wide as it can be."""
    for row, cells in enumerate(there):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], cells.astype(int), [0]])))
        for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            yield f"M{start} {row}h{stop - start}v1h{start - stop}z"


def _thinned(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points of a line without those that nobody would miss (Douglas & Peucker 1973)."""
    places = np.asarray(points, float)
    kept = np.zeros(len(places), bool)
    kept[[0, -1]] = True
    open_ = [(0, len(places) - 1)]
    while open_:
        start, stop = open_.pop()
        if stop - start < 2:
            continue
        between, way = places[start + 1 : stop] - places[start], places[stop] - places[start]
        length = float(np.hypot(*way))
        if length < 1e-9:
            off = np.hypot(between[:, 0], between[:, 1])
        else:
            off = np.abs(between[:, 0] * way[1] - between[:, 1] * way[0]) / length
        worst = int(off.argmax())
        if off[worst] > MISSED:
            middle = start + 1 + worst
            kept[middle] = True
            open_ += [(start, middle), (middle, stop)]
    return [point for point, keep in zip(points, kept.tolist(), strict=True) if keep]
