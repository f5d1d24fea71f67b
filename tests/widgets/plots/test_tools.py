"""The time line, the legend and the layout that breaks lines."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QStyleOptionToolButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from tests.widgets.plots.conftest import Show
from widgets.plots.flow import FlowLayout
from widgets.plots.legend import Entry, Legend
from widgets.plots.scrubber import Scrubber

RED = QColor("#c0392b")


@pytest.fixture
def scrubber(show: Show) -> Scrubber:
    made: Scrubber = show(Scrubber(), 500, 40)
    made.set_count(10)
    return made


def part(scrubber: Scrubber, name: str) -> QWidget:
    found = scrubber.findChild(QWidget, name)
    assert found is not None
    return found


def heard(scrubber: Scrubber) -> list[int]:
    said: list[int] = []
    scrubber.moved.connect(said.append)
    return said


def test_the_newest_is_followed_without_a_word(scrubber: Scrubber) -> None:
    said = heard(scrubber)
    places = [scrubber.index]
    scrubber.set_count(25)
    assert [*places, scrubber.index] == [9, 24]
    assert scrubber.following
    assert said == []


def test_keys_move_through_time_and_stay_there(scrubber: Scrubber) -> None:
    said = heard(scrubber)
    slider = part(scrubber, "scrubberSlider")
    QTest.keyClick(slider, Qt.Key.Key_Left)
    QTest.keyClick(slider, Qt.Key.Key_Left)
    assert said == [8, 7]
    assert list(said) == [8, 7]
    scrubber.set_count(30)
    places = [scrubber.index]
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert [*places, scrubber.index] == [7, 29]
    assert scrubber.following
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert said[-2:] == [29, 0]


def test_the_mouse_moves_through_time(scrubber: Scrubber) -> None:
    said = heard(scrubber)
    slider = part(scrubber, "scrubberSlider")
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(8, slider.height() // 2))
    assert said
    assert scrubber.index < 9
    assert not scrubber.following


def test_latest_goes_back_to_the_newest(scrubber: Scrubber) -> None:
    QTest.keyClick(part(scrubber, "scrubberSlider"), Qt.Key.Key_Home)
    said = heard(scrubber)
    latest = part(scrubber, "scrubberLatest")
    QTest.mouseClick(latest, Qt.MouseButton.LeftButton)
    followed = [scrubber.following]
    QTest.mouseClick(latest, Qt.MouseButton.LeftButton)
    assert [*followed, scrubber.following] == [True, False]
    assert said == [9]
    scrubber.set_count(12)
    assert scrubber.index == 9


def test_playing_runs_to_the_end_and_follows(scrubber: Scrubber, qtbot: QtBot) -> None:
    scrubber._timer.setInterval(1)
    said = heard(scrubber)
    play = part(scrubber, "scrubberPlay")
    QTest.mouseClick(play, Qt.MouseButton.LeftButton)
    assert scrubber.index == 0
    assert not scrubber.following
    qtbot.waitUntil(lambda: scrubber.following, timeout=5000)
    assert said == list(range(10))
    assert not scrubber._timer.isActive()


def test_playing_can_be_stopped(scrubber: Scrubber, qtbot: QtBot) -> None:
    scrubber._timer.setInterval(1)
    play = part(scrubber, "scrubberPlay")

    def stop_at_two(index: int) -> None:
        if index == 2:
            QTest.mouseClick(play, Qt.MouseButton.LeftButton)

    scrubber.moved.connect(stop_at_two)
    QTest.mouseClick(play, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not scrubber._timer.isActive(), timeout=5000)
    qtbot.wait(30)
    assert scrubber.index == 2
    assert not scrubber.following


@pytest.mark.parametrize("there", [0, 1, 2])
def test_in_a_narrow_place_the_line_stays_long_enough_to_be_dragged(
    scrubber: Scrubber, there: int, qtbot: QtBot
) -> None:
    scrubber.set_count(40)
    scrubber.set_step(1_200)
    shown = (part(scrubber, "scrubberSpeed"), part(scrubber, "hint"))
    step = max(shown[1].sizeHint().width(), shown[1].minimumWidth())  # by whichever font
    scrubber.resize(scrubber.minimumSizeHint().width() + (0, step + 12, step + 120)[there], 40)
    assert sum(one.isVisible() for one in shown) == there
    assert shown[1].isVisible() == (there > 0)
    slider, latest = part(scrubber, "scrubberSlider"), part(scrubber, "scrubberLatest")
    qtbot.waitUntil(lambda: slider.width() >= 70)  # the line is laid out anew
    assert slider.toolTip() == "step 1,200"
    assert latest.width() >= latest.sizeHint().width()


def test_nothing_to_scrub(show: Show) -> None:
    scrubber = show(Scrubber(), 500, 40)
    scrubber.set_count(0)
    scrubber.set_step(12_345)
    assert scrubber.index == 0
    assert "12,345" in {label.text() for label in scrubber.findChildren(QLabel)}.pop()


# ---------------------------------------------------------------------------------------- legend


@pytest.fixture
def legend(show: Show) -> Legend:
    made: Legend = show(Legend(), 400, 60)
    made.set_entries([Entry("a", "train loss", RED, value="0.5"), Entry("b", "other", RED, True)])
    return made


def chip(legend: Legend, key: str) -> QToolButton:
    found = [c for c in legend.findChildren(QToolButton) if c.objectName() == f"legend_{key}"]
    return found[-1]


def test_names_and_latest_values(legend: Legend, qtbot: QtBot) -> None:
    assert chip(legend, "a").text() == "train loss  0.5"
    assert chip(legend, "b").text() == "other"
    assert chip(legend, "a").accessibleName() == "train loss"
    assert not chip(legend, "a").icon().isNull()
    legend.set_entries([Entry("a", "train loss", RED, value="0.25"), Entry("b", "other", RED)])
    qtbot.waitUntil(lambda: chip(legend, "a").text() == "train loss  0.25")


def test_a_narrow_legend_shortens_names_and_keeps_values(legend: Legend) -> None:
    legend.set_entries([Entry("long", "a rather long name of a metric", RED, value="0.125")])
    button = chip(legend, "long")
    legend.resize(160, 60)
    assert button.width() <= 160
    option = QStyleOptionToolButton()
    button.initStyleOption(option)
    assert option.text.startswith("a ra")
    assert option.text.endswith("0.125")
    assert "…" in option.text
    legend.resize(500, 60)
    button.initStyleOption(option)
    assert option.text == button.text()


def test_a_click_or_a_key_hides_and_shows(legend: Legend) -> None:
    said: list[tuple[str, bool]] = []
    legend.toggled.connect(lambda key, on: said.append((key, on)))
    QTest.mouseClick(chip(legend, "a"), Qt.MouseButton.LeftButton)
    QTest.keyClick(chip(legend, "b"), Qt.Key.Key_Space)
    assert said == [("a", False), ("b", False)]
    assert not legend.shown("a")
    QTest.keyClick(chip(legend, "b"), Qt.Key.Key_Space)
    assert legend.shown("b")
    assert legend.shown("unknown")


def test_what_is_hidden_stays_hidden_when_others_come(legend: Legend) -> None:
    QTest.mouseClick(chip(legend, "a"), Qt.MouseButton.LeftButton)
    legend.set_entries([Entry("c", "new", RED), Entry("a", "train loss", RED)])
    assert not legend.shown("a")
    assert legend.shown("c")


def test_items_flow_into_lines(show: Show) -> None:
    page = QWidget()
    layout = FlowLayout(page, gap=10)
    for _index in range(5):
        label = QLabel()
        label.setFixedSize(100, 20)
        layout.addWidget(label)
    show(page, 340, 200)
    places = [(w.x(), w.y()) for w in page.findChildren(QLabel)]
    assert places == [(0, 0), (110, 0), (220, 0), (0, 30), (110, 30)]
    assert layout.heightForWidth(340) == 50
    assert layout.heightForWidth(50) == 5 * 20 + 4 * 10
    assert layout.heightForWidth(2000) == 20
    page.findChildren(QLabel)[0].hide()
    assert layout.heightForWidth(450) == 20
    assert layout.takeAt(9) is None
    assert layout.takeAt(0) is not None
    assert layout.count() == 4
