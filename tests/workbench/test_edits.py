"""Edits are pure: they share what they leave alone, and keep ids unique and wires whole."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QRectF

from projects.errors import ProjectError
from projects.schema import IDENTIFIER, Data, Network, Node, Plug, Project, Wire
from widgets.graph_metrics import BEND, NODE_HEIGHT, NODE_WIDTH
from workbench import edits

NET = "net"


def project(
    *wires: str, places: dict[str, tuple[float, float]] | None = None, **nodes: str
) -> Project:
    made = {
        name: Node(type=layer, at=(places or {}).get(name, (240.0 * i, 0.0)))
        for i, (name, layer) in enumerate(nodes.items())
    }
    joined = tuple(Wire(*wire.split(" -> ")) for wire in wires)
    return Project(
        data=Data(source=Plug("digits")),
        objective=Plug("classification"),
        networks={NET: Network(nodes=made, wires=joined)},
    )


def chain() -> Project:
    return project("a -> b", "b -> c", "c -> d", a="input", b="linear", c="relu", d="output")


def wires(value: Project) -> list[str]:
    return [str(wire) for wire in value.networks[NET].wires]


@pytest.mark.parametrize("wanted", ["conv2d", "2fast", "a b", "", "ж", "x" * 80, "conv2d_2"])
def test_unique_ids_are_identifiers_and_free(wanted: str) -> None:
    taken: set[str] = set()
    for _turn in range(3):
        name = edits.unique_id(taken, wanted)
        assert IDENTIFIER.match(name)
        assert name not in taken
        taken.add(name)


def test_adding_shares_everything_else() -> None:
    before = chain()
    after, name = edits.add(before, NET, "linear", (5, 203))
    assert name == "linear"
    assert after.networks[NET].nodes[name].at == (0, 200)
    assert all(
        after.networks[NET].nodes[n] is node for n, node in before.networks[NET].nodes.items()
    )
    assert after.networks[NET].wires == before.networks[NET].wires
    assert after.recipe is before.recipe


def test_adding_on_top_of_a_node_moves_aside() -> None:
    after, name = edits.add(chain(), NET, "relu", (0, 0))
    assert after.networks[NET].nodes[name].at[1] >= 80


def test_adding_after_the_last_of_a_chain_connects() -> None:
    start = project("a -> b", a="input", b="linear")
    after, name = edits.add_after(start, NET, "relu", "b")
    assert wires(after) == ["a -> b", "b -> relu"]
    assert after.networks[NET].nodes[name].at == (480, 0)


def test_adding_after_a_middle_node_puts_it_between_and_makes_room() -> None:
    after, name = edits.add_after(chain(), NET, "tanh", "b")
    nodes = after.networks[NET].nodes
    assert wires(after) == ["a -> b", "b -> tanh", "tanh -> c", "c -> d"]
    assert [nodes[n].at[0] for n in ("a", "b", name, "c", "d")] == [0, 240, 480, 720, 960]


def test_adding_after_a_fork_takes_over_all_followers() -> None:
    fork = project("a -> b", "a -> c", a="input", b="linear", c="linear")
    after, _name = edits.add_after(fork, NET, "relu", "a")
    assert set(wires(after)) == {"a -> relu", "relu -> b", "relu -> c"}


def test_adding_an_output_after_a_node_leaves_its_followers() -> None:
    after, name = edits.add_after(chain(), NET, "output", "b")
    assert set(wires(after)) == {*wires(chain()), f"b -> {name}"}


def test_adding_what_has_no_inputs_stays_loose() -> None:
    after, name = edits.add_after(chain(), NET, "noise", "d")
    assert wires(after) == wires(chain())
    assert name in after.networks[NET].nodes


def test_a_port_for_one_wire_lets_go_of_the_old_one() -> None:
    after = edits.connect(chain(), NET, Wire("a", "c"))
    assert set(wires(after)) == {"a -> b", "a -> c", "c -> d"}


def test_a_port_for_many_keeps_all() -> None:
    start = project("a -> s", a="input", b="noise", s="add")
    assert wires(edits.connect(start, NET, Wire("b", "s"))) == ["a -> s", "b -> s"]


def test_a_wire_that_is_there_changes_nothing() -> None:
    start = chain()
    assert edits.connect(start, NET, Wire("a", "b")) is start


def test_replacing_a_wire_keeps_its_place_in_the_order() -> None:
    start = project("a -> s", "b -> s", a="input", b="noise", c="noise", s="concat")
    after = edits.connect(start, NET, Wire("c", "s"), Wire("a", "s"))
    assert wires(after) == ["c -> s", "b -> s"]


def test_all_wires_of_an_output_go_to_another() -> None:
    start = project("a -> b", "a -> s", "b -> s", a="input", b="linear", s="concat", n="noise")
    after = edits.relink(start, NET, ("a", "out"), ("n", "out"), output=True)
    assert wires(after) == ["n -> b", "n -> s", "b -> s"]


def test_all_wires_of_an_input_go_to_another_which_lets_go_of_its_own() -> None:
    start = project("a -> b", "c -> d", a="input", b="linear", c="noise", d="relu")
    after = edits.relink(start, NET, ("b", "in"), ("d", "in"), output=False)
    assert wires(after) == ["a -> d"]


def test_splicing_keeps_the_order_of_a_merge() -> None:
    start = project("a -> s", "b -> s", a="input", b="noise", s="concat", n="relu")
    after = edits.splice(start, NET, "n", Wire("a", "s"))
    assert wires(after) == ["a -> n", "n -> s", "b -> s"]


def test_splicing_moves_only_what_is_crowded() -> None:
    start = project(
        "a -> b",
        a="input",
        b="output",
        n="relu",
        places={"a": (0, 0), "b": (900, 0), "n": (300, 0)},
    )
    after = edits.splice(start, NET, "n", Wire("a", "b"))
    assert after.networks[NET].nodes["b"] is start.networks[NET].nodes["b"]
    assert after.networks[NET].nodes["n"].at == (300, 0)


def test_splicing_into_a_wire_that_runs_back_moves_no_line() -> None:
    start = project(
        "a -> b",
        "b -> c",
        a="input",
        b="linear",
        c="output",
        n="relu",
        places={"a": (960, 0), "b": (0, 200), "c": (240, 200), "n": (400, 100)},
    )
    after = edits.splice(start, NET, "n", Wire("a", "b"))
    assert after.networks[NET].nodes["b"].at == (0, 200)
    assert after.networks[NET].nodes["c"].at == (240, 200)


def test_splicing_what_has_no_output_changes_nothing() -> None:
    start = project("a -> b", a="input", b="relu", z="output")
    assert edits.splice(start, NET, "z", Wire("a", "b")) is start


def test_deleting_heals_a_chain() -> None:
    assert wires(edits.delete(chain(), NET, ["b"])) == ["a -> c", "c -> d"]
    assert wires(edits.delete(chain(), NET, ["b", "c"])) == ["a -> d"]


def test_deleting_can_keep_the_gap() -> None:
    assert wires(edits.delete(chain(), NET, ["b"], heal=False)) == ["c -> d"]


def test_deleting_heals_only_what_is_allowed() -> None:
    after = edits.delete(chain(), NET, ["b"], allowed=lambda wire: wire.target != "c")
    assert wires(after) == ["c -> d"]


def test_deleting_a_merge_of_two_leaves_a_gap() -> None:
    start = project("a -> s", "b -> s", "s -> c", a="input", b="noise", s="add", c="output")
    assert wires(edits.delete(start, NET, ["s"])) == []


def test_deleting_two_separate_nodes_heals_both_gaps() -> None:
    start = project(
        "a -> b",
        "b -> c",
        "c -> d",
        "d -> e",
        a="input",
        b="relu",
        c="linear",
        d="relu",
        e="output",
    )
    assert wires(edits.delete(start, NET, ["b", "d"])) == ["a -> c", "c -> e"]


def test_deleting_the_owner_of_shared_weights_frees_them() -> None:
    start = edits.share(chain(), NET, ["c"], "b")
    assert start.networks[NET].nodes["c"].shares == "b"
    assert edits.delete(start, NET, ["b"]).networks[NET].nodes["c"].shares is None


def shared() -> Project:
    """A network in which d uses the weights of c, and c those of b."""
    start = project("a -> b", a="input", b="linear", c="linear", d="linear")
    start = edits.set_param(start, NET, ["b"], "units", 5)
    start = edits.set_param(start, NET, ["c", "d"], "units", 9)
    return edits.share(edits.share(start, NET, ["c"], "b"), NET, ["d"], "c")


def test_settings_go_with_the_weights_and_stay_afterwards() -> None:
    nodes = shared().networks[NET].nodes
    assert nodes["c"].params == nodes["d"].params == {}
    assert edits.settings(nodes, "d") == {"units": 5}
    for alone in (
        edits.share(shared(), NET, ["d"], None),
        edits.delete(shared(), NET, ["c"]),
        edits.delete(shared(), NET, ["b", "c"]),
    ):
        node = alone.networks[NET].nodes["d"]
        assert (node.shares, node.params) == (None, {"units": 5})


@pytest.mark.parametrize(("first", "second"), [("c", "b"), ("b", "b"), ("gone", "b")])
def test_settings_are_found_in_whatever_a_file_says(first: str, second: str) -> None:
    nodes = {
        "b": Node(type="linear", shares=first, params={"units": 3}),
        "c": Node(type="relu", shares=second),
    }
    assert edits.settings(nodes, "b") == {"units": 3}
    assert edits.settings(nodes, "c") == {}


def test_moving_touches_only_the_moved() -> None:
    before = chain()
    after = edits.move(before, NET, {"b": (240, 60)})
    assert after.networks[NET].nodes["a"] is before.networks[NET].nodes["a"]
    assert after.networks[NET].wires is before.networks[NET].wires
    assert edits.move(before, NET, {"b": (240, 0)}) is before


def test_renaming_takes_wires_and_sharing_along() -> None:
    start = edits.share(chain(), NET, ["c"], "b")
    after = edits.rename(start, NET, "b", "hidden")
    assert list(after.networks[NET].nodes) == ["a", "hidden", "c", "d"]
    assert wires(after) == ["a -> hidden", "hidden -> c", "c -> d"]
    assert after.networks[NET].nodes["c"].shares == "hidden"


@pytest.mark.parametrize("name", ["", "2x", "a b", "a.b", "a" * 65, "c"])
def test_a_wrong_name_is_refused_with_its_place(name: str) -> None:
    with pytest.raises(ProjectError) as caught:
        edits.rename(chain(), NET, "b", name)
    assert caught.value.problem.where == "networks.net.nodes.b"


def test_a_setting_equal_to_its_default_is_left_out() -> None:
    start = chain()
    set_once = edits.set_param(start, NET, ["b"], "units", 7)
    assert set_once.networks[NET].nodes["b"].params == {"units": 7}
    back = edits.set_param(set_once, NET, ["b"], "units", 64)
    assert back.networks[NET].nodes["b"].params == {}
    assert (
        edits.set_param(start, NET, ["b"], "units", 64).networks[NET].nodes["b"]
        is (start.networks[NET].nodes["b"])
    )


def test_pasting_renames_and_keeps_inner_wires() -> None:
    start = edits.share(chain(), NET, ["c"], "b")
    pieces = edits.fragment(start.networks[NET], ["b", "c"])
    after, names = edits.paste(start, NET, pieces)
    nodes = after.networks[NET].nodes
    assert names == ("b_2", "c_2")
    assert wires(after)[3:] == ["b_2 -> c_2"]
    assert nodes["c_2"].shares == "b_2"
    assert nodes["b_2"].at == (280, 40)


def test_pasting_where_the_owner_is_missing_gives_own_weights() -> None:
    start = edits.share(chain(), NET, ["c"], "b")
    pieces = edits.fragment(start.networks[NET], ["c"])
    empty = project()
    after, _names = edits.paste(empty, NET, pieces, (100, 100))
    assert after.networks[NET].nodes["c"] == Node(type="relu", at=(100, 100))


def test_pasting_can_keep_incoming_wires() -> None:
    pieces = edits.fragment(chain().networks[NET], ["c"], incoming=True)
    after, _names = edits.paste(chain(), NET, pieces, incoming=True)
    assert wires(after)[3:] == ["b -> c_2"]
    without, _names = edits.paste(chain(), NET, pieces)
    assert wires(without) == wires(chain())
    elsewhere, _names = edits.paste(project(z="input"), NET, pieces, incoming=True)
    assert wires(elsewhere) == []  # what fed it is not there


def _covered(value: Project) -> list[tuple[str, str]]:
    """Pairs of layers that lie on each other; bends are small."""
    boxes = {}
    for name, node in value.networks[NET].nodes.items():
        width, height = (BEND, BEND) if node.type == "reroute" else (NODE_WIDTH, NODE_HEIGHT)
        boxes[name] = QRectF(*node.at, width, height)
    return [(a, b) for a, b in itertools.combinations(boxes, 2) if boxes[a].intersects(boxes[b])]


def _spliced(start: Project, wire: Wire) -> dict[str, tuple[float, float]]:
    """Where layers lie after n was put into a wire; none on another."""
    after = edits.splice(start, NET, "n", wire)
    assert _covered(after) == []
    return {name: node.at for name, node in after.networks[NET].nodes.items()}


@pytest.mark.parametrize("x", range(-40, 640, 20))
@pytest.mark.parametrize("wire", [Wire("a", "bend"), Wire("bend", "b")])
def test_a_layer_in_a_bent_wire_lies_on_nobody(x: int, wire: Wire) -> None:
    start = project(
        "a -> bend",
        "bend -> b",
        "b -> c",
        places={"a": (0, 0), "bend": (200, 20), "b": (260, 0), "c": (480, 0), "n": (x, 0)},
        a="input",
        bend="reroute",
        b="relu",
        c="output",
        n="dropout",
    )
    at = _spliced(start, wire)
    assert at["a"][0] < at["bend"][0] < at["b"][0] < at["c"][0]
    assert at["a"][0] < at["n"][0] < at["b"][0]
    assert at["n"][1] == 0


@pytest.mark.parametrize("x", range(160, 500, 20))
@pytest.mark.parametrize("y", [-100, -60, -40, -20, 0, 20])
def test_a_layer_in_a_wire_around_a_neighbour_lies_on_nobody(x: int, y: int) -> None:
    start = project(
        "a -> b",
        "b -> sum",
        "a -> sum",
        "sum -> c",
        places={"a": (0, 0), "b": (240, 0), "sum": (480, 0), "c": (720, 0), "n": (x, y)},
        a="input",
        b="relu",
        sum="add",
        c="output",
        n="dropout",
    )
    at = _spliced(start, Wire("a", "sum"))
    assert at["b"][0] < at["sum"][0] < at["c"][0]
    assert at["n"][0] < at["sum"][0]


@pytest.mark.parametrize("x", range(0, 300, 20))
@pytest.mark.parametrize("y", range(20, 100, 20))
def test_a_layer_in_a_wire_back_to_the_next_row_moves_the_rows_apart(x: int, y: int) -> None:
    start = project(
        "a -> b",
        "b -> c",
        "c -> d",
        places={"a": (0, 0), "b": (240, 0), "c": (0, 100), "d": (240, 100), "n": (x, y)},
        a="input",
        b="relu",
        c="tanh",
        d="output",
        n="dropout",
    )
    at = _spliced(start, Wire("b", "c"))
    assert (at["a"], at["b"]) == ((0, 0), (240, 0))
    assert at["c"][1] == at["d"][1] > at["n"][1] > 0
