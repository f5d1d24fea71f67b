"""A list keeps what is chosen while its entries change, and waits for what is not offered yet."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from widgets.choice_box import ChoiceBox, place_of


@pytest.fixture
def box(qtbot: QtBot) -> ChoiceBox:
    made = ChoiceBox("run", "Run", [("one", Path("a")), ("two", Path("b"))])
    qtbot.addWidget(made)
    return made


def test_equal_values_are_found(box: ChoiceBox) -> None:
    assert place_of(box, Path("b")) == 1
    assert place_of(box, Path("c")) == -1
    assert (box.objectName(), box.accessibleName(), box.toolTip()) == ("run", "Run", "Run")


def test_what_is_chosen_stays_without_a_signal(box: ChoiceBox, qtbot: QtBot) -> None:
    box.choose(Path("b"))
    with qtbot.assertNotEmitted(box.currentIndexChanged):
        box.fill([("zwei", Path("b")), ("drei", Path("c"))])
    assert box.currentText() == "zwei"
    box.fill([("vier", Path("d")), ("drei", Path("c"))], otherwise=1)
    assert box.currentText() == "drei"


def test_a_choice_waits_until_it_is_offered_once(box: ChoiceBox) -> None:
    box.choose(Path("late"))
    assert box.currentText() == "one"
    box.fill([])
    box.fill([("one", Path("a")), ("late", Path("late"))])
    assert box.currentText() == "late"
    box.choose(Path("never"))
    box.fill([("one", Path("a")), ("late", Path("late"))])
    assert box.currentText() == "one"
    box.fill([("never", Path("never")), ("one", Path("a"))])
    assert box.currentText() == "one"


def test_what_is_chosen_by_hand_counts_more_than_what_was_waited_for(box: ChoiceBox) -> None:
    box.choose(Path("late"))
    assert box.wanted == Path("late")
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.wanted == Path("b")
    box.fill([("late", Path("late")), ("two", Path("b"))])
    assert box.currentText() == "two"
