"""What several menus need: doing something with the designer in use, or saying why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from projects.translation import gettext as _

if TYPE_CHECKING:
    from workbench.designer import Designer
    from workbench.window import MainWindow


def on_designer(window: MainWindow, work: Callable[[Designer], None]) -> Callable[[], None]:
    """Return what does something with the designer in use."""

    def run() -> None:
        if window.designer is not None:
            work(window.designer)

    return run


def no_project(window: MainWindow) -> str:
    """Why nothing can be done with a project; empty when one is open."""
    return "" if window.files.document is not None else _("Open a project first.")


def too_few(window: MainWindow, least: int) -> str:
    """Why a command that needs so many chosen layers cannot be given; empty when it can."""
    designer = window.designer
    if designer is not None and len(designer.selection) >= least:
        return ""
    if designer is None or least == 0:
        return _("Open a project first.")
    if least == 1:
        return _("Choose layers on the canvas first.")
    return _("Choose {count} layers or more on the canvas first.").format(count=least)
