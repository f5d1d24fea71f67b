"""Single fields: what may be typed, what is said when it may not, and what the keys do."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox

from tests.widgets.forms.conftest import (
    BIAS,
    COLOR,
    FOLDER,
    LIMIT,
    OPTIMIZER,
    RATE,
    UNITS,
    Show,
    real,
    turn_wheel,
)
from widgets.forms import MIXED, FormField
from widgets.forms.typed import parse, stepped, text_of

WRONG_NUMBERS = (
    "ten",
    "",
    "nan",
    "inf",
    "-inf",
    "1e400",
    "1e-",
    "0",
    "-3",
    "²",
    "١٠",
    "１０",
    "1,5,0",
    "0x1f",
)
TEXT = FormField("name", "Name", "text")
SIZES = FormField("sizes", "Sizes", "numbers")


@pytest.mark.parametrize("wrong", [*WRONG_NUMBERS, "2.5", "1000000000000", "101", "9" * 5000])
def test_a_wrong_whole_number_says_what_is_expected_and_nothing_else(
    show: Show, wrong: str
) -> None:
    hand = show((UNITS,))
    line = hand.retype("units", "")
    hand.heard.clear()
    line = hand.retype("units", wrong)
    assert hand.problem("units") == "A whole number from 1 to 100 is expected."
    assert line.property("wrong") is True
    assert all(wrong.startswith(str(value)) for _name, value in hand.heard)  # on the way
    hand.retype("units", "12")
    assert hand.problem("units") == ""
    assert line.property("wrong") is False
    assert hand.heard[-1] == ("units", 12)


@pytest.mark.parametrize("wrong", [*WRONG_NUMBERS, "10.01", "1e12"])
def test_a_wrong_real_number_says_what_is_expected(show: Show, wrong: str) -> None:
    hand = show((RATE,))
    clipboard = QApplication.clipboard()
    line = hand.retype("lr", "")
    hand.heard.clear()
    clipboard.setText(wrong)
    line.paste()
    assert "above 0.0" in hand.problem("lr")
    assert hand.heard == []
    hand.retype("lr", "1e-4")
    assert hand.problem("lr") == ""
    assert hand.heard[-1] == ("lr", 1e-4)


@pytest.mark.parametrize("field", [UNITS, RATE, SIZES])
def test_a_paste_of_a_hundred_thousand_digits_is_refused(show: Show, field: FormField) -> None:
    hand = show((FormField(field.name, field.title, field.kind, read=real(0.0, 1.0)),), {})
    QApplication.clipboard().setText("7" * 100_000)
    hand.retype(field.name, "").paste()
    assert hand.problem(field.name)
    assert hand.heard == []


def test_a_wrong_text_stays_when_it_is_left_and_goes_with_the_next_values(show: Show) -> None:
    hand = show((UNITS, RATE))
    line = hand.retype("units", "ten")
    hand.line("lr").setFocus()
    assert (line.text(), hand.problem("units")) == (
        "ten",
        "A whole number from 1 to 100 is expected.",
    )
    hand.form.set_values({"units": 10, "lr": 0.5})
    assert (line.text(), hand.problem("units"), line.property("wrong")) == ("10", "", False)


@pytest.mark.parametrize("typed", ["1e-", "0.0010", "", "1", "abc"])
def test_the_same_values_do_not_disturb_what_is_being_typed(show: Show, typed: str) -> None:
    hand = show((RATE,))
    line = hand.retype("lr", typed)
    line.setCursorPosition(min(1, len(typed)))
    said = hand.problem("lr")
    good = hand.heard[-1][1] if not said else 0.001
    hand.form.set_values({"lr": 0.001 if said else good})
    assert (line.text(), line.cursorPosition()) == (typed, min(1, len(typed)))
    assert hand.problem("lr") == said


def test_another_value_replaces_what_is_being_typed_and_its_sentence(show: Show) -> None:
    hand = show((RATE,))
    line = hand.retype("lr", "1e-")
    hand.form.set_values({"lr": 0.25})
    assert (line.text(), hand.problem("lr")) == ("0.25", "")


def test_a_good_number_is_written_as_usual_when_it_is_left(show: Show) -> None:
    hand = show((RATE, UNITS, SIZES))
    for name, typed, written in (
        ("lr", "5e-3", "0.005"),
        ("units", " 1_0 ", "10"),
        ("sizes", "[8×8, -1]", "8, 8, -1"),
    ):
        line = hand.retype(name, typed)
        QTest.keyClick(line, Qt.Key.Key_Return)
        assert line.text() == written
    assert ("sizes", [8, 8, -1]) in hand.heard


def test_up_and_down_step_within_the_bounds(show: Show) -> None:
    hand = show((UNITS, RATE), {"units": 99, "lr": 9.5})
    for _turn in range(3):
        QTest.keyClick(hand.line("units"), Qt.Key.Key_Up)
        QTest.keyClick(hand.line("lr"), Qt.Key.Key_Up)
    assert hand.heard == [("units", 100)]
    QTest.keyClick(hand.line("units"), Qt.Key.Key_Down)
    QTest.keyClick(hand.line("lr"), Qt.Key.Key_Down)
    assert hand.heard[1:] == [("units", 99), ("lr", 8.64)]
    assert hand.line("lr").text() == "8.64"


def test_stepping_does_nothing_to_what_is_no_number(show: Show) -> None:
    hand = show((UNITS, TEXT, SIZES), {"units": MIXED, "name": "a", "sizes": [1]})
    for name in ("units", "name", "sizes"):
        QTest.keyClick(hand.line(name), Qt.Key.Key_Up)
    assert hand.heard == []


@pytest.mark.parametrize(("value", "up", "down"), [(0.0, 0.001, -0.001), (-1.0, -0.909, -1.1)])
def test_real_numbers_grow_upwards_from_anywhere(value: float, up: float, down: float) -> None:
    assert stepped("float", value, 1) == up
    assert stepped("float", value, -1) == down


def test_the_wheel_changes_nothing(show: Show) -> None:
    hand = show((UNITS, RATE, BIAS, COLOR, FOLDER, LIMIT), {"units": 5, "lr": 1.0, "color": "grey"})
    for control in hand.form.controls():
        control.setFocus()
        turn_wheel(control)
        turn_wheel(control, 3)
    assert hand.heard == []
    assert hand.combo("color").currentText() == "grey"


def test_a_switch_by_mouse_and_space(show: Show) -> None:
    hand = show((BIAS,))
    box = hand.form.findChild(QCheckBox, "field-bias")
    assert box is not None
    assert box.isChecked()
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert hand.heard == [("bias", False), ("bias", True)]


def test_several_values_show_as_different_ones_and_take_one(show: Show) -> None:
    fields = (UNITS, BIAS, COLOR)
    hand = show(fields, dict.fromkeys(("units", "bias", "color"), MIXED))
    line, combo = hand.line("units"), hand.combo("color")
    box = hand.form.findChild(QCheckBox, "field-bias")
    assert box is not None
    assert (line.text(), line.placeholderText()) == ("", "different values")
    assert (combo.currentIndex(), combo.placeholderText()) == (-1, "different values")
    assert box.checkState() is Qt.CheckState.PartiallyChecked
    hand.retype("units", "x")
    assert hand.problem("units")
    hand.retype("units", "")
    assert hand.problem("units") == ""
    assert hand.heard == []
    QTest.keyClick(box, Qt.Key.Key_Space)
    hand.choose("color", "grey")
    assert [name for name, _value in hand.heard] == ["bias", *["color"] * (len(hand.heard) - 1)]
    assert hand.heard[-1] == ("color", "grey")
    assert not box.isTristate()


def test_a_value_that_is_no_choice_is_shown_as_it_is(show: Show) -> None:
    hand = show((COLOR,), {"color": "cmyk"})
    combo = hand.combo("color")
    assert (combo.currentIndex(), combo.placeholderText()) == (-1, "cmyk")


def test_every_control_has_its_names(show: Show) -> None:
    hand = show()
    controls = hand.form.controls()
    assert len(controls) > 12
    for control in controls:
        assert control.objectName().startswith(("field-", "use-", "browse-"))
        assert control.accessibleName()


def test_text_is_passed_on_as_it_is(show: Show) -> None:
    hand = show((TEXT,), {"name": ""})
    hand.retype("name", " a ²")
    assert hand.heard[-1] == ("name", " a ²")


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("int", "1e3", 1000),
        ("int", "1 000", 1000),
        ("int", "-1,234,567", -1234567),
        ("float", "0,001", 0.001),
        ("float", "12,5", 12.5),
        ("float", "1e-4", 1e-4),
        ("int", "−5", -5),
        ("int", "2147483647", 2147483647),
        ("float", "1e-08", 1e-8),
        ("float", "−0.5", -0.5),
        ("numbers", "8, 8, -1", [8, 8, -1]),
        ("numbers", "(3×32×32)", [3, 32, 32]),
        ("numbers", "", []),
        ("text", "５", "５"),
    ],
)
def test_what_texts_mean(kind: str, text: str, value: Any) -> None:
    assert parse(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text"), [("float", "1,000"), ("float", "1,0,0"), ("int", "1,00"), ("int", "1.5")]
)
def test_a_text_of_two_meanings_or_none_is_refused(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse(kind, text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e-8, "1e-8"),
        (5.0, "5"),
        (1e22, "1e22"),
        (1e-4, "0.0001"),
    ],
)
def test_numbers_are_written_without_noise(value: float, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize("value", [0, 7, -1, 10**12, 0.001, 1e-8, 0.1, 5.0, 1e300, [8, 8], True])
def test_a_value_is_written_so_that_it_is_read_again(value: Any) -> None:
    kind = {int: "int", float: "float", list: "numbers"}.get(type(value))
    if kind is None:
        assert text_of(value) == "True"
    else:
        assert parse(kind, text_of(value)) == value


def test_a_screen_reader_is_told_what_is_wrong(show: Show) -> None:
    hand = show((UNITS, RATE))
    line = hand.retype("units", "900")
    assert line.accessibleDescription() == hand.problem("units") != ""
    hand.retype("units", "9")
    assert line.accessibleDescription() == "Numbers."
    hand.form.set_problem("lr", "Too large.")
    assert hand.line("lr").accessibleDescription() == "Too large."


def test_an_empty_field_that_is_off_says_so(show: Show) -> None:
    hand = show((LIMIT,), {"limit": None})
    assert hand.line("limit").placeholderText() == "none"
    hand.form.set_values({"limit": 3})
    assert (hand.line("limit").placeholderText(), hand.line("limit").text()) == ("", "3")
    hand.form.set_values({"limit": MIXED})
    assert hand.line("limit").placeholderText() == "different values"


def test_a_typing_ends_when_the_field_is_left_or_enter_is_pressed(show: Show) -> None:
    hand = show((UNITS, RATE))
    form = hand.form
    line = hand.retype("units", "1")
    first = form.merge_key("units")
    QTest.keyClicks(line, "2")
    QTest.keyClick(line, Qt.Key.Key_Up)
    assert form.merge_key("units") == first != ""
    assert form.merge_key("lr") not in ("", first)
    QTest.keyClick(line, Qt.Key.Key_Return)
    second = form.merge_key("units")
    hand.line("lr").setFocus()
    assert len({first, second, form.merge_key("units")}) == 3


def test_walking_by_keys_is_one_choosing_and_each_open_list_another(show: Show) -> None:
    hand = show((OPTIMIZER, COLOR, BIAS))
    form, combo = hand.form, hand.combo("optimizer")
    combo.setFocus()
    walk = form.merge_key("optimizer.type")
    QTest.keyClick(combo, Qt.Key.Key_Down)
    QTest.keyClick(combo, Qt.Key.Key_Up)
    assert form.merge_key("optimizer.type") == walk
    combo.showPopup()
    combo.hidePopup()
    opened = form.merge_key("optimizer.type")
    hand.combo("color").setFocus()
    assert len({walk, opened, form.merge_key("optimizer.type"), form.merge_key("color")}) == 4
    assert form.merge_key("bias") == form.merge_key("nothing") == ""
    assert form.merge_key("optimizer.lr").startswith("turn-")
