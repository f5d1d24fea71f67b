"""The chart of scores against costs, alone."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from widgets.plots.trade_off import CostAxis, Spot, TradeOffPlot


def in_tenths(cost: float) -> str:
    return f"{cost:.1f} MiB"


def test_costs_that_read_alike_are_said_once(qtbot: QtBot) -> None:
    axis = CostAxis()
    axis.words = in_tenths
    said = axis.tickStrings([1.84, 1.86, 1.91, 1.94, 2.0], 1.0, 0.05)
    assert said == ["1.8 MiB", "1.9 MiB", "", "", "2.0 MiB"]


def test_a_chart_without_points_has_no_numbers(qtbot: QtBot) -> None:
    chart = TradeOffPlot("Chart")
    qtbot.addWidget(chart)
    for spots in ([], [Spot(1.9, 0.5, 0, "one")], []):
        chart.set_spots(spots, ("Bytes", "Score"), in_tenths)
        for side in ("bottom", "left"):
            assert chart.plot.getAxis(side).style["showValues"] == bool(spots)
