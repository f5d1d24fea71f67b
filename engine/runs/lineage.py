"""The line of runs that a variant comes from; needs no torch."""

from __future__ import annotations

from pathlib import Path

from engine.runs.branch import parent_beside
from engine.runs.summary import COMPRESSED, read_summary
from projects.errors import RunError
from projects.translation import gettext as _


def trained_run(run: Path) -> Path:
    """Return the run that was trained: of a variant the nearest one that it came from.

    Raises:
        RunError: It is gone.
    """
    seen: set[Path] = set()
    while (summary := read_summary(run)).state == COMPRESSED and run not in seen:
        seen.add(run)
        parent = parent_beside(run, summary.parent)
        if parent is None:
            raise RunError(
                _("the run that this was made of does not lie beside it."),
                where=str(run),
                hint=_("Put both folders into one."),
            )
        run = parent
    return run
