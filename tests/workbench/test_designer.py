"""The designer from a person's side: what each action makes of the network."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from functools import partial

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from engine.layers.base import LAYERS, Shape
from engine.protocol import Checked, NetworkReport, NodeReport
from projects.errors import Problem
from projects.layout import arrange
from projects.schema import Data, Network, Node, Plug, Project, Wire
from projects.templates import Template, templates
from tests.widgets.canvas.conftest import Hand
from widgets.canvas import NodeSpec, PortRef
from widgets.canvas.card_text import sizes_at
from widgets.canvas.far_title import pixels_at
from widgets.canvas.kit import NEAR
from widgets.canvas.view import Outlook
from widgets.layer_palette import LAYER_MIME, LayerPalette
from workbench import edits
from workbench.designer import Designer, Standpoint
from workbench.document import Document
from workbench.node_faces import compact, layer_entries

Mods = Qt.KeyboardModifier
Keys = Qt.Key
CHAIN = {"input": "input", "hidden": "linear", "relu": "relu", "output": "output"}


def network(nodes: dict[str, str]) -> Network:
    names = list(nodes)
    return Network(
        nodes={n: Node(type=t, at=(240.0 * i, 0.0)) for i, (n, t) in enumerate(nodes.items())},
        wires=tuple(Wire(a, b) for a, b in itertools.pairwise(names)),
    )


def project(graph: Network) -> Project:
    return Project(
        data=Data(source=Plug("digits")),
        objective=Plug("classification"),
        networks={"classifier": graph},
    )


@pytest.fixture
def make(qtbot: QtBot) -> Callable[[Network], Designer]:
    def made(graph: Network) -> Designer:
        document = Document(project(graph))
        designer = Designer(document, "classifier")
        document.setParent(designer)
        qtbot.addWidget(designer)
        designer.resize(1100, 600)
        designer.show()
        designer.canvas.zoom_to(1.0)
        designer.canvas.centerOn(400, 60)
        designer.canvas.setFocus()
        return designer

    return made


@pytest.fixture
def designer(make: Callable[[Network], Designer]) -> Designer:
    return make(network(CHAIN))


def wires(designer: Designer) -> set[str]:
    return {str(wire) for wire in designer.graph.wires}


def stack(designer: Designer) -> list[str]:
    undo = designer._document.stack
    return [undo.text(i) for i in range(undo.index())]


def checked(shapes: dict[str, tuple[int, ...]], problems: tuple[Problem, ...] = ()) -> Checked:
    nodes = {n: NodeReport(out_shape=Shape(s), parameters=9248) for n, s in shapes.items()}
    return Checked(
        ok=not problems, problems=problems, networks={"classifier": NetworkReport(nodes=nodes)}
    )


def drop(designer: Designer, layer: str, place: QPoint, mods: Mods = Mods.NoModifier) -> None:
    data = QMimeData()
    data.setData(LAYER_MIME, layer.encode())
    left, copy, pixels = (
        Qt.MouseButton.LeftButton,
        Qt.DropAction.CopyAction,
        designer.canvas.viewport(),
    )
    QApplication.sendEvent(pixels, QDragEnterEvent(place, copy, data, left, mods))
    QApplication.sendEvent(pixels, QDropEvent(QPointF(place), copy, data, left, mods))


def test_dropping_on_the_ground_adds(designer: Designer) -> None:
    drop(designer, "dropout", Hand(designer.canvas).at(300, 250))
    assert designer.graph.nodes["dropout"].at == (220.0, 220.0)
    assert designer.selection == ("dropout",)
    assert stack(designer) == ["Add Dropout"]


def test_dropping_on_a_wire_splices_and_neighbours_make_room(designer: Designer) -> None:
    drop(designer, "tanh", Hand(designer.canvas).at(440, 30))
    assert wires(designer) == {
        "input -> hidden",
        "hidden -> tanh",
        "tanh -> relu",
        "relu -> output",
    }
    assert [designer.graph.nodes[n].at for n in ("hidden", "tanh", "relu", "output")] == [
        (240, 0),
        (480, 0),
        (720, 0),
        (960, 0),
    ]
    shown = designer.canvas.graph.nodes["output"].pos()
    assert (shown.x(), shown.y()) == (960, 0)
    designer._document.stack.undo()
    assert designer.graph == network(CHAIN)
    assert "tanh" not in designer.canvas.graph.nodes


def names_on_screen(designer: Designer) -> float:
    """The height in pixels of the smallest letters with which layers say what they are."""
    zoom = designer.canvas.zoom
    return pixels_at(zoom) * zoom if zoom < NEAR else min(sizes_at(zoom)) * zoom


@pytest.mark.parametrize("example", templates(), ids=lambda example: example.name)
def test_layers_of_examples_can_be_read_when_they_are_opened(
    example: Template, qtbot: QtBot
) -> None:
    """In a window of usual size, whose canvases share the middle."""
    share = 912 // len(example.project.networks)
    document = Document(example.project)
    for network in example.project.networks:
        designer = Designer(document, network)
        qtbot.addWidget(designer)
        designer.resize(share, 460)
        designer.show()
        designer.canvas.begin()
        assert all_seen(designer)
        assert designer.canvas.zoom > (0.44 if len(designer.graph.nodes) > 12 else 0.6)
        assert names_on_screen(designer) > 9.5


def all_seen(designer: Designer) -> bool:
    return bool(designer.canvas.seen().contains(designer.canvas.everything()))


@pytest.mark.parametrize("fitted", [True, False])
def test_what_was_seen_whole_stays_whole_when_neighbours_make_room(
    designer: Designer, fitted: bool
) -> None:
    if fitted:
        designer.fit()
    assert all_seen(designer)
    for _time in range(3):
        drop(designer, "tanh", Hand(designer.canvas).at(440, 30))
        assert all_seen(designer)
    assert len(designer.graph.nodes) == 7


def test_a_part_that_is_looked_at_stays_where_it_is(designer: Designer) -> None:
    designer.canvas.zoom_to(1.6)
    designer.canvas.centerOn(400, 60)
    assert not all_seen(designer)
    before = designer.standpoint()
    drop(designer, "tanh", Hand(designer.canvas).at(440, 30))
    assert "tanh" in designer.graph.nodes
    after = designer.standpoint()
    assert after.outlook[:2] == before.outlook[:2]


def test_a_dragged_layer_that_makes_room_leaves_the_whole_seen(designer: Designer) -> None:
    drop(designer, "tanh", Hand(designer.canvas).at(300, 250))
    assert all_seen(designer)
    hand = Hand(designer.canvas)
    hand.drag(hand.node("tanh"), hand.at(440, 30))
    assert "hidden -> tanh" in wires(designer)
    assert all_seen(designer)


def test_alt_drops_beside_the_wire(designer: Designer) -> None:
    drop(designer, "tanh", Hand(designer.canvas).at(440, 30), Mods.AltModifier)
    assert wires(designer) == {str(w) for w in network(CHAIN).wires}


def test_dropping_an_unknown_layer_says_so(designer: Designer, qtbot: QtBot) -> None:
    with qtbot.waitSignal(designer.said) as said:
        drop(designer, "teleport", Hand(designer.canvas).at(300, 250))
    assert "teleport" in said.args[0].message
    assert stack(designer) == []


def test_adding_with_a_selection_connects_after_it(designer: Designer) -> None:
    designer.canvas.select(["hidden"])
    designer.add_layer("batch_norm")
    assert {"hidden -> batch_norm", "batch_norm -> relu"} <= wires(designer)
    assert designer.selection == ("batch_norm",)


def test_adding_without_a_selection_stays_loose(designer: Designer) -> None:
    designer.add_layer("linear")
    assert designer.graph.nodes["linear"].type == "linear"
    assert len(designer.graph.wires) == 3


def test_a_chain_grows_by_tab_and_letters_alone(make: Callable[[Network], Designer]) -> None:
    designer = make(Network())
    assert designer.hint.isVisible()
    for letters in ("input", "lin", "relu", "output"):
        QTest.keyClick(designer.canvas, Keys.Key_Tab)
        assert designer.adder.quick_add.isVisible()
        QTest.keyClicks(designer.adder.quick_add.search, letters)
        QTest.keyClick(designer.adder.quick_add.search, Keys.Key_Return)
    assert not designer.hint.isVisible()
    assert wires(designer) == {"input -> linear", "linear -> relu", "relu -> output"}


def test_escape_in_quick_add_leaves_no_residue(designer: Designer) -> None:
    hand = Hand(designer.canvas)
    hand.drag(hand.port("hidden", True), hand.at(600, 220))
    assert designer.adder.quick_add.isVisible()
    QTest.keyClick(designer.adder.quick_add.search, Keys.Key_Escape)
    assert not designer.adder.quick_add.isVisible()
    assert stack(designer) == []
    assert designer.canvas.overlay.boundingRect().isNull()


def test_a_wire_to_the_ground_offers_what_fits_and_connects(designer: Designer) -> None:
    designer.set_checked(checked({"hidden": (64,), "input": (8,), "relu": (64,)}))
    hand = Hand(designer.canvas)
    hand.drag(hand.port("hidden", True), hand.at(600, 220))
    offered = {
        designer.adder.quick_add.list.item(i).text()
        for i in range(designer.adder.quick_add.list.count())
    }
    assert "Linear" in offered
    assert "Convolution 2-D" not in offered
    assert "Input" not in offered
    QTest.keyClicks(designer.adder.quick_add.search, "drop")
    QTest.keyClick(designer.adder.quick_add.search, Keys.Key_Return)
    assert "hidden -> dropout" in wires(designer)
    assert designer.graph.nodes["dropout"].at[1] >= 160


def test_a_wire_from_an_input_to_the_ground_adds_before(designer: Designer) -> None:
    drop(designer, "concat", Hand(designer.canvas).at(500, 250))
    hand = Hand(designer.canvas)
    hand.drag(hand.port("concat", False), hand.at(100, 250))
    QTest.keyClicks(designer.adder.quick_add.search, "noise")
    QTest.keyClick(designer.adder.quick_add.search, Keys.Key_Return)
    assert "noise -> concat" in wires(designer)


def test_recent_layers_come_first(designer: Designer) -> None:
    designer.add_layer("gelu")
    designer.canvas.select([])
    designer.canvas.ask_add()
    assert designer.adder.quick_add.list.item(0).text() == "GELU"


def test_drawing_a_wire_connects_and_replaces(designer: Designer) -> None:
    hand = Hand(designer.canvas)
    hand.drag(hand.port("input", True), hand.port("relu", False))
    assert "input -> relu" in wires(designer)
    assert "hidden -> relu" not in wires(designer)


def test_circles_and_wrong_shapes_are_refused_in_words(designer: Designer) -> None:
    drop(designer, "conv2d", Hand(designer.canvas).at(300, 250))
    designer.set_checked(checked({"hidden": (64,)}))
    judge = designer.canvas.judge
    circle = judge(PortRef("relu", "out", True), PortRef("hidden", "in", False), None)
    assert "circle" in circle
    shape = judge(PortRef("hidden", "out", True), PortRef("conv2d", "in", False), None)
    assert "64" in shape
    assert "image" in shape
    itself = judge(PortRef("relu", "out", True), PortRef("relu", "in", False), None)
    assert "itself" in itself
    hand = Hand(designer.canvas)
    hand.drag(hand.port("relu", True), hand.port("hidden", False))
    assert "relu -> hidden" not in wires(designer)


def test_delete_heals_and_shift_keeps_the_gap(designer: Designer) -> None:
    hand = Hand(designer.canvas)
    hand.click(hand.node("hidden"))
    hand.press(Keys.Key_Delete)
    assert wires(designer) == {"input -> relu", "relu -> output"}
    designer._document.stack.undo()
    hand.click(hand.node("hidden"))
    hand.press(Keys.Key_Delete, Mods.ShiftModifier)
    assert wires(designer) == {"relu -> output"}


def test_delete_does_not_heal_what_can_not_fit(make: Callable[[Network], Designer]) -> None:
    designer = make(network({"input": "input", "flat": "reshape", "conv": "conv2d"}))
    designer.set_checked(checked({"input": (64,), "flat": (1, 8, 8)}))
    said: list[Problem] = []
    designer.said.connect(said.append)
    designer.canvas.select(["flat"])
    designer.delete_selected()
    assert wires(designer) == set()
    assert [problem.message.split(":")[0] for problem in said] == ["The gap stays open"]
    designer._document.stack.undo()
    designer.delete_selected(keep_gap=True)
    assert len(said) == 1  # it was asked for


def test_dragging_is_one_undo_step(designer: Designer) -> None:
    hand = Hand(designer.canvas)
    hand.drag(hand.node("relu"), hand.node("relu") + QPoint(0, 100))
    assert designer.graph.nodes["relu"].at == (480.0, 100.0)
    assert stack(designer) == ["Move layer"]


def test_a_loose_layer_dragged_onto_a_wire_is_spliced(designer: Designer) -> None:
    drop(designer, "tanh", Hand(designer.canvas).at(440, 250))
    hand = Hand(designer.canvas)
    hand.drag(hand.node("tanh"), hand.at(440, 30))
    assert {"hidden -> tanh", "tanh -> relu"} <= wires(designer)
    assert len(stack(designer)) == 2


def test_copy_paste_by_keys_as_text(designer: Designer) -> None:
    hand = Hand(designer.canvas)
    designer.canvas.select(["hidden", "relu"])
    hand.press(Keys.Key_C, Mods.ControlModifier)
    assert "hidden -> relu" in QGuiApplication.clipboard().text()
    hand.press(Keys.Key_V, Mods.ControlModifier)
    assert designer.selection == ("hidden_2", "relu_2")
    assert "hidden_2 -> relu_2" in wires(designer)


def test_copies_can_be_fed_by_what_fed_the_originals(designer: Designer) -> None:
    hand = Hand(designer.canvas)
    designer.canvas.select(["hidden", "relu"])
    hand.press(Keys.Key_C, Mods.ControlModifier)
    hand.press(Keys.Key_V, Mods.ControlModifier | Mods.ShiftModifier)
    assert "input -> hidden_2" in wires(designer)
    designer.canvas.select(["relu"])
    hand.press(Keys.Key_D, Mods.ControlModifier | Mods.ShiftModifier)
    assert "hidden -> relu_3" in wires(designer)
    assert stack(designer) == ["Paste", "Duplicate"]


def test_cut_and_duplicate(designer: Designer) -> None:
    hand = Hand(designer.canvas)
    designer.canvas.select(["relu"])
    hand.press(Keys.Key_D, Mods.ControlModifier)
    assert "relu_2" in designer.graph.nodes
    designer.canvas.select(["relu"])
    hand.press(Keys.Key_X, Mods.ControlModifier)
    assert "relu" not in designer.graph.nodes
    assert "hidden -> output" in wires(designer)
    assert "type: relu" in QGuiApplication.clipboard().text()


def test_pasting_garbage_says_so_and_changes_nothing(designer: Designer, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("nodes: {a: {type: linear, units: -3}}")
    with qtbot.waitSignal(designer.said) as said:
        designer.copier.paste()
    assert "whole number" in said.args[0].message
    assert stack(designer) == []
    QGuiApplication.clipboard().setText("hello")
    with qtbot.waitSignal(designer.said) as said:
        designer.copier.paste()
    assert said.args[0].message == "There are no layers on the clipboard."


def test_auto_layout_is_one_undo_step(designer: Designer) -> None:
    hand = Hand(designer.canvas)
    hand.drag(hand.node("relu"), hand.node("relu") + QPoint(-100, 120))
    designer.canvas.select([])
    designer.auto_layout()
    places = {name: node.at for name, node in designer.graph.nodes.items()}
    assert places == arrange(designer.graph)
    assert stack(designer)[1:] == ["Arrange layers"]


def test_taking_all_wires_of_a_port_is_one_undo_step(designer: Designer) -> None:
    drop(designer, "tanh", Hand(designer.canvas).at(300, 250))
    hand = Hand(designer.canvas)
    before = wires(designer)
    hand.drag(hand.port("hidden", True), hand.port("tanh", True), Mods.ControlModifier)
    assert "tanh -> relu" in wires(designer)
    assert "hidden -> relu" not in wires(designer)
    assert stack(designer) == ["Add Tanh", "Move wires"]
    designer._document.stack.undo()
    assert wires(designer) == before


def test_a_wire_is_bent_where_it_is_and_deleting_the_bend_heals_it(designer: Designer) -> None:
    before = designer.graph
    hand = Hand(designer.canvas)
    QTest.mouseDClick(
        designer.canvas.viewport(), Qt.MouseButton.LeftButton, Mods.NoModifier, hand.at(440, 30)
    )
    assert wires(designer) == {
        "input -> hidden", "hidden -> reroute", "reroute -> relu", "relu -> output"
    }  # fmt: skip
    assert designer.graph.nodes["reroute"].at == (440.0, 20.0)
    others = {name: node.at for name, node in designer.graph.nodes.items() if name != "reroute"}
    assert others == {name: node.at for name, node in before.nodes.items()}
    assert designer.selection == ("reroute",)
    designer.set_checked(checked({"hidden": (64,), "reroute": (64,)}))
    labels = {str(k.source): w.spec.label for k, w in designer.canvas.graph.wires.items()}
    assert (labels["hidden"], labels["reroute"]) == ("64", "")
    QTest.keyClick(designer.canvas, Keys.Key_Delete)
    assert set(designer.graph.wires) == set(before.wires)
    assert stack(designer) == ["Bend wire", "Delete layer"]


def test_bypassing_is_one_undo_step_and_leaves_the_ends_alone(designer: Designer) -> None:
    designer.select_all()
    designer.bypass()
    muted = {name for name, node in designer.graph.nodes.items() if node.mute}
    states = [designer.bypassed]
    assert muted == {"hidden", "relu"}
    assert designer.canvas.graph.nodes["relu"].spec.muted
    assert "bypassed" in designer.canvas.graph.nodes["relu"].spec.note
    designer.bypass()
    assert not any(node.mute for node in designer.graph.nodes.values())
    designer.canvas.select(["input"])
    states.append(designer.bypassed)
    designer.bypass()  # the beginning of a network cannot be
    assert states == [True, False]
    assert stack(designer) == ["Bypass", "Take the bypass away"]


def test_what_is_bypassed_takes_any_wire(make: Callable[[Network], Designer]) -> None:
    graph = network({"input": "input", "conv": "conv2d", "output": "output"})
    designer = make(edits.mute(project(graph), "classifier", ["conv"], True).networks["classifier"])
    designer.set_checked(checked({"input": (64,), "conv": (64,)}))
    target = PortRef("conv", "in", False)
    assert designer.canvas.verdicts(PortRef("input", "out", True), None)[target] == (
        "These two are connected already."
    )
    designer._document.apply("", edits.disconnect(
        designer._project, "classifier", [Wire("input", "conv")]
    ))  # fmt: skip
    assert designer.canvas.verdicts(PortRef("input", "out", True), None)[target] == ""


def test_aligning_the_chosen_is_one_undo_step(designer: Designer) -> None:
    designer.canvas.select(["hidden", "relu"])
    designer.rearrange("Align layers", partial(edits.align, side="left"))
    assert designer.graph.nodes["relu"].at[0] == designer.graph.nodes["hidden"].at[0]
    assert designer.graph.nodes["output"].at[0] == 720
    assert stack(designer) == ["Align layers"]


def test_arranged_copies_do_not_lie_on_their_originals(designer: Designer) -> None:
    before = {name: node.at for name, node in designer.graph.nodes.items()}
    designer.canvas.select(["hidden", "relu"])
    designer.copier.duplicate()
    designer.auto_layout()
    after = {name: node.at for name, node in designer.graph.nodes.items()}
    copies = [place for name, place in after.items() if name not in before]
    assert len(copies) == 2
    assert {name: after[name] for name in before} == before
    for x, y in copies:
        assert not any(abs(x - a) < 160 and abs(y - b) < 60 for a, b in before.values())


def test_shapes_counts_and_problems_are_shown(designer: Designer) -> None:
    problem = Problem("networks.classifier.nodes.relu", "Expected an image.", "Add Reshape.")
    setting = Problem("networks.classifier.nodes.hidden.units", "Wide.", severity="warning")
    designer.set_checked(checked({"input": (1, 8, 8), "hidden": (64,)}, (problem, setting)))
    canvas = designer.canvas.graph
    labels = {key.source: wire.spec.label for key, wire in canvas.wires.items()}
    assert labels == {"input": "1×8×8", "hidden": "64", "relu": ""}
    assert canvas.nodes["hidden"].spec.figure == "9.2k"
    badge = canvas.nodes["relu"].spec.badge
    assert badge
    assert (badge.severity, badge.text) == ("error", "Expected an image. Add Reshape.")
    warned = canvas.nodes["hidden"].spec.badge
    assert warned
    assert warned.severity == "warning"
    broken = [key.target for key, wire in canvas.wires.items() if wire.spec.broken]
    assert broken == ["relu"]
    designer.set_checked(checked({}))
    assert canvas.nodes["relu"].spec.badge is None


def test_an_edit_touches_only_what_changed(
    make: Callable[[Network], Designer], monkeypatch: pytest.MonkeyPatch
) -> None:
    many = {f"n{i}": "relu" for i in range(300)}
    designer = make(network(many))
    told: list[str] = []
    put = designer.canvas.put

    def put_and_tell(specs: Iterable[NodeSpec]) -> None:
        heard = list(specs)
        told.extend(spec.id for spec in heard)
        put(heard)

    monkeypatch.setattr(designer.canvas, "put", put_and_tell)
    monkeypatch.setattr(designer.canvas, "set_wires", lambda specs: pytest.fail("no wire changed"))
    designer._moved({"n7": (20, 20)})
    assert told == ["n7"]


def test_unknown_layers_and_wrong_settings_are_shown(make: Callable[[Network], Designer]) -> None:
    graph = Network(
        nodes={
            "odd": Node(type="teleport"),
            "wrong": Node(type="linear", at=(240, 0), params={"units": "many"}),
        },
        wires=(Wire("odd", "wrong"),),
    )
    designer = make(graph)
    shown = designer.canvas.graph.nodes
    assert (shown["odd"].spec.title, shown["odd"].spec.subtitle) == ("teleport", "unknown layer")
    assert shown["wrong"].spec.subtitle == "wrong setting"


def test_a_layer_with_shared_weights_shows_the_settings_of_their_owner(
    make: Callable[[Network], Designer],
) -> None:
    nodes = {"one": Node(type="linear"), "two": Node(type="linear", at=(240, 0), shares="one")}
    designer = make(Network(nodes=nodes))
    shown = designer.canvas.graph.nodes
    document = designer.findChild(Document)
    assert document is not None
    for units in (7, 9):
        document.apply(
            "Set", edits.set_param(document.project, "classifier", ["one"], "units", units)
        )
        assert str(units) in shown["two"].spec.subtitle
        assert shown["two"].spec.subtitle == shown["one"].spec.subtitle


def test_positions_out_of_this_world_do_no_harm(make: Callable[[Network], Designer]) -> None:
    far = Network(
        nodes={
            "a": Node(type="relu", at=(1e300, -1e300)),
            "b": Node(type="relu", at=(1e300, -1e300)),
        }
    )
    designer = make(far)
    designer.fit()
    designer.canvas.select(["a"])
    designer.copier.duplicate()
    designer.add_layer("linear")
    designer.canvas.select([])
    designer.auto_layout()
    designer.grab()
    assert all(abs(v) < 3e6 for node in designer.graph.nodes.values() for v in node.at)


def test_a_network_that_goes_and_comes_back(designer: Designer) -> None:
    document = designer._document
    document.apply("Remove", project(network({})))
    assert designer.canvas.graph.nodes == {}
    assert designer.hint.isVisible()
    document.stack.undo()
    assert len(designer.canvas.graph.wires) == 3


def test_a_designer_whose_network_is_gone_takes_no_edits(designer: Designer) -> None:
    gone = Project(data=Data(source=Plug("digits")), objective=Plug("gan"), networks={})
    designer._document.apply("Remove", gone)
    assert not designer.isEnabled()
    assert designer.canvas.graph.nodes == {}
    designer._document.stack.undo()
    assert designer.isEnabled()


def test_a_fitted_view_keeps_new_layers_in_view(designer: Designer) -> None:
    designer.fit()
    for _turn in range(8):
        designer.canvas.select(["relu"])
        designer.add_layer("linear")
    seen = designer.canvas.mapToScene(designer.canvas.viewport().rect()).boundingRect()
    assert seen.contains(designer.canvas.graph.bounds(designer.selection))


def test_the_menu_offers_what_can_be_done(designer: Designer, qtbot: QtBot) -> None:
    designer.canvas.select(["relu"])
    designer.canvas.menu_wanted.emit(designer.mapToGlobal(QPoint(50, 50)), QPointF(0, 0))
    menu = designer.findChild(QMenu, "designer_menu")
    assert menu is not None
    texts = {action.text(): action for action in menu.actions()}
    texts["Delete and keep the gap"].trigger()
    menu.close()
    assert wires(designer) == {"input -> hidden"}


def test_focus_node_selects_and_shows(designer: Designer) -> None:
    designer.canvas.centerOn(9000, 9000)
    designer.focus_node("output")
    seen = designer.canvas.mapToScene(designer.canvas.viewport().rect()).boundingRect()
    assert seen.contains(designer.canvas.graph.bounds(["output"]))
    assert designer.selection == ("output",)


def test_the_selection_is_announced_with_the_network(designer: Designer, qtbot: QtBot) -> None:
    with qtbot.waitSignal(designer.selection_changed) as said:
        designer.canvas.select(["relu", "input"])
    assert said.args == ["classifier", ("relu", "input")]


def test_every_layer_is_in_the_palette_and_can_be_added(
    make: Callable[[Network], Designer], qtbot: QtBot
) -> None:
    designer = make(Network())
    palette = LayerPalette(layer_entries())
    qtbot.addWidget(palette)
    palette.chosen.connect(designer.add_layer)
    offered = [cls for cls in LAYERS if not cls.locked]
    for cls in offered:
        designer.canvas.select([])
        palette.search.setText(cls.title)
        QTest.keyClick(palette.search, Keys.Key_Return)
    assert {node.type for node in designer.graph.nodes.values()} == {cls.tag() for cls in offered}
    places = [node.at for node in designer.graph.nodes.values()]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0"), (999, "999"), (1000, "1k"), (9248, "9.2k"), (999_999, "1M"), (138e6, "138M")],
)
def test_counts_are_short(count: float, text: str) -> None:
    assert compact(count) == text


def test_who_stands_somewhere_stays_there_when_the_canvas_changes_its_size(
    make: Callable[[Network], Designer],
) -> None:
    names = [f"n{place}" for place in range(60)]
    nodes = {name: Node(type="relu", at=(240 * place, 0)) for place, name in enumerate(names)}
    pairs = itertools.pairwise(names)
    designer = make(Network(nodes=nodes, wires=tuple(Wire(a, b) for a, b in pairs)))
    canvas = designer.canvas
    canvas.begin()
    canvas.reveal(["n50"])
    there = Standpoint(designer.place, Outlook(canvas.zoom, QPointF(2400, 0)), ())
    designer.stand(there)
    canvas.resize(canvas.width() + 10, canvas.height())
    QApplication.processEvents()
    assert abs(canvas.middle().x() - 2400) < 20
