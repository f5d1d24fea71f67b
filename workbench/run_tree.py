"""Which run stands below which in the list of runs: branches below the run that they came from."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from engine.runs.branch import parent_path
from engine.runs.summary import COMPRESSED, Summary
from projects.translation import gettext as _
from workbench.rundata import plain_title, run_title
from workbench.variant_words import variant_words


def parents_of(runs: Sequence[tuple[Path, Summary]]) -> dict[Path, Path]:
    """Return the parent of every branch whose parent is listed too.

    Summaries are files, and files may say anything: runs that would be their own ancestors have none.

    Args:
        runs: Every listed run.
    """
    listed = {os.path.abspath(path): path for path, _summary in runs}
    found: dict[Path, Path] = {}
    for path, summary in runs:
        if summary.parent:
            parent = listed.get(os.path.abspath(parent_path(path, summary.parent)))
            if parent is not None and path not in _line(parent, found):
                found[path] = parent
    return found


def branch_title(path: Path, summary: Summary, known: bool, name: str = "") -> str:
    """Return what a run is called in the list; a branch says from where it came, a variant what was done to it.

    Args:
        path: The run folder.
        summary: What it says of itself.
        known: Whether it stands below its parent.
        name: The name that it was given; empty for none.
    """
    title = name or plain_title(path)
    if not summary.parent:
        return title
    step = _("from step {step:,}").format(step=summary.parent_step)
    if summary.state == COMPRESSED:
        step = variant_words(path)
    if not known:
        gone = run_title(parent_path(path, summary.parent))
        step = _("{step} of {run}, which is gone").format(step=step, run=gone)
    return f"{title} · {step}"


def _line(path: Path, parents: dict[Path, Path]) -> set[Path]:
    """A run and its ancestors."""
    line = {path}
    while path in parents:
        path = parents[path]
        line.add(path)
    return line
