"""Hands for forms inside of pages: typing, choosing, reading what is said."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot


def settle() -> None:
    """Let what was replaced go."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()


def shown(page: QWidget, qtbot: QtBot, width: int = 1000, height: int = 900) -> None:
    """Show a page in a window that is active."""
    qtbot.addWidget(page)
    page.resize(width, height)
    page.show()
    page.activateWindow()
    assert QTest.qWaitForWindowActive(page)


def lines(page: QWidget, name: str) -> list[QLineEdit]:
    """The lines of all fields of a name, in order."""
    settle()
    return page.findChildren(QLineEdit, f"field-{name}")


def line(page: QWidget, name: str) -> QLineEdit:
    """The line of the first field of a name."""
    return lines(page, name)[0]


def combo(page: QWidget, name: str) -> QComboBox:
    """The list of the first field of a name."""
    settle()
    found = page.findChild(QComboBox, f"field-{name}")
    assert found is not None
    return found


def box(page: QWidget, name: str) -> QCheckBox:
    """The box of a name: ``field-bias``, ``use-limit``."""
    settle()
    found = page.findChild(QCheckBox, name)
    assert found is not None
    return found


def retype(field: QLineEdit, text: str) -> None:
    """Type another text into a line."""
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def tick(found: QCheckBox) -> None:
    """Click on a box."""
    QTest.mouseClick(found, Qt.MouseButton.LeftButton, pos=QPoint(8, found.height() // 2))


def choose(field: QComboBox, words: str) -> None:
    """Choose from a list as its menu does."""
    place = field.findText(words)
    assert place >= 0, [field.itemText(i) for i in range(field.count())]
    field.setFocus()
    field.showPopup()
    QTest.qWait(0)
    view = field.view()
    spot = view.visualRect(field.model().index(place, 0)).center()
    QTest.mouseMove(view.viewport(), spot)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    field.hidePopup()


def problem(page: QWidget, name: str) -> str:
    """The sentences below the fields of a name that can be seen."""
    settle()
    labels = page.findChildren(QLabel, f"problem-{name}")
    return " ".join(label.text() for label in labels if label.text() and label.isVisibleTo(page))
