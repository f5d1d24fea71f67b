"""The command ``study``: a grid of trainings worked through in engine processes, and a table of them."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from engine.headless.arguments import Command, argument, path, whole
from engine.headless.console import DONE, FAILED, INTERRUPTED, Console, harmless
from engine.studies.conductor import Order
from engine.studies.work import Watcher
from projects import files
from projects.figures import measured
from projects.translation import N_
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.studies.results import CellResult, Results
    from engine.studies.work import StudyWork

POLL = 0.05
LINE_EVERY = 10.0
STUDIES = "studies"


def study(args: argparse.Namespace, console: Console) -> int:
    """Train every run of a study that is not done yet, and say what came of all of them."""
    from engine.client import Engine
    from engine.headless.training import stopping
    from engine.studies.declaration import load_study, project_file_of
    from engine.studies.folder import StudyFolder
    from engine.studies.work import StudyWork

    declared = load_study(args.study)
    project_file = project_file_of(declared, args.study)
    project = files.load(project_file).project
    out = args.out or args.study.parent / STUDIES / args.study.stem
    folder = StudyFolder(out)
    planned = folder.begin(declared, project, files.folder_of(project_file))

    def lease() -> Engine:
        engine = Engine()
        engine.start()
        return engine

    report = Report(console)
    work = StudyWork(folder, declared, planned, lease, Engine.end, report, args.jobs)
    report.begin(work)
    try:
        with stopping(work.conductor) as interrupted:
            _work_through(work, report)
    finally:
        report.close()
        for live in work.conductor.live:
            live.engine.close()
        work.close()
    results = work.results()
    stopped = interrupted.is_set() and any(row.state != "finished" for row in work.rows)
    console.answer(_answer(results, work, stopped), _told(results, work))
    if stopped:
        console.note(_("Interrupted; the same command goes on with the study."))
        return INTERRUPTED
    return DONE if any(row.state == "finished" for row in work.rows) else FAILED


def _work_through(work: StudyWork, report: Report) -> None:
    while not work.conductor.done:
        work.conductor.poll()
        held = next((live for live in work.conductor.live if live.held), None)
        if held is not None and not work.conductor.stopping:
            report.say(held.held)
            work.conductor.stop()  # nobody is there who could make room
        report.refresh()
        time.sleep(POLL)


class Report(Watcher):
    """Says how a study goes: a bar on a terminal, a line for every run that ended.

    Args:
        console: Where lines go.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._work: StudyWork | None = None
        self._bar: Any = None
        self._next_line = time.monotonic() + LINE_EVERY

    def begin(self, work: StudyWork) -> None:
        """Say what there is to do."""
        self._work = work
        rows, conductor = work.rows, work.conductor
        threads = max((row.planned.project.recipe.threads for row in rows), default=1)
        self._console.note(
            _(
                "{runs} runs, {waiting} to train; {at_once} at once, {threads} threads each: {place}"
            ).format(
                runs=len(rows),
                waiting=conductor.waiting,
                at_once=conductor.at_once,
                threads=threads,
                place=work.folder.path,
            )
        )
        if sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(
                total=len(rows),
                initial=work.share * len(rows),
                ncols=max(60, shutil.get_terminal_size().columns - 1),
                bar_format="{percentage:3.0f}%|{bar:24}| {n:.1f}/{total_fmt} [{elapsed}<{remaining}]{postfix}",
                file=sys.stderr,
            )

    def ended(self, order: Order, state: str, message: str) -> None:
        """Say what came of a run."""
        if self._work is None or state == "stopped":
            return
        row = self._work.row(order.name)
        done = sum(other.state in ("finished", "failed") for other in self._work.rows)
        metric = self._work.results().metric
        words = message or state
        if not message and metric in row.metrics:
            words = f"{metric} {measured(metric, row.metrics[metric])}"
        self.say(f"{done}/{len(self._work.rows)} · {row.planned.title} · {words}")

    def refresh(self) -> None:
        """Show where it is."""
        if self._work is None:
            return
        live = self._work.conductor.live
        if self._bar is not None:
            self._bar.set_postfix_str(
                " · ".join(_where(one.order.name, self._work) for one in live)
            )
            self._bar.update(self._work.share * len(self._work.rows) - self._bar.n)
        elif time.monotonic() >= self._next_line:
            self._next_line = time.monotonic() + LINE_EVERY
            for one in live:
                self._console.note(
                    _("{run} · step {step:,} · {rate:,.0f} steps/s").format(
                        run=self._work.row(one.order.name).planned.title,
                        step=one.step,
                        rate=one.rate,
                    )
                )

    def say(self, text: str) -> None:
        """Say something beside the bar."""
        if self._bar is not None:
            self._bar.write(harmless(text), file=sys.stderr)
        else:
            self._console.note(text)

    def close(self) -> None:
        """Leave the terminal as it is, below the bar."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def _where(name: str, work: StudyWork) -> str:
    return harmless(work.row(name).planned.title)


def _answer(results: Results, work: StudyWork, stopped: bool) -> dict[str, Any]:
    axes = [axis.title for axis in results.study.axes]
    return {
        "study": str(work.folder.path),
        "state": "stopped" if stopped else "finished",
        "metric": results.metric,
        "higher_is_better": results.higher,
        "cells": [_cell(cell, axes) for cell in results.cells],
        "runs": [
            {
                "run": str(row.path),
                "cell": dict(zip(axes, row.planned.cell.labels, strict=True)),
                "seed": row.planned.seed,
                "state": row.state,
                "steps": row.steps,
                "seconds": row.seconds,
                "metrics": row.metrics,
                "message": row.message,
            }
            for row in work.rows
        ],
    }


def _cell(cell: CellResult, axes: list[str]) -> dict[str, Any]:
    return {
        "cell": dict(zip(axes, cell.cell.labels, strict=True)),
        "finished": cell.done,
        "failed": cell.failed,
        "best": cell.best,
        "metrics": {
            name: {"mean": figure.mean, "sd": figure.sd, "runs": figure.runs}
            for name, figure in cell.figures.items()
        },
    }


def _told(results: Results, work: StudyWork) -> Iterator[str]:
    titles = [cell.cell.title for cell in results.cells]
    width = max(map(len, titles), default=0)
    if results.metric:
        yield _("{metric}, mean ± sd over the seeds").format(metric=results.metric)
    for cell, title in zip(results.cells, titles, strict=True):
        figure = cell.figures.get(results.metric)
        words = str(figure) if figure is not None else "–"
        failed = _(" · {count} failed").format(count=cell.failed) if cell.failed else ""
        best = _("  ← best") if cell.best else ""
        yield f"{title:<{width}}  {words}  ({cell.done}/{len(cell.rows)}{failed}){best}"
    yield str(work.folder.path)


COMMANDS = (
    Command(
        "study",
        N_("train a grid of settings and seeds, and compare what comes of them"),
        study,
        (
            argument("study", metavar="STUDY.yaml", type=path, help=N_("study file")),
            argument(
                "--out",
                metavar="DIR",
                type=path,
                help=N_("the study's folder; one that is begun already is gone on with"),
            ),
            argument(
                "--jobs",
                metavar="N",
                type=whole(1, 64),
                help=N_("how many runs are trained at the same time; else the study says"),
            ),
        ),
    ),
)
