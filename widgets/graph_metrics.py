"""How large things on a graph canvas are, in scene pixels; Qt-free, so that layouts can reckon with it.

Everything is a multiple of the grid, so that nodes that sit on the grid have their ports on it too and
a wire between neighbours is straight.
"""

from __future__ import annotations

GRID = 20
FARTHEST = 1_000_000.0
NODE_WIDTH = 160
NODE_HEIGHT = 60
BEND = 20
PORT_STEP = 20
GAP_X = 80
GAP_Y = 40
COLUMN = NODE_WIDTH + GAP_X
ROW = NODE_HEIGHT + GAP_Y


def node_height(inputs: int, outputs: int) -> int:
    """Return the height of a node with so many ports on its left and right."""
    return max(NODE_HEIGHT, PORT_STEP * (max(inputs, outputs) + 1))


def port_y(index: int, count: int, height: float) -> float:
    """Return how far below the node's top the ``index``-th of ``count`` ports of one side sits."""
    return height / 2 + (index - (count - 1) / 2) * PORT_STEP


def bounded(value: float) -> float:
    """Return a coordinate no farther out than a canvas reaches, whatever a file says."""
    return max(-FARTHEST, min(FARTHEST, value))


def snap(value: float) -> float:
    """Return the nearest multiple of the grid."""
    return round(value / GRID) * float(GRID)
