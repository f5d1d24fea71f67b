"""Going from node to node with the arrow keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from widgets.canvas.specs import WireKey

Point = tuple[float, float]
DIRECTIONS: dict[str, Point] = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}


def step(
    places: Mapping[str, Point], wires: Iterable[WireKey], here: str | None, direction: str
) -> str | None:
    """Return the node that an arrow key leads to, or None where there is none.

    Left and right follow wires, up and down go to the nearest node in that direction; where no wire leads
    on, the nearest node in the direction is taken. From nowhere one gets to the first.

    Args:
        places: Positions by id.
        wires: Every wire.
        here: The node one is at, or None.
        direction: ``left``, ``right``, ``up`` or ``down``.
    """
    if not places:
        return None
    if here is None or here not in places:
        return min(places, key=lambda name: (places[name][1], places[name][0]))
    linked: list[str] = []
    if direction == "right":
        linked = [w.target for w in wires if w.source == here]
    elif direction == "left":
        linked = [w.source for w in wires if w.target == here]
    linked = [name for name in linked if name in places]
    if linked:
        return min(linked, key=lambda name: abs(places[name][1] - places[here][1]))
    return _nearest(places, here, DIRECTIONS[direction])


def _nearest(places: Mapping[str, Point], here: str, direction: Point) -> str | None:
    """The nearest node inside a quarter turn of the direction; sideways counts double."""
    x, y = places[here]
    best: tuple[float, str | None] = (float("inf"), None)
    for name, (other_x, other_y) in places.items():
        dx, dy = other_x - x, other_y - y
        along = dx * direction[0] + dy * direction[1]
        across = abs(dx * direction[1]) + abs(dy * direction[0])
        if name != here and along > 0 and across <= 2 * along and along + 2 * across < best[0]:
            best = (along + 2 * across, name)
    return best[1]
