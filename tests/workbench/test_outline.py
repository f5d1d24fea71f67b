"""The outline says in words what the canvas shows, and chooses with it."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from engine.layers.base import Shape
from engine.protocol import Checked, NetworkReport, NodeReport
from projects.errors import Problem
from projects.schema import BLOCK, Block, Network, Node, Wire
from tests.workbench.test_designer import CHAIN, network, project
from workbench import edits
from workbench.document import Document
from workbench.outline import Outline
from workbench.outline_rows import in_order, rows

Spoken = Qt.ItemDataRole.AccessibleTextRole


class Desk:
    """A document with two networks, and their outline."""

    def __init__(self, qtbot: QtBot) -> None:
        value = project(network(CHAIN))
        other = network({"noise": "noise", "out": "output"})
        value = msgspec.structs.replace(value, networks={**value.networks, "generator": other})
        self.qtbot = qtbot
        self.document = Document(value)
        self.outline = Outline()
        self.document.setParent(self.outline)
        qtbot.addWidget(self.outline)
        self.outline.resize(300, 500)
        self.outline.watch(self.document)
        self.outline.show()
        self.outline.activateWindow()
        assert QTest.qWaitForWindowActive(self.outline)
        tree = self.outline.findChild(QTreeWidget)
        assert tree is not None
        self.tree = tree
        self.chosen: list[tuple[str, tuple[str, ...]]] = []
        self.outline.chosen.connect(lambda *values: self.chosen.append(values))

    def item(self, network: int, layer: int) -> QTreeWidgetItem:
        top = self.tree.topLevelItem(network)
        found = top.child(layer) if top is not None else None
        assert found is not None
        return found

    def lines(self, network: int = 0) -> list[str]:
        top = self.tree.topLevelItem(network)
        assert top is not None
        return [self.item(network, row).text(0) for row in range(top.childCount())]

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.outline._soon.isActive())


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot)


def test_every_layer_has_a_line_in_working_order(desk: Desk) -> None:
    assert desk.lines() == [
        "input: Input",
        "hidden: Linear · 64",
        "relu: ReLU",
        "output: Output",
    ]
    tops = [desk.tree.topLevelItem(i) for i in range(2)]
    assert [top.text(0) for top in tops if top] == ["Classifier · 4 layers", "Generator · 2 layers"]


def test_it_follows_edits_and_checks(desk: Desk) -> None:
    made, _name = edits.add_after(desk.document.project, "classifier", "dropout", "relu")
    desk.document.apply("Add", made)
    desk.settle()
    assert desk.lines()[3].startswith("dropout: Dropout")
    problem = Problem("networks.classifier.nodes.relu", "is sad.", "Cheer it up.")
    report = NetworkReport(nodes={"hidden": NodeReport(out_shape=Shape((64,)), parameters=9000)})
    desk.outline.set_checked(
        Checked(ok=False, problems=(problem,), networks={"classifier": report})
    )
    desk.settle()
    assert desk.lines()[1] == "hidden: Linear · 64 · 64"
    assert not desk.item(0, 2).icon(0).isNull()
    said = desk.item(0, 2).data(0, Spoken)
    assert said == "ReLU. relu. from hidden. to dropout. Is sad. Cheer it up."
    assert "9,000 parameters" in desk.item(0, 1).data(0, Spoken)


def test_choosing_here_and_there_goes_together(desk: Desk) -> None:
    desk.outline.show_selection("classifier", ("hidden", "relu"))
    assert [i.text(0) for i in desk.tree.selectedItems()] == ["hidden: Linear · 64", "relu: ReLU"]
    assert desk.chosen == []  # it was not chosen here
    place = desk.tree.visualItemRect(desk.item(0, 3)).center()
    QTest.mouseClick(desk.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.keyClick(desk.tree, Qt.Key.Key_Up)
    QTest.keyClick(desk.tree, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    said = [("output",), ("relu",), ("hidden", "relu")]
    assert desk.chosen == [("classifier", names) for names in said]


def test_layers_of_two_networks_are_not_chosen_together(desk: Desk) -> None:
    for network_index, mods in ((0, "NoModifier"), (1, "ControlModifier")):
        place = desk.tree.visualItemRect(desk.item(network_index, 0)).center()
        QTest.mouseClick(
            desk.tree.viewport(),
            Qt.MouseButton.LeftButton,
            getattr(Qt.KeyboardModifier, mods),
            place,
        )
    assert desk.chosen == [("classifier", ("input",)), ("generator", ("noise",))]


def test_enter_opens_a_layer(desk: Desk) -> None:
    opened: list[tuple[str, str]] = []
    desk.outline.opened.connect(lambda *names: opened.append(names))
    desk.tree.setFocus()
    desk.tree.setCurrentItem(desk.item(0, 1))
    QTest.keyClick(desk.tree, Qt.Key.Key_Return)
    assert opened == [("classifier", "hidden")]


def test_while_nobody_looks_it_does_nothing_and_then_catches_up(desk: Desk) -> None:
    desk.outline.hide()
    made, _name = edits.add(desk.document.project, "classifier", "tanh", (0, 300))
    desk.document.apply("Add", made)
    assert not desk.outline._soon.isActive()
    assert len(desk.lines()) == 4
    desk.outline.show()
    assert "tanh: Tanh" in desk.lines()


def test_a_folded_network_stays_folded(desk: Desk) -> None:
    top = desk.tree.topLevelItem(0)
    assert top is not None
    top.setExpanded(False)
    made, _name = edits.add(desk.document.project, "classifier", "tanh", (0, 300))
    desk.document.apply("Add", made)
    desk.settle()
    again = [desk.tree.topLevelItem(i) for i in range(2)]
    assert [item.isExpanded() for item in again if item] == [False, True]


def test_layers_in_a_circle_are_listed_too() -> None:
    nodes = {name: Node(type="relu") for name in "abc"}
    circle = Network(nodes=nodes, wires=(Wire("a", "b"), Wire("b", "a")))
    assert in_order(circle) == ["c", "a", "b"]


def test_without_a_project_it_is_empty(desk: Desk) -> None:
    desk.outline.watch(None)
    desk.settle()
    assert desk.tree.topLevelItemCount() == 0
    desk.document.apply("", edits.mute(desk.document.project, "classifier", ["relu"], True))


def test_blocks_in_blocks_without_end_make_a_list_with_one(desk: Desk) -> None:
    """Ten nodes in each of fourteen blocks would be a hundred billion lines."""
    blocks = {}
    for level in range(14):
        inner = (
            Node(type=BLOCK, params={BLOCK: f"l{level + 1}"}) if level < 13 else Node(type="relu")
        )
        blocks[f"l{level}"] = Block(nodes={f"n{i}": inner for i in range(10)})
    graph = Network(nodes={"all": Node(type=BLOCK, params={BLOCK: "l0"})})
    project = msgspec.structs.replace(desk.document.project, networks={"net": graph}, blocks=blocks)
    found = rows(project, None)
    assert 100 < len(found) < 10_000
    assert max(row.depth for row in found) == 15


def test_the_line_with_the_keys_stays_when_the_list_is_made_anew(desk: Desk) -> None:
    QTest.mouseClick(
        desk.tree.viewport(),
        Qt.MouseButton.LeftButton,
        pos=desk.tree.visualItemRect(desk.item(0, 1)).center(),
    )
    desk.tree.setFocus()
    for change in (
        edits.set_param(desk.document.project, "classifier", ["hidden"], "units", 7),
        edits.add_after(desk.document.project, "classifier", "dropout", "relu")[0],
    ):
        desk.document.apply("Edit", change)
        desk.settle()
        current = desk.tree.currentItem()
        assert current is not None
        assert current.text(0).startswith("hidden")
        assert [i.text(0).split(":")[0] for i in desk.tree.selectedItems()] == ["hidden"]
