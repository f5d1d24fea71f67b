"""The inspector: one layer, several, none; names, shared weights, problems, undo."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from engine.data.base import DataInfo
from engine.layers.base import LAYERS, Shape
from engine.protocol import Checked, NetworkReport, NodeReport
from projects.errors import Problem
from projects.schema import Data, Network, Node, Plug, Project, Wire
from tests.workbench.hands import (
    box,
    choose,
    combo,
    line,
    lines,
    problem,
    retype,
    settle,
    shown,
    tick,
)
from workbench import edits
from workbench.document import Document
from workbench.inspector import Inspector
from workbench.inspector_page import later_words, note_of, page_of, words_of

NET = "classifier"
PLACE = f"networks.{NET}"


def project() -> Project:
    nodes = {
        "a": Node(type="input"),
        "b": Node(type="linear", params={"units": 32}),
        "c": Node(type="linear"),
        "d": Node(type="lstm", params={"units": 8}),
        "e": Node(type="relu"),
        "x": Node(type="holographic", params={"depth": 3}),
    }
    network = Network(nodes=nodes, wires=(Wire("a", "b"), Wire("b", "c")))
    return Project(
        data=Data(source=Plug("digits")),
        objective=Plug("classification"),
        networks={NET: network, f"{NET}_two": Network()},
    )


class Desk:
    """A document and the inspector that shows it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.document = Document(project())
        self.inspector = Inspector(self.document)
        self.renamed: list[tuple[str, str]] = []
        self.inspector.renamed.connect(lambda *names: self.renamed.append(names))
        shown(self.inspector, qtbot, 340, 700)

    def show(self, *ids: str) -> None:
        self.inspector.show_nodes(NET, ids)
        settle()

    @property
    def nodes(self) -> dict[str, Node]:
        return self.document.project.networks[NET].nodes

    @property
    def words(self) -> str:
        settle()
        labels = self.inspector.findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisible())

    def problems(self, *problems: Problem) -> None:
        self.inspector.set_checked(Checked(ok=not problems, problems=problems))


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def test_typing_into_one_layer_is_one_undo_step(desk: Desk) -> None:
    desk.show("b")
    field = line(desk.inspector, "units")
    assert field.text() == "32"
    retype(field, "128")
    assert desk.nodes["b"].params == {"units": 128}
    assert desk.document.stack.count() == 1
    assert field.text() == "128"
    desk.document.stack.undo()
    assert line(desk.inspector, "units") is field
    assert field.text() == "32"


def test_what_is_wrong_is_said_and_changes_nothing(desk: Desk) -> None:
    desk.show("b")
    field = line(desk.inspector, "units")
    retype(field, "64x")
    assert "whole number from 1 to 1,000,000" in problem(desk.inspector, "units")
    assert desk.nodes["b"].params == {"units": 32}  # as before, not the 64 on the way
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    assert problem(desk.inspector, "units") == ""


def test_typing_is_not_disturbed_by_what_happens_elsewhere(desk: Desk) -> None:
    desk.show("b")
    field = line(desk.inspector, "units")
    retype(field, "1e")
    field.setCursorPosition(1)
    desk.document.apply("Move", edits.move(desk.document.project, NET, {"e": (40.0, 40.0)}))
    desk.problems()
    assert (field.text(), field.cursorPosition()) == ("1e", 1)
    assert problem(desk.inspector, "units")


def test_a_default_is_left_out(desk: Desk) -> None:
    desk.show("b")
    retype(line(desk.inspector, "units"), "64")
    tick(box(desk.inspector, "field-bias"))
    assert desk.nodes["b"].params == {"bias": False}


def test_several_of_one_type_are_set_together(desk: Desk) -> None:
    desk.show("b", "c")
    field = line(desk.inspector, "units")
    assert (field.text(), field.placeholderText()) == ("", "different values")
    assert "2 layers: Linear" in desk.words
    retype(field, "7")
    assert [desk.nodes[name].params["units"] for name in "bc"] == [7, 7]
    assert field.placeholderText() == ""
    desk.document.stack.undo()
    assert desk.document.project == project()
    assert (field.text(), field.placeholderText()) == ("", "different values")


def test_several_of_several_types_have_their_common_fields(desk: Desk) -> None:
    desk.show("b", "d")
    assert "2 layers" in desk.words
    lines = desk.inspector.findChildren(QLineEdit)
    assert {found.objectName() for found in lines if found.isVisible()} == {"field-units"}
    retype(line(desk.inspector, "units"), "70000")  # good for a linear layer alone
    assert "65,536" in problem(desk.inspector, "units")
    assert desk.nodes["b"].params == {"units": 7000}
    desk.show("b", "e")
    assert desk.words.endswith("\nBypass")


def test_none_shows_how_the_network_starts(desk: Desk) -> None:
    desk.show()
    assert "Network: Classifier" in desk.words
    choose(combo(desk.inspector, "init"), "Normal (DCGAN)")
    assert desk.document.project.networks[NET].init == Plug("normal")
    retype(line(desk.inspector, "sd"), "0.5")
    assert desk.document.project.networks[NET].init.params == {"sd": 0.5}
    desk.document.stack.undo()
    desk.document.stack.undo()
    assert combo(desk.inspector, "init").currentText() == "PyTorch's default"
    assert lines(desk.inspector, "sd") == []


def test_a_name_counts_when_enter_is_pressed_and_the_page_stays(desk: Desk) -> None:
    desk.show("b")
    field = line(desk.inspector, "name")
    retype(field, "hidden")
    assert "hidden" not in desk.nodes
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert list(desk.nodes) == ["a", "hidden", "c", "d", "e", "x"]
    assert desk.renamed == [(NET, "hidden")]
    assert QApplication.focusWidget() is field
    retype(line(desk.inspector, "units"), "5")
    assert desk.nodes["hidden"].params == {"units": 5}
    desk.document.stack.undo()
    desk.document.stack.undo()
    assert "b" in desk.nodes
    assert "Network: Classifier" in desk.words  # the chosen name is gone


@pytest.mark.parametrize(
    ("name", "said"), [("c", "Choose another"), ("2b", "letters"), ("", "let")]
)
def test_a_name_that_cannot_be_given_is_refused(desk: Desk, name: str, said: str) -> None:
    desk.show("b")
    field = line(desk.inspector, "name")
    retype(field, name or " ")
    line(desk.inspector, "units").setFocus()
    sentence = problem(desk.inspector, "name")
    assert said in sentence
    assert sentence[0].isupper()
    assert desk.renamed == []
    assert desk.document.project == project()
    retype(field, "b")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert problem(desk.inspector, "name") == ""


def test_a_name_half_typed_is_not_given_to_another_layer(desk: Desk) -> None:
    desk.show("b")
    retype(line(desk.inspector, "name"), "half")
    desk.show("c")
    assert desk.document.project == project()
    assert line(desk.inspector, "name").text() == "c"


def test_weights_of_another_layer(desk: Desk) -> None:
    desk.show("b")
    weights = combo(desk.inspector, "shares")
    assert [weights.itemText(place) for place in range(weights.count())] == ["its own", "c"]
    choose(weights, "c")
    assert {node.shares for node in desk.nodes.values()} == {None, "c"}
    choose(combo(desk.inspector, "shares"), "its own")
    assert {node.shares for node in desk.nodes.values()} == {None}
    desk.show("e")
    assert "Weights" not in desk.words


def test_a_new_owner_can_be_chosen_at_once(desk: Desk) -> None:
    desk.show("b")
    desk.document.apply("Add", edits.add(desk.document.project, NET, "linear", (0, 400))[0])
    weights = combo(desk.inspector, "shares")
    assert weights.findText("linear") >= 0


def test_a_layer_of_an_unknown_type(desk: Desk) -> None:
    desk.show("x")
    assert "knows no layer of this type" in desk.words
    assert desk.words.endswith("\nBypass")  # which is all that can be done with it
    retype(line(desk.inspector, "name"), "y")
    QTest.keyClick(line(desk.inspector, "name"), Qt.Key.Key_Return)
    assert desk.nodes["y"].params == {"depth": 3}


def test_a_layer_that_is_deleted_gives_way_to_its_network(desk: Desk) -> None:
    desk.show("b")
    retype(line(desk.inspector, "name"), "half")
    desk.document.apply("Delete", edits.delete(desk.document.project, NET, ["b"]))
    assert "Network: Classifier" in desk.words
    assert list(desk.nodes) == ["a", "c", "d", "e", "x"]
    desk.document.stack.undo()
    desk.show("b")
    desk.document.stack.redo()
    assert "Network: Classifier" in desk.words


def test_a_network_that_goes_gives_way_to_another(desk: Desk) -> None:
    desk.inspector.show_nodes(f"{NET}_two", ())
    networks = {NET: desk.document.project.networks[NET]}
    gone = msgspec.structs.replace(desk.document.project, networks=networks)
    desk.document.apply("Delete", gone)
    assert "Network: Classifier" in desk.words
    desk.document.apply("Delete", msgspec.structs.replace(gone, networks={}))
    assert "No network" in desk.words


def test_a_problem_stands_at_its_field(desk: Desk) -> None:
    desk.show("b")
    desk.problems(Problem(f"{PLACE}.nodes.b.units", "too many.", "Take fewer."))
    assert problem(desk.inspector, "units") == "Too many. Take fewer."
    desk.show("c")
    assert problem(desk.inspector, "units") == ""
    desk.show("b")
    assert problem(desk.inspector, "units") == "Too many. Take fewer."
    desk.problems()
    assert problem(desk.inspector, "units") == ""


def test_a_problem_without_a_field_stands_below(desk: Desk) -> None:
    there = Problem(f"{PLACE}.nodes.b", "this layer takes images.")
    other = Problem(f"{PLACE}_two", "this network is empty.")
    desk.problems(there, other)
    for ids in (("b",), ("b", "c"), ()):
        desk.show(*ids)
        named = "This layer takes images." if len(ids) == 1 else "“b”: this layer takes images."
        assert named in desk.words
        assert "This network is empty." not in desk.words
    desk.show("c")
    assert "This layer takes images." not in desk.words
    desk.inspector.show_nodes(f"{NET}_two", ())
    assert "This network is empty." in desk.words


def test_the_cursor_goes_to_the_field_of_a_problem(desk: Desk) -> None:
    desk.show("b")
    assert desk.inspector.focus_problem(f"{PLACE}.nodes.b.units")
    assert QApplication.focusWidget() is line(desk.inspector, "units")
    for elsewhere in (f"{PLACE}.nodes.c.units", f"{PLACE}.nodes.b", "recipe.seed", PLACE):
        assert not desk.inspector.focus_problem(elsewhere)
    desk.show()
    choose(combo(desk.inspector, "init"), "Normal (DCGAN)")
    assert desk.inspector.focus_problem(f"{PLACE}.init.sd")
    assert QApplication.focusWidget() is line(desk.inspector, "sd")
    assert not desk.inspector.focus_problem(f"{PLACE}_two.init.sd")
    assert not desk.inspector.focus_problem("networks")


def test_facts_of_layers_and_networks(desk: Desk) -> None:
    node = NodeReport(
        in_shapes=(Shape((64,)),), out_shape=Shape((32,)), parameters=2080, flops=4096
    )
    report = NetworkReport(parameters=9_000, activation_bytes=2048, nodes={"b": node})
    data = DataInfo(kind="table", input=Shape((64,)), title="Digits")
    desk.inspector.set_checked(Checked(ok=True, networks={NET: report}, data=data))
    desk.show("b")
    assert "2,080" in desk.words
    desk.show()
    for fact in ("9,000", "2.0 KiB", "Digits"):
        assert fact in desk.words


def test_the_first_field_takes_the_cursor(desk: Desk) -> None:
    desk.show("b")
    desk.inspector.focus_first()
    assert QApplication.focusWidget() is line(desk.inspector, "units")
    desk.show("x")
    desk.inspector.focus_first()


# ------------------------------------------------------------------------------ help, sharing


def test_more_of_the_help_is_one_click_away_and_stays(desk: Desk) -> None:
    desk.show("b")
    assert "act on every step" not in desk.words
    more = desk.inspector.findChild(QPushButton, "helpMore")
    assert more is not None
    QTest.mouseClick(more, Qt.MouseButton.LeftButton)
    assert "act on every step" in desk.words
    desk.show("d")
    assert "c = f · c + i · g" in desk.words


def test_what_is_stressed_in_a_help_stands_in_quotes() -> None:
    more = later_words(LAYERS.get("label").help())
    assert "the “condition” of a Conditional norm" in more
    assert "*" not in more


def test_a_layer_that_shares_has_the_settings_of_the_owner(desk: Desk) -> None:
    desk.show("c")
    choose(combo(desk.inspector, "shares"), "b")
    assert "Weights and settings are those of “b”." in desk.words
    assert not lines(desk.inspector, "units")
    assert combo(desk.inspector, "shares").hasFocus()  # the page is another one, the cursor stays
    desk.show("b", "c")
    assert line(desk.inspector, "units").text() == "32"
    desk.show("c")
    choose(combo(desk.inspector, "shares"), "its own")
    assert line(desk.inspector, "units").text() == "32"
    assert desk.nodes["c"] == Node(type="linear", params={"units": 32})
    for _turn in range(2):
        desk.document.stack.undo()
    assert desk.document.project == project()


def test_a_setting_that_cannot_be_beside_shared_weights_can_be_mended(desk: Desk) -> None:
    own = Node(type="linear", shares="b", params={"units": 8})
    start = edits.with_graph(
        project(), NET, Network(nodes={**project().networks[NET].nodes, "c": own})
    )
    desk.document.apply("Share", start)
    desk.show("c")
    desk.problems(Problem(f"{PLACE}.nodes.c.units", "is 8 here and 32 there.", ""))
    assert problem(desk.inspector, "units") == "Is 8 here and 32 there."
    retype(line(desk.inspector, "units"), "32")
    assert desk.nodes["c"].params == {"units": 32}


def test_weights_of_a_layer_that_is_not_there_can_be_given_up(desk: Desk) -> None:
    lost = Node(type="lstm", shares="gone", params={"units": 8})
    nodes = {**project().networks[NET].nodes, "d": lost}
    desk.document.apply("Lose", edits.with_graph(project(), NET, Network(nodes=nodes)))
    desk.show("d")
    weights = combo(desk.inspector, "shares")
    assert (weights.currentIndex(), weights.placeholderText()) == (-1, "gone")
    choose(weights, "its own")
    assert desk.nodes["d"] == Node(type="lstm", params={"units": 8})


def test_bypass_is_switched_for_one_and_for_several(desk: Desk) -> None:
    desk.show("b")
    tick(box(desk.inspector, "field-mute"))
    assert desk.nodes["b"].mute
    desk.show("b", "e")  # one of two is
    tick(box(desk.inspector, "field-mute"))
    assert (desk.nodes["b"].mute, desk.nodes["e"].mute) == (True, True)
    tick(box(desk.inspector, "field-mute"))
    assert (desk.nodes["b"].mute, desk.nodes["e"].mute) == (False, False)
    assert desk.document.stack.undoText() == "Take the bypass away"


def test_weights_of_a_layer_are_held_to_rules_of_its_own(desk: Desk) -> None:
    desk.show("b")
    tick(box(desk.inspector, "use-rules"))
    assert (desk.nodes["b"].l1, desk.nodes["b"].l2, desk.nodes["b"].max_norm) == (None, 1e-4, None)
    retype(line(desk.inspector, "l2"), "0.5")
    assert desk.nodes["b"].l2 == 0.5
    tick(box(desk.inspector, "use-max_norm"))
    assert desk.nodes["b"].max_norm == 3.0
    tick(box(desk.inspector, "use-rules"))
    assert desk.nodes["b"] == project().networks[NET].nodes["b"]
    desk.document.stack.undo()
    assert desk.nodes["b"].l2 == 0.5


def test_weights_of_several_layers_are_held_to_the_same_rules(desk: Desk) -> None:
    desk.show("b", "d")  # of different types
    tick(box(desk.inspector, "use-rules"))
    assert (desk.nodes["b"].l2, desk.nodes["d"].l2, desk.nodes["c"].l2) == (1e-4, 1e-4, None)
    desk.show("b", "c", "d")
    l2 = line(desk.inspector, "l2")
    assert (l2.text(), l2.placeholderText()) == ("", "different values")
    retype(l2, "0.5")
    assert {name: node.l2 for name, node in desk.nodes.items() if node.l2} == dict.fromkeys(
        "bcd", 0.5
    )
    tick(box(desk.inspector, "use-rules"))
    assert desk.nodes == project().networks[NET].nodes


def test_only_layers_with_weights_of_their_own_have_rules(desk: Desk) -> None:
    for ids in (("e",), ("a",), ("b", "e")):
        desk.show(*ids)
        assert "rules" not in desk.inspector._form.names()  # type: ignore[union-attr]


def test_weights_of_a_network_are_held_to_rules(desk: Desk) -> None:
    desk.show()
    tick(box(desk.inspector, "use-rules"))
    retype(line(desk.inspector, "l1"), "0.01")
    network = desk.document.project.networks[NET]
    assert (network.l1, network.l2, network.max_norm) == (0.01, 1e-4, None)
    assert network.nodes == project().networks[NET].nodes
    tick(box(desk.inspector, "use-rules"))
    assert desk.document.project.networks[NET] == project().networks[NET]


def test_layers_with_nothing_in_common_say_so_once(desk: Desk) -> None:
    different = page_of(project(), NET, ("a", "b"))
    assert words_of(different).help == ""
    assert note_of(different) == "These layers have no setting in common."
    alike = page_of(project(), NET, ("b", "e"))
    assert words_of(alike).help == "What is set here is set for all of them."
    assert note_of(alike) == ""
