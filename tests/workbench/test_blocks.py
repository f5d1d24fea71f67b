"""Blocks as a person meets them: made, entered, changed, repeated, found, copied, taken apart."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QToolButton, QTreeWidget, QWidget
from pytestqt.qtbot import QtBot

from projects.schema import BLOCK, Block, Project
from projects.templates import template
from tests.widgets.canvas.conftest import Hand
from tests.workbench.hands import line, problem, retype, settle
from tests.workbench.shell import answer, click, wait
from widgets.layer_palette import KEY_ROLE
from workbench.designer import Designer
from workbench.window import MainWindow

Keys = Qt.Key


class Bench:
    """A window with the digits classifier, and hands for it."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.qtbot = qtbot
        window.open_template(template("digits_mlp"))
        self.settled()

    def settled(self) -> None:
        """Wait until what is shown has been checked."""
        wait(
            self.qtbot, lambda: self.window.desk.latest is not None and self.window.desk.up_to_date
        )
        settle()

    @property
    def designer(self) -> Designer:
        found = self.window.designer
        assert found is not None
        return found

    @property
    def project(self) -> Project:
        assert self.window.files.document is not None
        return self.window.files.document.project

    @property
    def hand(self) -> Hand:
        return Hand(self.designer.canvas)

    def undo_text(self) -> str:
        assert self.window.files.document is not None
        return self.window.files.document.stack.undoText()

    def click_nodes(self, *names: str) -> None:
        """Choose nodes with the mouse, the second and later ones with Shift."""
        for place, name in enumerate(names):
            mods = Qt.KeyboardModifier.ShiftModifier if place else Qt.KeyboardModifier.NoModifier
            self.hand.click(self.hand.node(name), mods)
        assert set(self.designer.selection) == set(names)

    def child(self, name: str, parent: QWidget | None = None) -> QPushButton:
        settle()
        found = (parent or self.window).findChild(QPushButton, name)
        assert found is not None, name
        return found

    def collapse(self) -> str:
        """Collapse two layers with mouse and keys; return the node that stands for them."""
        names = [name for name in self.designer.graph.nodes if name not in ("input", "output")]
        self.click_nodes(*names[1:3])
        QTest.keySequence(self.window, "Ctrl+G")
        self.settled()
        (name,) = self.designer.selection
        return name


@pytest.fixture
def bench(window: MainWindow, qtbot: QtBot) -> Iterator[Bench]:
    yield Bench(window, qtbot)
    QGuiApplication.clipboard().clear()


def test_collapse_and_expand_lose_neither_ports_nor_settings(bench: Bench) -> None:
    before = bench.project.networks["classifier"]
    assert bench.window.desk.latest is not None
    checked = bench.window.desk.latest.networks["classifier"]
    name = bench.collapse()
    assert bench.undo_text() == "Collapse to a block"
    assert list(bench.project.blocks) == [name]
    assert bench.window.desk.latest.ok
    assert bench.window.desk.latest.networks["classifier"].parameters == checked.parameters
    assert bench.designer.canvas.graph.nodes[name].spec.nested
    QTest.keySequence(bench.window, "Ctrl+Shift+G")
    bench.settled()
    after = bench.project.networks["classifier"]
    assert after.nodes == before.nodes
    assert set(after.wires) == set(before.wires)
    assert bench.undo_text() == "Expand block"
    for _turn in range(2):
        QTest.keySequence(bench.window, "Ctrl+Z")
    assert bench.project.networks["classifier"] == before
    assert not bench.project.blocks


def test_a_block_is_entered_by_its_button_and_left_by_escape(bench: Bench) -> None:
    name = bench.collapse()
    button = bench.designer.crumbs.enter
    assert button.isVisible()
    click(button)
    assert bench.designer.place == f"classifier/{name}"
    steps = [b.text() for b in bench.designer.crumbs.findChildren(QPushButton) if b.isVisible()]
    assert steps == ["Classifier"]
    bench.hand.click(QPoint(400, 400))
    bench.hand.press(Keys.Key_Escape)
    assert bench.designer.place == "classifier"
    assert bench.designer.selection == (name,), "one sees where one was"


def test_a_frame_outside_is_not_drawn_inside(bench: Bench) -> None:
    name = bench.collapse()
    QTest.keySequence(bench.window, "Ctrl+J")
    settle()
    assert bench.designer.canvas.graph.frames
    bench.designer.enter(name)
    settle()
    assert not bench.designer.canvas.graph.frames
    bench.designer.leave()
    settle()
    assert bench.designer.canvas.graph.frames


def test_more_ways_in_and_out(bench: Bench) -> None:
    name = bench.collapse()
    inside = f"classifier/{name}"
    spot = bench.hand.node(name)
    QTest.mouseDClick(bench.hand.pixels, Qt.MouseButton.LeftButton, pos=spot)
    assert bench.designer.place == inside
    bench.hand.press(Keys.Key_PageUp)
    assert bench.designer.place == "classifier"
    bench.designer.canvas.setFocus()
    bench.hand.press(Keys.Key_Return)
    assert bench.designer.place == inside
    click(bench.child("crumb-classifier"))
    assert bench.designer.place == "classifier"
    bench.click_nodes(name)
    click(bench.child("inspectorEnter"))
    assert bench.designer.place == inside
    for command, place in (("leave", "classifier"), ("enter", inside)):
        bench.window.registry.action(command).trigger()
        assert bench.designer.place == place


def test_what_is_changed_inside_changes_every_node_of_the_block(bench: Bench) -> None:
    name = bench.collapse()
    QTest.keySequence(bench.window, "Ctrl+D")
    (twin,) = bench.designer.selection
    bench.click_nodes(name)
    click(bench.designer.crumbs.enter)
    inner = next(n for n, node in bench.designer.graph.nodes.items() if node.type == "linear")
    bench.click_nodes(inner)
    assert bench.window.inspector is not None
    retype(line(bench.window.inspector, "units"), "21")
    bench.hand.press(Keys.Key_Escape)
    bench.settled()
    block = bench.project.blocks[name]
    assert block.nodes[inner].params["units"] == 21
    assert {bench.project.networks["classifier"].nodes[n].params[BLOCK] for n in (name, twin)} == {
        name
    }
    report = bench.window.desk.latest
    assert report is not None
    assert str(report.networks["classifier"].nodes[name].out_shape) == "21"


def test_a_setting_is_pinned_named_and_chosen_by_each_node(bench: Bench) -> None:
    name = bench.collapse()
    inspector = bench.window.inspector
    assert inspector is not None
    click(bench.designer.crumbs.enter)
    inner = next(n for n, node in bench.designer.graph.nodes.items() if node.type == "linear")
    bench.click_nodes(inner)
    settle()
    pin = inspector.findChild(QToolButton, "pin-units")
    assert pin is not None
    click(pin)
    assert pin.isChecked()
    assert bench.project.blocks[name].params == {"units": (f"{inner}.units",)}
    bench.hand.click(QPoint(5, 5))  # nothing is chosen: the page of the block itself
    settle()
    offered = inspector.findChild(QWidget, "offer-units")
    assert offered is not None
    retype(offered, "width")  # type: ignore[arg-type]
    QTest.keyClick(offered, Keys.Key_Return)
    assert bench.project.blocks[name].params == {"width": (f"{inner}.units",)}
    bench.hand.press(Keys.Key_PageUp)
    retype(line(inspector, "width"), "17")
    bench.settled()
    assert bench.designer.graph.nodes[name].params == {BLOCK: name, "width": 17}
    assert bench.project.blocks[name].nodes[inner].params["units"] != 17
    assert "width 17" in bench.designer.canvas.graph.nodes[name].spec.subtitle
    click(bench.designer.crumbs.enter)
    bench.click_nodes(inner)
    settle()
    pin = inspector.findChild(QToolButton, "pin-units")
    assert pin is not None
    click(pin)
    assert bench.project.blocks[name].params == {}


def test_a_wrong_choice_is_told_at_its_field(bench: Bench) -> None:
    name = bench.collapse()
    inspector = bench.window.inspector
    assert inspector is not None
    retype(line(inspector, "repeat"), "0")
    assert "1" in problem(inspector, "repeat")
    retype(line(inspector, "repeat"), "1000000")
    assert "1,000" in problem(inspector, "repeat") or "1000" in problem(inspector, "repeat")
    assert bench.designer.graph.nodes[name].params.get("repeat", 1) == 1


def test_copies_in_a_row_have_weights_of_their_own_or_share_them(bench: Bench) -> None:
    """The second copy of linear-64-to-64 costs the same again, or nothing."""
    name = bench.collapse()
    inspector = bench.window.inspector
    assert inspector is not None
    single = bench.window.desk.latest
    assert single is not None
    retype(line(inspector, "repeat"), "3")
    bench.settled()
    own = bench.window.desk.latest
    assert own is not None
    assert own.ok
    units = own.networks["classifier"].nodes[name].out_shape
    assert units is not None
    width = units.dims[0]
    first = single.networks["classifier"].nodes[name].parameters
    assert own.networks["classifier"].nodes[name].parameters == first + 2 * (width * width + width)
    assert "×3" in bench.designer.canvas.graph.nodes[name].spec.subtitle
    settle()
    assert line(inspector, "repeat").isVisible()


def test_its_name_is_that_of_the_block(bench: Bench) -> None:
    bench.collapse()
    inspector = bench.window.inspector
    assert inspector is not None
    field = line(inspector, "block")
    retype(field, "stage")
    QTest.keyClick(field, Keys.Key_Return)
    assert list(bench.project.blocks) == ["stage"]
    assert bench.undo_text() == "Rename block"
    field = line(inspector, "block")
    retype(field, "no name")
    QTest.keyClick(field, Keys.Key_Return)
    assert "letters" in problem(inspector, "block")
    assert list(bench.project.blocks) == ["stage"]


def leaf(bench: Bench, key: str) -> tuple[QTreeWidget, QPoint] | None:
    """Where a line of the list of layers is."""
    tree = bench.window.layers.tree
    for item in tree.findItems("*", Qt.MatchFlag.MatchWildcard | Qt.MatchFlag.MatchRecursive):
        if item.data(0, KEY_ROLE) == key:
            tree.scrollToItem(item)
            return tree, tree.visualItemRect(item).center()
    return None


def test_the_list_of_layers_offers_it_and_forgets_it(bench: Bench) -> None:
    name = bench.collapse()
    bench.window.docks.reveal("layers")
    found = leaf(bench, f"block:{name}")
    assert found is not None
    tree, spot = found
    bench.hand.click(QPoint(5, 5))
    bench.click_nodes(name)
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert len([n for n in bench.designer.graph.nodes.values() if n.type == BLOCK]) == 2
    tree.customContextMenuRequested.emit(spot)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    texts = {action.text(): action for action in menu.actions()}
    texts["Delete block"].trigger()
    menu.close()
    assert list(bench.project.blocks) == [name], "it is used"
    for _turn in range(2):
        bench.designer.canvas.select(
            [n for n, v in bench.designer.graph.nodes.items() if v.type == BLOCK][:1]
        )
        QTest.keySequence(bench.window, "Ctrl+Shift+G")
    found = leaf(bench, f"block:{name}")
    assert found is not None
    tree.customContextMenuRequested.emit(found[1])
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    next(a for a in menu.actions() if a.text() == "Delete block").trigger()
    menu.close()
    assert not bench.project.blocks
    assert leaf(bench, f"block:{name}") is None


def test_layers_inside_are_found(bench: Bench) -> None:
    name = bench.collapse()
    inner = next(n for n, v in bench.project.blocks[name].nodes.items() if v.type == "linear")
    bench.hand.click(QPoint(5, 5))
    QTest.keySequence(bench.window, "Ctrl+F")
    popup = bench.window.palette_popup
    QTest.keyClicks(popup.search, inner)
    QTest.keyClick(popup.search, Keys.Key_Return)
    assert bench.designer.place == f"classifier/{name}"
    assert bench.designer.selection == (inner,)


def test_the_outline_shows_what_is_inside_and_leads_there(bench: Bench) -> None:
    name = bench.collapse()
    bench.window.docks.reveal("outline")
    outline = bench.window.outline
    wait(bench.qtbot, lambda: not outline._stale)
    inside = f"classifier/{name}"
    item = outline._items[inside, "in"]
    parent = item.parent()
    assert parent is not None
    parent.setExpanded(True)
    tree = outline.findChild(QTreeWidget)
    assert tree is not None
    tree.scrollToItem(item)
    QTest.mouseClick(
        tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualItemRect(item).center()
    )
    assert bench.designer.place == inside
    assert bench.designer.selection == ("in",)


def test_a_copied_block_comes_along_into_another_project(bench: Bench) -> None:
    name = bench.collapse()
    block: Block = bench.project.blocks[name]
    QTest.keySequence(bench.window, "Ctrl+C")
    answer("unsaved_discard")
    bench.window.open_template(template("fashion_cnn"))
    bench.settled()
    assert not bench.project.blocks
    bench.window.activateWindow()
    assert QTest.qWaitForWindowActive(bench.window)
    bench.designer.canvas.setFocus()
    QTest.keySequence(bench.window, "Ctrl+V")
    assert bench.project.blocks == {name: block}
    assert bench.designer.selection == (name,)


def test_a_block_does_not_go_into_itself(bench: Bench) -> None:
    name = bench.collapse()
    QTest.keySequence(bench.window, "Ctrl+C")
    click(bench.designer.crumbs.enter)
    QTest.keySequence(bench.window, "Ctrl+V")
    assert BLOCK not in {node.type for node in bench.designer.graph.nodes.values()}
    assert any("into itself" in text for text in bench.window.toasts.texts())
    bench.designer.adder.ask(QPoint(200, 200), bench.designer.canvas.middle(), None, None)
    keys = {entry.key for entry in bench.designer.adder.quick_add._entries}
    assert f"block:{name}" not in keys
    bench.designer.adder.quick_add.close()


def test_undoing_the_block_while_it_is_entered_leads_out(bench: Bench) -> None:
    bench.collapse()
    click(bench.designer.crumbs.enter)
    QTest.keySequence(bench.window, "Ctrl+Z")
    assert bench.designer.place == "classifier"
    assert not bench.designer.crumbs.isVisible()
    QTest.keySequence(bench.window, "Ctrl+Shift+Z")
    bench.settled()
    assert len(bench.project.blocks) == 1


def test_undoing_copies_while_one_is_entered_keeps_what_is_known_of_it(bench: Bench) -> None:
    name = bench.collapse()
    assert bench.window.inspector is not None
    retype(line(bench.window.inspector, "repeat"), "3")
    bench.settled()
    click(bench.designer.crumbs.enter)
    for keys, there in (("", "/1"), ("Ctrl+Z", ""), ("Ctrl+Shift+Z", "/1")):
        if keys:
            QTest.keySequence(bench.window, keys)
        bench.settled()
        assert bench.designer.place == f"classifier/{name}{there}"
        assert any(item.spec.figure for item in bench.designer.canvas.graph.nodes.values())


def test_problems_inside_lead_to_their_place(bench: Bench) -> None:
    name = bench.collapse()
    click(bench.designer.crumbs.enter)
    inner = next(n for n, node in bench.designer.graph.nodes.items() if node.type == "linear")
    bench.click_nodes(inner)
    bench.hand.press(Keys.Key_Delete)
    QTest.keySequence(bench.window, "Ctrl+Z")
    bench.window.registry.action("leave").trigger()
    bench.window.show_place(f"networks.classifier.nodes.{name}/{inner}.units")
    assert bench.designer.place == f"classifier/{name}"
    assert bench.designer.selection == (inner,)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.objectName() == "field-units"
    bench.window.registry.action("leave").trigger()
    bench.window.show_place(f"blocks.{name}")
    assert bench.designer.place == f"classifier/{name}"
