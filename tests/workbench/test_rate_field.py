"""The learning rate while it learns: shown as it changes, never under the hands of who types."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from workbench.rate_field import RateField


class Case:
    """A field of a training that goes on, beside something else that can have the focus."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.other = QLineEdit(self.window)
        self.rate = RateField(self.window)
        self.rate.move(0, 40)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.rate.show_rates({"classifier": 0.01}, active=True)
        found = self.rate.findChild(QLineEdit, "learningRateField")
        assert found is not None
        self.line = found
        self.other.setFocus()
        self.said: list[tuple[float, str]] = []
        self.rate.changed.connect(lambda value, network: self.said.append((value, network)))

    @property
    def wrong(self) -> bool:
        return bool(self.line.property("wrong"))

    def begin(self, text: str = "") -> None:
        self.line.setFocus()
        self.line.selectAll()
        QTest.keyClicks(self.line, text)


@pytest.fixture
def case(qtbot: QtBot) -> Case:
    return Case(qtbot)


def test_it_follows_a_schedule_and_waits_for_who_is_about_to_type(case: Case) -> None:
    case.rate.show_rates({"classifier": 0.009}, active=True)
    assert case.line.text() == "0.009"
    case.begin()
    case.rate.show_rates({"classifier": 0.008}, active=True)
    QTest.keyClicks(case.line, "0.005")
    assert case.line.text() == "0.005"
    QTest.keyClick(case.line, Qt.Key.Key_Return)
    assert case.said == [(0.005, "")]
    case.other.setFocus()
    case.rate.show_rates({"classifier": 0.0049}, active=True)
    assert case.line.text() == "0.0049"


def test_a_wrong_value_is_marked_until_it_is_mended_or_given_up(case: Case) -> None:
    case.begin("xyz")
    QTest.keyClick(case.line, Qt.Key.Key_Return)
    assert case.wrong
    case.begin("0.5")
    QTest.keyClick(case.line, Qt.Key.Key_Return)
    assert (case.wrong, case.said) == (False, [(0.5, "")])
    case.begin("-1")
    QTest.keyClick(case.line, Qt.Key.Key_Return)
    assert case.wrong
    QTest.keyClick(case.line, Qt.Key.Key_Escape)
    assert (case.wrong, case.line.text(), len(case.said)) == (False, "0.5", 1)


def test_the_end_of_a_training_takes_a_wrong_value_away(case: Case) -> None:
    case.begin("xyz")
    QTest.keyClick(case.line, Qt.Key.Key_Return)
    case.rate.show_rates({"classifier": 0.001}, active=False)
    assert (case.wrong, case.line.text(), case.line.isEnabled()) == (False, "0.001", False)


def test_of_several_networks_one_or_all_are_changed(case: Case) -> None:
    case.rate.show_rates({"generator": 0.1, "discriminator": 0.2}, active=True)
    which = case.rate.findChild(QComboBox, "learningRateNetwork")
    assert which is not None
    assert which.isVisibleTo(case.rate)
    assert (case.line.text(), case.line.placeholderText()) == ("", "different")
    which.setCurrentIndex(2)
    assert case.line.text() == "0.2"
    case.begin("0,3")
    QTest.keyClick(case.line, Qt.Key.Key_Return)
    assert case.said == [(0.3, "discriminator")]
