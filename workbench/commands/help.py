"""Help: the command palette, the list of keys, what this is."""

from __future__ import annotations

from gettext import gettext as _
from typing import TYPE_CHECKING

from workbench.actions import Command

if TYPE_CHECKING:
    from workbench.window import MainWindow


def commands(window: MainWindow) -> list[Command]:
    """Return the commands of the Help menu."""
    return [
        Command(
            "palette",
            _("&Command palette…"),
            "help",
            window.show_palette,
            "command",
            ("Ctrl+Shift+P", "Ctrl+K"),
        ),
        Command(
            "shortcuts",
            _("&Keyboard shortcuts"),
            "help",
            window.show_shortcuts,
            "help",
            ("F1", "Ctrl+/"),
        ),
        Command("about", _("&About Ganvas"), "help", window.show_about, section=1),
    ]
