"""File: new, open, import, save, close, quit."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from engine.objectives.base import OBJECTIVES
from projects.schema import UNTITLED, Data, Network, Plug, Project
from projects.translation import gettext as _
from workbench.actions import Command

if TYPE_CHECKING:
    from workbench.window import MainWindow

Keys = QKeySequence.StandardKey


def commands(window: MainWindow) -> list[Command]:
    """Return the commands of the File menu."""
    files = window.files

    def no_project() -> str:
        return "" if files.document is not None else _("Open a project first.")

    return [
        *(
            Command(
                f"new_{objective.tag()}",
                _("New: {title}").format(title=objective.title),
                "file",
                _maker(window, objective.tag()),
                "new",
                ("Ctrl+N",) if place == 0 else (),
            )
            for place, objective in enumerate(OBJECTIVES)
        ),
        Command("open", _("&Open…"), "file", window.open_dialog, "open", (Keys.Open,)),
        Command(
            "import",
            _("&Import…"),
            "file",
            window.importing.ask,
            "import",
            ("Ctrl+I",),
            window.importing.why_not,
        ),
        Command(
            "import_events",
            _("Import runs of &TensorBoard…"),
            "file",
            window.event_files.ask_in,
            why_not=lambda: no_project() or window.event_files.why_not_in(),
        ),
        Command(
            "export",
            _("E&xport the shown run…"),
            "file",
            window.exporting.ask,
            "save",
            ("Ctrl+E",),
            lambda: no_project() or window.exporting.why_not(),
        ),
        Command(
            "export_events",
            _("&Export the shown run to TensorBoard…"),
            "file",
            window.event_files.ask_out,
            why_not=lambda: no_project() or window.event_files.why_not_out(),
        ),
        Command("window", _("New &window"), "file", _new_window, shortcuts=("Ctrl+Shift+N",)),
        Command(
            "save", _("&Save"), "file", window.save, "save", (Keys.Save,), no_project, section=1
        ),
        Command(
            "save_as",
            _("Save &as…"),
            "file",
            window.save_as,
            shortcuts=("Ctrl+Shift+S",),
            why_not=no_project,
            section=1,
        ),
        Command(
            "properties",
            _("&Name and description…"),
            "file",
            window.dialogs.properties,
            why_not=no_project,
            section=1,
        ),
        Command(
            "close",
            _("&Close project"),
            "file",
            window.close_project,
            "home",
            ("Ctrl+W",),
            no_project,
            section=2,
        ),
        Command("quit", _("&Quit"), "file", window.quit, shortcuts=("Ctrl+Q",), section=2),
    ]


def empty_project(objective: str) -> Project:
    """Return a project with everything that an objective needs but the layers."""
    roles = OBJECTIVES.get(objective).networks
    return Project(
        name=UNTITLED,
        networks={role.name: Network() for role in roles},
        data=Data(source=Plug("digits")),
        objective=Plug(objective),
    )


def _maker(window: MainWindow, objective: str) -> Callable[[], None]:
    return lambda: window.new(objective)


def _new_window() -> None:
    """Open another window; it is a process of its own, so that neither can harm the other."""
    main = Path(__file__).resolve().parents[2] / "main.py"
    command = [sys.executable, str(main)] if main.is_file() else [sys.executable, "-m", "main"]
    subprocess.Popen(command, start_new_session=True)
