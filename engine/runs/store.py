"""What a run measured, written as it happens into one SQLite file.

A store is a sink: it takes the same events that a window gets, packs them, and commits a batch at a
time in write-ahead mode, so that readers see whole batches while training goes on and a kill loses at
most the last one. ``docs/runs.md`` describes the tables for other programs.
"""

from __future__ import annotations

import contextlib
import functools
import json
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.clinic.vitals import VITALS
from engine.protocol import Event, Marker, Measured, Progress, Scalars, Started, State
from engine.runs.clock import is_due
from engine.runs.control import CHANGES
from projects.atomic import DiskFullError, explain
from projects.errors import RunError
from projects.translation import gettext as _

TABLES = """
CREATE TABLE IF NOT EXISTS sessions (seq INTEGER PRIMARY KEY, step INTEGER NOT NULL,
    steps_per_epoch INTEGER NOT NULL, total_steps INTEGER, device TEXT NOT NULL, exact INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS states (seq INTEGER PRIMARY KEY, step INTEGER NOT NULL, state TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS scalars (seq INTEGER PRIMARY KEY, name TEXT NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL, count INTEGER NOT NULL,
    steps BLOB, dtype TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS markers (seq INTEGER PRIMARY KEY, step INTEGER NOT NULL,
    kind TEXT NOT NULL, text TEXT NOT NULL, details TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS frames (seq INTEGER PRIMARY KEY, stream TEXT NOT NULL,
    step INTEGER NOT NULL, info TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS arrays (frame INTEGER NOT NULL REFERENCES frames(seq) ON DELETE CASCADE,
    name TEXT NOT NULL, dtype TEXT NOT NULL, shape TEXT NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (frame, name));
CREATE TABLE IF NOT EXISTS clock (seq INTEGER PRIMARY KEY, step INTEGER NOT NULL,
    epoch REAL NOT NULL, seconds REAL NOT NULL);
CREATE INDEX IF NOT EXISTS frames_of_a_stream ON frames (stream, seq);
"""

FRAMES_KEPT = {
    "health": 1000,
    "answers": 120,
    "gates": 60,
    "attention": 60,
    VITALS: sys.maxsize,  # verdicts are made of vitals
}
FRAMES_KEPT_OTHERWISE = 240


class Store:
    """Writes the events of a run into its database.

    Args:
        path: The database file; made when new.
        examine: Whether to examine an existing file for damage before going on with it; a
            damaged one is put aside and a new one begun.

    Attributes:
        damaged: Where a damaged database was put aside, or None.

    Raises:
        DiskFullError: There is no room for it.
        RunError: It cannot be written.
    """

    def __init__(self, path: Path, examine: bool = False) -> None:
        self._path = path
        self.damaged = _put_aside(path) if examine and not _sound(path) else None
        self._scalars: dict[str, list[tuple[NDArray[Any], NDArray[Any]]]] = defaultdict(list)
        self._waiting: list[Event] = []
        self._connection = sqlite3.connect(path, isolation_level=None)
        try:
            _set_up(self._connection)
            self._file = _file_at(path)
            self._seq = self._last_seq()
            self._clock = self._last_seconds()
        except sqlite3.Error as error:
            self._connection.close()
            raise self._explain(error) from error

    # ------------------------------------------------------------------------------- taking

    def emit(self, event: Event) -> None:
        """Take one event; it reaches the disk with the next :meth:`flush`."""
        if isinstance(event, Scalars):
            for name, (steps, values) in event.series.items():
                self._scalars[name].append((steps.numpy(), values.numpy()))
        elif isinstance(event, (Started, State, Marker, Measured)):
            self._waiting.append(event)
        elif isinstance(event, Progress) and is_due(event.seconds, self._clock):
            self._clock = event.seconds
            self._waiting.append(event)

    def flush(self) -> None:
        """Commit everything taken so far.

        Raises:
            DiskFullError: There is no room; what was taken is kept for another try.
            RunError: The database cannot be written.
        """
        if not self._scalars and not self._waiting:
            return
        before = self._seq
        try:
            with self._transaction():
                # Events first: read back, a start at a step takes away what lies after that step.
                for event in self._waiting:
                    self._write_event(event)
                for name, parts in self._scalars.items():
                    self._write_scalars(name, parts)
                for stream in {e.stream for e in self._waiting if isinstance(e, Measured)}:
                    self._thin(stream)
        except sqlite3.Error as error:
            self._seq = before
            raise self._explain(error) from error
        self.drop()

    @property
    def is_in_place(self) -> bool:
        """Whether the file that is written is still the one of that name."""
        return self._file is not None and self._file == _file_at(self._path)

    def put_back(self) -> None:
        """Write the file again that was deleted or replaced while it was open: what it held is still known.

        Raises:
            DiskFullError: There is no room for it.
            FileError, RunError: It cannot be written.
        """
        try:
            self._path.unlink(missing_ok=True)
            _drop_companions(self._path)
        except OSError as error:
            raise explain(error, self._path, 0) from error
        other: sqlite3.Connection | None = None
        try:
            other = sqlite3.connect(self._path, isolation_level=None)
            self._connection.backup(other)
            _set_up(other)
        except sqlite3.Error as error:
            if other is not None:
                other.close()
            self._path.unlink(missing_ok=True)  # half of it would pass for all of it
            raise self._explain(error) from error
        self._connection.close()
        self._connection, self._file = other, _file_at(self._path)

    def drop(self) -> None:
        """Forget what was taken since the last commit."""
        self._scalars.clear()
        self._waiting.clear()

    def rewind(self, step: int, changes: int | None = None) -> int:
        """Forget whatever lies after ``step``, which a resumed training will measure again.

        Args:
            step: Steps that count.
            changes: How many of a person's changes count: at that very step some may have been made too
                late for the checkpoint. None where that is not known.

        Returns:
            How many changes are left.
        """
        with self._transaction():
            if changes is not None:
                self._connection.execute(
                    "DELETE FROM markers WHERE seq IN (SELECT seq FROM markers WHERE kind IN (?, ?) "
                    "ORDER BY seq LIMIT -1 OFFSET ?)",
                    (*CHANGES, changes),
                )
            for table in ("markers", "frames", "clock"):
                self._connection.execute(f"DELETE FROM {table} WHERE step > ?", (step,))
            rows = self._connection.execute(
                "SELECT seq, name, first, last, count, steps, dtype, data FROM scalars WHERE last > ?",
                (step,),
            ).fetchall()
            self._connection.execute("DELETE FROM scalars WHERE last > ?", (step,))
            for row in rows:
                steps, values = unpack_scalars(*row[2:])
                kept = steps <= step
                if kept.any():
                    self._insert_scalars(row[0], row[1], steps[kept], values[kept])
            self._clock = self._last_seconds()
            count = "SELECT COUNT(*) FROM markers WHERE kind IN (?, ?)"
            return int(self._connection.execute(count, CHANGES).fetchone()[0])

    def holds(self, stream: str) -> bool:
        """Whether a picture of a stream is kept, on the disk or on its way there."""
        if any(isinstance(e, Measured) and e.stream == stream for e in self._waiting):
            return True
        found = "SELECT 1 FROM frames WHERE stream = ? LIMIT 1"
        return self._connection.execute(found, (stream,)).fetchone() is not None

    def close(self) -> None:
        """Commit and let go of the file."""
        try:
            self.flush()
        finally:
            self._connection.close()

    # ------------------------------------------------------------------------------- writing

    def _write_scalars(self, name: str, parts: list[tuple[NDArray[Any], NDArray[Any]]]) -> None:
        steps = np.concatenate([steps for steps, _values in parts])
        values = np.concatenate([values for _steps, values in parts])
        if steps.size:
            self._insert_scalars(self._next_seq(), name, steps, values)

    def _insert_scalars(
        self, seq: int, name: str, steps: NDArray[Any], values: NDArray[Any]
    ) -> None:
        narrow = values.astype("<f4")
        lossless = np.array_equal(narrow.astype("<f8"), values, equal_nan=True)
        packed = narrow if lossless else values.astype("<f8")
        first, last, count = int(steps[0]), int(steps[-1]), len(steps)
        even = np.array_equal(steps, np.linspace(first, last, count).astype("<i8"))
        self._connection.execute(
            "INSERT INTO scalars VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                seq,
                name,
                first,
                last,
                count,
                None if even else steps.astype("<i8").tobytes(),
                "float32" if lossless else "float64",
                packed.tobytes(),
            ),
        )

    def _write_event(self, event: Event) -> None:
        writers: dict[type[Event], Callable[[Any], None]] = {
            Started: self._write_started,
            State: self._write_state,
            Marker: self._write_marker,
            Measured: self._write_frame,
            Progress: self._write_clock,
        }
        writers[type(event)](event)

    def _write_started(self, event: Started) -> None:
        self._connection.execute(
            "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?)",
            (
                self._next_seq(),
                event.step,
                event.steps_per_epoch,
                event.total_steps,
                event.device,
                int(event.exact),
            ),
        )

    def _write_state(self, event: State) -> None:
        self._connection.execute(
            "INSERT INTO states VALUES (?, ?, ?)", (self._next_seq(), event.step, event.state)
        )

    def _write_clock(self, event: Progress) -> None:
        self._connection.execute(
            "INSERT INTO clock VALUES (?, ?, ?, ?)",
            (self._next_seq(), event.step, event.epoch, event.seconds),
        )

    def _write_marker(self, event: Marker) -> None:
        self._connection.execute(
            "INSERT INTO markers VALUES (?, ?, ?, ?, ?)",
            (self._next_seq(), event.step, event.kind, event.text, json.dumps(event.values)),
        )

    def _write_frame(self, event: Measured) -> None:
        seq = self._next_seq()
        self._connection.execute(
            "INSERT INTO frames VALUES (?, ?, ?, ?)",
            (seq, event.stream, event.step, json.dumps(event.info)),
        )
        self._connection.executemany(
            "INSERT INTO arrays VALUES (?, ?, ?, ?, ?)",
            [
                (seq, name, array.dtype, json.dumps(array.shape), array.data)
                for name, array in event.arrays.items()
            ],
        )

    def _thin(self, stream: str) -> None:
        """Drop every other picture of a stream that has many, the newest kept."""
        seqs = [
            row[0]
            for row in self._connection.execute(
                "SELECT seq FROM frames WHERE stream = ? ORDER BY seq", (stream,)
            )
        ]
        if len(seqs) > FRAMES_KEPT.get(stream, FRAMES_KEPT_OTHERWISE):
            dropped = [(seq,) for seq in seqs[1:-1:2]]
            self._connection.executemany("DELETE FROM frames WHERE seq = ?", dropped)

    # ------------------------------------------------------------------------------- plumbing

    def _transaction(self) -> _Transaction:
        return _Transaction(self._connection)

    def _next_seq(self) -> int:
        self._seq += 1
        return self._seq

    def _last_seq(self) -> int:
        tables = ("sessions", "states", "scalars", "markers", "frames", "clock")
        union = " UNION ALL ".join(f"SELECT MAX(seq) AS seq FROM {table}" for table in tables)
        return int(self._connection.execute(f"SELECT MAX(seq) FROM ({union})").fetchone()[0] or 0)

    def _last_seconds(self) -> float | None:
        found = self._connection.execute("SELECT MAX(seconds) FROM clock").fetchone()[0]
        return float(found) if found is not None else None

    def _explain(self, error: sqlite3.Error) -> RunError | DiskFullError:
        size = sum(v.nbytes for parts in self._scalars.values() for _s, v in parts)
        for event in self._waiting:
            if isinstance(event, Measured):
                size += sum(len(array.data) for array in event.arrays.values())
        if "full" in str(error):
            return DiskFullError(self._path, size)
        return RunError(
            _("the run's measurements cannot be written: {reason}.").format(reason=error),
            where=str(self._path),
        )


def _file_at(path: Path) -> tuple[int, int] | None:
    """Return which file has a name now: device and number; None where there is none."""
    with contextlib.suppress(OSError):
        found = path.stat()
        return found.st_dev, found.st_ino
    return None


def _set_up(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.executescript(TABLES)


class _Transaction:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if error is None:
            self._connection.execute("COMMIT")
        else:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")


def unpack_scalars(
    first: int, last: int, count: int, steps: bytes | None, dtype: str, data: bytes
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the steps and values of one row of ``scalars``.

    Raises:
        ValueError: The row contradicts itself.
    """
    if dtype not in ("float32", "float64") or not 0 < count <= len(data):
        raise ValueError(f"bad row of scalars: {dtype}, {count}")
    values = np.frombuffer(data, dtype=dtype).astype(np.float64)
    where = (
        np.linspace(first, last, count).astype(np.int64)
        if steps is None
        else np.frombuffer(steps, dtype=np.int64)
    )
    if len(values) != count or len(where) != count:
        raise ValueError(f"bad row of scalars: {len(values)} values, {len(where)} steps")
    return where, values


def _sound(path: Path) -> bool:
    if not path.exists():
        return True
    try:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            whole = connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
            # Tables that an older version did not have may be missing.
            return bool(whole) and _schema(connection).items() <= _own_schema().items()
    except (sqlite3.Error, UnicodeDecodeError):
        return False


def _schema(connection: sqlite3.Connection) -> dict[tuple[str, str], list[str]]:
    """Return the columns of everything in a database, by kind and name; indexes left out."""
    found = connection.execute(
        "SELECT type, name FROM sqlite_master WHERE type != 'index' AND name NOT LIKE 'sqlite_%'"
    )
    return {
        (kind, name): [row[0] for row in connection.execute(_COLUMNS, (name,))]
        for kind, name in found.fetchall()
    }


_COLUMNS = "SELECT name FROM pragma_table_info(?)"


@functools.cache
def _own_schema() -> dict[tuple[str, str], list[str]]:
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(TABLES)
        return _schema(connection)


def _put_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")).exists():
        number += 1
    path.rename(aside)
    _drop_companions(path)
    return aside


def _drop_companions(path: Path) -> None:
    for companion in ("-wal", "-shm"):
        path.with_name(path.name + companion).unlink(missing_ok=True)
