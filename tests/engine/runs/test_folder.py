"""Run folders, their lists and their summaries."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engine.runs.folder import RunFolder, list_runs, new_run, runs_folder
from engine.runs.lock import RunLock, is_training
from engine.runs.summary import (
    DAMAGED,
    Summary,
    read_summary,
    summary_or_damage,
    write_summary,
)
from projects.errors import RunError


def made(path: Path, state: str = "finished") -> Path:
    folder = RunFolder(path)
    folder.make()
    folder.project.write_text("")
    write_summary(path, Summary(project="P", objective="gan", state=state))
    return path


def test_runs_lie_beside_the_project(tmp_path: Path, home: Path) -> None:
    assert runs_folder(tmp_path / "digits.yaml", "x") == tmp_path / "runs" / "digits"
    assert runs_folder(None, "a/b: ../c") == home / "runs" / "a_b_ .._c"
    assert runs_folder(None, "..").parent == home / "runs"
    assert len(runs_folder(None, "n" * 500).name) == 80


def test_new_runs_never_collide(tmp_path: Path) -> None:
    names = set()
    for _ in range(20):
        path = new_run(tmp_path / "p.yaml", "P")
        path.mkdir(parents=True)
        names.add(path.name)
    assert len(names) == 20


def test_runs_are_found_newest_first(tmp_path: Path) -> None:
    old = made(tmp_path / "runs" / "p" / "20260101-000000-oak")
    new = made(tmp_path / "runs" / "q" / "20260102-000000-ash")
    (tmp_path / "runs" / "p" / "junk").mkdir()
    (tmp_path / "runs" / "file").write_text("")
    assert list_runs(tmp_path) == [new, old]
    assert list_runs(old) == [old]
    assert list_runs(tmp_path / "none") == []


def test_a_run_whose_process_is_gone_was_interrupted(tmp_path: Path) -> None:
    run = made(tmp_path / "run", "running")
    lock = RunLock(run)
    assert is_training(run)
    assert read_summary(run).state == "running"
    lock.release()
    assert not is_training(run)
    assert read_summary(run).state == "interrupted"


def test_a_killed_process_lets_go_of_its_run(tmp_path: Path) -> None:
    run = made(tmp_path / "run", "running")
    code = (
        "import sys, time; from pathlib import Path; from engine.runs.lock import RunLock;"
        "lock = RunLock(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(run)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    )
    assert child.stdout is not None
    with child.stdout:
        assert child.stdout.readline() == b"held\n"
        assert is_training(run)
        with pytest.raises(RunError, match="Another process"):
            RunLock(run)
        child.kill()
        child.wait()
    assert not is_training(run)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"project": 3}', '{"state": "finished"}'])
def test_a_damaged_summary_is_said(tmp_path: Path, content: str) -> None:
    run = made(tmp_path / "run")
    RunFolder(run).summary.write_text(content)
    with pytest.raises(RunError, match="summary is damaged"):
        read_summary(run)


def test_measurements_without_a_summary_are_a_damaged_run(tmp_path: Path) -> None:
    run = made(tmp_path / "runs" / "p" / "20260101-000000-oak")
    RunFolder(run).database.touch()
    RunFolder(run).summary.unlink()
    assert list_runs(tmp_path) == [run]
    with pytest.raises(RunError, match="summary is missing") as caught:
        read_summary(run)
    assert summary_or_damage(run).state == DAMAGED
    assert summary_or_damage(run).message == str(caught.value)
    lock = RunLock(run)  # a training that begins here
    assert list_runs(tmp_path) == []
    lock.release()
    assert RunFolder(run).is_run


def test_a_folder_without_a_trace_of_a_run_is_none(tmp_path: Path) -> None:
    run = made(tmp_path / "own")
    RunFolder(run).summary.unlink()
    assert RunFolder(run).exists
    assert list_runs(tmp_path) == []
    with pytest.raises(RunError, match="not a run folder"):
        read_summary(run)


def test_numbers_that_are_none_are_left_out(tmp_path: Path) -> None:
    run = made(tmp_path / "run")
    summary = Summary(
        project="P", objective="gan", state="failed", metrics={"a": float("nan"), "b": 1.0}
    )
    write_summary(run, summary)
    assert read_summary(run).metrics == {"b": 1.0}


def test_a_link_in_a_strangers_run_leads_nowhere(tmp_path: Path) -> None:
    run = made(tmp_path / "run")
    precious = tmp_path / "precious"
    precious.write_text("mine")
    (run / "summary.json").unlink()
    (run / "summary.json").symlink_to(precious)
    write_summary(run, Summary(project="P", objective="gan", state="stopped"))
    assert precious.read_text() == "mine"
    assert not (run / "summary.json").is_symlink()
    assert read_summary(run).state == "stopped"
