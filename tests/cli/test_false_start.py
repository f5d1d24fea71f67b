"""What the terminal says of trainings that failed, before their first step or later."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from engine.headless import training
from engine.runs.summary import read_summary, write_summary
from projects.files import save
from tests.cli.conftest import Call
from tests.engine.training.tables import NAMED, table, write_table


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose data change after they were checked and before they are read."""
    path = tmp_path / "table.yaml"
    save(table(tmp_path), path)
    monkeypatch.setattr(training, "_need_ready", lambda _job, _console: None)
    return path


def test_a_training_that_cannot_read_its_data_is_listed_and_makes_room(
    call: Call, file: Path, tmp_path: Path
) -> None:
    run = tmp_path / "runs" / "table" / "mine"
    write_table(tmp_path, damaged=True)
    for _time in range(2):
        answer = call("train", file, "--out", run)
        assert answer.code == 1
        assert NAMED in answer.err
    (row,) = call("runs", file, "--json").json["runs"]
    assert (row["run"], row["state"], row["steps"]) == (str(run), "failed", 0)
    assert NAMED in call("runs", file).out
    resumed = call("train", file, "--out", run, "--resume")
    assert resumed.code == 1
    assert "failed before its first step" in resumed.err
    write_table(tmp_path)
    assert call("train", file, "--out", run).code == 0
    assert read_summary(run).state == "finished"


def test_the_latest_run_to_go_on_with_is_one_that_had_begun(
    call: Call, file: Path, tmp_path: Path
) -> None:
    assert call("train", file, "--max-steps", 2).code == 0
    (first,) = (tmp_path / "runs" / "table").iterdir()
    first.rename(first.with_name("20260102-030405-ash"))
    away = (tmp_path / "table.csv").rename(tmp_path / "away.csv")
    assert call("train", file).code == 1
    away.rename(tmp_path / "table.csv")
    answer = call("train", file, "--resume", "--max-steps", 4, "--json")
    assert answer.json["run"].endswith("ash")


def test_nothing_good_is_said_of_a_run_that_failed(call: Call, file: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    write_table(tmp_path, damaged=True)
    call("train", file, "--out", run)
    told = call("diagnose", run).out
    assert NAMED in told
    assert "well" not in told
    write_table(tmp_path)
    lr = "recipe.optimizer.lr=0.03"
    call("train", file, "--out", run, "--set", "recipe.epochs=60", "--set", lr)
    assert "All is well" in call("diagnose", run).out
    summary = msgspec.structs.replace(read_summary(run), state="failed", message="no memory.")
    write_summary(run, summary)
    told = call("diagnose", run).out
    assert "This run failed: no memory." in told
    assert "well" not in told
