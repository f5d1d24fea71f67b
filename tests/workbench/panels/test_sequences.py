"""The panels of gates and of attention: what they show of real runs, of old ones, and of odd ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QTabBar, QWidget

from projects.templates import template
from tests.workbench.panels.conftest import Live, Show, made_up, picture
from widgets.plots.cells import CellMap
from widgets.plots.image_table import ImageTable
from widgets.plots.token_rows import TokenRows
from workbench.panels.attention import AttentionPanel
from workbench.panels.gates import GatesPanel
from workbench.rundata import RunData
from workbench.sequences.attended import attended_of
from workbench.sequences.recurrence import recurrence_of

RANDOM = np.random.default_rng(0)


def words(panel: QWidget) -> str:
    return " ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def box(panel: QWidget, name: str) -> QComboBox:
    found = panel.findChild(QComboBox, name)
    assert found is not None
    return found


def turn(panel: QWidget, place: int) -> None:
    bar = panel.findChild(QTabBar, "albumTabs")
    assert bar is not None
    bar.setCurrentIndex(place)
    QApplication.processEvents()


# ------------------------------------------------------------------------------------- gates


@pytest.fixture
def gates(show: Show) -> GatesPanel:
    made: GatesPanel = show(GatesPanel())
    return made


def lstm(run: RunData, step: int = 5, **changed: Any) -> dict[str, np.ndarray]:
    """A picture as older versions made it: of one example, without anything that sums it up."""
    arrays = {name: RANDOM.uniform(0, 1, (6, 3)).astype(np.float32) for name in "ifgoch"}
    info = {"layer": "tagger/lstm", "kind": "lstm", "depth": 1, "units": 3, "steps": 6}
    picture(run, "gates", step, {**info, **changed.pop("info", {})}, **{**arrays, **changed})
    return arrays


def test_gates_of_a_real_run(gates: GatesPanel, reader: Live) -> None:
    gates.show_run(reader.data)
    assert "z keeps the state" in words(gates)
    assert box(gates, "gatesExample").count() == 4
    assert box(gates, "gatesUnit").count() == 9
    turn(gates, 1)
    frame = reader.data.frames["gates"].last
    assert frame is not None
    found = gates._map
    assert np.array_equal(found._values, frame.arrays["z"].T)
    box(gates, "gatesGate").setCurrentIndex(3)
    box(gates, "gatesExample").setCurrentIndex(2)
    assert np.array_equal(found._values, frame.arrays["others"][1, 3].T)
    assert "State: memory and output in one" in words(gates)
    turn(gates, 2)
    assert "the sequence has 8" in words(gates)


def test_gates_of_an_old_run(gates: GatesPanel) -> None:
    run = made_up()
    arrays = lstm(run)
    gates.show_run(run)
    frame = run.frames["gates"].last
    assert frame is not None
    read = recurrence_of(frame)
    assert read.examples == 1
    assert np.allclose(read.means["c"][0], arrays["c"].mean(axis=1))
    assert read.left is not None
    assert np.allclose(read.left[0, 3], (arrays["f"][4] * arrays["f"][5]).mean())
    assert read.words_of(0) == ["1", "2", "3", "4", "5", "6"]
    for view in range(3):
        turn(gates, view)
        gates.grab()
    assert "the sequence has 6" in words(gates)


def test_words_stand_along_the_sequence(gates: GatesPanel) -> None:
    run = made_up()
    told = ["the", "cat", "\n", "", "sat", "a" * 40]
    lstm(run, info={"words": [told], "truths": ["tale"]})
    gates.show_run(run)
    frame = run.frames["gates"].last
    assert frame is not None
    named = recurrence_of(frame).words_of(0)
    assert named == ["the", "cat", "⏎", "∅", "sat", "a" * 13 + "…"]
    assert box(gates, "gatesExample").currentText() == "Example 1, “tale”"


def test_a_simple_network_has_no_gates(gates: GatesPanel) -> None:
    run = made_up()
    info = {"layer": "a/b", "kind": "rnn", "units": 3, "steps": 6}
    picture(run, "gates", 5, info, h=RANDOM.uniform(-1, 1, (6, 3)).astype(np.float32))
    gates.show_run(run)
    assert "a simple RNN has no gates" in words(gates)
    turn(gates, 2)
    assert "no gate that keeps" in words(gates)
    turn(gates, 1)
    assert "No gate protects it." in words(gates)


@pytest.mark.parametrize(
    "odd",
    [
        {"f": np.zeros((6, 2), np.float32)},
        {"f": np.zeros(3, np.float32)},
        {"others": np.zeros((2, 6, 1, 1), np.float32)},
        {"means": np.zeros((1, 2), np.float32)},
        {"left": np.zeros((9, 9), np.float32), "memory": np.zeros(3, np.float32)},
        {"inputs": np.zeros(4, np.float32)},
        {"info": {"kind": "other"}},
    ],
)
def test_odd_gates_are_said_in_their_place(gates: GatesPanel, odd: dict[str, Any]) -> None:
    run = made_up()
    lstm(run, **odd)
    run.state = "finished"
    gates.show_run(run)
    assert "damaged, or was made by another program" in words(gates)


def test_gates_that_are_no_numbers(gates: GatesPanel) -> None:
    run = made_up()
    nothing: dict[str, Any] = {name: np.full((6, 3), np.nan, np.float32) for name in "ifgoch"}
    lstm(run, **nothing)
    gates.show_run(run)
    for view in range(3):
        turn(gates, view)
        gates.grab()


def test_both_are_there_where_something_reads() -> None:
    assert GatesPanel().fits(template("digits_lstm").project, None)
    for panel in (GatesPanel(), AttentionPanel()):
        assert not panel.fits(template("digits_mlp").project, None)


# ------------------------------------------------------------------------------------- attention


@pytest.fixture
def attention(show: Show) -> AttentionPanel:
    made: AttentionPanel = show(AttentionPanel())
    return made


def looked(run: RunData, steps: int = 4, **changed: Any) -> np.ndarray:
    weights = RANDOM.dirichlet(np.ones(steps), (1, 2, steps)).astype(np.float32)
    layer = {"layer": "reader/look", "cross": False, "causal": False, "steps": [steps, steps]}
    info = {"layers": [layer], **changed.pop("info", {})}
    told = {"0/weights": weights, "0/spread": [1.2, steps * 0.99], "0/distance": [0.5, 1.0]}
    picture(run, "attention", 5, info, **{**told, **changed})
    return weights


def test_attention_of_a_real_run(attention: AttentionPanel, reader: Live) -> None:
    attention.show_run(reader.data)
    frame = reader.data.frames["attention"].last
    assert frame is not None
    weights = frame.arrays["0/weights"]
    assert np.allclose(attention._map._values, weights[0].mean(axis=0))
    box(attention, "attentionHead").setCurrentIndex(2)
    box(attention, "attentionExample").setCurrentIndex(3)
    assert np.allclose(attention._map._values, weights[3, 1])
    assert "Head 2 looks at about" in words(attention)


def test_a_click_chooses_the_step_that_looks(attention: AttentionPanel) -> None:
    run = made_up()
    weights = looked(run, info={"words": [["the", "cat", "sat", "down"]]})
    attention.show_run(run)
    assert "“the” looks at" in words(attention)
    shown: CellMap = attention._map
    view = shown.plot.getViewBox()
    place = shown.plot.mapFromScene(view.mapViewToScene(QPointF(1.5, 2.5)))
    QTest.mouseClick(shown.plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QApplication.processEvents()
    assert "“sat” looks at" in words(attention)
    rows = attention.findChild(TokenRows)
    assert rows is not None
    assert [cell.text for cell in rows.rows[0]] == ["the", "cat", "sat", "down"]
    assert rows.rows[0][1].below == (f"{weights[0].mean(axis=0)[2, 1]:.0%}",)


def test_heads_that_have_not_learned_to_choose(attention: AttentionPanel) -> None:
    run = made_up()
    looked(run)
    attention.show_run(run)
    box(attention, "attentionHead").setCurrentIndex(2)
    assert "it has not learned to choose" in words(attention)
    box(attention, "attentionHead").setCurrentIndex(1)
    assert "at hardly more than one" in words(attention)


def test_parts_of_images_are_lit(attention: AttentionPanel) -> None:
    run = made_up()
    looked(run, 16, images=np.full((1, 8, 8, 1), 128, np.uint8))
    attention.show_run(run)
    assert "“row 1, column 1” looks at" in words(attention)
    image = attention.findChild(ImageTable)
    assert image is not None
    assert image.isVisible()
    assert len({tuple(pixel) for pixel in image._images[0].reshape(-1, 3)}) > 4
    frame = run.frames["attention"].last
    assert frame is not None
    found = attended_of(frame)
    assert found.grid_of(16) == (4, 4)
    assert found.grid_of(12) is None


@pytest.mark.parametrize(
    "odd",
    [
        {"0/weights": np.zeros((1, 2), np.float32)},
        {"0/spread": np.zeros(5)},
        {"info": {"layers": []}},
        {"info": {"layers": [{}, {}]}},
        {"images": np.zeros((9, 2, 2, 1), np.uint8)},
    ],
)
def test_odd_attention_is_said_in_its_place(attention: AttentionPanel, odd: dict[str, Any]) -> None:
    run = made_up()
    looked(run, **odd)
    run.state = "finished"
    attention.show_run(run)
    assert "damaged, or was made by another program" in words(attention)


def test_weights_that_are_no_numbers(attention: AttentionPanel) -> None:
    run = made_up()
    nothing: dict[str, Any] = {"0/weights": np.full((1, 2, 4, 4), np.nan, np.float32)}
    looked(run, **nothing)
    attention.show_run(run)
    attention.grab()
