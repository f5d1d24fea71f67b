"""What is copied can be read, edited and pasted; anything else is refused in a sentence."""

from __future__ import annotations

import pytest

from projects.errors import ProjectError
from projects.schema import Frame, Node, Wire
from widgets.graph_metrics import FARTHEST
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


def test_frames_are_readable_too() -> None:
    frames = {"stem": Frame(title="Stem: 1", at=(100, 20.5), size=(440, 160), color="teal")}
    pieces = edits.Pieces(nodes=PIECES.nodes, wires=PIECES.wires, frames=frames)
    line = '  stem: {title: "Stem: 1", at: [100, 20.5], size: [440, 160], color: teal}\n'
    assert clipboard.to_text(pieces) == clipboard.to_text(PIECES) + "frames:\n" + line
    assert clipboard.from_text(clipboard.to_text(pieces)) == pieces
    alone = edits.Pieces(frames=frames)
    assert clipboard.to_text(alone) == "frames:\n" + line
    assert clipboard.from_text(clipboard.to_text(alone)) == alone


def test_a_frame_that_no_canvas_could_show_is_copied_as_it_is_seen() -> None:
    wild = edits.Pieces(frames={"w": Frame(at=(1e300, -1e300), size=(-5.0, 1e300))})
    (frame,) = clipboard.from_text(clipboard.to_text(wild)).frames.values()
    assert (frame.at, frame.size) == ((FARTHEST, -FARTHEST), (0.0, FARTHEST))


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
        ("frames:", "no layers"),
        ("my frames are gone", "no layers"),
        ("frames: 3", "expected"),
        ("frames: [a]", "expected"),
        ("frames: {f: 3}", "expected"),
        ("frames: {f: {size: [1e12, 100]}}", "from 0 to 1,000,000"),
        ("frames: {f: {size: [1000000000000, 100]}}", "from 0 to 1,000,000"),
        ("frames: {f: {size: [-1, 100]}}", "from 0 to 1,000,000"),
        ("frames: {f: {size: [.nan, 100]}}", "finite"),
        ("frames: {f: {size: [100]}}", "size"),
        ("frames: {f: {size: wide}}", "size"),
        ("frames: {f: {at: [.inf, 0]}}", "finite"),
        ("frames: {f: {color: pink}}", "color"),
        ("frames: {f: {title: 3}}", "title"),
        (f"frames: {{f: {{title: {'x' * 201}}}}}", "title"),
        ("frames: {f: {titel: x}}", "title"),
        ("frames: {../f: {}}", "cannot be a name"),
        ("nodes: {a: {type: relu}}\nframes: {f: {color: pink}}", "frames.f.color"),
        ("nodes: 3\nframes: {f: {}}", "no layers"),
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


def test_what_weights_are_held_to_is_copied_too() -> None:
    held = edits.Pieces(nodes={"a": Node(type="linear", l1=0.0, l2=0.5, params={"units": 3})})
    assert clipboard.from_text(clipboard.to_text(held)) == held
    with pytest.raises(ProjectError, match="l2"):
        clipboard.from_text("nodes: {a: {type: linear, l2: much}}")
