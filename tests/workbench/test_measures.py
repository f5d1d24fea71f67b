"""Measured times stand on the layers that were measured, and on no others; without them the canvas says so."""

from __future__ import annotations

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from engine.protocol import Checked, LayerTime, NetworkReport
from projects.schema import Block, Network, Node, Project, Wire
from tests.workbench.test_designer import CHAIN, network, project
from workbench import edits
from workbench.designer import Designer
from workbench.document import Document
from workbench.measures import Timing


def timing(of: Project, milliseconds: float = 1.0) -> Timing:
    """The hidden layer takes so long, the other a quarter of all."""
    hidden = LayerTime(forward=milliseconds / 1e3 / 3, backward=milliseconds / 1e3 * 2 / 3)
    relu = LayerTime(forward=milliseconds / 1e3 / 3, backward=0.0)
    return Timing({"classifier": {"hidden": hidden, "relu": relu}}, of)


def label(designer: Designer, name: str = "hidden") -> str:
    item = designer.canvas.graph.nodes.get(name)
    return item.gauge.label if item is not None and item.gauge is not None else "none"


@pytest.fixture
def designer(qtbot: QtBot) -> Designer:
    document = Document(project(network(CHAIN)))
    made = Designer(document, "classifier")
    document.setParent(made)
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show()
    return made


def test_the_note_says_how_to_get_times_until_there_are_some(designer: Designer) -> None:
    note = designer.measures.note
    assert not note.isVisible()
    designer.measures.choose("time")
    assert note.isVisible()
    assert "training" in note.label.text()
    assert "pre-flight" in note.label.text()
    designer.measures.set_times([timing(designer._document.project)])
    assert not note.isVisible()
    assert label(designer) == "1.00 ms · 75 %"
    designer.measures.set_times([])
    assert (note.isVisible(), label(designer)) == (True, "none")
    designer.measures.choose("parameters")
    assert not note.isVisible()


def test_an_empty_network_has_nothing_to_measure(qtbot: QtBot) -> None:
    document = Document(project(Network()))
    designer = Designer(document, "classifier")
    document.setParent(designer)
    qtbot.addWidget(designer)
    designer.show()
    designer.measures.choose("time")
    assert not designer.measures.note.isVisible()


@pytest.mark.parametrize("size", [(700, 500), (200, 150), (40, 30)])
def test_the_note_stays_in_its_corner(designer: Designer, size: tuple[int, int]) -> None:
    designer.measures.choose("time")
    designer.resize(*size)
    note, canvas = designer.measures.note.geometry(), designer.canvas.rect()
    assert note.left() == 12
    assert note.bottom() <= canvas.bottom() - 11
    assert note.right() < canvas.right() or note.width() == 0


def test_times_are_those_of_the_network_as_it_is_drawn(designer: Designer) -> None:
    document = designer._document
    before = document.project
    designer.measures.choose("time")
    designer.measures.set_times([timing(before)])
    document.apply("", edits.move(document.project, "classifier", {"hidden": (300.0, 40.0)}))
    assert label(designer) == "1.00 ms · 75 %", "where a layer stands does not matter"
    document.apply("", edits.set_param(document.project, "classifier", ["hidden"], "units", 5))
    assert (label(designer), designer.measures.note.isVisible()) == ("none", True)
    document.stack.undo()
    assert (label(designer), designer.measures.note.isVisible()) == ("1.00 ms · 75 %", False)


def test_the_first_that_fits_is_shown(designer: Designer) -> None:
    mine = designer._document.project
    other = edits.set_param(mine, "classifier", ["hidden"], "units", 5)
    designer.measures.choose("time")
    for timings, expected in (
        ([timing(mine, 2.0), timing(mine, 3.0)], "2.00 ms · 75 %"),
        ([timing(other, 2.0), timing(mine, 3.0)], "3.00 ms · 75 %"),
        ([timing(other, 2.0), Timing({}, mine)], "none"),
        ([Timing({"classifier": {}}, mine), timing(mine, 3.0)], "3.00 ms · 75 %"),
    ):
        designer.measures.set_times(timings)
        assert label(designer) == expected


def test_a_layer_that_comes_back_shows_its_time_after_the_next_check(designer: Designer) -> None:
    document = designer._document
    designer.measures.choose("time")
    designer.measures.set_times([timing(document.project)])
    document.apply("", edits.delete(document.project, "classifier", ["hidden"]))
    document.stack.undo()
    designer.set_checked(Checked(ok=True, networks={"classifier": NetworkReport()}))
    assert label(designer) == "1.00 ms · 75 %"


def test_what_is_in_a_block_is_measured_when_it_is_entered(qtbot: QtBot) -> None:
    inner = Network(
        nodes={"in": Node(type="input"), "relu": Node(type="relu"), "out": Node(type="output")},
        wires=(Wire("in", "relu"), Wire("relu", "out")),
    )
    outer = network({"input": "input", "one": "block", "output": "output"})
    nodes = dict(outer.nodes)
    nodes["one"] = msgspec.structs.replace(nodes["one"], params={"block": "b"})
    graph = msgspec.structs.replace(outer, nodes=nodes)
    drawn = msgspec.structs.replace(
        project(graph), blocks={"b": Block(nodes=inner.nodes, wires=inner.wires)}
    )
    document = Document(drawn)
    designer = Designer(document, "classifier")
    document.setParent(designer)
    qtbot.addWidget(designer)
    designer.measures.choose("time")
    spent = LayerTime(forward=0.001, backward=0.0)
    designer.measures.set_times([Timing({"classifier": {"one/relu": spent}}, drawn)])
    assert label(designer, "one") == "1.00 ms · 100 %"
    designer.enter("one")
    assert label(designer, "relu") == "1.00 ms · 100 %"
