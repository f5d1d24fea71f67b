"""A training that fails before its first step says why, in its folder too, and stands in nobody's way."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

import engine.compute.trainer
import engine.runs.false_start
from engine.protocol import Failed, Finished
from engine.runs.branch import Branch
from engine.runs.false_start import is_false_start
from engine.runs.folder import RunFolder, list_runs
from engine.runs.lock import LOCK
from engine.runs.reader import Reader
from engine.runs.summary import read_summary, write_summary
from projects.atomic import DiskFullError
from projects.errors import DataError, RunError, UserError
from projects.files import load, same
from tests.engine.training.support import digits, train
from tests.engine.training.tables import NAMED, table, write_table
from tests.engine.training.test_branching import branch


def failed(tmp_path: Path) -> Path:
    """The folder of a training whose data could not be read."""
    project, run = table(tmp_path), tmp_path / "first"
    write_table(tmp_path, damaged=True)
    with pytest.raises(DataError, match=NAMED):
        train(project, run)
    return run


def test_what_was_wrong_is_kept_and_nothing_else(tmp_path: Path) -> None:
    run = failed(tmp_path)
    assert {path.name for path in run.iterdir()} == {"project.yaml", "summary.json", ".lock"}
    assert same(load(run / "project.yaml").project, table(tmp_path))
    summary = read_summary(run)
    assert (summary.state, summary.begun, summary.steps) == ("failed", False, 0)
    assert NAMED in summary.message
    assert summary.folder == str(tmp_path)
    assert list_runs(tmp_path) == [run]


def test_it_is_read_back_as_it_was_told(tmp_path: Path) -> None:
    events = list(Reader(failed(tmp_path)).events())
    assert [event.state for event in events if isinstance(event, Finished)] == ["failed"]
    (told,) = [event for event in events if isinstance(event, Failed)]
    assert NAMED in told.problems[0].message


def test_another_training_takes_its_place(tmp_path: Path) -> None:
    run = failed(tmp_path)
    (run / "card.json").write_text("{}")
    write_table(tmp_path)
    train(table(tmp_path), run)
    assert read_summary(run).begun
    assert read_summary(run).state == "finished"
    assert list((run / "checkpoints").glob("step-*/manifest.json"))
    assert (run / "card.json").exists()
    with pytest.raises(RunError, match="holds a run already"):
        train(table(tmp_path), run)


def test_nothing_can_go_on_from_it(tmp_path: Path) -> None:
    run = failed(tmp_path)
    write_table(tmp_path)
    with pytest.raises(RunError, match="failed before its first step"):
        train(table(tmp_path), run, resume=True)
    with pytest.raises(RunError, match="failed before its first step"):
        branch(table(tmp_path), tmp_path / "other", Branch(run, 0))
    assert is_false_start(run)
    assert not (tmp_path / "other").exists()


def test_a_branch_whose_data_are_gone_says_so_below_its_parent(tmp_path: Path) -> None:
    project, run = table(tmp_path), tmp_path / "whole"
    train(project, run)
    write_table(tmp_path, damaged=True)
    other = tmp_path / "other"
    with pytest.raises(DataError):
        branch(project, other, Branch(run, 2))
    summary = read_summary(other)
    assert (summary.begun, summary.parent, summary.parent_step) == (False, "whole", 2)


def test_what_has_measurements_is_no_false_start_whatever_it_says(tmp_path: Path) -> None:
    """A run from somebody else must not have its measurements thrown away."""
    run = tmp_path / "run"
    train(digits(), run, max_steps=2)
    write_summary(run, msgspec.structs.replace(read_summary(run), begun=False, state="failed"))
    assert not is_false_start(run)
    with pytest.raises(RunError, match="holds a run already"):
        train(digits(), run, max_steps=2)
    assert RunFolder(run).database.stat().st_size


def test_what_has_checkpoints_is_no_false_start_either(tmp_path: Path) -> None:
    """Those of another training would be taken for newer ones of the run that took the place."""
    run = failed(tmp_path)
    (run / "checkpoints" / "step-000000009").mkdir(parents=True)
    write_table(tmp_path)
    with pytest.raises(RunError, match="holds a run already"):
        train(table(tmp_path), run)


def test_what_is_broken_off_while_the_data_are_read_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(engine.compute.trainer, "Training", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train(digits(), tmp_path / "run", max_steps=2)
    assert not (tmp_path / "run").exists()


def test_a_bug_is_said_to_be_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(engine.compute.trainer, "Training", broken)
    with pytest.raises(ZeroDivisionError):
        train(digits(), tmp_path / "run", max_steps=2)
    assert "bug" in read_summary(tmp_path / "run").message


def test_where_that_does_not_fit_either_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(run: Path, _summary: object) -> None:
        raise DiskFullError(run, 1)

    project = table(tmp_path)
    write_table(tmp_path, damaged=True)
    monkeypatch.setattr(engine.runs.false_start, "write_summary", full)
    with pytest.raises(UserError, match=NAMED):
        train(project, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_what_a_kill_leaves_before_the_first_step_goes_with_a_later_training(
    tmp_path: Path,
) -> None:
    old, new, other = (RunFolder(tmp_path / name) for name in ("old", "new", "other"))
    for folder in (old, new, other):
        folder.make()
        (folder.path / LOCK).touch()
    (other.checkpoints / "mine.txt").touch()
    for folder in (old, other):
        os.utime(folder.path / LOCK, (1, 1))
    train(digits(), tmp_path / "run", max_steps=1)
    assert not old.path.exists()
    assert new.path.exists()
    assert (other.checkpoints / "mine.txt").exists()
