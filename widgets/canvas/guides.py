"""Lines on which nodes stand together, found while one of them is dragged."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QLineF, QPointF, QRectF

Reach = tuple[float, float]
_ACROSS: tuple[Callable[[QRectF], float], ...] = (
    lambda rect: rect.left(),
    lambda rect: rect.center().x(),
    lambda rect: rect.right(),
)
_DOWN: tuple[Callable[[QRectF], float], ...] = (
    lambda rect: rect.center().y(),
    lambda rect: rect.top(),
    lambda rect: rect.bottom(),
)


class Guides:
    """Knows where the nodes that stay have their edges and middles.

    Args:
        rects: The nodes that stay and can be seen.
    """

    def __init__(self, rects: Iterable[QRectF]) -> None:
        self._across: list[dict[float, Reach]] = [{} for _edge in _ACROSS]
        self._down: list[dict[float, Reach]] = [{} for _edge in _DOWN]
        for rect in rects:
            for lines, edge in zip(self._across, _ACROSS, strict=True):
                _widen(lines, edge(rect), rect.top(), rect.bottom())
            for lines, edge in zip(self._down, _DOWN, strict=True):
                _widen(lines, edge(rect), rect.left(), rect.right())

    def pull(self, rect: QRectF, distance: float) -> tuple[float | None, float | None]:
        """Return how far a rectangle has to go right and down to the nearest lines.

        Args:
            rect: The node that is dragged.
            distance: Lines farther away, in scene pixels, do not count: None for these.
        """
        return (
            _nearest(self._across, _ACROSS, rect, distance),
            _nearest(self._down, _DOWN, rect, distance),
        )

    def lines(self, rect: QRectF) -> list[QLineF]:
        """Return a line across and one down at most on which a rectangle stands with others."""
        found = []
        for edges, kinds, upright in ((self._across, _ACROSS, True), (self._down, _DOWN, False)):
            for lines, edge in zip(edges, kinds, strict=True):
                at = edge(rect)
                if at in lines:
                    low, high = lines[at]
                    ends = (rect.top(), rect.bottom()) if upright else (rect.left(), rect.right())
                    low, high = min(low, ends[0]), max(high, ends[1])
                    found.append(_line(at, low, high, upright))
                    break
        return found


def _widen(lines: dict[float, Reach], at: float, low: float, high: float) -> None:
    before = lines.get(at, (low, high))
    lines[at] = (min(before[0], low), max(before[1], high))


def _nearest(
    edges: list[dict[float, Reach]],
    kinds: tuple[Callable[[QRectF], float], ...],
    rect: QRectF,
    distance: float,
) -> float | None:
    gaps = [
        at - edge(rect)
        for lines, edge in zip(edges, kinds, strict=True)
        for at in lines
        if abs(at - edge(rect)) <= distance
    ]
    return min(gaps, key=abs, default=None)


def _line(at: float, low: float, high: float, upright: bool) -> QLineF:
    if upright:
        return QLineF(QPointF(at, low), QPointF(at, high))
    return QLineF(QPointF(low, at), QPointF(high, at))
