"""A study being trained: its folder, its runs and what has come of them so far."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from engine.client import Engine
from engine.protocol import Event, Progress
from engine.studies.conductor import Conductor, Listener, Order
from engine.studies.declaration import Study
from engine.studies.folder import Row, StudyFolder
from engine.studies.grid import Planned
from engine.studies.results import Results, as_csv, as_markdown, results_of
from projects.atomic import write
from projects.errors import FileError

TABLES = {"results.csv": as_csv, "results.md": as_markdown}


class Watcher:
    """Hears how a study goes; does nothing by itself."""

    def begun(self, order: Order) -> None:
        """A run begins or goes on."""

    def said(self, order: Order, event: Event) -> None:
        """A run said something."""

    def ended(self, order: Order, state: str, message: str) -> None:
        """A run is over; its row is up to date."""


class StudyWork:
    """Trains what is still to be trained of a study.

    Args:
        folder: The study.
        study: What it declares.
        planned: Its runs.
        lease: Gives an engine.
        release: Takes it back.
        listener: Hears how it goes.
        at_once: How many runs are trained at the same time; the study's own number when left out.

    Raises:
        RunError: Another process trains it.

    Attributes:
        conductor: Orders to the runs.
    """

    def __init__(
        self,
        folder: StudyFolder,
        study: Study,
        planned: list[Planned],
        lease: Callable[[], Engine],
        release: Callable[[Engine], None],
        listener: Listener,
        at_once: int | None = None,
    ) -> None:
        self.folder = folder
        self.study = study
        self.listener = listener
        self._lock = folder.lock()
        try:
            self._rows = {row.planned.name: row for row in folder.rows(planned)}
            start = folder.data_folder()
        except BaseException:
            self._lock.release()
            raise
        self._ended: set[str] = set()
        orders = [
            Order(row.planned.name, row.planned.project, start, row.path)
            for row in self._rows.values()
            if row.left
        ]
        self.conductor = Conductor(orders, lease, release, self, at_once or study.at_once)

    @property
    def rows(self) -> list[Row]:
        """What has become of every run so far."""
        return list(self._rows.values())

    def row(self, name: str) -> Row:
        """What has become of one run."""
        return self._rows[name]

    def results(self) -> Results:
        """The table so far."""
        return results_of(self.study, self.rows)

    @property
    def share(self) -> float:
        """Which part of all runs is done, 0 to 1."""
        ended = sum(not row.left or name in self._ended for name, row in self._rows.items())
        return (ended + sum(live.share for live in self.conductor.live)) / max(1, len(self._rows))

    def close(self) -> None:
        """Write the tables and let others train here.

        Raises:
            FileError: The tables cannot be written.
        """
        self._lock.release()
        write_tables(self.results(), self.folder.path)

    # ------------------------------------------------------------------ what the conductor says

    def begun(self, order: Order) -> None:
        """See :class:`Watcher`."""
        self._change(order.name, state="running", message="")
        self._note(order.name, "")
        self.listener.begun(order)

    def said(self, order: Order, event: Event) -> None:
        """See :class:`Watcher`."""
        if isinstance(event, Progress):
            self._change(order.name, steps=event.step, seconds=event.seconds)
        self.listener.said(order, event)

    def ended(self, order: Order, state: str, message: str) -> None:
        """See :class:`Watcher`."""
        if message:
            self._note(order.name, message)
        if state != "stopped":
            self._ended.add(order.name)
        self._rows[order.name] = self.folder.row(self.row(order.name).planned, message)
        self.listener.ended(order, state, message)

    def _note(self, name: str, message: str) -> None:
        """Note why a run failed; where that can't be written the run is only tried again another time."""
        with contextlib.suppress(FileError):
            self.folder.note_failure(name, message)

    def _change(self, name: str, **values: object) -> None:
        self._rows[name] = msgspec.structs.replace(self._rows[name], **values)


def write_tables(results: Results, folder: Path) -> None:
    """Write what came of a study into its folder: every run as CSV, the cells as Markdown.

    Raises:
        FileError: They cannot be written.
    """
    for name, table in TABLES.items():
        write(folder / name, table(results).encode(errors="replace"), follow_link=False)
