"""What a run measured, from the events to the file and back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.protocol import (
    Array,
    Event,
    Finished,
    Marker,
    Measured,
    Progress,
    Scalars,
    Started,
    State,
)
from engine.runs import store as module
from engine.runs.folder import RunFolder
from engine.runs.reader import Reader
from engine.runs.store import Store
from engine.runs.summary import Summary, write_summary
from projects.atomic import DiskFullError
from projects.errors import FileError, RunError


def scalars(name: str, steps: list[int], values: list[float]) -> Scalars:
    return Scalars(
        series={name: (Array.of(np.array(steps)), Array.of(np.array(values, np.float64)))}
    )


def picture(step: int, stream: str = "samples") -> Measured:
    arrays = {"images": Array.of(np.full((2, 3, 3, 1), step % 256, np.uint8))}
    return Measured(stream=stream, step=step, arrays=arrays, info={"kind": "images", "columns": 2})


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    made = RunFolder(tmp_path / "a run, ünï#cödé?%20")
    made.make()
    write_summary(made.path, Summary(project="P", objective="gan", state="finished", steps=9))
    return made


@pytest.fixture
def store(folder: RunFolder) -> Iterator[Store]:
    made = Store(folder.database)
    yield made
    made.close()


def events(folder: RunFolder) -> list[Event]:
    return list(Reader(folder.path).events())


def series(folder: RunFolder, name: str) -> tuple[list[int], list[float]]:
    found = [e.series[name] for e in events(folder) if isinstance(e, Scalars) and name in e.series]
    steps = [step for pair in found for step in pair[0].numpy().tolist()]
    return steps, [value for pair in found for value in pair[1].numpy().tolist()]


def test_events_come_back_as_they_were(folder: RunFolder, store: Store) -> None:
    told: list[Event] = [
        Started(run=str(folder.path), step=0, steps_per_epoch=5, total_steps=None, device="cpu"),
        State(state="running", step=0),
        Marker(step=3, kind="best", text="“ü”", values={"a": [1, 2.5]}),
        picture(4),
        State(state="finished", step=9),
    ]
    for event in told:
        store.emit(event)
        store.flush()
    store.emit(scalars("loss", [1, 2, 3], [0.1, 1 / 3, float("nan")]))
    store.flush()
    back = events(folder)
    assert back[: len(told)] == told
    assert [type(event) for event in back[len(told) :]] == [Scalars, Progress, Finished]
    steps, values = series(folder, "loss")
    assert steps == [1, 2, 3]
    np.testing.assert_array_equal(values, [0.1, 1 / 3, float("nan")])


def test_singles_are_packed_without_loss(folder: RunFolder, store: Store) -> None:
    values = np.random.default_rng(0).random(500).astype(np.float32).astype(np.float64)
    for start in range(0, 500, 100):
        steps = list(range(start + 1, start + 101))
        store.emit(scalars("loss", steps, values[start : start + 100].tolist()))
    store.emit(scalars("odd", [1, 2, 7], [1.0, 2.0, 3.0]))
    store.flush()
    with sqlite3.connect(folder.database) as connection:
        rows = connection.execute("SELECT name, count, steps, LENGTH(data) FROM scalars").fetchall()
    connection.close()
    assert rows[0] == ("loss", 500, None, 2000)
    assert rows[1][2] is not None
    assert series(folder, "loss") == (list(range(1, 501)), values.tolist())
    assert series(folder, "odd") == ([1, 2, 7], [1.0, 2.0, 3.0])


def test_a_reader_sees_what_a_living_training_has_committed(
    folder: RunFolder, store: Store
) -> None:
    store.emit(scalars("loss", [1], [1.0]))
    assert series(folder, "loss") == ([], [])
    store.flush()
    assert series(folder, "loss") == ([1], [1.0])


def test_rewinding_forgets_what_will_be_measured_again(folder: RunFolder, store: Store) -> None:
    store.emit(scalars("loss", [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]))
    for step in (2, 4):
        store.emit(picture(step))
        store.emit(Marker(step=step, kind="k", text=""))
    store.flush()
    store.emit(scalars("loss", [6], [6]))
    store.flush()
    store.rewind(3)
    assert series(folder, "loss") == ([1, 2, 3], [1, 2, 3])
    kept = [event.step for event in events(folder) if isinstance(event, (Measured, Marker))]
    assert kept == [2, 2]
    store.emit(scalars("loss", [4], [40]))
    store.flush()
    assert series(folder, "loss") == ([1, 2, 3, 4], [1, 2, 3, 40])


def test_pictures_are_thinned_evenly(
    folder: RunFolder, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FRAMES_KEPT_OTHERWISE", 20)
    for step in range(1, 201):
        store.emit(picture(step))
        store.flush()
    steps = [event.step for event in events(folder) if isinstance(event, Measured)]
    assert len(steps) <= 21
    assert steps[0] == 1
    assert steps[-1] == 200
    with sqlite3.connect(folder.database) as connection:
        arrays = connection.execute("SELECT COUNT(*) FROM arrays").fetchone()[0]
    connection.close()
    assert arrays == len(steps)


def test_going_on_keeps_the_order(folder: RunFolder, store: Store) -> None:
    store.emit(State(state="stopped", step=3))
    store.close()
    second = Store(folder.database, examine=True)
    second.emit(State(state="running", step=3))
    second.close()
    states = [event.state for event in events(folder) if isinstance(event, State)]
    assert states == ["stopped", "running"]
    assert second.damaged is None


def test_a_full_disk_loses_nothing(folder: RunFolder, store: Store) -> None:
    store._connection.execute("PRAGMA max_page_count = 1")
    values = list(np.random.default_rng(0).random(200_000))
    store.emit(scalars("loss", list(range(200_000)), values))
    with pytest.raises(DiskFullError) as caught:
        store.flush()
    assert caught.value.size == 1_600_000
    store._connection.execute("PRAGMA max_page_count = 1000000")
    store.flush()
    assert series(folder, "loss") == (list(range(200_000)), values)


def test_a_file_that_is_deleted_under_it_is_written_again_or_not_at_all(
    folder: RunFolder, store: Store
) -> None:
    values = list(np.random.default_rng(0).random(50_000))
    store.emit(scalars("loss", list(range(50_000)), values))
    store.flush()
    for name in ("", "-wal", "-shm"):
        folder.database.with_name(folder.database.name + name).unlink()
    folder.database.with_name(f"{folder.database.name}-wal").mkdir()  # nothing can be written
    with pytest.raises(FileError, match="cannot be written"):
        store.put_back()
    folder.database.with_name(f"{folder.database.name}-wal").rmdir()
    assert not folder.database.exists()
    store.put_back()
    store.emit(scalars("loss", [50_000], [0.5]))
    store.flush()
    assert series(folder, "loss") == (list(range(50_001)), [*values, 0.5])


def test_a_damaged_file_is_put_aside(folder: RunFolder) -> None:
    folder.database.write_bytes(b"SQLite format 3\x00" + b"nonsense" * 500)
    with pytest.raises(RunError, match="measurements are damaged"):
        events(folder)
    made = Store(folder.database, examine=True)
    made.close()
    assert made.damaged is not None
    assert made.damaged.name == "run.damaged-1.sqlite"
    assert [type(event) for event in events(folder)] == [Progress, Finished]


HOSTILE = [
    ("INSERT INTO frames VALUES (1, 's', 1, 'not json')", ()),
    ("INSERT INTO frames VALUES (1, 's', 1, '{}')", ("a", "object", "[1]", b"12345678")),
    ("INSERT INTO frames VALUES (1, 's', 1, '{}')", ("a", "float32", "[99999999]", b"1234")),
    ("INSERT INTO frames VALUES (1, 's', 1, '{}')", ("a", "float32", "[-1]", b"1234")),
    ("INSERT INTO scalars VALUES (1, 'x', 1, 9, 1000000000000, NULL, 'float32', x'00')", ()),
    ("INSERT INTO scalars VALUES (1, 'x', 1, 9, 1, NULL, 'object', x'0000000000000000')", ()),
    ("INSERT INTO scalars VALUES (1, 'x', 1, 9, 2, x'00', 'float32', x'0000000000000000')", ()),
]


@pytest.mark.parametrize(("row", "array"), HOSTILE)
def test_a_hostile_file_ends_in_a_sentence(
    folder: RunFolder, store: Store, row: str, array: tuple[object, ...]
) -> None:
    store._connection.execute(row)
    if array:
        store._connection.execute("INSERT INTO arrays VALUES (1, ?, ?, ?, ?)", array)
    with pytest.raises(RunError, match="measurements are damaged"):
        events(folder)


def test_a_missing_file_is_said(folder: RunFolder) -> None:
    with pytest.raises(RunError, match="no measurements"):
        events(folder)


def test_a_database_that_fails_is_closed(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def remember(*args: Any, **options: Any) -> sqlite3.Connection:
        opened.append(connect(*args, **options))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", remember)
    folder.database.write_bytes(b"SQLite format 3\x00" + b"nonsense" * 500)
    with pytest.raises(RunError):
        events(folder)
    with pytest.raises(RunError, match="cannot be written"):
        Store(folder.database)
    assert len(opened) >= 2
    for connection in opened:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")


def test_a_disk_that_is_full_at_the_start_is_said(
    folder: RunFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TABLES", f"PRAGMA max_page_count = 1; {module.TABLES}")
    with pytest.raises(DiskFullError, match="disk is full"):
        Store(folder.database)


def test_times_are_kept_thinly_and_go_back_with_a_training(folder: RunFolder, store: Store) -> None:
    def progress(step: int) -> Progress:
        return Progress(step=step, epoch=step / 10, steps_per_second=10, seconds=step / 10)

    for step in range(101):
        store.emit(progress(step))
    store.flush()
    told = [e.step for e in events(folder)[:-2] if isinstance(e, Progress)]
    assert told == list(range(0, 101, 3))
    store.rewind(50)
    store.emit(progress(51))
    store.flush()
    told = [e.step for e in events(folder)[:-2] if isinstance(e, Progress)]
    assert told == [*range(0, 50, 3), 51]


def test_a_run_from_before_times_were_kept_is_read_and_gone_on_with(folder: RunFolder) -> None:
    first = Store(folder.database)
    first.emit(scalars("loss", [1], [1.0]))
    first.close()
    with sqlite3.connect(folder.database) as connection:
        connection.execute("DROP TABLE clock")
    connection.close()
    assert series(folder, "loss") == ([1], [1.0])
    second = Store(folder.database, examine=True)
    assert second.damaged is None
    second.emit(scalars("loss", [2], [2.0]))
    second.close()
    assert series(folder, "loss") == ([1, 2], [1.0, 2.0])
