"""Work that a window can wait for: done behind what is seen already, or at once when it is needed."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from workbench.aside import in_window


class Furnisher(QObject):
    """Imports a module in a thread, then does work in pieces between which events are answered.

    Args:
        module: What the work needs.
        work: Begins the work and yields between its pieces; called when the module is there.
        parent: Qt parent.

    Attributes:
        done: Whether all is done.

    Signals:
        finished: All is done.
    """

    finished = Signal()

    def __init__(self, module: str, work: Callable[[], Iterator[None]], parent: QObject) -> None:
        super().__init__(parent)
        self._module = module
        self._work = work
        self._pieces: Iterator[None] | None = None
        self._importing: threading.Thread | None = None
        self._stopped = False
        self._broken: BaseException | None = None
        self.done = False

    def start(self) -> None:
        """Do it from now on, piece by piece."""
        if not self.done and self._importing is None:
            self._importing = threading.Thread(target=self._import, daemon=True)
            self._importing.start()

    def stop(self) -> None:
        """Do nothing more by itself, and let the thread end."""
        self._stopped = True
        self.wait()

    def finish(self) -> None:
        """Do all that is left now; what has gone wrong on the way goes wrong again."""
        if self.done:
            return
        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            for _piece in self.pieces():
                pass
        finally:
            QGuiApplication.restoreOverrideCursor()

    def pieces(self) -> Iterator[None]:
        """Do all that is left as it is asked for; yields after every piece."""
        self.wait()
        while not self.done:
            self._next()
            yield

    def wait(self) -> None:
        """Let the thread end, if there is one."""
        if self._importing is not None:
            self._importing.join()

    def _import(self) -> None:
        importlib.import_module(self._module)
        in_window(self, self._go_on)

    def _go_on(self) -> None:
        if not self.done and not self._stopped:
            self._next()
            QTimer.singleShot(0, self, self._go_on)

    def _next(self) -> None:
        if self._broken is not None:
            raise self._broken
        if self._pieces is None:
            self._pieces = self._work()
        try:
            next(self._pieces)
        except StopIteration:
            self.done = True
            self.finished.emit()
        except BaseException as error:
            self._broken = error
            raise
