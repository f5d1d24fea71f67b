"""Help: the command palette, the list of keys, what this is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from projects.guides import heads
from projects.translation import gettext as _
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
            window.dialogs.palette,
            "command",
            ("Ctrl+Shift+P", "Ctrl+K"),
        ),
        Command(
            "shortcuts",
            _("&Keyboard shortcuts"),
            "help",
            window.dialogs.shortcuts,
            "help",
            ("Ctrl+/", "Shift+F1"),
        ),
        Command(
            "what_is_this",
            _("&What is this?"),
            "help",
            window.help_on_this,
            "help",
            ("F1",),
            section=1,
        ),
        *(
            Command(
                f"guide_{guide.name}",
                _(guide.title).replace("&", "&&"),
                "help",
                partial(window.open_guide, guide.name),
                section=1,
                under=_("&Guided experiments"),
            )
            for guide in heads()
        ),
        Command("textbook", _("&Textbook"), "help", window.show_textbook, "textbook", section=1),
        Command("about", _("&About Ganvas"), "help", window.dialogs.about, section=2),
    ]
