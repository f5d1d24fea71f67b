"""Opens the workbench: application, look, language, window, signals."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Generator
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from projects.translation import language
from widgets import icons
from workbench.appearance import Appearance
from workbench.bug_report import BugReport
from workbench.language import Language
from workbench.settings import Settings
from workbench.sweeper import Sweeper
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


class Seat(QObject):
    """Holds the one window; when another language is chosen, another window takes its place.

    Args:
        app: The application.

    Attributes:
        window: The window; not shown yet at the beginning.
    """

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._language = Language(app, Settings())
        self._changing: Generator[MainWindow, None, None] | None = None
        self._former: str | None = (
            None  # what was wished before, until another window has taken the place
        )
        self._take(make_window(app))

    def _take(self, window: MainWindow) -> None:
        self.window = window
        self._report = BugReport(window.toasts, window.keep)
        self._report.install()
        # Not at once: the menu that was chosen from belongs to the window that goes.
        window.language_wanted.connect(
            lambda wish: QTimer.singleShot(0, self, lambda: self.speak(wish))
        )

    def speak(self, wish: str) -> None:
        """Go on in another language.

        Args:
            wish: One of :func:`workbench.language.wishes`.
        """
        from workbench.succession import succession

        if self._changing is not None:
            return
        before, self._former = language(), self._language.wish
        self._language.choose(wish)
        if language() == before:
            self.window.registry.refresh()
            return
        self._changing = succession(self.window)
        self._change()

    def _change(self) -> None:
        """Do one piece of work on the window that comes; events are answered between two of them."""
        if self._changing is None:  # the program ends
            return
        try:
            window = next(self._changing, None)
        except BaseException:
            self._changing = None
            self._go_back()
            raise
        if window is None:
            self._changing = None
            return
        if window is not self.window:
            gc.unfreeze()  # the window that goes is garbage
            self.window.destroyed.connect(gc.freeze)
            self._report.uninstall()
            self._former = None
            self._take(window)
        QTimer.singleShot(0, self, self._change)

    def _go_back(self) -> None:
        """The old window stays, and so does its language."""
        if self._former is not None:
            self._language.choose(self._former)
            self.window.engines.speak(language())
            self.window.registry.refresh()

    def end(self) -> None:
        """End the window without questions, also while another one is about to take its place."""
        changing, self._changing = self._changing, None
        try:
            if changing is not None:
                changing.close()  # a veil would refuse that the program ends
        finally:
            self.window.end()


def run(path: Path | None = None) -> int:
    """Open the workbench and stay until it is closed.

    Args:
        path: A project to open.

    Returns:
        The exit code.
    """
    app = make_application()
    Sweeper(app)
    seat = Seat(app)
    for number in (signal.SIGINT, signal.SIGTERM):
        # Python runs handlers between byte codes; the window's timer makes sure that some run.
        signal.signal(number, lambda *_: QTimer.singleShot(0, seat, lambda: _end(app, seat)))
    seat.window.show()
    QTimer.singleShot(0, seat, lambda: seat.window.begin(path))
    # What is there then stays: looking through it for garbage would hold up a frame.
    seat.window.furnisher.finished.connect(gc.freeze)
    return app.exec()


def _end(app: QApplication, seat: Seat) -> None:
    seat.end()
    app.quit()
