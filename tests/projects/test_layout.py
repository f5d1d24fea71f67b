"""The layout is deterministic, on the grid, left to right and free of overlaps."""

from __future__ import annotations

import itertools
import random

import pytest

from projects import layout
from projects.layout import NARROW, arrange, beside_others, free_place
from projects.schema import Network, Node, Wire
from widgets import graph_metrics
from widgets.graph_metrics import COLUMN, GRID, NODE_HEIGHT, NODE_WIDTH


def network(count: int, *edges: tuple[int, int]) -> Network:
    return Network(
        nodes={f"n{i}": Node(type="relu") for i in range(count)},
        wires=tuple(Wire(f"n{a}", f"n{b}") for a, b in edges),
    )


def chain(count: int) -> Network:
    return network(count, *itertools.pairwise(range(count)))


def random_network(seed: int) -> Network:
    dice = random.Random(seed)
    count = dice.randint(2, 40)
    edges = {
        (a, b) for b in range(1, count) for a in dice.sample(range(b), min(b, dice.randint(0, 3)))
    }
    return network(count, *sorted(edges))


@pytest.mark.parametrize("seed", range(25))
def test_no_two_nodes_touch_and_all_sit_on_the_grid(seed: int) -> None:
    places = arrange(random_network(seed))
    assert len(places) == len(random_network(seed).nodes)
    for (x, y), (other_x, other_y) in itertools.combinations(places.values(), 2):
        assert abs(x - other_x) >= NODE_WIDTH or abs(y - other_y) >= NODE_HEIGHT
    assert all(value % GRID == 0 for place in places.values() for value in place)


def test_positions_do_not_depend_on_where_nodes_were() -> None:
    graph = random_network(3)
    moved = Network(
        nodes={n: Node(type="relu", at=(i * 7.0, -i)) for i, n in enumerate(graph.nodes)},
        wires=graph.wires,
    )
    assert arrange(graph) == arrange(moved)


def test_a_short_chain_is_one_level_line() -> None:
    places = arrange(chain(5))
    assert [places[f"n{i}"] for i in range(5)] == [(i * COLUMN, 0) for i in range(5)]


def test_a_long_chain_is_broken_into_lines_like_a_text() -> None:
    places = arrange(chain(14))
    rows = sorted({y for _x, y in places.values()})
    assert len(rows) == 3
    for row in rows:
        line = [int(n[1:]) for n, (_x, y) in sorted(places.items(), key=lambda p: p[1]) if y == row]
        assert line == list(range(line[0], line[0] + len(line)))


def test_a_narrow_frame_gives_shorter_lines() -> None:
    wide, narrow = arrange(chain(9)), arrange(chain(9), frame=NARROW)
    assert max(x for x, _y in narrow.values()) == 2 * COLUMN
    assert max(x for x, _y in wide.values()) == 4 * COLUMN


def test_a_skip_runs_beside_what_it_skips() -> None:
    places = arrange(network(5, (0, 1), (1, 2), (2, 3), (3, 4), (1, 3)))
    level = places["n1"][1] + NODE_HEIGHT / 2
    assert places["n3"][1] == places["n1"][1]
    top = places["n2"][1]
    assert not top <= level <= top + NODE_HEIGHT


def test_circles_and_loops_end() -> None:
    assert len(arrange(network(4, (0, 1), (1, 2), (2, 0), (3, 3)))) == 4


def test_only_the_chosen_move_and_begin_at_the_origin() -> None:
    places = arrange(chain(6), ["n2", "n3"], (100, 300))
    assert places == {"n2": (100, 300), "n3": (340, 300)}


def test_the_arranged_keep_away_from_the_others() -> None:
    others = {"a": Node(type="relu", at=(0, 0)), "b": Node(type="relu", at=(0, 160))}
    graph = Network(nodes={**others, "c": Node(type="relu", at=(0, 60))})
    ((_x, y),) = beside_others(graph, {"c": (0, 60)}).values()
    assert all(abs(y - node.at[1]) >= NODE_HEIGHT + 20 for node in others.values())


def test_nothing_gives_nothing() -> None:
    assert arrange(Network()) == {}


def test_a_free_place_touches_nothing() -> None:
    graph = Network(nodes={"a": Node(type="relu", at=(0, 0)), "b": Node(type="relu", at=(0, 100))})
    x, y = free_place(graph, (3, 4))
    assert x == 0
    assert y >= 180


def test_sizes_are_those_of_the_canvas() -> None:
    for name in (
        "GRID",
        "FARTHEST",
        "NODE_WIDTH",
        "NODE_HEIGHT",
        "GAP_X",
        "GAP_Y",
        "COLUMN",
        "ROW",
    ):
        assert getattr(layout, name) == getattr(graph_metrics, name), name
    for value in (-3e6, -11.0, 9.9, 10.1, 250.0, 3e6):
        assert layout.snap(value) == graph_metrics.snap(value)
        assert layout.bounded(value) == graph_metrics.bounded(value)
