"""A run read back from its folder, as the same events that were live; needs no torch."""

from __future__ import annotations

import contextlib
import heapq
import json
import sqlite3
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from engine.protocol import (
    Array,
    Event,
    Failed,
    Marker,
    Measured,
    Progress,
    Scalars,
    Started,
    State,
)
from engine.runs.false_start import is_false_start
from engine.runs.folder import RunFolder
from engine.runs.store import unpack_scalars
from engine.runs.summary import FOREIGN, Summary, read_summary, was_never_trained
from engine.runs.times import TIMES
from projects.errors import Problem, RunError
from projects.schema import Project
from projects.translation import gettext as _

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"

Row = tuple[Any, ...]
Make = Callable[[Row], Event | None]


class Reader:
    """Reads one run folder; also while a training writes it.

    Args:
        run: The run folder.
    """

    def __init__(self, run: Path) -> None:
        self.folder = RunFolder(run)

    def project(self) -> Project:
        """Return the project as it was when the run began.

        Raises:
            ProjectError: The frozen project is damaged.
            RunError: There is none.
        """
        from projects import yaml_reader
        from projects.files import parse, read_bytes

        if not self.folder.exists:
            raise self._projectless()
        path = self.folder.project
        name = str(path)  # of the many files called project.yaml, this one
        return parse(yaml_reader.decode(read_bytes(path), name), name).project

    def _projectless(self) -> RunError:
        where = str(self.folder.path)
        if not self.folder.is_run:
            return RunError(_("this is not a run folder."), where=where)
        if read_summary(self.folder.path).state != FOREIGN:
            return RunError(
                _("the project of this run is missing."), where=str(self.folder.project)
            )
        return RunError(
            _("these are curves of another program; what was trained is not known here."),
            where=where,
            hint=_(
                "They can be seen, compared and written down again; everything else needs a run of Ganvas: draw the network, "
                "train it, and ask about that run."
            ),
        )

    def summary(self) -> Summary:
        """Return the few facts that lists show; see :func:`read_summary`."""
        return read_summary(self.folder.path)

    def events(self, streams: Collection[str] | None = None) -> Iterator[Event]:
        """Yield what was live, in its order: sessions, states, scalars, pictures, markers and times.

        Args:
            streams: Which pictures are read; None: all.

        The last events are a :class:`Progress` and a :class:`Finished` made of the summary, when
        the run has ended, and a :class:`Failed` where it says why it failed; of one that was never trained, taken from
        elsewhere or interrupted a :class:`State`.

        Raises:
            RunError: The database is missing or damaged.
        """
        if not is_false_start(self.folder.path):
            yield from self._stored(streams)
        summary = self.summary()
        yield Progress(
            step=summary.steps,
            epoch=summary.epochs,
            steps_per_second=summary.steps_per_second,
            seconds=summary.seconds,
        )
        if summary.state in ("interrupted", FOREIGN) or was_never_trained(summary.state):
            yield State(state=summary.state, step=summary.steps)
        elif summary.state in ("finished", "stopped", "failed"):
            yield summary.finished(self.folder.path)
            if summary.state == "failed" and summary.message:
                yield Failed(problems=(Problem("", summary.message),))

    def markers(self) -> list[Marker]:
        """Return what stands at curves, in its order, without reading the curves.

        Raises:
            RunError: The database is missing or damaged.
        """
        try:
            with contextlib.closing(self._connect()) as connection:
                return [
                    _marker(row) for _s, _t, row, _m in _rows(connection, "markers", _marker, None)
                ]
        except (sqlite3.Error, ValueError, TypeError) as error:
            raise self._damaged(error) from error

    def _stored(self, streams: Collection[str] | None = None) -> Iterator[Event]:
        try:
            with contextlib.closing(self._connect()) as connection:
                tables: dict[str, Make] = {
                    "sessions": self._started,
                    "states": _state,
                    "scalars": _scalars,
                    "markers": _marker,
                    "frames": lambda row: _picture(connection, row),
                    "clock": _time,
                }
                # The connection is one snapshot: what a living training adds meanwhile is not seen.
                connection.execute("BEGIN")
                there = {row[0] for row in connection.execute(_TABLES)}  # older runs have no clock
                rows = [_rows(connection, t, tables[t], streams) for t in tables if t in there]
                for _seq, _table, row, make in heapq.merge(*rows, key=lambda item: item[0]):
                    event = make(row)
                    if event is not None:
                        yield event
        except (sqlite3.Error, ValueError, TypeError) as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> RunError:
        return RunError(
            _("the run's measurements are damaged: {reason}.").format(reason=error),
            where=str(self.folder.database),
            hint=_(
                "Its checkpoints may be whole: with these it can be resumed, asked and exported."
            ),
        )

    def _started(self, row: Row) -> Event:
        _seq, step, steps_per_epoch, total_steps, device, exact = row
        return Started(
            run=str(self.folder.path),
            step=step,
            steps_per_epoch=steps_per_epoch,
            total_steps=total_steps,
            device=device,
            exact=bool(exact),
        )

    def _connect(self) -> sqlite3.Connection:
        if not self.folder.database.exists():
            raise RunError(_("the run has no measurements."), where=str(self.folder.database))
        uri = self.folder.database.resolve().as_uri()
        try:
            return _opened(f"{uri}?mode=ro")
        except sqlite3.OperationalError:
            # A folder that cannot be written has no room for the shared memory of readers.
            return _opened(f"{uri}?immutable=1")


def _opened(uri: str) -> sqlite3.Connection:
    """A connection that has been tried out; one that fails is closed, not left to the collector."""
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("SELECT 1 FROM sessions LIMIT 1").fetchall()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _rows(
    connection: sqlite3.Connection, table: str, make: Make, streams: Collection[str] | None
) -> Iterator[tuple[int, str, Row, Make]]:
    for row in connection.execute(f"SELECT * FROM {table} ORDER BY seq"):
        if table != "frames" or streams is None or row[1] in streams:
            yield row[0], table, row, make


def _state(row: Row) -> Event:
    return State(step=row[1], state=row[2])


def _time(row: Row) -> Event:
    _seq, step, epoch, seconds = row
    return Progress(
        step=int(step), epoch=float(epoch), steps_per_second=0.0, seconds=float(seconds)
    )


def _scalars(row: Row) -> Event:
    _seq, name, *packed = row
    steps, values = unpack_scalars(*packed)
    return Scalars(series={name: (Array.of(steps), Array.of(values))})


def _marker(row: Row) -> Marker:
    _seq, step, kind, text, details = row
    return Marker(step=step, kind=kind, text=text, values=_mapping(details))


def _mapping(text: str) -> dict[str, Any]:
    values = json.loads(text)
    if not isinstance(values, dict):
        raise ValueError("a mapping was expected")
    return values


def _picture(connection: sqlite3.Connection, row: Row) -> Event | None:
    """A picture; None for damaged times of layers, without which the run is as good as with them."""
    try:
        return _frame(connection, row)
    except (ValueError, TypeError):
        if row[1] == TIMES:
            return None
        raise


def _frame(connection: sqlite3.Connection, row: Row) -> Event:
    seq, stream, step, info = row
    arrays = {}
    for name, dtype, shape, data in connection.execute(
        "SELECT name, dtype, shape, data FROM arrays WHERE frame = ?", (seq,)
    ):
        arrays[name] = Array(dtype, tuple(json.loads(shape)), data)
        arrays[name].numpy()
    return Measured(stream=stream, step=step, arrays=arrays, info=_mapping(info))
