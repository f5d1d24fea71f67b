"""Edit: undo and redo, and what is done to chosen layers."""

from __future__ import annotations

from collections.abc import Callable
from gettext import gettext as _
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from workbench.actions import Command

if TYPE_CHECKING:
    from workbench.designer import Designer
    from workbench.window import MainWindow

Keys = QKeySequence.StandardKey


def commands(window: MainWindow) -> list[Command]:
    """Return the commands of the Edit menu."""

    def on_designer(work: Callable[[Designer], None]) -> Callable[[], None]:
        def run() -> None:
            if window.designer is not None:
                work(window.designer)

        return run

    def no_designer() -> str:
        return "" if window.designer is not None else _("Open a project first.")

    def no_layers() -> str:
        designer = window.designer
        if designer is None:
            return no_designer()
        chosen = designer.selection or designer.canvas.selected_wires
        return "" if chosen else _("Choose layers on the canvas first.")

    def no_undo() -> str:
        there = window.files.document is not None and window.files.document.stack.canUndo()
        return "" if there else _("There is nothing to undo.")

    def no_redo() -> str:
        there = window.files.document is not None and window.files.document.stack.canRedo()
        return "" if there else _("There is nothing to redo.")

    return [
        Command("undo", _("&Undo"), "edit", window.undo, "undo", (Keys.Undo,), no_undo),
        Command(
            "redo", _("&Redo"), "edit", window.redo, "redo", ("Ctrl+Shift+Z", "Ctrl+Y"), no_redo
        ),
        Command(
            "cut",
            _("Cu&t"),
            "edit",
            on_designer(lambda designer: designer.cut()),
            "cut",
            ("Ctrl+X",),  # not the standard key, which Shift+Delete is too
            no_layers,
            section=1,
        ),
        Command(
            "copy",
            _("&Copy"),
            "edit",
            on_designer(lambda designer: designer.copy()),
            "copy",
            ("Ctrl+C",),
            no_layers,
            section=1,
        ),
        Command(
            "paste",
            _("&Paste"),
            "edit",
            on_designer(lambda designer: designer.paste()),
            "paste",
            ("Ctrl+V",),
            no_designer,
            section=1,
        ),
        Command(
            "duplicate",
            _("&Duplicate"),
            "edit",
            on_designer(lambda designer: designer.duplicate()),
            "",
            ("Ctrl+D",),
            no_layers,
            section=1,
        ),
        Command(
            "delete",
            _("De&lete"),
            "edit",
            on_designer(lambda designer: designer.delete_selected()),
            "delete",
            (),
            no_layers,
            section=1,
        ),
        Command(
            "select_all",
            _("Select &all"),
            "edit",
            on_designer(lambda designer: designer.select_all()),
            "",
            ("Ctrl+A",),
            no_designer,
            section=2,
        ),
        Command(
            "arrange",
            _("A&rrange layers"),
            "edit",
            on_designer(lambda designer: designer.auto_layout()),
            "layout",
            ("Ctrl+L",),
            no_designer,
            section=2,
        ),
        Command(
            "find",
            _("&Find a layer…"),
            "edit",
            window.find_layer,
            "search",
            ("Ctrl+F",),
            no_designer,
            section=2,
        ),
    ]
