"""The chart of scores against costs, alone."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from widgets.plots.trade_off import CostAxis, Spot, TradeOffPlot, beside


def in_tenths(cost: float) -> str:
    return f"{cost:.1f} MiB"


def test_costs_that_read_alike_are_said_once(qtbot: QtBot) -> None:
    axis = CostAxis()
    axis.words = in_tenths
    said = axis.tickStrings([1.84, 1.86, 1.91, 1.94, 2.0], 1.0, 0.05)
    assert said == ["1.8 MiB", "1.9 MiB", "", "", "2.0 MiB"]


def test_a_point_that_is_clicked_offers_to_be_opened(qtbot: QtBot) -> None:
    chart = TradeOffPlot("Chart", "Open on the canvas")
    qtbot.addWidget(chart)
    chart.chosen.connect(chart.choose)
    chart.resize(600, 300)
    chart.show()
    spots = [Spot(1.0, 0.5, 0, "one"), Spot(2.0, 0.7, 0, "two"), Spot(3.0, 0.8, 0, "3", True)]
    chart.set_spots(spots, ("Bytes", "Score"), in_tenths)
    chart.choose(1)  # in a table beside: that has its own buttons
    assert not chart.offer.isVisible()

    def click(place: int) -> None:
        scene = chart.plot.getViewBox().mapViewToScene(chart.place_of(place))
        at = chart.plot.mapFromScene(scene)
        QTest.mouseClick(chart.plot.viewport(), Qt.MouseButton.LeftButton, pos=at)

    for place in (0, 1):
        click(place)
        assert chart.offer.isVisible()
        scene = chart.plot.getViewBox().mapViewToScene(chart.place_of(place))
        near = chart.offer.geometry().adjusted(-20, -20, 20, 20)
        assert near.contains(chart.plot.mapFromScene(scene))
        with qtbot.waitSignal(chart.opened) as opened:
            QTest.mouseClick(chart.offer, Qt.MouseButton.LeftButton)
        assert opened.args == [place]
    chart.resize(900, 500)
    scene = chart.plot.getViewBox().mapViewToScene(chart.place_of(1))
    near = chart.offer.geometry().adjusted(-20, -20, 20, 20)
    assert near.contains(chart.plot.mapFromScene(scene))
    click(2)  # which is not there yet
    assert not chart.offer.isVisible()
    QTest.keyClick(chart, Qt.Key.Key_Home)
    assert chart.offer.isVisible()
    chart.set_spots(spots[1:], ("Bytes", "Score"), in_tenths)
    chart.choose(-1)
    assert not chart.offer.isVisible()


def test_the_button_lies_over_the_fewest_points_and_within_the_plot() -> None:
    button, room = QRect(0, 0, 80, 24), QRect(0, 0, 400, 200)
    middle = QPoint(200, 100)
    assert beside(middle, button, room, [middle]).left() > 200
    assert beside(middle, button, room, [middle, QPoint(240, 100)]).right() < 200
    both = [middle, QPoint(240, 100), QPoint(150, 100)]
    assert beside(middle, button, room, both).top() > 100
    for corner in (QPoint(0, 0), QPoint(399, 199), QPoint(399, 0), QPoint(0, 199)):
        found = beside(corner, button, room, [corner])
        assert room.contains(found)
        assert not found.contains(corner)


def test_a_chart_without_points_has_no_numbers(qtbot: QtBot) -> None:
    chart = TradeOffPlot("Chart")
    qtbot.addWidget(chart)
    for spots in ([], [Spot(1.9, 0.5, 0, "one")], []):
        chart.set_spots(spots, ("Bytes", "Score"), in_tenths)
        for side in ("bottom", "left"):
            assert chart.plot.getAxis(side).style["showValues"] == bool(spots)
