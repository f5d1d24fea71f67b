"""Measures on layers and wires: costs by share, health by state, wires by scale."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.layers.base import Shape
from engine.protocol import Checked, NetworkReport, NodeReport
from projects.schema import Network, Node, Project, Wire
from tests.widgets.canvas.conftest import key
from tests.workbench.test_designer import CHAIN, network, project
from widgets import theme
from workbench import edits
from workbench.designer import Designer
from workbench.document import Document
from workbench.gauges import choices, cost_gauges, health_gauges, lose_gauges, tips, wire_tones
from workbench.rundata import Frame

REPORT = NetworkReport(
    nodes={
        "input": NodeReport(out_shape=Shape((4,))),
        "hidden": NodeReport(parameters=300, flops=10, activation_bytes=8),
        "relu": NodeReport(flops=30),
        "output": NodeReport(parameters=100),
    }
)


def frame(
    ratios: list[float], status: list[str], spreads: list[float] | None = None, name: str = "net"
) -> Frame:
    layers = [f"{name}/{node}" for node in ("hidden", "last")][: len(ratios)]
    outputs = [f"{name}/{node}" for node in ("hidden", "relu")][: len(spreads or ())]
    arrays = {
        "update_ratio": np.array(ratios, np.float32),
        "output_std": np.array(spreads or (), np.float32),
    }
    return Frame(7, arrays, {"layers": layers, "status": status, "outputs": outputs})


def test_costs_are_shares_of_the_whole() -> None:
    found = cost_gauges(REPORT, "parameters")
    assert {name: gauge.share for name, gauge in found.items()} == {"hidden": 0.75, "output": 0.25}
    assert found["hidden"].label == "300 · 75 %"
    assert {n: g.share for n, g in cost_gauges(REPORT, "flops").items()} == {
        "hidden": 0.25,
        "relu": 0.75,
    }
    assert cost_gauges(REPORT, "memory")["hidden"].share == 1.0
    assert cost_gauges(REPORT, "") == {}
    assert cost_gauges(None, "parameters") == {}
    assert cost_gauges(NetworkReport(), "parameters") == {}


def drawn(graph: Network) -> Project:
    return msgspec.structs.replace(project(graph), networks={"net": graph})


def test_every_choice_is_explained() -> None:
    assert choices().keys() == tips().keys()


def test_health_has_its_colour_and_its_word() -> None:
    found = health_gauges(frame([1e-3, 1e-6], ["healthy", "starved"]), "net")
    colors = theme.current().health
    assert (found["hidden"].color, found["hidden"].label) == (colors[2], "1e-03")
    assert found["hidden"].share == pytest.approx(0.5)
    assert (found["last"].color, found["last"].label) == (colors[0], "▽ starved")
    assert all(gauge.tint for gauge in found.values())
    assert health_gauges(frame([1e-3], ["healthy"]), "other") == {}


@pytest.mark.parametrize("ratio", [float("nan"), float("inf"), 0.0, -1.0, 1e30, 1e-30])
def test_numbers_that_are_none_do_no_harm(ratio: float) -> None:
    gauge = health_gauges(frame([ratio], ["exploding"]), "net")["hidden"]
    assert 0 <= gauge.share <= 1
    assert "exploding" in gauge.label


def test_a_layer_that_does_not_move_has_the_shortest_bar() -> None:
    found = health_gauges(frame([0.0, 1e-5], ["healthy", "healthy"]), "net")
    assert 0 < found["hidden"].share <= found["last"].share < 0.5


def test_a_layer_that_can_lose_little_is_not_said_to_lose_nothing() -> None:
    found = lose_gauges({"first": 0.9, "last": 0.0}, "net", "pruned")
    assert [(one.share, one.label) for one in found.values()] == [
        (0.9, "90% may go"),
        (0.0, "less than 10% may go"),
    ]
    bits = lose_gauges({"last": 0.0}, "net", "quantised")
    assert bits["last"].label == "32 bits will do"


def test_a_frame_that_does_not_fit_shows_nothing() -> None:
    assert health_gauges(frame([1e-3, 1e-3], ["healthy"]), "net") == {}
    assert health_gauges(Frame(1, {}, {}), "net") == {}
    assert wire_tones(Frame(1, {}, {}), drawn(Network()), "net") == {}


@pytest.mark.parametrize(
    "info",
    [
        {"layers": 3, "status": 4, "outputs": 5},
        {"layers": "net/hidden", "status": "healthy", "outputs": "net/hidden"},
        {"layers": {"a": 1}, "status": None, "outputs": {"net/hidden": 1}},
        {"layers": ["net/hidden"], "status": ["healthy", "healthy"], "outputs": [None, 3]},
    ],
)
@pytest.mark.parametrize(
    "values",
    [
        np.zeros(()),
        np.zeros((1, 2)),
        np.zeros(3),
        np.array(["text"]),
        np.array([1j]),
        np.array([None], dtype=object),
    ],
    ids=str,
)
def test_whatever_a_run_folder_holds_nothing_is_raised(
    info: dict[str, object], values: np.ndarray
) -> None:
    strange = Frame(1, {"update_ratio": values, "output_std": values}, info)
    graph = drawn(network(CHAIN))
    assert health_gauges(strange, "net") == {}
    assert wire_tones(strange, graph, "net") == {}


@pytest.mark.parametrize(
    ("spread", "tone"),
    [(1e-4, 0), (0.05, 1), (1.0, 2), (30.0, 3), (1e4, 4), (0.0, 0), (float("nan"), 4)],
)
def test_wires_are_coloured_by_the_scale_of_what_flows(spread: float, tone: int) -> None:
    graph = Network(
        nodes={
            "input": Node(type="input"),
            "hidden": Node(type="linear"),
            "bend": Node(type="reroute"),
            "off": Node(type="tanh", mute=True),
            "relu": Node(type="relu"),
        },
        wires=(
            Wire("input", "hidden"),
            Wire("hidden", "bend"),
            Wire("bend", "off"),
            Wire("off", "relu"),
        ),
    )
    found = wire_tones(frame([1e-3], ["healthy"], [spread]), drawn(graph), "net")
    # Bends and bypassed layers pass on what enters them; of the input nothing was measured.
    assert found == {
        key(*ends): tone for ends in (("hidden", "bend"), ("bend", "off"), ("off", "relu"))
    }


def test_bends_in_a_circle_come_to_an_end() -> None:
    nodes = {name: Node(type="reroute") for name in "ab"}
    circle = Network(nodes=nodes, wires=(Wire("a", "b"), Wire("b", "a")))
    assert wire_tones(frame([1e-3], ["healthy"], [1.0]), drawn(circle), "net") == {}


def test_the_canvas_shows_what_was_chosen_and_forgets_health_when_edited(qtbot: QtBot) -> None:
    document = Document(project(network(CHAIN)))
    designer = Designer(document, "classifier")
    document.setParent(designer)
    qtbot.addWidget(designer)

    def label() -> str:
        gauge = designer.canvas.graph.nodes["hidden"].gauge
        return gauge.label if gauge is not None else "none"

    designer.set_checked(Checked(ok=True, networks={"classifier": REPORT}))
    seen = [label()]
    designer.measures.choose("parameters")
    seen.append(label())
    designer.measures.choose("health")
    seen.append(label())  # nothing was measured
    designer.measures.set_frame(frame([1e-3], ["healthy"], [1.0, 1.0], "classifier"))
    seen.append(label())
    assert seen == ["none", "300 · 75 %", "none", "1e-03"]
    assert designer.canvas.graph.layer.tones == {key("hidden", "relu"): 2, key("relu", "output"): 2}
    document.apply("", edits.move(document.project, "classifier", {"hidden": (300.0, 40.0)}))
    framed, _name = edits.add_frame(document.project, "classifier", ("relu",), (0, 0), "One")
    document.apply("", framed)
    assert label() == "1e-03", "where a layer stands does not matter"
    document.apply("", edits.set_param(document.project, "classifier", ["hidden"], "units", 5))
    assert label() == "none"
    assert designer.canvas.graph.layer.tones == {}


def test_a_measure_is_seen(qtbot: QtBot) -> None:
    document = Document(project(network(CHAIN)))
    designer = Designer(document, "classifier")
    document.setParent(designer)
    qtbot.addWidget(designer)
    designer.resize(1100, 600)
    designer.show()
    for zoom in (1.0, 0.2):
        designer.canvas.zoom_to(zoom)
        designer.canvas.centerOn(400, 30)
        designer.measures.choose("")
        before = designer.canvas.viewport().grab().toImage()
        designer.measures.choose("health")
        designer.measures.set_frame(frame([1e-9], ["vanishing"], [1.0], "classifier"))
        assert designer.canvas.viewport().grab().toImage() != before
