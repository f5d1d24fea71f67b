"""The panel of gradient health."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QTableWidget

from tests.workbench.panels.conftest import Live, Show, made_up, picture
from widgets.plots.heatmap import Heatmap
from workbench.panels.health import HealthPanel, status_words
from workbench.rundata import RunData

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


def test_every_layer_has_a_row_in_words(panel: HealthPanel) -> None:
    run = made_up()
    health(run, 10, ["healthy", "starved", "vanishing"])
    panel.show_run(run)
    assert rows(panel) == [
        ["first", "● healthy", "1.0e-02", "1.0e-03"],
        ["second", "▽ starved", "1.0e-04", "1.0e-03"],
        ["third", "▼ vanishing", "1.0e-06", "1.0e-03"],
    ]


def test_states_are_told_apart_without_colour() -> None:
    states = ["healthy", "starved", "vanishing", "unstable", "exploding"]
    assert len({status_words(state)[0] for state in states}) == 5
    assert status_words("new") == "● new"


def test_the_worst_come_first_on_demand(panel: HealthPanel) -> None:
    run = made_up()
    health(run, 10, ["healthy", "exploding", "vanishing"])
    panel.show_run(run)
    assert [row[0] for row in rows(panel)] == ["first", "second", "third"]
    box = panel.findChild(QCheckBox, "healthWorstFirst")
    assert box is not None
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert [row[0] for row in rows(panel)] == ["second", "third", "first"]
    assert heatmap(panel)._names == ["second", "third", "first"]


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


def test_a_layer_without_a_gradient_is_left_blank(panel: HealthPanel) -> None:
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
    assert np.isnan(heatmap(panel)._values[:2]).all()
    assert rows(panel)[1][2:] == ["nan", "nan"]
    panel.grab()


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
    assert names == ["G · first", "G · last", "D · first", "D · last"]
    assert all(row[1][0] in "●▽▼▲✖" for row in rows(panel))


def test_a_click_on_the_heatmap_chooses_the_row(panel: HealthPanel) -> None:
    run = made_up()
    for step in (10, 20):
        health(run, step, ["healthy"] * 3)
    panel.show_run(run)
    plot = heatmap(panel).plot
    scene = plot.getViewBox().mapViewToScene(QPointF(15, 2.5))
    QTest.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=plot.mapFromScene(scene))
    assert table(panel).currentRow() == 2
