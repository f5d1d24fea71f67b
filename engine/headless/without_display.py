"""What the program does on a machine that cannot show a window."""

from __future__ import annotations

import importlib
import os
import socket
import sys
from pathlib import Path

from engine.headless.console import Console
from projects import templates
from projects.translation import gettext as _


def missing_display() -> str:
    """Return why no window can be shown, as a sentence; empty when one can."""
    if reason := _missing_libraries():
        return reason
    if sys.platform in ("win32", "darwin", "cygwin") or os.environ.get("QT_QPA_PLATFORM"):
        return ""
    if _wayland_answers() or _x_answers(os.environ.get("DISPLAY", "")):
        return ""
    return _("There is no display to show a window on.")


def train_example(console: Console) -> int:
    """Train the default example in the terminal and return the exit code.

    Args:
        console: Where to speak.
    """
    from engine.headless.training import Job, train_job
    from engine.runs.control import Limits
    from engine.runs.folder import new_run

    example = templates.template(templates.DEFAULT)
    console.note(_("Training the example “{title}” here instead:").format(title=example.title))
    run = new_run(None, example.name)
    return train_job(Job(example.project, Path.cwd(), run), Limits(), console)


def _missing_libraries() -> str:
    try:
        importlib.import_module("PySide6.QtWidgets")
    except ImportError as error:
        return _("The window's libraries are not complete on this machine ({reason}).").format(
            reason=error
        )
    return ""


def _wayland_answers() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY", "")
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    return bool(name) and _answers(str(Path(folder, name)))


def _x_answers(display: str) -> bool:
    """Whether an X server listens; Qt would abort the program where none does."""
    host, colon, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if not colon or not number.isdecimal():
        return False
    local = f"/tmp/.X11-unix/X{number}"
    if host in ("", "unix") or host.startswith("/"):
        return _answers(local) or _answers(f"\0{local}")
    try:
        with socket.create_connection((host, 6000 + int(number)), timeout=2):
            return True
    except (OSError, OverflowError):
        return False


def _answers(address: str) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(2)
            probe.connect(address)
            return True
    except OSError:
        return False
