"""Edits of blocks are pure: collapse and expand are each other's reverse, and offers follow what they set."""

from __future__ import annotations

import random

import msgspec
import pytest

from engine.blocks import block_problems, unfold
from engine.graph import plan
from projects.errors import ProjectError
from projects.schema import BLOCK, Block, Network, Node, Project, Wire
from tests.workbench.test_edits import NET, chain, project, wires
from workbench import edits


def collapsed() -> Project:
    """A chain whose ``b`` and ``c`` are in the block ``block``."""
    return edits.collapse(chain(), NET, ("b", "c"))[0]


def meaning(value: Project) -> tuple[dict[str, list[str]], dict[str, str]]:
    """What enters every layer, in order, and what it is; ports of blocks left out."""
    flat = unfold(value.networks[NET], value.blocks).network
    feeds = {w.target: w.source for w in flat.wires}

    def real(name: str) -> str:
        while flat.nodes[name].type == "reroute":
            name = feeds[name]
        return name.rpartition("/")[2]

    layers = {
        name.rpartition("/")[2]: f"{node.type} {node.params}"
        for name, node in flat.nodes.items()
        if node.type != "reroute"
    }
    links: dict[str, list[str]] = {}
    for wire in flat.wires:
        if flat.nodes[wire.target].type != "reroute":
            links.setdefault(wire.target.rpartition("/")[2], []).append(real(wire.source))
    return links, layers


def test_a_collapsed_group_is_one_node_with_its_wires() -> None:
    made, name = edits.collapse(chain(), NET, ("b", "c"))
    assert name == "block"
    assert wires(made) == ["a -> block", "block -> d"]
    block = made.blocks["block"]
    assert list(block.nodes) == ["in", "b", "c", "out"]
    assert [str(w) for w in block.wires] == ["in -> b", "b -> c", "c -> out"]
    assert not block_problems(made.blocks)
    assert not plan(made.networks[NET], NET, made.blocks).problems


def test_expanding_takes_everything_back() -> None:
    made, names = edits.expand(collapsed(), NET, "block")
    assert names == ("b", "c")
    assert made.networks[NET].nodes == chain().networks[NET].nodes
    assert set(made.networks[NET].wires) == set(chain().networks[NET].wires)
    assert "block" in made.blocks, "other places may use it"


def test_one_source_is_one_port_and_one_result_is_one_port() -> None:
    before = project(
        "a -> b", "a -> c", "b -> d", "c -> d", "b -> e", a="input", b="relu", c="tanh", d="add",
        e="output",
    )  # fmt: skip
    made, name = edits.collapse(before, NET, ("b", "c"))
    assert [str(w) for w in made.networks[NET].wires] == [
        f"a -> {name}",
        f"{name} -> d",
        f"{name}.out_2 -> d",
        f"{name} -> e",
    ]
    assert meaning(made) == meaning(before)


def _comes_back(joined: list[Wire], group: set[str]) -> bool:
    """Whether a path leaves a group and enters it again; the wires are in working order."""
    after: set[str] = set()
    for wire in joined:
        if wire.source in after and wire.target in group:
            return True
        if wire.target not in group and (wire.source in group or wire.source in after):
            after.add(wire.target)
    return False


@pytest.mark.parametrize("seed", range(40))
def test_any_group_means_the_same_collapsed_and_expanded(seed: int) -> None:
    """Random graphs of many branches, random groups that no path leaves and enters again."""
    dice = random.Random(seed)
    count = dice.randint(4, 14)
    nodes = {"a": Node(type="input")}
    joined: list[Wire] = []
    for number in range(count):
        name = f"n{number}"
        feeds = dice.sample(list(nodes), dice.randint(1, min(3, len(nodes))))
        nodes[name] = Node(type="concat" if len(feeds) > 1 else "linear", at=(number * 240.0, 0))
        joined += [Wire(feed, name) for feed in feeds]
    nodes["z"] = Node(type="output")
    joined.append(Wire(f"n{count - 1}", "z"))
    before = msgspec.structs.replace(
        project(), networks={NET: Network(nodes=nodes, wires=tuple(joined))}
    )
    first = dice.randrange(count)
    group = [f"n{i}" for i in range(first, dice.randint(first + 1, count))]
    if dice.random() < 0.5:
        group = dice.sample(group, dice.randint(1, len(group)))
    if _comes_back(joined, set(group)):
        with pytest.raises(ProjectError, match="comes back"):
            edits.collapse(before, NET, group)
        return
    made, name = edits.collapse(before, NET, group)
    assert meaning(made) == meaning(before)
    again, names = edits.expand(made, NET, name)
    assert set(names) == set(group)
    assert meaning(again) == meaning(before)
    assert again.networks[NET].nodes.keys() == nodes.keys()


def test_the_order_of_what_is_joined_stays() -> None:
    before = project(
        "a -> b", "a -> c", "c -> d", "b -> d", a="input", b="relu", c="tanh", d="concat"
    )
    made, name = edits.collapse(before, NET, ("b", "c"))
    assert [w.source_port for w in made.networks[NET].wires if w.target == "d"] == ["out", "out_2"]
    block = made.blocks[name]
    assert {w.target: w.source for w in block.wires if w.target.startswith("out")} == {
        "out": "c",
        "out_2": "b",
    }


@pytest.mark.parametrize(
    ("ids", "says"),
    [
        (("a",), "no layers"),
        ((), "no layers"),
        (("b", "d"), "comes back"),
    ],
)
def test_groups_that_can_be_no_block(ids: tuple[str, ...], says: str) -> None:
    before = project("a -> b", "b -> c", "c -> d", a="input", b="relu", c="tanh", d="elu")
    with pytest.raises(ProjectError, match=says) as caught:
        edits.collapse(before, NET, ids)
    assert caught.value.problem.where == f"networks.{NET}"
    assert caught.value.problem.hint


def test_shared_weights_do_not_cross_the_border() -> None:
    before = edits.share(
        project("a -> b", "b -> c", a="input", b="linear", c="linear"), NET, ("c",), "b"
    )
    with pytest.raises(ProjectError, match="uses the weights"):
        edits.collapse(before, NET, ("c",))
    made, name = edits.collapse(before, NET, ("b", "c"))
    assert made.blocks[name].nodes["c"].shares == "b"


# ------------------------------------------------------------------------------------ inside


def test_an_edit_inside_changes_the_block_wherever_it_stands() -> None:
    value = collapsed()
    value, second = edits.add_after(value, NET, BLOCK, "block", {BLOCK: "block"})
    changed = edits.set_param(value, f"{NET}/{second}", ("b",), "units", 7)
    assert changed.blocks["block"].nodes["b"].params == {"units": 7}
    assert changed.networks[NET] is value.networks[NET]
    assert edits.count_uses(changed, "block") == 2


def test_a_port_that_is_renamed_keeps_its_wires_and_one_that_is_deleted_drops_them() -> None:
    value = edits.rename(collapsed(), f"{NET}/block", "out", "features")
    assert wires(value) == ["a -> block", "block.features -> d"]
    gone = edits.delete(value, f"{NET}/block", ("features",))
    assert wires(gone) == ["a -> block"]
    assert "features" not in gone.blocks["block"].nodes


def test_offers_are_chosen_outside_and_follow_what_they_set() -> None:
    place = f"{NET}/block"
    value = edits.offer(collapsed(), place, "b", "units", "width")
    chosen = edits.set_param(value, NET, ("block",), "width", 9)
    assert chosen.networks[NET].nodes["block"].params == {BLOCK: "block", "width": 9}
    assert unfold(chosen.networks[NET], chosen.blocks).network.nodes["block/b"].params == {
        "units": 9
    }
    renamed = edits.rename(chosen, place, "b", "dense")
    assert renamed.blocks["block"].params == {"width": ("dense.units",)}
    called = edits.rename_offer(renamed, place, "width", "units")
    assert called.networks[NET].nodes["block"].params == {BLOCK: "block", "units": 9}
    back = edits.withdraw(called, place, "dense", "units")
    assert back.networks[NET].nodes["block"].params == {BLOCK: "block"}
    assert back.blocks["block"].params == {}
    without = edits.delete(called, place, ("dense",))
    assert without.blocks["block"].params == {}
    assert without.networks[NET].nodes["block"].params == {BLOCK: "block"}


def test_what_is_chosen_as_it_is_inside_is_not_written() -> None:
    value = edits.set_param(collapsed(), f"{NET}/block", ("b",), "units", 32)
    value = edits.offer(value, f"{NET}/block", "b", "units", "units")
    assert edits.offered_value(value, value.blocks["block"], "units") == 32
    assert edits.set_param(value, NET, ("block",), "units", 32).networks == value.networks


@pytest.mark.parametrize(
    "name", ["", "2nd", "a b", "type", "repeat", "block", "weights", "<b>", "ж"]
)
def test_names_that_an_offer_cannot_have(name: str) -> None:
    with pytest.raises(ProjectError):
        edits.offer(collapsed(), f"{NET}/block", "b", "units", name)


def test_expanding_keeps_what_was_chosen() -> None:
    value = edits.offer(collapsed(), f"{NET}/block", "b", "units", "units")
    value = edits.set_param(value, NET, ("block",), "units", 9)
    value = edits.set_param(value, NET, ("block",), "repeat", 3)
    value = edits.set_param(value, NET, ("block",), "weights", "shared")
    made, names = edits.expand(value, NET, "block")
    nodes = made.networks[NET].nodes
    assert len(names) == 6
    linear = [name for name in names if nodes[name].type == "linear"]
    assert [edits.settings(nodes, name)["units"] for name in linear] == [9, 9, 9]
    assert [nodes[name].params for name in linear[1:]] == [
        {},
        {},
    ]  # those of the one whose weights they use
    assert [nodes[name].shares for name in linear] == [None, linear[0], linear[0]]
    assert len(made.networks[NET].wires) == 7
    assert not plan(made.networks[NET], NET, made.blocks).problems


def nested() -> Project:
    """A block that offers the units of ``b``, chosen by the node that stands for it."""
    value = collapsed()
    value = edits.offer(value, f"{NET}/block", "b", "units", "units")
    return edits.set_param(value, NET, ("block",), "units", 9)


def test_collapsing_inside_of_a_block_keeps_what_it_offers() -> None:
    before = nested()
    made, _name = edits.collapse(before, f"{NET}/block", ("b",), "inner")
    assert meaning(made) == meaning(before)
    assert made.networks == before.networks, "the node outside sets what it set"
    assert made.blocks["block"].params == {"units": ("inner.units",)}
    assert made.blocks["inner"].params == {"units": ("b.units",)}
    assert edits.offered_value(made, made.blocks["block"], "units") == edits.offered_value(
        before, before.blocks["block"], "units"
    )
    assert not block_problems(made.blocks)


def test_expanding_inside_of_a_block_keeps_what_it_offers() -> None:
    before = nested()
    made, name = edits.collapse(before, f"{NET}/block", ("b",), "inner")
    back, _names = edits.expand(made, f"{NET}/block", name)
    assert meaning(back) == meaning(before)
    assert back.blocks["block"].params == before.blocks["block"].params
    assert back.networks == before.networks


@pytest.mark.parametrize("weights", ["own", "shared"])
def test_copies_inside_of_a_block_are_all_set_from_outside(weights: str) -> None:
    inner = f"{NET}/block"
    value, name = edits.collapse(nested(), inner, ("b",), "inner")
    value = edits.set_param(value, inner, (name,), "repeat", 3)
    value = edits.set_param(value, inner, (name,), "weights", weights)
    made, names = edits.expand(value, inner, name)
    made = edits.set_param(made, NET, ("block",), "units", 12)
    flat = unfold(made.networks[NET], made.blocks)
    assert not flat.problems
    assert not plan(made.networks[NET], NET, made.blocks).problems
    owners = [n for n in names if made.blocks["block"].nodes[n].shares is None]
    assert len(owners) == (3 if weights == "own" else 1)
    assert {flat.network.nodes[f"block/{n}"].params["units"] for n in owners} == {12}


def test_a_node_whose_copies_are_chosen_outside_is_not_expanded() -> None:
    inner = f"{NET}/block"
    value, name = edits.collapse(nested(), inner, ("b",), "inner")
    value = edits.offer(value, inner, name, "repeat", "times")
    with pytest.raises(ProjectError, match="times"):
        edits.expand(value, inner, name)


def test_expanding_brings_the_frames_of_a_block_along() -> None:
    value, _frame = edits.add_frame(collapsed(), f"{NET}/block", ("b",), (0, 0), "Body")
    frame = value.blocks["block"].frames["frame"]
    value = edits.set_param(value, NET, ("block",), "repeat", 2)
    made, names = edits.expand(value, NET, "block")
    nodes, frames = made.networks[NET].nodes, list(made.networks[NET].frames.values())
    assert [frame.title for frame in frames] == ["Body", "Body"]
    block = value.blocks["block"]
    for copy, name in zip(frames, (names[0], names[2]), strict=True):
        left = [a - b for a, b in zip(copy.at, nodes[name].at, strict=True)]
        assert left == [a - b for a, b in zip(frame.at, block.nodes["b"].at, strict=True)]


# ------------------------------------------------------------------------------------ whole blocks


def test_renaming_a_block_renames_it_wherever_it_stands() -> None:
    outer, name = edits.collapse(collapsed(), NET, ("block",), "outer")
    made = edits.rename_block(outer, "block", "core")
    assert list(made.blocks) == ["core", "outer"]
    assert made.blocks["outer"].nodes["block"].params == {BLOCK: "core"}
    for wrong, says in (("outer", "already"), ("a b", "letters"), ("", "letters")):
        with pytest.raises(ProjectError, match=says):
            edits.rename_block(made, "core", wrong)
    assert name == "outer"


def test_a_block_that_is_used_stays() -> None:
    value = collapsed()
    with pytest.raises(ProjectError, match="is used"):
        edits.delete_block(value, "block")
    assert not edits.delete_block(edits.expand(value, NET, "block")[0], "block").blocks


def test_pieces_take_their_blocks_along() -> None:
    value = collapsed()
    pieces = edits.fragment(value.networks[NET], ("block",), blocks=value.blocks)
    target, names = edits.paste(chain(), NET, pieces)
    assert target.blocks == value.blocks
    assert names == ("block",)
    other = edits.set_param(value, f"{NET}/block", ("b",), "units", 5)
    mixed, names = edits.paste(other, NET, pieces)
    assert mixed.networks[NET].nodes[names[0]].params == {BLOCK: "block_2"}
    assert mixed.blocks["block_2"] == value.blocks["block"]
    assert edits.paste(value, NET, pieces)[0].blocks is value.blocks, "it was there already"


def test_a_block_cannot_be_pasted_into_itself() -> None:
    value = collapsed()
    pieces = edits.fragment(value.networks[NET], ("block",), blocks=value.blocks)
    with pytest.raises(ProjectError, match="into itself"):
        edits.paste(value, f"{NET}/block", pieces)
    outer, _name = edits.collapse(value, NET, ("block",), "outer")
    whole = edits.fragment(outer.networks[NET], ("outer",), blocks=outer.blocks)
    with pytest.raises(ProjectError, match="into itself"):
        edits.paste(outer, f"{NET}/outer/block", whole)


@pytest.mark.parametrize("repeat", [10**12, "many", -1, 0, 2.5, True, None])
def test_whatever_a_file_says_of_copies_expanding_answers(repeat: object) -> None:
    value = collapsed()
    node = Node(type=BLOCK, params={BLOCK: "block", "repeat": repeat})
    graph = value.networks[NET]
    graph = msgspec.structs.replace(graph, nodes={**graph.nodes, "block": node})
    value = edits.with_graph(value, NET, graph)
    with pytest.raises(ProjectError):
        edits.expand(value, NET, "block")


def test_blocks_inside_themselves_do_no_harm() -> None:
    """A file can hold what the window would not make."""
    inner = Node(type=BLOCK, params={BLOCK: "snake"})
    snake = Block(nodes={"self": inner, "twin": inner}, params={"x": ("self.x",)})
    value = msgspec.structs.replace(chain(), blocks={"snake": snake})
    value, name = edits.add_after(value, NET, BLOCK, "b", {BLOCK: "snake"})
    assert edits.offered_value(value, snake, "x") is msgspec.NODEFAULT
    assert edits.offered_settings(value, snake, "x") == ()
    assert edits.where_used(value, "snake") == f"{NET}/{name}"
    assert edits.contains(value, "snake", "snake")
    assert edits.used_blocks(value.networks[NET].nodes.values(), value.blocks) == {"snake": snake}
