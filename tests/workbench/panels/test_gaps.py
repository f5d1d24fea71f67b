"""Curves that are not whole: their panels say how many values are missing, and where."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.protocol import Array, Scalars
from tests.workbench.panels.conftest import Show, made_up
from workbench.compare.curves import MetricCurves
from workbench.gaps import Gap
from workbench.panels.curves import CurvesPanel
from workbench.panels.gap_line import MOST_NAMED, GapLine
from workbench.panels.rivals import RivalsPanel
from workbench.rundata import RunData, Series

NAN, INF = float("nan"), float("inf")
TWO = "2 values are no finite numbers (steps 2 to 1,004)"


def curve(run: RunData, name: str, steps: list[int], values: list[float]) -> None:
    arrays = Array.of(np.array(steps)), Array.of(np.array(values))
    run.feed(Scalars(series={name: arrays}))


def line_of(page: QWidget) -> GapLine:
    found = page.findChild(GapLine, "gapLine")
    assert found is not None
    return found


def test_values_are_counted_as_they_come_and_go() -> None:
    series = Series()
    series.extend(np.array([1, 2, 3]), np.array([1.0, NAN, 2.0]))
    assert series.gap == Gap(1, 2, 2)
    series.extend(np.array([4, 5]), np.array([1.0, 1.0]))
    assert series.gap == Gap(1, 2, 2)
    series.extend(np.array([6, 7, 8]), np.array([INF, -INF, NAN]))
    assert series.gap == Gap(4, 2, 8)
    series.cut(6)
    assert series.gap == Gap(2, 2, 6)
    series.extend(np.array([2, 3]), np.array([5.0, 6.0]))  # measured again, and well this time
    assert series.gap is None


def test_enormous_values_are_numbers() -> None:
    series = Series()
    series.extend(np.arange(3), np.array([1e308, 1e308, 1e308]))  # their sum is none
    assert series.gap is None


def test_one_value_and_several_have_words() -> None:
    assert Gap(1, 1200, 1200).words() == "1 value is no finite number (step 1,200)"
    assert Gap(2, 2, 1004).words() == TWO


def test_the_panel_of_curves_says_what_is_missing(show: Show) -> None:
    panel = show(CurvesPanel())
    run = made_up()
    curve(run, "train_loss", [1, 2, 3], [1.0, 0.5, 0.4])
    panel.show_run(run)
    line = line_of(panel)
    assert not line.isVisible()
    curve(run, "train_loss", [1003, 1004], [0.3, NAN])
    curve(run, "validation_loss", [1, 2], [INF, 1.0])
    curve(run, "test_loss", [1, 2], [NAN, NAN])  # not drawn
    curve(run, "learning_rate", [1, 2], [NAN, NAN])  # its plot is not shown
    panel.refresh()
    assert line.isVisible()
    assert line.text().startswith("train loss: 1 value is no finite number (step 1,004); gaps in 1")
    assert line.whole.splitlines()[1] == "validation loss: 1 value is no finite number (step 1)"
    assert not panel.grab().isNull()
    assert line.toolTip() == line.whole
    whole = made_up("two", "/runs/two")
    curve(whole, "train_loss", [1, 2, 3], [1.0, 0.5, 0.4])
    panel.set_overlay([(run, QColor("red")), (whole, QColor("blue"))])
    assert line.text().startswith("run · train loss: 1 value")
    panel.set_overlay([(whole, QColor("blue"))])
    assert not line.isVisible()


def test_the_panel_of_a_game_and_the_comparison_say_it_too(
    show: Show,
    qtbot: QtBot,
) -> None:
    run = made_up()
    for name in ("discriminator_loss", "generator_loss"):
        curve(run, name, [1, 2, 3, 1004], [1.0, NAN, 1.0, INF])
    panel = show(RivalsPanel(), 1100, 500)
    panel.show_run(run)
    assert line_of(panel).text().startswith(f"generator loss: {TWO}")
    compared = MetricCurves()
    qtbot.addWidget(compared)
    compared.show()
    compared.show_metric((None, run), "generator_loss")
    assert line_of(compared).text() == f"B: {TWO}"
    compared.show_metric((None, None), "generator_loss")
    assert not line_of(compared).isVisible()


def test_the_tooltip_of_many_gaps_is_no_higher_than_a_screen(qtbot: QtBot) -> None:
    line = GapLine()
    qtbot.addWidget(line)
    line.tell({f"curve {number}": Gap(1, 2, 2) for number in range(1000)})
    told = line.whole.splitlines()
    assert len(told) == MOST_NAMED + 1
    assert told[-1] == f"and {1000 - MOST_NAMED} more"


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_line_takes_no_room_while_all_is_well(qtbot: QtBot, count: int) -> None:
    line = GapLine()
    qtbot.addWidget(line)
    line.tell({f"curve {number}": Gap(1, 2, 2) for number in range(count)})
    assert line.isVisible() == bool(count)
    assert line.text().count("gaps in 2 more curves") == (count == 3)
