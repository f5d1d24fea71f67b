"""Places inside of blocks: what is nearest to one that is gone."""

from __future__ import annotations

import pytest

from projects.schema import Project
from tests.workbench.test_edits import NET, chain
from workbench import edits, scope


def nested(outer: int, inner: int) -> Project:
    """A block in a block, each so often in a row: ``outer`` stands in the network, ``inner`` in it."""
    value, inside = edits.collapse(chain(), NET, ("b", "c"), "inner")
    value, name = edits.collapse(value, NET, (inside,), "outer")
    value = edits.set_param(value, f"{NET}/{name}", (inside,), "repeat", inner)
    return edits.set_param(value, NET, (name,), "repeat", outer)


@pytest.mark.parametrize(
    ("copies", "place", "nearest"),
    [
        ((1, 1), "outer/inner", "outer/inner"),
        ((1, 1), "outer/2/inner/3", "outer/inner"),
        ((3, 1), "outer", "outer/1"),
        ((3, 1), "outer/inner", "outer/1/inner"),
        ((3, 1), "outer/2/inner/2", "outer/2/inner"),
        ((3, 2), "outer/3/inner/2", "outer/3/inner/2"),
        ((3, 2), "outer/4/inner/3", "outer/1/inner/1"),
        ((1, 2), "outer/inner/0", "outer/inner/1"),
        ((2, 1), "outer/2/gone/inner", "outer/2"),
    ],
)
def test_the_nearest_place_has_the_number_of_a_copy_that_is_there(
    copies: tuple[int, int], place: str, nearest: str
) -> None:
    assert scope.nearest(nested(*copies), f"{NET}/{place}") == f"{NET}/{nearest}"


def test_a_network_is_its_own_nearest_place() -> None:
    assert scope.nearest(nested(2, 2), NET) == NET


def test_a_network_that_is_gone_is_its_own_nearest_place() -> None:
    assert scope.nearest(chain(), "gone/inner") == "gone"
