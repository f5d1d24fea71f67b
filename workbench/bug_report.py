"""A bug is said as one: what failed, that nothing is lost, and a report to copy."""

from __future__ import annotations

import contextlib
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

import PySide6
from PySide6.QtCore import QObject

from projects.translation import gettext as _
from workbench.aside import in_window
from workbench.toasts import Toasts


class BugReport(QObject):
    """Shows what no code has caught, in whichever thread, after unsaved work was kept.

    Args:
        toasts: Where to say it.
        keep: Keeps unsaved work.
    """

    def __init__(self, toasts: Toasts, keep: Callable[[], None]) -> None:
        super().__init__(toasts)
        self._toasts = toasts
        self._keep = keep
        self._before = (sys.excepthook, threading.excepthook)
        self._saying = False

    def install(self) -> None:
        """Listen from now on; what listened before is still told first."""
        sys.excepthook = self._hook
        threading.excepthook = self._thread_hook

    def uninstall(self) -> None:
        """Listen no longer."""
        sys.excepthook, threading.excepthook = self._before

    def _hook(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self._before[0](kind, error, trace)
        if not issubclass(kind, KeyboardInterrupt):
            self._say(_words(kind, error, trace))

    def _thread_hook(self, args: threading.ExceptHookArgs) -> None:
        self._before[1](args)
        if args.exc_value is not None and not issubclass(args.exc_type, KeyboardInterrupt):
            text = _words(args.exc_type, args.exc_value, args.exc_traceback)
            in_window(self, lambda: self._say(text))

    def _say(self, text: str) -> None:
        if self._saying:  # what fails while a failure is said is not said, or it would never end
            return
        self._saying = True
        try:
            with contextlib.suppress(Exception):  # it may be what has failed
                self._keep()
            self._toasts.show_error(
                _("Something went wrong inside Ganvas"),
                _("Your work is kept. Please report this so that it can be mended."),
                text,
            )
        finally:
            self._saying = False


def _words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
    return report("".join(traceback.format_exception(kind, error, trace)))


def report(trace: str) -> str:
    """Return a traceback with what is needed to understand it."""
    facts = (
        f"Python {platform.python_version()}",
        f"PySide6 {PySide6.__version__}",
        platform.platform(),
    )
    return "\n".join((*facts, "", trace))
