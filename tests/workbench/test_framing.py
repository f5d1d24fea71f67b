"""Frames of a project: around layers, moved with them, kept in the file."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from projects import files
from projects.errors import Problem, ProjectError
from projects.schema import Frame, Wire
from tests.widgets.canvas.conftest import Hand
from tests.workbench.test_designer import CHAIN, network, project
from tests.workbench.test_edits import NET
from tests.workbench.test_edits import project as edited
from widgets.canvas.title_editor import TitleEditor
from workbench import edits
from workbench.designer import Designer
from workbench.designer_menu import context_menu
from workbench.document import Document

Keys = Qt.Key
Mods = Qt.KeyboardModifier
PLACE = "classifier"


@pytest.fixture
def designer(qtbot: QtBot) -> Designer:
    document = Document(project(network(CHAIN)))
    made = Designer(document, "classifier")
    document.setParent(made)
    qtbot.addWidget(made)
    made.resize(1100, 600)
    made.show()
    made.activateWindow()
    assert QTest.qWaitForWindowActive(made)
    made.canvas.zoom_to(1.0)
    made.canvas.centerOn(400, 60)
    return made


def add_frames(designer: Designer) -> None:
    """A coloured frame around two layers, with a small one in it."""
    made, name = edits.add_frame(designer._project, PLACE, ("hidden", "relu"), (0, 0), "Body")
    made = edits.change_frame(made, PLACE, name, color="gold")
    graph = edits.graph_of(made, PLACE)
    inner = Frame(title="Inner", at=(460, -20), size=(180, 100))
    graph = msgspec.structs.replace(graph, frames={**graph.frames, "inner": inner})
    designer._document.apply("", edits.with_graph(made, PLACE, graph))


def away(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    return (end[0] - start[0], end[1] - start[1])


def stack(designer: Designer) -> list[str]:
    undo = designer._document.stack
    return [undo.text(i) for i in range(undo.index())]


def test_a_frame_goes_around_what_is_chosen() -> None:
    start = edited(a="input", b="linear", c="relu")
    made, name = edits.add_frame(start, NET, ("b", "c"), (0, 0), "Hidden")
    frame = made.networks[NET].frames[name]
    assert (frame.at, frame.size) == ((200.0, -60.0), (480.0, 160.0))
    assert made.networks[NET].nodes is start.networks[NET].nodes
    alone, other = edits.add_frame(made, NET, (), (40, 80), "Empty")
    assert (other, alone.networks[NET].frames[other].at) == ("frame_2", (40, 80))
    assert edits.delete_frames(alone, NET, (other,)) == made
    assert edits.delete_frames(start, NET, ("nothing",)) is start


def test_framing_asks_for_a_title_and_moving_takes_the_layers_along(designer: Designer) -> None:
    designer.canvas.select(["hidden", "relu"])
    designer.framer.add()
    editor = designer.findChild(TitleEditor)
    assert editor is not None
    QTest.keyClicks(editor, "Body  <b>of</b> it")
    QTest.keyClick(editor, Keys.Key_Return)
    (frame,) = designer.graph.frames.values()
    assert frame.title == "Body <b>of</b> it"
    assert stack(designer) == ["Add frame", "Rename frame"]
    hand = Hand(designer.canvas)
    hand.drag(hand.at(220, -50), hand.at(220, 10))
    assert designer.graph.nodes["relu"].at == (480.0, 60.0)
    assert designer.graph.nodes["output"].at == (720.0, 0.0)
    designer._document.stack.undo()
    assert designer.graph.nodes["relu"].at == (480.0, 0.0)
    assert designer.canvas.graph.frames["frame"].rect.top() == -60
    assert stack(designer)[-1] == "Rename frame"


def test_a_frame_gets_another_size_colour_and_goes(designer: Designer) -> None:
    designer.framer.add()
    hand = Hand(designer.canvas)
    corner = designer.canvas.graph.frames["frame"].rect.bottomRight()
    grip = hand.at(corner.x() - 5, corner.y() - 5)
    hand.drag(grip, hand.at(corner.x() + 55, corner.y() + 35))
    designer.canvas.select((), (), ("frame",))
    menu = context_menu(designer, grip, corner)
    colors = next(m for m in menu.findChildren(QMenu) if m.title() == "Colour")
    next(a for a in colors.actions() if a.text() == "Teal").trigger()
    assert designer.graph.frames["frame"].color == "teal"
    designer.canvas.setFocus()
    QTest.keyClick(designer.canvas, Keys.Key_Delete)
    assert designer.graph.frames == {}
    assert designer.graph.nodes == network(CHAIN).nodes
    assert stack(designer) == ["Add frame", "Resize frame", "Colour frame", "Delete frame"]
    designer._document.stack.undo()
    assert designer.canvas.graph.frames["frame"].spec.color == "teal"


def test_a_frame_is_copied_with_what_lies_in_it(designer: Designer) -> None:
    """By the rule of moving: layers whose middle lies in it, and whole frames."""
    add_frames(designer)
    hand = Hand(designer.canvas)
    hand.click(hand.at(220, -50))
    assert not designer.selection
    hand.press(Keys.Key_C, Mods.ControlModifier)
    before = designer.graph
    hand.press(Keys.Key_V, Mods.ControlModifier)
    graph = designer.graph
    assert set(graph.nodes) - set(before.nodes) == {"hidden_2", "relu_2"}
    assert set(graph.frames) - set(before.frames) == {"frame_2", "inner_2"}
    assert Wire("hidden_2", "relu_2") in graph.wires
    for old, new in (("frame", "frame_2"), ("inner", "inner_2")):
        was, copy = before.frames[old], graph.frames[new]
        assert (copy.title, copy.color, copy.size) == (was.title, was.color, was.size)
        assert away(was.at, copy.at) == away(graph.nodes["relu"].at, graph.nodes["relu_2"].at)
    assert designer.selection == ("hidden_2", "relu_2")
    assert set(designer.canvas.selected_frames) == {"frame_2", "inner_2"}
    assert stack(designer)[-1] == "Paste"
    designer._document.stack.undo()
    assert designer.graph == before


def test_a_frame_is_cut_with_what_lies_in_it_and_pasted_elsewhere(designer: Designer) -> None:
    add_frames(designer)
    before = designer.graph
    hand = Hand(designer.canvas)
    hand.click(hand.at(220, -50))
    hand.press(Keys.Key_X, Mods.ControlModifier)
    assert set(designer.graph.nodes) == {"input", "output"}
    assert not designer.graph.frames
    hand.press(Keys.Key_V, Mods.ControlModifier)
    assert designer.graph.nodes == before.nodes  # nothing stands there any more
    assert designer.graph.frames == before.frames
    designer._document.stack.undo()
    designer.copier.paste(QPointF(1000, 500))
    after = designer.graph
    assert (after.frames["frame"].at, after.nodes["hidden"].at) == ((1000, 500), (1040, 560))


def test_an_empty_frame_and_chosen_layers_are_copied_alone(designer: Designer) -> None:
    hand = Hand(designer.canvas)
    designer._document.apply("", edits.add_frame(designer._project, PLACE, (), (0, 200), "Note")[0])
    hand.click(hand.at(40, 210))
    hand.press(Keys.Key_D, Mods.ControlModifier)
    assert set(designer.graph.frames) == {"frame", "frame_2"}
    assert designer.graph.nodes == network(CHAIN).nodes
    hand.click(hand.node("hidden"))
    hand.press(Keys.Key_C, Mods.ControlModifier)
    assert "frames" not in QGuiApplication.clipboard().text()
    assert stack(designer)[-1] == "Duplicate"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("frames: {f: {size: [1e12, 1e12]}}", "width"),
        ("nodes: {a: {type: relu}}\nframes: {f: {at: [.nan, 0]}}", "finite"),
        ("nodes: {a: {type: relu}}\nframes: {f: {color: 7}}", "color"),
    ],
)
def test_hostile_frames_say_so_and_change_nothing(designer: Designer, text: str, says: str) -> None:
    said: list[Problem] = []
    designer.said.connect(said.append)
    before = designer.graph
    QGuiApplication.clipboard().setText(text)
    Hand(designer.canvas).press(Keys.Key_V, Mods.ControlModifier)
    assert says in str(said[0])
    assert said[0].where.startswith("clipboard")
    assert designer.graph is before
    assert stack(designer) == []


def test_the_file_has_frames_only_where_there_are_some() -> None:
    plain = project(network(CHAIN))
    assert "frames" not in files.dumps(plain)
    made, name = edits.add_frame(plain, "classifier", ("hidden",), (0, 0), "Text: with “marks”")
    made = edits.change_frame(made, "classifier", name, color="gold")
    text = files.dumps(made)
    assert "at: [200, -60], size: [240, 160], color: gold}" in text
    assert files.loads(text) == made
    assert files.dumps(files.loads(text)) == text


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ("color: goldd", "networks.classifier.frames.f.color"),
        ("size: [1]", "networks.classifier.frames.f.size"),
        ("titel: x", "networks.classifier.frames.f.titel"),
    ],
)
def test_wrong_frames_are_located(wrong: str, where: str) -> None:
    text = files.dumps(project(network(CHAIN)))
    head, _sep, tail = text.partition("\nrecipe:")
    broken = f"{head.rstrip()}\n    frames:\n      f: {{{wrong}}}\n\nrecipe:{tail}"
    with pytest.raises(ProjectError) as caught:
        files.loads(broken)
    assert caught.value.problem.where.startswith(where)


def test_frames_from_anywhere_do_no_harm(designer: Designer) -> None:
    wild = Frame(title="x" * 200, at=(1e300, -1e300), size=(-5.0, 1e300))
    graph = edits.with_graph(
        designer._project,
        "classifier",
        designer.graph.__class__(nodes=designer.graph.nodes, frames={"w": wild}),
    )
    designer._document.apply("", graph)
    designer.canvas.fit()
    designer.canvas.viewport().grab()
    assert designer.canvas.graph.frames["w"].rect.width() >= 160


def test_a_title_that_is_typed_keeps_when_the_person_goes_elsewhere(designer: Designer) -> None:
    """The focus stays where it went, and the title counts."""
    other = QLineEdit(designer)
    other.show()
    designer.framer.add()
    editor = designer.framer.editor
    QTest.keyClicks(editor, "Stem")
    QTest.mouseClick(other, Qt.MouseButton.LeftButton)
    assert not editor.isVisible()
    assert QApplication.focusWidget() is other
    (frame,) = designer.graph.frames.values()
    assert frame.title == "Stem"


def test_a_title_is_typed_at_its_frame_and_goes_with_it(designer: Designer) -> None:
    designer.framer.add()
    editor = designer.framer.editor
    before = editor.pos()
    bar = designer.canvas.horizontalScrollBar()
    bar.setValue(bar.value() - 40)
    assert editor.pos().x() == before.x() + 40
    QTest.keyClicks(editor, "Gone")
    designer._document.stack.undo()
    assert not editor.isVisible()
    assert not designer.graph.frames
