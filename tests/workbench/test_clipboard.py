"""What is copied can be read, edited and pasted; anything else is refused in a sentence."""

from __future__ import annotations

import pytest

from projects.errors import ProjectError
from projects.schema import Node, Wire
from workbench import clipboard, edits

PIECES = edits.Pieces(
    nodes={
        "conv1": Node(type="conv2d", at=(120, 80), params={"filters": 16}),
        "conv2": Node(type="conv2d", at=(360, 80.5), shares="conv1", params={"filters": 16}),
    },
    wires=(Wire("conv1", "conv2"),),
)


def test_the_text_is_readable() -> None:
    assert clipboard.to_text(PIECES) == (
        "nodes:\n"
        "  conv1: {type: conv2d, at: [120, 80], filters: 16}\n"
        "  conv2: {type: conv2d, at: [360, 80.5], shares: conv1, filters: 16}\n"
        "wires:\n"
        "  - conv1 -> conv2\n"
    )


def test_there_and_back() -> None:
    assert clipboard.from_text(clipboard.to_text(PIECES)) == PIECES


def test_positions_may_be_left_out() -> None:
    assert clipboard.from_text("nodes: {a: {type: relu}}").nodes["a"].at == (0, 0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no layers"),
        ("hello world", "no layers"),
        ("the nodes of the tree", "no layers"),
        ("nodes:", "no layers"),
        ("nodes: 3", "no layers"),
        ("nodes: {a: 3}", "expected a layer"),
        ("nodes: {a: {at: [0, 0]}}", "expected a layer"),
        ("nodes: {a: {type: conv2}}", "conv2d"),
        ("nodes: {a: {type: linear, units: many}}", "whole number"),
        ("nodes: {a: {type: linear, unit: 3}}", "units"),
        ("nodes: {a: {type: relu, at: here}}", "two numbers"),
        ("nodes: {a: {type: relu, at: [.inf, 0]}}", "finite"),
        ("nodes: {../a: {type: relu}}", "letters"),
        ("nodes: {a: {type: relu}}\nwires: a -> a", "expected a list"),
        ("nodes: {a: {type: relu}}\nwires: [a => a]", "expected a wire"),
        ("nodes: &x {a: {type: relu}}", "anchors"),
        ("nodes: !!python/object:os.system {}", "tags"),
        ("nodes: {a: {type: relu}", "not YAML"),
        ("nodes: {a: {type: relu}, a: {type: relu}}", "twice"),
        ("nodes " * 300_000, "no layers"),
    ],
)
def test_garbage_gives_a_sentence(text: str, says: str) -> None:
    with pytest.raises(ProjectError) as caught:
        clipboard.from_text(text)
    assert says in str(caught.value)
    assert caught.value.problem.where


def test_wires_to_nowhere_are_left_out() -> None:
    assert clipboard.from_text("nodes: {a: {type: relu}}\nwires: [a -> b, b -> a]").wires == (
        Wire("b", "a"),
    )
