"""Numbers below a plot: round, and never one over the other."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from widgets.plots.axis import (
    LINE,
    CountAxis,
    StepAxis,
    ValueAxis,
    label_room,
    round_step,
    round_value,
)
from widgets.plots.curves import CurvePlot
from widgets.plots.plane import Plane


@pytest.mark.parametrize(
    ("least", "step"),
    [
        (0, 1),
        (0.3, 1),
        (1, 1),
        (1.1, 2),
        (2.5, 5),
        (7, 10),
        (10, 10),
        (11, 20),
        (333, 500),
        (6e6, 1e7),
    ],
)
def test_steps_are_round(least: float, step: float) -> None:
    assert round_step(least) == step


def test_what_is_no_number_gives_a_step_too() -> None:
    assert round_step(float("nan")) == 1


@pytest.mark.parametrize("size", [10, 90, 300, 1900])
@pytest.mark.parametrize("high", [1, 40, 4_321, 1_234_567])
def test_every_number_has_its_room(qtbot: QtBot, size: float, high: float) -> None:
    ((spacing, offset),) = StepAxis().tickSpacing(0, high, size)
    pixels = spacing / high * size
    assert offset == 0
    assert pixels >= min(label_room(high), size)


@pytest.mark.parametrize("high", [0.04, 0.6, 1.4, 90])
def test_what_lies_between_whole_numbers_is_named_too(qtbot: QtBot, high: float) -> None:
    plot = CurvePlot("Loss")
    qtbot.addWidget(plot)
    plot.set_axis("time", "s")
    axis = plot.plot.getAxis("bottom")
    ((spacing, _offset),) = axis.tickSpacing(0, high, 300)
    assert high / 10 <= spacing <= high / 2
    axis.setRange(0, high)
    assert "0.001" not in axis.labelString()
    plot.set_axis("step")
    ((spacing, _offset),) = axis.tickSpacing(0, high, 300)
    assert spacing >= 1


@pytest.mark.parametrize(
    ("least", "step"), [(0.11, 0.2), (0.06, 0.1), (3e-5, 5e-5), (7, 10), (0, 1), (float("inf"), 1)]
)
def test_values_are_round(least: float, step: float) -> None:
    assert round_value(least) == pytest.approx(step)


@pytest.mark.parametrize("size", [12, 34, 90, 700])
@pytest.mark.parametrize("high", [1e-6, 0.93, 1, 2.6, 8_000])
def test_every_value_has_its_line(qtbot: QtBot, size: float, high: float) -> None:
    ((spacing, offset),) = ValueAxis().tickSpacing(0, high, size)
    assert offset == 0
    assert spacing / high * size >= min(LINE, size)


def test_powers_of_ten_are_left_as_they_come(qtbot: QtBot) -> None:
    axis = ValueAxis()
    axis.setLogMode(True)
    assert axis.tickSpacing(-3, 3, 300)


@pytest.mark.parametrize("name", ["curves", "plane"])
def test_numbers_below_zero_have_a_true_minus(qtbot: QtBot, name: str) -> None:
    shown = CurvePlot("loss") if name == "curves" else Plane("points")
    qtbot.addWidget(shown)
    shown.plot.setRange(xRange=(-2, 2), yRange=(-2, 2), padding=0)
    for side in ("left", "bottom"):
        axis = shown.plot.getAxis(side)
        said = axis.tickStrings([-1.5, 0.0, 1.5], 1.0, 0.5)
        assert said == ["−1.5", "0.0", "1.5"] or said == ["−1.5", "0", "1.5"]


@pytest.mark.parametrize("size", [24, 36, 90, 700])
@pytest.mark.parametrize("high", [1.25, 2.5, 270, 337, 499, 12_500])
def test_counts_have_a_number_however_low_their_bars_are(
    qtbot: QtBot, size: float, high: float
) -> None:
    ((spacing, offset),) = CountAxis().tickSpacing(0, high, size)
    assert offset == 0
    assert spacing <= high
    assert spacing / high * size >= min(LINE, size / 2)
