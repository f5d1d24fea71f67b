"""Rows and groups: plugs, switches, problems, Tab order, and no window that flashes up."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.widgets.forms.conftest import (
    ALL,
    COLOR,
    FOLDER,
    LIMIT,
    OPTIMIZER,
    OWN,
    RATE,
    SPLIT,
    STOPPING,
    UNITS,
    VALUES,
    Hand,
    Show,
    settle,
)
from widgets.forms import Form, FormField, Kind


class Windows(QObject):
    """Notes every widget that is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[QWidget] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(watched)
        return False


def box(hand: Hand, name: str) -> QCheckBox:
    found = hand.form.findChild(QCheckBox, f"use-{name}")
    assert found is not None
    return found


def tick(hand: Hand, name: str) -> None:
    switch = box(hand, name)
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton, pos=QPoint(8, switch.height() // 2))


def test_no_form_ever_shows_a_window_of_its_own(qtbot: QtBot) -> None:
    application = QApplication.instance()
    assert application is not None
    windows = Windows()
    application.installEventFilter(windows)
    before = set(QApplication.topLevelWidgets())
    place = QWidget()
    qtbot.addWidget(place)
    form = Form(ALL, captions=True, parent=place)
    form.set_values(VALUES)
    form.set_values({**VALUES, "optimizer": {"type": "sgd"}, "stopping": {"units": 1}})
    form.set_problem("optimizer.lr", "Wrong.")
    QApplication.processEvents()
    application.removeEventFilter(windows)
    assert windows.seen == []
    made = set(QApplication.topLevelWidgets()) - before
    assert {window for window in made if window.parent() is None} == {place}


def test_tab_follows_the_rows_also_after_another_type_was_chosen(show: Show) -> None:
    hand = show()
    for _round in range(2):
        stops = [stop for stop in hand.form.controls() if stop.isVisible() and stop.isEnabled()]
        assert len(stops) > 10
        places = [stop.mapTo(hand.form, stop.rect().center()) for stop in stops]
        for before, after in pairwise(places):
            same_line = abs(after.y() - before.y()) < 10
            assert after.x() > before.x() if same_line else after.y() > before.y()
        stops[0].setFocus()
        walked = [stops[0]]
        for _step in stops[1:]:
            QTest.keyClick(walked[-1], Qt.Key.Key_Tab)
            focus = QApplication.focusWidget()
            assert focus is not None
            walked.append(focus)
        assert walked == stops
        hand.form.set_values({**VALUES, "optimizer": {"type": "sgd", "lr": 1.0}})
        settle()


def test_a_title_leads_to_its_field(show: Show) -> None:
    hand = show()
    titled = {label.text(): label.buddy() for label in hand.form.findChildren(QLabel)}
    assert titled["Units"] is not None
    fields = [c for c in hand.form.controls() if c.objectName().startswith("field-")]
    buddies = {label.buddy() for label in hand.form.findChildren(QLabel)}
    assert set(fields) <= buddies


def test_another_type_has_other_fields(show: Show) -> None:
    hand = show((OPTIMIZER,))
    hand.choose("optimizer", "SGD")
    assert hand.heard == [("optimizer.type", "sgd")]
    hand.form.set_values({"optimizer": {"type": "sgd", "lr": 0.5, "nesterov": True}})
    settle()
    assert hand.line("lr").text() == "0.5"
    assert hand.form.findChild(QLineEdit, "field-beta") is None
    hand.retype("lr", "2")
    assert hand.heard[-1] == ("optimizer.lr", 2.0)


def test_an_unknown_type_is_shown_as_it_is(show: Show) -> None:
    hand = show((OPTIMIZER,), {"optimizer": {"type": "lion", "lr": 1.0}})
    assert hand.combo("optimizer").placeholderText() == "lion"
    assert hand.form.findChild(QLineEdit, "field-lr") is None


def test_an_optional_field_is_switched_on_and_off(show: Show) -> None:
    hand = show((LIMIT,))
    line = hand.line("limit")
    assert not line.isEnabled()
    tick(hand, "limit")
    assert hand.heard.pop() == ("limit", 7)
    assert [line.text(), line.isEnabled(), line.hasFocus()] == ["7", True, True]
    hand.retype("limit", "many")
    assert hand.problem("limit")
    tick(hand, "limit")
    assert hand.heard[-1] == ("limit", None)
    assert (line.text(), line.isEnabled(), hand.problem("limit")) == ("", False, "")


def test_an_optional_group_is_switched_on_and_off(show: Show) -> None:
    hand = show((STOPPING,))
    assert not hand.line("units").isVisible()
    tick(hand, "stopping")
    assert hand.heard.pop() == ("stopping", {"units": 3, "color": "rgb"})
    hand.form.set_values({"stopping": {"units": 3, "color": "rgb"}})
    assert hand.line("units").isVisible()
    hand.retype("units", "4")
    assert hand.heard.pop() == ("stopping.units", 4)
    tick(hand, "stopping")
    assert hand.heard[-1] == ("stopping", None)
    hand.form.set_values({"stopping": None})
    assert not hand.line("units").isVisible()


def test_an_optional_plug_is_switched_on_by_its_box_or_by_a_type(show: Show) -> None:
    hand = show((OWN,))
    tick(hand, "own")
    assert hand.heard.pop() == ("own", {"type": "adam"})
    hand.form.set_values({"own": None})
    assert hand.form.findChild(QLineEdit, "field-lr") is None
    hand.choose("own", "SGD")
    assert hand.heard[-1] == ("own.type", "sgd")
    hand.form.set_values({"own": {"type": "sgd", "lr": 1.0}})
    assert box(hand, "own").isChecked()
    assert hand.line("lr").isVisible()


def test_a_field_is_shown_only_when_it_matters(show: Show) -> None:
    hand = show((COLOR, FOLDER))
    assert not hand.line("folder").isVisible()
    assert not hand.form.set_problem("folder", "Missing.")
    assert hand.form.focus_field("folder") is None
    hand.choose("color", "grey")
    assert hand.line("folder").isVisible()
    assert hand.form.set_problem("folder", "Missing.")
    assert hand.problem("folder") == "Missing."


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("units", "units"),
        ("optimizer.lr", "lr"),
        ("optimizer.type", "optimizer"),
        ("optimizer.unknown", "optimizer"),
        ("optimizer", "optimizer"),
        ("stopping.color", "stopping"),
        ("own.lr", "own"),
        ("split", "split"),
    ],
)
def test_a_problem_stands_at_its_field_or_at_the_nearest_group(
    show: Show, path: str, where: str
) -> None:
    hand = show([field for field in ALL if field.name != "lr"])
    assert hand.form.set_problem(path, "Wrong.")
    assert hand.problem(where) == "Wrong."
    hand.form.clear_problems()
    seen = [label for label in hand.form.findChildren(QLabel) if label.text() == "Wrong."]
    assert [label for label in seen if label.isVisible()] == []


def test_a_problem_elsewhere_is_not_shown(show: Show) -> None:
    hand = show()
    assert not hand.form.set_problem("elsewhere.lr", "Wrong.")
    assert not hand.form.refuse("elsewhere", "Wrong.")
    assert hand.form.focus_field("elsewhere.lr") is None


def test_what_is_typed_wrong_is_said_before_what_the_check_found(show: Show) -> None:
    hand = show((UNITS,))
    hand.form.set_problem("units", "Too many.")
    hand.retype("units", "x")
    assert hand.problem("units").endswith("is expected.")
    hand.form.clear_problems()
    assert hand.problem("units").endswith("is expected.")
    hand.retype("units", "3")
    assert hand.problem("units") == ""


def test_a_refusal_stays_until_the_field_is_mended(show: Show) -> None:
    hand = show((SPLIT, OPTIMIZER))
    hand.retype("units", "9")
    assert hand.form.refuse("split.units", "Together too much.")
    assert hand.form.refuse("optimizer.type", "Not with these.")
    hand.form.clear_problems()
    assert hand.problem("units") == "Together too much."
    assert hand.problem("optimizer") == "Not with these."
    hand.retype("units", "8")
    assert hand.problem("units") == ""


@pytest.mark.parametrize(
    ("path", "control"),
    [
        ("units", "field-units"),
        ("optimizer.lr", "field-lr"),
        ("optimizer", "field-optimizer"),
        ("limit", "use-limit"),
        ("stopping.units", "use-stopping"),
        ("own.lr", "use-own"),
        ("split", "field-units"),
        ("split.color", "field-color"),
    ],
)
def test_the_cursor_goes_to_a_field(show: Show, path: str, control: str) -> None:
    hand = show([field for field in ALL if field.name != "lr"])
    found = hand.form.focus_field(path)
    assert found is not None
    assert found is QApplication.focusWidget()
    assert found.objectName() == control


def test_a_file_chosen_in_a_dialog_says_so_first(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[Any] = []
    path = FormField("path", "File", "path")
    hand = show((FormField("source", "Source", "plug", kinds=(Kind("csv", "CSV", "", (path,)),)),))
    hand.form.set_values({"source": {"type": "csv", "path": "old.csv"}})
    hand.form.picked.connect(said.append)
    hand.form.edited.connect(lambda name, value: said.append((name, value)))
    monkeypatch.setattr(
        "widgets.forms.editors.QFileDialog.getOpenFileName", lambda *_args: ("/a/new.csv", "")
    )
    button = hand.form.findChild(QPushButton, "browse-path")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert said == ["/a/new.csv", ("source.path", "/a/new.csv")]
    monkeypatch.setattr(
        "widgets.forms.editors.QFileDialog.getOpenFileName", lambda *_args: ("", "")
    )
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(said) == 2


def test_a_warning_does_not_mark_what_can_stand(show: Show) -> None:
    hand = show((RATE, OPTIMIZER))
    line = hand.line("lr")
    label = hand.form.findChild(QLabel, "problem-lr")
    assert label is not None

    def marks() -> tuple[str, str, bool]:
        return label.text(), label.property("role"), bool(line.property("wrong"))

    hand.form.set_problem("lr", "Rather large.", caution=True)
    assert marks() == ("Rather large.", "caution", False)
    hand.retype("lr", "-")
    assert marks()[1:] == ("problem", True)
    hand.retype("lr", "1")
    assert marks() == ("Rather large.", "caution", False)
    hand.form.set_problem("lr", "Too large.")
    assert marks() == ("Too large.", "problem", True)
    hand.form.clear_problems()
    assert (line.property("wrong"), label.isVisible()) == (False, False)
    assert hand.form.set_problem("optimizer.nothing", "Odd.", caution=True)
    below = hand.form.findChild(QLabel, "problem-optimizer")
    assert below is not None
