"""A bug is said as one: what failed, that nothing is lost, and a report to copy."""

from __future__ import annotations

import platform
import sys
import traceback
from collections.abc import Callable
from gettext import gettext as _
from types import TracebackType

import PySide6

from workbench.toasts import Toasts


def install(toasts: Toasts, keep: Callable[[], None]) -> None:
    """Show what no code has caught, after unsaved work was kept.

    Args:
        toasts: Where to say it.
        keep: Keeps unsaved work.
    """
    before = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        before(kind, error, trace)
        if issubclass(kind, KeyboardInterrupt):
            return
        keep()
        toasts.show_error(
            _("Something went wrong inside Ganvas"),
            _("Your work is kept. Please report this so that it can be mended."),
            report("".join(traceback.format_exception(kind, error, trace))),
        )

    sys.excepthook = hook


def report(trace: str) -> str:
    """Return a traceback with what is needed to understand it."""
    facts = (
        f"Python {platform.python_version()}",
        f"PySide6 {PySide6.__version__}",
        platform.platform(),
    )
    return "\n".join((*facts, "", trace))
