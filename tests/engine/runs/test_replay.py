"""A run read back tells the same story as it did live."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from engine.probes.base import PROBES
from engine.protocol import Event, Finished, Marker, Measured, Scalars, Started, State
from engine.runs.branch import parent_beside
from engine.runs.control import Control
from engine.runs.folder import RunFolder
from engine.runs.reader import Reader
from engine.runs.store import Store
from engine.runs.summary import IMPORTED, Summary, write_summary
from projects.errors import RunError
from tests.engine.training.support import PROJECTS, Listener, digits, train


def told(events: list[Event]) -> dict[str, dict[int, float]]:
    """Values by metric and step, however they were packed."""
    found: dict[str, dict[int, float]] = {}
    for event in events:
        if isinstance(event, Scalars):
            for name, (steps, values) in event.series.items():
                pairs = zip(steps.numpy().tolist(), values.numpy().tolist(), strict=True)
                found.setdefault(name, {}).update(pairs)
    return found


@pytest.mark.parametrize("objective", PROJECTS)
def test_replay_is_what_was_live(tmp_path: Path, objective: str) -> None:
    control = Control()
    control.watch(dict.fromkeys([*(probe.stream for probe in PROBES), "times"], 60))
    control.set_learning_rate(0.003)
    sink = Listener()
    project = PROJECTS[objective]()
    finished = train(project, tmp_path / "run", sink, control, max_steps=45)
    reader = Reader(tmp_path / "run")
    assert reader.project() == project
    replayed = list(reader.events())
    assert told(replayed) == told(sink.events)
    for kind in (Started, State, Marker, Measured):
        live = [event for event in sink.events if isinstance(event, kind)]
        assert [event for event in replayed if isinstance(event, kind)] == live
    assert replayed[-1] == finished
    assert isinstance(finished, Finished)


def test_an_imported_run_says_that_it_is_one(tmp_path: Path) -> None:
    """Whoever reads it back must not take it for a training that goes on."""
    place = RunFolder(tmp_path / "run")
    place.make()
    Store(place.database).close()
    write_summary(place.path, Summary(project="p", objective="gan", state=IMPORTED))
    *_others, last = Reader(place.path).events()
    assert last == State(state=IMPORTED, step=0)


def test_a_resumed_run_is_one_story(tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(digits(), run, max_steps=30)
    train(digits(), run, resume=True, max_steps=45)
    replayed = list(Reader(run).events())
    values = told(replayed)
    assert sorted(values["train_loss"]) == list(range(1, 46))
    assert [e.step for e in replayed if isinstance(e, Started)] == [0, 30]
    whole = tmp_path / "whole"
    train(digits(), whole, max_steps=45)
    assert told(list(Reader(whole).events()))["train_loss"] == values["train_loss"]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE markers SET {details} = '[]'",
        "UPDATE markers SET {details} = 'nothing'",
        "UPDATE frames SET info = '[1]'",
        "UPDATE clock SET seconds = 'soon'",
    ],
)
def test_damage_is_a_sentence(tmp_path: Path, damage: str) -> None:
    run = tmp_path / "run"
    control = Control()
    control.watch({"samples": 60})
    control.set_learning_rate(0.003)
    train(digits(), run, None, control, max_steps=30)
    database = RunFolder(run).database
    with contextlib.closing(sqlite3.connect(database)) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(markers)")]
        changed = connection.execute(damage.format(details=columns[-1])).rowcount
        connection.commit()
    assert changed > 0
    with pytest.raises(RunError, match="damaged"):
        list(Reader(run).events())


def test_only_a_folder_beside_the_run_is_read_as_its_parent(tmp_path: Path) -> None:
    run = tmp_path / "run"
    assert parent_beside(run, "first") == tmp_path / "first"
    for name in ("", "..", "../first", "first/second", str(tmp_path / "first")):
        assert parent_beside(run, name) is None
