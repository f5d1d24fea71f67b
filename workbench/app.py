"""Opens the workbench: application, look, window, signals."""

from __future__ import annotations

import gc
import signal
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from widgets import icons
from workbench.appearance import Appearance
from workbench.bug_report import BugReport
from workbench.settings import Settings
from workbench.window import MainWindow

SIZE = (1440, 900)


def make_application() -> QApplication:
    """Return the one application object, made when there is none."""
    present = QApplication.instance()
    app = present if isinstance(present, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Ganvas")
    app.setApplicationDisplayName("Ganvas")
    QGuiApplication.setDesktopFileName("ganvas")
    app.setStyle("Fusion")
    return app


def make_window(app: QApplication) -> MainWindow:
    """Return a window in the look that the person chose; it is not shown yet."""
    settings = Settings()
    window = MainWindow(settings, Appearance(app, settings))
    window.setWindowIcon(icons.icon("network", "accent"))
    area = app.primaryScreen().availableGeometry()
    window.resize(min(SIZE[0], area.width()), min(SIZE[1], area.height()))
    return window


def run(path: Path | None = None) -> int:
    """Open the workbench and stay until it is closed.

    Args:
        path: A project to open.

    Returns:
        The exit code.
    """
    app = make_application()
    window = make_window(app)
    BugReport(window.toasts, window.keep).install()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Python runs handlers between byte codes; the window's timer makes sure that some run.
        signal.signal(number, lambda *_: QTimer.singleShot(0, window, lambda: _end(app, window)))
    window.show()
    QTimer.singleShot(0, window, lambda: window.begin(path))
    # What is there then stays: looking through it for garbage would hold up a frame.
    window.furnisher.finished.connect(gc.freeze)
    return app.exec()


def _end(app: QApplication, window: MainWindow) -> None:
    window.end()
    app.quit()
