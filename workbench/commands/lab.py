"""Train and View: A/B tests, studies, and the tabs that show them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from projects.translation import N_
from projects.translation import gettext as _
from workbench.actions import Command
from workbench.commands.common import no_project

if TYPE_CHECKING:
    from workbench.window import MainWindow

TABS = {
    "compare": N_("Compare tab"),
    "study": N_("Study tab"),
    "inside": N_("Inside tab"),
    "compress": N_("Compress tab"),
}


def commands(window: MainWindow) -> list[Command]:
    """Return the commands for comparing trainings."""
    lab = window.lab
    missing = partial(no_project, window)

    def not_active() -> str:
        return "" if lab.studying.active else _("No study and no comparison goes on.")

    return [
        Command(
            "ab_test",
            _("&A/B test…"),
            "train",
            lab.pairs.ask,
            "compare",
            ("Ctrl+Shift+B",),
            lab.why_not,
            section=3,
        ),
        Command(
            "new_study",
            _("New stud&y…"),
            "train",
            lab.ask_study,
            "study",
            (),
            lab.why_not,
            section=3,
        ),
        Command(
            "pause_study",
            _("Pa&use the study or comparison"),
            "train",
            lab.studying.pause,
            "",
            (),
            not_active,
            section=3,
            checked=lambda: lab.studying.paused,
        ),
        Command(
            "stop_study",
            _("St&op the study or comparison"),
            "train",
            lab.studying.stop,
            "",
            (),
            not_active,
            section=3,
        ),
        *(
            Command(
                f"tab_{name}",
                _(title),
                "view",
                partial(window.show_lab, name),
                name,
                (f"Ctrl+{place}",),
                missing,
                section=1,
            )
            for place, (name, title) in enumerate(TABS.items(), start=6)
        ),
    ]
