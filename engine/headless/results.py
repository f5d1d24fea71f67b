"""Commands about runs: ``runs``."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from gettext import gettext as _
from pathlib import Path
from typing import Any

from engine.headless.arguments import Command, argument, path
from engine.headless.console import DONE, Console
from projects.errors import FileError, RunError


def list_runs(args: argparse.Namespace, console: Console) -> int:
    """List runs, the newest first."""
    rows = [_row(run) for run in _found(args.place)]
    console.answer({"runs": rows}, _table(rows))
    return DONE


def _found(place: Path | None) -> list[Path]:
    from engine.runs import folder

    if place is None:
        return folder.list_runs(Path.cwd())
    if place.is_file():
        return folder.list_runs(folder.runs_folder(place, place.stem))
    if place.is_dir():
        return folder.list_runs(place)
    raise FileError(_("there is no such project or folder."), where=str(place))


def _row(run: Path) -> dict[str, Any]:
    from engine.runs.summary import read_summary

    try:
        summary = read_summary(run)
    except RunError:
        return {"run": str(run), "project": "", "state": "damaged", "steps": 0, "metrics": {}}
    return {
        "run": str(run),
        "project": summary.project,
        "state": summary.state,
        "steps": summary.steps,
        "metrics": summary.metrics,
    }


def _table(rows: list[dict[str, Any]]) -> Iterator[str]:
    from engine.headless.progress import words

    if not rows:
        yield _("There are no runs here.")
    for row in rows:
        yield f"{row['run']}  –  {row['project']}, {row['state']}, " + _("{steps:,} steps").format(
            steps=row["steps"]
        )
        if row["metrics"]:
            yield f"    {words(row['metrics'])}"


COMMANDS = (
    Command(
        "runs",
        _("list runs"),
        list_runs,
        (
            argument(
                "place",
                metavar="PROJECT|DIR",
                nargs="?",
                type=path,
                help=_("whose runs; those below the current folder when left out"),
            ),
        ),
    ),
)
