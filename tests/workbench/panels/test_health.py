"""The panel of gradient health."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QTableWidget,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from engine.clinic.states import SEVERITY
from engine.clinic.vitals import BINS, DEAD, GRADIENT, MEASURES, RATIO, SD, VITALS, WEIGHT
from engine.protocol import Array, Marker, Scalars
from tests.widgets.plots.conftest import pixel
from tests.workbench.panels.conftest import Live, Show, made_up, picture, read, save
from widgets import theme
from widgets.elided import ElidedLabel
from widgets.plots.heatmap import Heatmap
from widgets.plots.histogram import Histogram
from workbench.health_words import status_words
from workbench.looks import Newest
from workbench.panels.health import HealthPanel
from workbench.panels.health_cell import CellView
from workbench.rundata import Frame, RunData

LAYERS = ["net/first", "net/second", "net/third"]


@pytest.fixture
def panel(show: Show) -> HealthPanel:
    made: HealthPanel = show(HealthPanel())
    return made


def health(run: RunData, step: int, statuses: list[str], layers: list[str] | None = None) -> None:
    count = len(statuses)
    picture(
        run,
        "health",
        step,
        {"layers": layers or LAYERS[:count], "status": statuses},
        gradient_norm=np.logspace(-2, -6, count, dtype=np.float32),
        update_ratio=np.full(count, 1e-3, np.float32),
        weight_norm=np.ones(count, np.float32),
    )


def table(panel: HealthPanel) -> QTableWidget:
    found = panel.findChild(QTableWidget, "healthTable")
    assert found is not None
    return found


def rows(panel: HealthPanel) -> list[list[str]]:
    shown = table(panel)
    found = []
    for row in range(shown.rowCount()):
        items = [shown.item(row, column) for column in range(shown.columnCount())]
        found.append([item.text() if item else "" for item in items])
    return found


def heatmap(panel: HealthPanel) -> Heatmap:
    found = panel.findChild(Heatmap, "heatmap")
    assert found is not None
    return found


def click(panel: HealthPanel, row: int, step: float) -> None:
    plot = heatmap(panel).plot
    scene = plot.getViewBox().mapViewToScene(QPointF(step, row + 0.5))
    QTest.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=plot.mapFromScene(scene))


def painted(panel: HealthPanel, row: int, step: float) -> str:
    """Colour of the middle of a cell on the screen."""
    plot = heatmap(panel).plot
    scene = plot.getViewBox().mapViewToScene(QPointF(step, row + 0.5))
    return pixel(plot, plot.mapFromScene(scene)).name()


def rgb(name: str) -> list[int]:
    color = QColor(name)
    return [color.red(), color.green(), color.blue()]


ALL = ["net/first", "net/relu", "net/second", "net/last"]


def look(run: RunData, step: int, change: dict[tuple[int, int], float] | None = None) -> None:
    """A look at two hidden layers, a ReLU and a last layer, all of them healthy but for some figures."""
    table = np.full((4, len(MEASURES)), np.nan, np.float32)
    table[:, SD] = 1.0
    table[[0, 2, 3], GRADIENT] = 1e-2
    table[[0, 2, 3], RATIO] = 1e-3
    table[[0, 2, 3], WEIGHT] = 5.0
    table[1, DEAD] = 0.1
    for place, value in (change or {}).items():
        table[place] = value
    counts = np.zeros((4, 3, BINS), np.uint8)
    counts[:, 2] = 10
    ranges = np.tile(np.array([-1.0, 1.0], np.float32), (4, 3, 1))
    info = {
        "layers": ALL,
        "kinds": ["linear", "relu", "linear", "linear"],
        "results": [False, False, False, True],
    }
    picture(run, VITALS, step, info, table=table, counts=counts, ranges=ranges)


def sentence(panel: HealthPanel) -> str:
    found = panel.findChild(QLabel, "healthSentence")
    assert found is not None
    return found.text()


@pytest.mark.parametrize("curve", ["learning_rate", "learning_rate/net"])
@pytest.mark.parametrize(("end", "healthy"), [(1e-6, True), (1e-3, False)])
def test_small_steps_at_the_end_of_a_schedule_are_no_starvation(
    panel: HealthPanel, curve: str, end: float, healthy: bool
) -> None:
    run = made_up()
    told = Array.of(np.array([0, 100, 199])), Array.of(np.array([1e-3, end, end]))
    run.feed(Scalars(series={curve: told}))
    for step in (99, 149, 199):
        look(run, step, {(row, RATIO): 1e-6 for row in (0, 2, 3)})
    panel.show_run(run)
    assert sentence(panel).startswith("●" if healthy else "▽")
    frame = Newest().frame(run)
    assert frame is not None
    assert set(frame.info["status"]) == {"healthy" if healthy else "starved"}


@pytest.mark.parametrize(
    ("judged", "probed", "shown"),
    [
        (False, "healthy", "vanishing"),
        (True, "healthy", "healthy"),
        (False, "exploding", "exploding"),
    ],
)
def test_a_probe_that_has_seen_too_little_leaves_the_judgement_to_the_looks(
    judged: bool, probed: str, shown: str
) -> None:
    run = made_up()
    for step in (24, 49, 74):
        look(run, step, {(0, GRADIENT): 1e-7})
    first, _relu, second, last = ALL
    picture(
        run,
        "health",
        80,
        {
            "layers": [first, second, last],
            "status": [probed, "healthy", "healthy"],
            "judged": judged,
        },
        gradient_norm=np.full(3, 2e-7, np.float32),
        update_ratio=np.full(3, 2e-3, np.float32),
        weight_norm=np.ones(3, np.float32),
    )
    frame = Newest().frame(run)
    assert frame is not None
    assert frame.info["status"] == [shown, "healthy", "healthy"]
    assert frame.arrays["update_ratio"][0] == np.float32(2e-3), "figures are the latest"


def test_one_layer_is_told_of_as_one(panel: HealthPanel) -> None:
    run = made_up()
    health(run, 1, ["healthy"])
    panel.show_run(run)
    assert sentence(panel) == "● The one layer is healthy at step 1."


def test_the_worst_layer_is_named_in_a_sentence(panel: HealthPanel) -> None:
    run = made_up()
    for step in (1, 24, 49):
        look(run, step)
    panel.show_run(run)
    assert len(rows(panel)) == 3
    assert sentence(panel) == "● All 3 layers listed here are healthy at step 49."
    for step in (74, 99, 199):
        look(run, step, {(1, DEAD): 0.9, (0, GRADIENT): 1e-7})
    panel.refresh()
    assert sentence(panel).startswith(
        "▼ first is vanishing: its gradient is 1e-05 of that of last."
    )
    assert sentence(panel).endswith(" 1 more is not well.")
    assert [row[:2] for row in rows(panel)[::3]] == [
        ["first", "▼ vanishing"],
        ["relu", "○ dying"],  # has no ratio: its row would be empty
    ]


def test_any_measure_can_be_seen_over_all_looks(panel: HealthPanel) -> None:
    run = made_up()
    for step in (1, 24, 49, 74, 99, 199):
        look(run, step, {(1, DEAD): step / 200})
    panel.show_run(run)
    box = panel.findChild(QComboBox, "healthMeasure")
    assert box is not None
    offered = [box.itemData(i) for i in range(box.count())]
    assert offered[:2] == ["update_ratio", "gradient_norm"]
    assert "saturated" not in offered  # no layer has it
    box.setCurrentIndex(offered.index("dead"))
    assert heatmap(panel)._steps.tolist() == [1, 24, 49, 74, 99, 199]
    row = heatmap(panel)._names.index("relu")
    assert heatmap(panel)._values[row].tolist() == pytest.approx(
        [0.005, 0.12, 0.245, 0.37, 0.495, 0.995]
    )
    click(panel, row, 30)
    cell = panel.findChild(CellView)
    assert cell is not None
    assert cell.isVisible()
    values = cell.findChild(QComboBox, "healthCellValues")
    assert values is not None
    assert [values.itemData(i) for i in range(values.count())] == ["activations"]
    panel.grab()


def test_a_cell_that_another_measure_does_not_have_is_put_away(panel: HealthPanel) -> None:
    run = made_up()
    for step in (1, 24, 49):
        look(run, step)
    panel.show_run(run)
    box = panel.findChild(QComboBox, "healthMeasure")
    cell = panel.findChild(CellView)
    assert box is not None
    assert cell is not None
    click(panel, heatmap(panel)._names.index("first"), 24)
    assert cell.isVisible()
    box.setCurrentIndex(box.findData("dead"))
    assert heatmap(panel)._names == ["relu"]
    assert not cell.isVisible()
    box.setCurrentIndex(box.findData("gradient_norm"))
    assert cell.isVisible()


@pytest.mark.parametrize("name", ["table", "counts", "ranges"])
@pytest.mark.parametrize("shape", [(0,), (4, 2), (9, 3, BINS), (1, 1, 1, 1)])
def test_odd_looks_are_passed_over(panel: HealthPanel, name: str, shape: tuple[int, ...]) -> None:
    run = made_up()
    look(run, 1)
    run.frames[VITALS].add(Frame(24, {name: np.zeros(shape, np.float32)}, {"layers": ALL}))
    look(run, 49, {(0, GRADIENT): np.inf, (2, RATIO): np.nan, (3, WEIGHT): 1e30})
    run.frames[VITALS][2].arrays.pop(name)
    run.frames[VITALS][2].arrays[name] = np.full(shape, np.nan, np.float32)
    panel.show_run(run)
    click(panel, 0, 1)
    panel.grab()
    assert panel.findChild(Heatmap, "heatmap") is not None


def test_every_layer_has_a_row_in_words(panel: HealthPanel) -> None:
    run = made_up()
    health(run, 10, ["healthy", "starved", "vanishing"])
    panel.show_run(run)
    assert rows(panel) == [
        ["third", "▼ vanishing", "1.0e-06", "1.0e-03"],
        ["second", "▽ starved", "1.0e-04", "1.0e-03"],
        ["first", "● healthy", "1.0e-02", "1.0e-03"],
    ]


def test_states_are_told_apart_without_colour() -> None:
    assert len({status_words(state)[0] for state in SEVERITY}) == len(SEVERITY)
    assert status_words("new") == "● new"


def test_the_worst_come_first_unless_told_otherwise(panel: HealthPanel) -> None:
    run = made_up()
    health(run, 10, ["healthy", "exploding", "vanishing"])
    panel.show_run(run)
    assert [row[0] for row in rows(panel)] == ["second", "third", "first"]
    assert heatmap(panel)._names == ["second", "third", "first"]
    box = panel.findChild(QCheckBox, "healthWorstFirst")
    assert box is not None
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert [row[0] for row in rows(panel)] == ["first", "second", "third"]


def test_time_runs_through_the_heatmap(panel: HealthPanel) -> None:
    run = made_up()
    for step in (10, 20, 30):
        health(run, step, ["healthy"] * 3)
    panel.show_run(run)
    shown = heatmap(panel)
    assert shown._steps.tolist() == [10, 20, 30]
    assert np.allclose(shown._values, -3)
    box = panel.findChild(QComboBox, "healthMeasure")
    assert box is not None
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert np.allclose(shown._values[:, 0], [-2, -4, -6])


def test_what_moves_no_more_is_the_lowest_colour_and_what_is_not_known_is_none(
    panel: HealthPanel,
) -> None:
    run = made_up()
    picture(
        run,
        "health",
        1,
        {"layers": LAYERS, "status": ["healthy"] * 3},
        gradient_norm=np.array([0, np.nan, np.inf], np.float32),
        update_ratio=np.array([0, np.nan, 1e-3], np.float32),
        weight_norm=np.zeros(3, np.float32),
    )
    panel.show_run(run)
    assert rows(panel) == [
        ["first", "● healthy", "0.0e+00", "0.0e+00"],
        ["third", "● healthy", "inf", "1.0e-03"],
        ["second", "● healthy", "–", "–"],
    ]
    assert painted(panel, 0, 1.5) == theme.current().health[0]
    assert painted(panel, 1, 1.5) == theme.current().health[2]
    image = heatmap(panel)._image.image
    assert image[2, 0].tolist() == [0, 0, 0, 0]
    hint = panel.findChild(ElidedLabel, "hint")
    assert hint is not None
    assert "hatched: not measured" in hint.toolTip() or "hatched" in hint.text()
    box = panel.findChild(QComboBox, "healthMeasure")
    assert box is not None
    QTest.keyClick(box, Qt.Key.Key_Down)  # the gradient, which is endless in the third layer
    assert heatmap(panel)._image.image[1, 0].tolist()[:3] == rgb(theme.current().health[4])


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (GRADIENT, "▼ first is vanishing: its gradient is 0."),
        (RATIO, "▽ first is starved: steps do not move it at all."),
    ],
)
def test_nothing_at_all_is_said_in_words(panel: HealthPanel, column: int, said: str) -> None:
    run = made_up()
    for step in (1, 24, 49):
        look(run, step, {(0, column): 0.0})
    panel.show_run(run)
    assert sentence(panel) == said


def test_rows_without_the_measure_come_last_however_ill_they_are(panel: HealthPanel) -> None:
    run = made_up()
    for step in (1, 24, 49):
        look(run, step, {(1, DEAD): 0.9, (2, RATIO): 1e-7})
    panel.show_run(run)
    assert [row[:2] for row in rows(panel)] == [
        ["second", "▽ starved"],
        ["first", "● healthy"],
        ["last", "● healthy"],
        ["relu", "○ dying"],
    ]
    assert rows(panel)[-1][2:] == ["–", "–"]
    assert sentence(panel).startswith("○ relu is dying")


def test_networks_without_weights(panel: HealthPanel) -> None:
    run = made_up()
    health(run, 1, [])
    panel.show_run(run)
    assert rows(panel) == []
    panel.grab()


def test_other_layers_after_a_while(panel: HealthPanel) -> None:
    run = made_up()
    health(run, 10, ["healthy"] * 3)
    health(run, 20, ["healthy"] * 2, ["net/a", "net/b"])
    panel.show_run(run)
    assert [row[0] for row in rows(panel)] == ["a", "b"]
    assert heatmap(panel)._steps.tolist() == [20]


def test_a_real_run_of_two_networks(panel: HealthPanel, gan: Live) -> None:
    panel.show_run(gan.data)
    names = [row[0] for row in rows(panel)]
    healthy = {f"{player} · {layer}" for player in "GD" for layer in ("first", "last")}
    assert healthy <= set(names) <= healthy | {"G · relu", "D · relu"}
    assert all(row[1][0] in "●▽▼▲✖○■" for row in rows(panel))
    steps = heatmap(panel)._steps
    assert steps[0] == 1
    panel.show_now()
    click(panel, 0, 1)
    shown = panel.findChild(CellView)
    assert shown is not None
    assert shown.isVisible()
    histogram = shown.findChild(Histogram)
    assert histogram is not None
    assert 128 <= histogram._counts.sum() <= 255  # every weight as often as every other


def test_a_click_on_the_heatmap_chooses_the_row(panel: HealthPanel) -> None:
    run = made_up()
    for step in (10, 20):
        health(run, step, ["healthy"] * 3)
    panel.show_run(run)
    click(panel, 2, 15)
    assert table(panel).currentRow() == 2
    shown = panel.findChild(CellView)
    assert shown is not None
    assert "no values" in shown.findChildren(QLabel)[-1].text()  # an older run
    close = shown.findChild(QToolButton, "healthCellClose")
    assert close is not None
    QTest.qWait(20)  # until it has its place
    QTest.mouseClick(close, Qt.MouseButton.LeftButton)
    assert not shown.isVisible()


@pytest.mark.parametrize(("width", "height"), [(340, 280), (240, 280), (340, 640), (700, 300)])
def test_no_part_is_drawn_over_another_however_narrow_it_is(
    show: Show, width: int, height: int
) -> None:
    narrow: HealthPanel = show(HealthPanel(), width, height)
    run = made_up()
    health(run, 3, ["healthy", "vanishing", "healthy"])
    narrow.show_run(run)
    QApplication.processEvents()
    shown = [part for part in (heatmap(narrow), table(narrow)) if part.isVisible()]
    places = [QRect(part.mapTo(narrow, QPoint(0, 0)), part.size()) for part in shown]
    assert all(narrow.rect().contains(place) for place in places)
    assert len(places) == 1 or not places[0].intersects(places[1])
    assert table(narrow).isVisible() == (height > 300 or width > 400)


@pytest.mark.parametrize("where", ["networks.net.nodes.second", ""])
def test_layers_of_a_training_that_broke_down_are_not_called_healthy(
    panel: HealthPanel, where: str
) -> None:
    run = made_up()
    look(run, 1)
    panel.show_run(run)
    sentence = panel.findChild(QLabel, "healthSentence")
    assert sentence is not None
    assert "healthy" in sentence.text()
    run.feed(Marker(step=3, kind="not_a_number", text="", values={"where": where}))
    panel.refresh()
    assert "no number at step 3" in sentence.text()
    assert "healthy" not in sentence.text()
    assert ("second is exploding" in sentence.text()) == bool(where)
    states = dict(row[:2] for row in rows(panel))
    assert ("exploding" in states["second"]) == bool(where)
    run.feed(Scalars(series={"train_loss": (Array.of(np.array([4])), Array.of(np.array([1.0])))}))
    look(run, 24)
    panel.show_run(run)
    assert "healthy" in sentence.text()  # it went on


def test_a_first_step_that_leaves_nothing_of_the_weights_is_not_healthy(
    panel: HealthPanel,
) -> None:
    run = made_up()
    look(run, 1, {(0, RATIO): 1.0})
    panel.show_run(run)
    sentence = panel.findChild(QLabel, "healthSentence")
    assert sentence is not None
    assert "first is unstable: each step moves it by 100% of itself" in sentence.text()


def test_figures_are_those_of_the_heatmap_that_is_seen(
    panel: HealthPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    run = made_up()
    for step in (10, 20):
        health(run, step, ["healthy", "vanishing", "healthy"])
    panel.show_run(run)
    save(panel.menu_button, "Save figures…", tmp_path / "health.csv", monkeypatch)
    head, *rows = read(tmp_path / "health.csv", qtbot)
    measure = panel.findChild(QComboBox, "healthMeasure")
    assert measure is not None
    assert head == ["layer", "step", measure.currentData()]
    assert [row[:2] for row in rows] == [
        [layer, str(step)]
        for layer in ("net/second", "net/first", "net/third")
        for step in (10, 20)
    ]
    measure.setCurrentIndex(measure.findData("gradient_norm"))
    save(panel.menu_button, "Save figures…", tmp_path / "norm.csv", monkeypatch)
    head, *rows = read(tmp_path / "norm.csv", qtbot)
    assert head[2] == "gradient_norm"
    assert [float(row[2]) for row in rows] == pytest.approx([1e-4, 1e-4, 1e-2, 1e-2, 1e-6, 1e-6])
