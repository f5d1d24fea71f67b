"""Edit: undo and redo, and what is done to chosen layers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from projects.translation import gettext as _
from workbench.actions import Command
from workbench.commands.common import no_project, on_designer, too_few
from workbench.undoing import REDO, UNDO

if TYPE_CHECKING:
    from workbench.window import MainWindow

Keys = QKeySequence.StandardKey


def commands(window: MainWindow) -> list[Command]:
    """Return the commands of the Edit menu."""

    def no_layers() -> str:
        canvas = window.designer.canvas if window.designer is not None else None
        others = canvas is not None and (canvas.selected_wires or canvas.selected_frames)
        return "" if others else too_few(window, 1)

    def no_undo() -> str:
        there = window.stack is not None and window.stack.canUndo()
        return "" if there else _("There is nothing to undo.")

    def no_redo() -> str:
        there = window.stack is not None and window.stack.canRedo()
        return "" if there else _("There is nothing to redo.")

    return [
        Command("undo", _("&Undo"), "edit", window.undo, "undo", (UNDO,), no_undo),
        Command("redo", _("&Redo"), "edit", window.redo, "redo", REDO, no_redo),
        Command(
            "cut",
            _("Cu&t"),
            "edit",
            on_designer(window, lambda designer: designer.copier.cut()),
            "cut",
            ("Ctrl+X",),  # not the standard key, which Shift+Delete is too
            no_layers,
            section=1,
        ),
        Command(
            "copy",
            _("&Copy"),
            "edit",
            on_designer(window, lambda designer: designer.copier.copy()),
            "copy",
            ("Ctrl+C",),
            no_layers,
            section=1,
        ),
        Command(
            "paste",
            _("&Paste"),
            "edit",
            on_designer(window, lambda designer: designer.copier.paste()),
            "paste",
            ("Ctrl+V",),
            partial(no_project, window),
            section=1,
        ),
        Command(
            "paste_connected",
            _("Paste with &wires"),
            "edit",
            on_designer(window, lambda designer: designer.copier.paste(incoming=True)),
            "",
            ("Ctrl+Shift+V",),
            partial(no_project, window),
            section=1,
        ),
        Command(
            "duplicate",
            _("&Duplicate"),
            "edit",
            on_designer(window, lambda designer: designer.copier.duplicate()),
            "",
            ("Ctrl+D",),
            no_layers,
            section=1,
        ),
        Command(
            "duplicate_connected",
            _("D&uplicate with wires"),
            "edit",
            on_designer(window, lambda designer: designer.copier.duplicate(incoming=True)),
            "",
            ("Ctrl+Shift+D",),
            no_layers,
            section=1,
        ),
        Command(
            "delete",
            _("De&lete"),
            "edit",
            on_designer(window, lambda designer: designer.delete_selected()),
            "delete",
            (),
            no_layers,
            section=1,
        ),
        Command(
            "select_all",
            _("Select &all"),
            "edit",
            on_designer(window, lambda designer: designer.select_all()),
            "",
            ("Ctrl+A",),
            partial(no_project, window),
            section=2,
        ),
        Command(
            "find",
            _("&Find a layer…"),
            "edit",
            window.dialogs.find_layer,
            "search",
            ("Ctrl+F",),
            partial(no_project, window),
            section=2,
        ),
    ]
