"""Quick-add: letters, arrows, Enter, Escape."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.widgets.test_layer_palette import ENTRIES
from widgets.quick_add import QuickAdd


@pytest.fixture
def popup(qtbot: QtBot) -> QuickAdd:
    made = QuickAdd()
    qtbot.addWidget(made)
    return made


def shown(popup: QuickAdd) -> list[str]:
    return [popup.list.item(i).text() for i in range(popup.list.count())]


def test_recent_ones_come_first_until_something_is_typed(popup: QuickAdd) -> None:
    popup.ask(ENTRIES, QPoint(10, 10), "Add after b", ["relu", "conv2d"])
    assert shown(popup)[:3] == ["ReLU", "Convolution 2-D", "Linear"]
    assert popup.heading.text() == "Add after b"
    QTest.keyClicks(popup.search, "lin")
    assert shown(popup)[0] == "Linear"


def test_arrows_and_enter_choose_and_close(popup: QuickAdd, qtbot: QtBot) -> None:
    popup.ask(ENTRIES, QPoint(10, 10))
    QTest.keyClick(popup.search, Qt.Key.Key_Up)
    with qtbot.waitSignal(popup.chosen) as said:
        QTest.keyClick(popup.search, Qt.Key.Key_Return)
    assert said.args == ["leaky_relu"]
    assert not popup.isVisible()


def test_a_click_chooses(popup: QuickAdd, qtbot: QtBot) -> None:
    popup.ask(ENTRIES, QPoint(10, 10))
    place = popup.list.visualItemRect(popup.list.item(1)).center()
    with qtbot.waitSignal(popup.chosen) as said:
        QTest.mouseClick(popup.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert said.args == ["conv2d"]


def test_escape_closes_without_a_word(popup: QuickAdd, qtbot: QtBot) -> None:
    popup.ask(ENTRIES, QPoint(10, 10))
    with qtbot.assertNotEmitted(popup.chosen):
        QTest.keyClick(popup.search, Qt.Key.Key_Escape)
    assert not popup.isVisible()


def test_nothing_found_chooses_nothing(popup: QuickAdd, qtbot: QtBot) -> None:
    popup.ask(ENTRIES, QPoint(10, 10))
    QTest.keyClicks(popup.search, "zzz")
    assert len(shown(popup)) == 1
    with qtbot.assertNotEmitted(popup.chosen):
        QTest.keyClick(popup.search, Qt.Key.Key_Return)
    assert popup.isVisible()


def test_it_stays_on_the_screen_and_forgets_the_last_search(popup: QuickAdd) -> None:
    popup.ask(ENTRIES, QPoint(10, 10))
    QTest.keyClicks(popup.search, "relu")
    popup.hide()
    popup.ask(ENTRIES, QPoint(99_999, 99_999))
    assert popup.screen().availableGeometry().contains(popup.geometry())
    assert popup.search.text() == ""
    assert len(shown(popup)) == 4
