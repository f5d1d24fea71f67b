"""Forms that are shown, and hands that work them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from widgets.forms import Form, FormField, Kind


def whole(least: int, most: int) -> Callable[[Any], Any]:
    """Reads whole numbers within bounds."""

    def read(raw: Any) -> Any:
        if not isinstance(raw, int) or not least <= raw <= most:
            raise ValueError(f"A whole number from {least} to {most} is expected.")
        return raw

    return read


def real(above: float, most: float) -> Callable[[Any], Any]:
    """Reads numbers above a bound."""

    def read(raw: Any) -> Any:
        if not isinstance(raw, (int, float)) or not above < raw <= most:
            raise ValueError(f"A number above {above} and up to {most} is expected.")
        return float(raw)

    return read


RATE = FormField("lr", "Learning rate", "float", "Size of a step.", read=real(0.0, 10.0))
ADAM = Kind("adam", "Adam", "Adaptive.", (RATE, FormField("beta", "Beta", "float")))
SGD = Kind("sgd", "SGD", "Plain.", (RATE, FormField("nesterov", "Nesterov", "bool")))
OPTIMIZER = FormField("optimizer", "Optimiser", "plug", "Moves weights.", kinds=(ADAM, SGD))
UNITS = FormField("units", "Units", "int", "Numbers.", unit="px", read=whole(1, 100))
COLOR = FormField("color", "Colour", "choice", choices=(("rgb", "rgb"), ("grey", "grey")))
LIMIT = FormField("limit", "Limit", "int", optional=True, blank=7, read=whole(1, 100))
SPLIT = FormField("split", "Split", "struct", fields=(UNITS, COLOR))
STOPPING = FormField(
    "stopping",
    "Early stopping",
    "struct",
    "Ends.",
    optional=True,
    blank={"units": 3, "color": "rgb"},
    fields=(UNITS, COLOR),
)
OWN = FormField(
    "own", "Own optimiser", "plug", optional=True, blank={"type": "adam"}, kinds=(ADAM, SGD)
)
BIAS = FormField("bias", "Bias", "bool", "An offset.")
FOLDER = FormField("folder", "Folder", "folder", when={"color": "grey"})
ALL = (UNITS, RATE, BIAS, COLOR, FOLDER, LIMIT, OPTIMIZER, OWN, SPLIT, STOPPING)
VALUES = {
    "units": 10,
    "lr": 0.001,
    "bias": True,
    "color": "rgb",
    "folder": "here",
    "limit": None,
    "optimizer": {"type": "adam", "lr": 0.001, "beta": 0.9},
    "own": None,
    "split": {"units": 5, "color": "grey"},
    "stopping": None,
}


class Hand:
    """Works a form with mouse and keys, and remembers what the form said."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.heard: list[tuple[str, Any]] = []
        form.edited.connect(lambda path, value: self.heard.append((path, value)))

    def line(self, name: str) -> QLineEdit:
        """The line of the first field of this name."""
        settle()
        found = self.form.findChild(QLineEdit, f"field-{name}")
        assert found is not None
        return found

    def combo(self, name: str) -> QComboBox:
        """The list of the first field of this name."""
        found = self.form.findChild(QComboBox, f"field-{name}")
        assert found is not None
        return found

    def retype(self, name: str, text: str) -> QLineEdit:
        """Click into a line and type another text."""
        line = self.line(name)
        QTest.mouseClick(line, Qt.MouseButton.LeftButton)
        line.setFocus()
        line.selectAll()
        if not text:
            QTest.keyClick(line, Qt.Key.Key_Delete)
        elif text.isascii() and len(text) < 50:
            QTest.keyClicks(line, text)
        else:
            QApplication.clipboard().setText(text)
            QTest.keySequence(line, "Ctrl+V")
        return line

    def problem(self, name: str) -> str:
        """The sentence below a field that can be seen."""
        labels = self.form.findChildren(QLabel, f"problem-{name}")
        return "".join(label.text() for label in labels if label.isVisible())

    def choose(self, name: str, words: str) -> None:
        """Choose from a list by its keys."""
        combo = self.combo(name)
        combo.setFocus()
        for _turn in range(combo.count()):
            if combo.currentText() == words:
                return
            ahead = combo.findText(words) > combo.currentIndex()
            QTest.keyClick(combo, Qt.Key.Key_Down if ahead else Qt.Key.Key_Up)
        assert combo.currentText() == words


def settle() -> None:
    """Let what was replaced go."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()


def turn_wheel(widget: QWidget, notches: int = -3) -> None:
    """Turn the wheel over a widget."""
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(widget.mapToGlobal(middle.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


Show = Callable[..., Hand]


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    """Show a form in a window, filled."""

    def shown(fields: Sequence[FormField] = ALL, values: dict[str, Any] = VALUES) -> Hand:
        form = Form(fields, captions=True)
        qtbot.addWidget(form)
        form.set_values(values)
        form.resize(460, 900)
        form.show()
        form.activateWindow()
        assert QTest.qWaitForWindowActive(form)
        return Hand(form)

    return shown
