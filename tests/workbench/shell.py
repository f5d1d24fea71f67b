"""A window for tests, and hands that work it."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.client import Engines
from workbench.app import make_application
from workbench.appearance import Appearance
from workbench.settings import Settings
from workbench.window import MainWindow


@functools.cache
def application() -> QApplication:
    """The one application; what it is given once takes long where there are many widgets."""
    return make_application()


def make_window(engines: Engines | None = None) -> MainWindow:
    """A window of 1440 × 900 that is shown; its engines are not started."""
    settings = Settings()
    window = MainWindow(settings, Appearance(application(), settings), engines)
    window.furnish()
    window.resize(1440, 900)
    window.show()
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)  # shortcuts are for the active window
    return window


def answer(name: str, seconds: float = 25.0) -> None:
    """Press a button of the next question, with the mouse."""
    late = time.monotonic() + seconds

    def press() -> None:
        assert time.monotonic() < late, f"nothing asked for {name}"
        for box in QApplication.topLevelWidgets():
            if isinstance(box, QMessageBox) and box.isVisible():
                button = box.findChild(QPushButton, name)
                if button is not None:
                    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
                    return
        QTimer.singleShot(20, press)

    QTimer.singleShot(20, press)


def click(widget: QWidget, at: QPoint | None = None) -> None:
    """Click on a widget."""
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or widget.rect().center())


def press(qtbot: QtBot, widget: QWidget, keys: str) -> None:
    """Press a key or a combination such as ``Ctrl+S``."""
    QTest.keySequence(widget, keys)


def wait(qtbot: QtBot, there: Callable[[], bool], seconds: float = 60.0) -> None:
    """Let the window work until something is there."""
    qtbot.waitUntil(there, timeout=round(1000 * seconds))
