"""Nodes in order by eye: on one line, at equal distances, wires level."""

from __future__ import annotations

import itertools

import pytest

from projects.schema import Project
from tests.workbench.test_edits import NET, project
from workbench import edits

PLACES = {"a": (0.0, 0.0), "b": (260.0, 40.0), "c": (540.0, 180.0), "d": (1000.0, 60.0)}
LAYERS = {"a": "input", "b": "linear", "c": "relu", "d": "output"}
ALL = ("a", "b", "c", "d")


def places(value: Project) -> dict[str, tuple[float, float]]:
    return {name: node.at for name, node in value.networks[NET].nodes.items()}


@pytest.mark.parametrize(
    ("side", "axis", "line"),
    [
        ("left", 0, 0.0),
        ("center", 0, 500.0),
        ("right", 0, 1000.0),
        ("top", 1, 0.0),
        ("middle", 1, 90.0),
        ("bottom", 1, 180.0),
    ],
)
def test_a_side_comes_onto_the_line_of_the_outermost(
    side: edits.Side, axis: int, line: float
) -> None:
    start = project(places=PLACES, **LAYERS)
    after = places(edits.align(start, NET, ALL, side))
    assert {at[axis] for at in after.values()} == {line}
    other = 1 - axis
    assert [at[other] for at in after.values()] == [at[other] for at in PLACES.values()]


def test_one_node_has_no_line() -> None:
    start = project(places=PLACES, **LAYERS)
    assert edits.align(start, NET, ("b",), "left") is start
    assert edits.distribute(start, NET, ("b", "c"), "across") is start


def test_gaps_become_equal_and_the_outermost_stay() -> None:
    start = project(places=PLACES, **LAYERS)
    after = places(edits.distribute(start, NET, ALL, "across"))
    lefts = [at[0] for at in after.values()]
    assert (lefts[0], lefts[-1]) == (0.0, 1000.0)
    gaps = [b - a for a, b in itertools.pairwise(lefts)]
    assert max(gaps) - min(gaps) <= 10  # half a step of the grid
    assert [at[1] for at in after.values()] == [at[1] for at in PLACES.values()]
    down = places(edits.distribute(start, NET, ALL, "down"))
    assert sorted(at[1] for at in down.values()) == [0.0, 60.0, 120.0, 180.0]


def test_wires_become_level() -> None:
    start = project("a -> b", "b -> c", "c -> d", places=PLACES, **LAYERS)
    after = places(edits.straighten(start, NET, ALL))
    assert {at[1] for at in after.values()} == {0.0}
    assert [at[0] for at in after.values()] == [at[0] for at in PLACES.values()]


def test_at_a_fork_the_nearest_becomes_level_and_the_other_stays() -> None:
    spots = {"a": (0.0, 0.0), "b": (240.0, 20.0), "c": (240.0, 200.0), "s": (480.0, 40.0)}
    start = project(
        "a -> b", "a -> c", "b -> s", "c -> s", places=spots,
        a="input", b="linear", c="relu", s="add",
    )  # fmt: skip
    after = places(edits.straighten(start, NET, spots))
    assert after == {"a": (0.0, 0.0), "b": (240.0, 0.0), "c": (240.0, 200.0), "s": (480.0, 0.0)}


def test_wires_that_run_back_to_the_next_line_stay() -> None:
    spots = {"a": (0.0, 0.0), "b": (480.0, 20.0), "c": (0.0, 140.0)}
    start = project("a -> b", "b -> c", places=spots, a="input", b="linear", c="relu")
    assert places(edits.straighten(start, NET, spots))["c"] == (0.0, 140.0)
