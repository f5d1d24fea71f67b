"""The line of runs that a variant comes from; needs no torch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.runs.branch import parent_beside
from engine.runs.summary import COMPRESSED, Summary, read_summary
from projects.errors import RunError
from projects.translation import gettext as _


def line_of(run: Path) -> Iterator[tuple[Path, Summary]]:
    """Yield a run and, of a variant, those that it comes from as far as they lie beside it, the nearest first.

    Args:
        run: The run folder.

    Raises:
        RunError: The summary of one of them is missing or damaged.
    """
    seen: set[Path] = set()  # a line may be a circle
    while run not in seen:
        seen.add(run)
        summary = read_summary(run)
        yield run, summary
        parent = parent_beside(run, summary.parent) if summary.state == COMPRESSED else None
        if parent is None or not parent.is_dir():
            return
        run = parent


def trained_run(run: Path) -> Path:
    """Return the run that was trained: of a variant the nearest one that it came from.

    Raises:
        RunError: It is gone.
    """
    *_between, (oldest, summary) = line_of(run)
    if summary.state == COMPRESSED:
        raise RunError(
            _("the run that this was made of does not lie beside it."),
            where=str(oldest),
            hint=_("Put both folders into one."),
        )
    return oldest
