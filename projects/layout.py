"""A deterministic layout of networks: in layers from left to right, long ones in lines like a text.

The method is Sugiyama's: give every node the length of the longest path to it as its layer, order
the nodes of a layer by the median of their neighbours to save crossings, then place them. A network
with more layers than fit on a screen is broken into lines where few wires cross, each line again
from left to right.
"""

from __future__ import annotations

import itertools
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from projects.schema import Graph

# Sizes on the canvas, in scene pixels. They are those of ``widgets.graph_metrics``, which knows nothing of
# projects; a test holds the two together.
GRID = 20
FARTHEST = 1_000_000.0
NODE_WIDTH = 160
NODE_HEIGHT = 60
GAP_X = 80
GAP_Y = 40
COLUMN = NODE_WIDTH + GAP_X
ROW = NODE_HEIGHT + GAP_Y

# What is left of a canvas beside the panels of a window of usual size.
WIDE = (840.0, 440.0)
NARROW = (410.0, 415.0)
LEGIBLE = 0.7
WORTH = 1.05  # times as large as with fewer lines, at least
SWEEPS = 4
LONGEST_LANE = 40

Position = tuple[float, float]
Edges = Mapping[str, Sequence[str]]


def arrange(
    network: Graph,
    ids: Iterable[str] | None = None,
    origin: Position = (0.0, 0.0),
    heights: Mapping[str, float] | None = None,
    frame: tuple[float, float] = WIDE,
) -> dict[str, Position]:
    """Return where each node's top-left corner goes.

    The same network and frame give the same positions, whatever positions it had before.

    Args:
        network: What to lay out.
        ids: Only these nodes, as if there were no others; None for all.
        origin: Top-left corner of the whole.
        heights: Heights of nodes that are taller than usual.
        frame: What it should be legible in: ``WIDE``, or ``NARROW`` beside another network.
    """
    chosen = list(network.nodes) if ids is None else [i for i in network.nodes if i in set(ids)]
    if not chosen:
        return {}
    ahead, behind = _neighbours(network, chosen)
    layers = _layers(chosen, ahead, behind)
    ahead, behind = _with_lanes(layers, ahead)
    _reorder(layers, ahead, behind)
    tall = heights or {}
    extent = [_extent(layer, tall) for layer in layers]
    lines = _lines(layers, ahead, extent, frame)
    return _place(layers, lines, extent, tall, origin)


def beside_others(network: Graph, places: Mapping[str, Position]) -> dict[str, Position]:
    """Return the places of some nodes, moved down as one until they neither cover nor touch another node.

    Args:
        network: The network with all nodes.
        places: Where some of them are to go.
    """
    others = [node.at for name, node in network.nodes.items() if name not in places]
    down = 0.0
    while True:
        covered = [
            y
            for x, y in others
            if any(
                abs(x - left) < NODE_WIDTH + GAP_Y / 2
                and abs(y - top - down) < NODE_HEIGHT + GAP_Y / 2
                for left, top in places.values()
            )
        ]
        if not covered:
            return {name: (x, bounded(y + down)) for name, (x, y) in places.items()}
        down = snap(max(covered) + ROW - min(y for _x, y in places.values()))


def _neighbours(network: Graph, chosen: Sequence[str]) -> tuple[Edges, Edges]:
    """Successors and predecessors among the chosen, each once, without wires to oneself."""
    inside = set(chosen)
    ahead: dict[str, list[str]] = {name: [] for name in chosen}
    behind: dict[str, list[str]] = {name: [] for name in chosen}
    for wire in network.wires:
        a, b = wire.source, wire.target
        if a in inside and b in inside and a != b and b not in ahead[a]:
            ahead[a].append(b)
            behind[b].append(a)
    return ahead, behind


def _order(chosen: Sequence[str], ahead: Edges, behind: Edges) -> list[str]:
    """A topological order; where wires run in a circle the first node of it goes first."""
    waiting = {name: len(behind[name]) for name in chosen}
    ready = [name for name in chosen if not waiting[name]]
    order: list[str] = []
    seen: set[str] = set(ready)
    left = iter(chosen)
    while len(order) < len(chosen):
        if not ready:
            ready = [next(name for name in left if name not in seen)]
            seen.update(ready)
        name = ready.pop(0)
        order.append(name)
        for follower in ahead[name]:
            waiting[follower] -= 1
            if waiting[follower] <= 0 and follower not in seen:
                seen.add(follower)
                ready.append(follower)
    return order


def _layers(chosen: Sequence[str], ahead: Edges, behind: Edges) -> list[list[str]]:
    """Nodes by the longest path to them; nodes without wires come after everything else."""
    order = _order(chosen, ahead, behind)
    rank = {name: index for index, name in enumerate(order)}
    depth: dict[str, int] = {}
    for name in order:
        above = [depth[p] + 1 for p in behind[name] if rank[p] < rank[name]]
        depth[name] = max(above, default=0)
    _pull_sources(order, ahead, behind, depth)
    layers: dict[int, list[str]] = defaultdict(list)
    loose = [n for n in order if not ahead[n] and not behind[n]]
    for name in order:
        if name not in loose or len(loose) == len(order):
            layers[depth[name]].append(name)
    found = [layers[index] for index in sorted(layers)]
    if loose and len(loose) < len(order):
        found[0].extend(loose)
    return found


def _pull_sources(order: Sequence[str], ahead: Edges, behind: Edges, depth: dict[str, int]) -> None:
    """Move nodes that nothing enters next to the first node that they feed."""
    for name in order:
        if not behind[name] and ahead[name]:
            depth[name] = max(0, min(depth[f] for f in ahead[name]) - 1)


def _with_lanes(layers: list[list[str]], ahead: Edges) -> tuple[Edges, Edges]:
    """Keep a lane free in every layer that a wire passes, so that it runs beside the nodes there."""
    depth = {name: index for index, layer in enumerate(layers) for name in layer}
    longer: dict[str, list[str]] = {name: [] for name in depth}
    back: dict[str, list[str]] = {name: [] for name in depth}
    for name in depth:
        for follower in ahead[name]:
            last = name
            between = range(depth[name] + 1, depth[follower])
            for index in between if len(between) <= LONGEST_LANE else ():
                lane = f"{name}>{follower}:{index}"
                layers[index].insert(0, lane)
                longer[last].append(lane)
                longer[lane], back[lane] = [], [last]
                last = lane
            longer[last].append(follower)
            back[follower].append(last)
    return longer, back


def _reorder(layers: list[list[str]], ahead: Edges, behind: Edges) -> None:
    """Sort every layer by the median place of its neighbours, forwards and backwards in turn."""
    place = {name: float(i) for layer in layers for i, name in enumerate(layer)}
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        edges = behind if forward else ahead
        for layer in layers if forward else reversed(layers):
            keys = {
                name: statistics.median([place[n] for n in edges[name]] or [place[name]])
                for name in layer
            }
            layer.sort(key=lambda name: keys[name])
            place.update({name: float(i) for i, name in enumerate(layer)})


def _extent(layer: Sequence[str], heights: Mapping[str, float]) -> float:
    return sum(heights.get(n, NODE_HEIGHT) for n in layer) + GAP_Y * (len(layer) - 1)


def _lines(
    layers: Sequence[Sequence[str]],
    ahead: Edges,
    extent: Sequence[float],
    frame: tuple[float, float],
) -> list[tuple[int, int]]:
    """Ranges of layers that share a line: the fewest lines that stay legible in the frame."""
    best: tuple[float, list[tuple[int, int]]] = (0.0, [(0, len(layers))])
    for count in range(1, len(layers) + 1):
        lines = _break(layers, ahead, count)
        width = max(b - a for a, b in lines) * COLUMN - GAP_X
        height = sum(max(extent[a:b]) for a, b in lines) + 2 * GAP_Y * (len(lines) - 1)
        scale = min(frame[0] / width, frame[1] / height, 1.0)
        if scale > WORTH * best[0]:
            best = (scale, lines)
        if scale >= LEGIBLE or scale < best[0] * 0.8:
            break
    return best[1]


def _break(layers: Sequence[Sequence[str]], ahead: Edges, count: int) -> list[tuple[int, int]]:
    """Cut into ``count`` lines of about equal length, near there where the fewest wires cross."""
    depth = {name: index for index, layer in enumerate(layers) for name in layer}
    crossing = [0] * (len(layers) + 1)
    for name, followers in ahead.items():
        for follower in followers:
            for cut in range(depth[name] + 1, min(depth[follower], depth[name] + 64) + 1):
                crossing[cut] += 1
    cuts = [0]
    for index in range(1, count):
        ideal = round(len(layers) * index / count)
        near = range(max(cuts[-1] + 1, ideal - 1), min(len(layers), ideal + 2))
        if near:
            cuts.append(min(near, key=lambda cut: (crossing[cut], abs(cut - ideal))))
    cuts.append(len(layers))
    return [(a, b) for a, b in itertools.pairwise(cuts) if b > a]


def _place(
    layers: Sequence[Sequence[str]],
    lines: Sequence[tuple[int, int]],
    extent: Sequence[float],
    heights: Mapping[str, float],
    origin: Position,
) -> dict[str, Position]:
    """Give every node its corner: columns centred on the line's axis."""
    placed: dict[str, Position] = {}
    top = origin[1]
    for first, end in lines:
        tallest = max(extent[first:end])
        for column in range(first, end):
            y = top + (tallest - extent[column]) / 2
            for name in layers[column]:
                if ">" not in name:
                    placed[name] = (origin[0] + (column - first) * COLUMN, snap(y))
                y += heights.get(name, NODE_HEIGHT) + GAP_Y
        top = snap(top + tallest + 2 * GAP_Y)
    return placed


def is_free(network: Graph, at: Position, ignoring: Iterable[str] = ()) -> bool:
    """Whether a node of usual size at ``at`` would touch no other node."""
    skip = set(ignoring)
    return not any(
        abs(node.at[0] - at[0]) < NODE_WIDTH + GAP_Y / 2
        and abs(node.at[1] - at[1]) < ROW - GAP_Y / 2
        for name, node in network.nodes.items()
        if name not in skip
    )


def free_place(network: Graph, at: Position, ignoring: Iterable[str] = ()) -> Position:
    """Return ``at`` on the grid, moved down until a node there touches no other."""
    x, y = snap(bounded(at[0])), snap(bounded(at[1]))
    skip = set(ignoring)
    while not is_free(network, (x, y), skip):
        y += ROW / 5
    return (x, snap(y))


def bounded(value: float) -> float:
    """Return a coordinate no farther out than a canvas reaches, whatever a file says."""
    return max(-FARTHEST, min(FARTHEST, value))


def snap(value: float) -> float:
    """Return the nearest multiple of the grid."""
    return round(value / GRID) * float(GRID)
