"""A run chooses no folder for its data unless that folder was noted here."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.runs.origin import data_folder, seal
from engine.runs.summary import Summary


def said(folder: Path | str, proof: str = "") -> Summary:
    return Summary(project="P", objective="gan", state="finished", folder=str(folder), seal=proof)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run folder that lies in no project."""
    folder = tmp_path / "elsewhere" / "run"
    folder.mkdir(parents=True)
    return folder


def test_a_folder_that_was_noted_here_counts_wherever_the_run_lies(
    run: Path, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    assert data_folder(run, said(project, seal(str(project)))) == project


@pytest.mark.parametrize("proof", ["", "0" * 64, "ünsinn"])
def test_a_folder_without_proof_does_not(run: Path, tmp_path: Path, proof: str) -> None:
    assert data_folder(run, said(tmp_path / "secret", proof)) == run
    assert data_folder(run, said("/", proof)) == run


def test_a_proof_is_for_one_folder_and_one_person(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    proof = seal(str(project))
    assert data_folder(run, said(tmp_path, proof)) != project
    assert data_folder(run, said("/", proof)) == run
    monkeypatch.setenv("GANVAS_HOME", str(tmp_path / "somebody else"))
    assert data_folder(run, said(project, proof)) == run


def test_the_folder_that_holds_the_run_needs_no_proof(tmp_path: Path) -> None:
    run = tmp_path / "runs" / "digits" / "20260101-000000-oak"
    run.mkdir(parents=True)
    assert data_folder(run, said(tmp_path)) == tmp_path


def test_a_project_that_was_moved_with_its_runs_finds_its_data(tmp_path: Path) -> None:
    run = tmp_path / "new" / "runs" / "digits" / "20260101-000000-oak"
    run.mkdir(parents=True)
    assert data_folder(run, said(tmp_path / "old")) == tmp_path / "new"
    assert data_folder(run, said("")) == tmp_path / "new"


def test_the_key_is_the_persons_alone(home: Path) -> None:
    seal("/somewhere")
    assert (home / "seal.key").stat().st_mode & 0o077 == 0
    assert seal("/somewhere") == seal("/somewhere") != seal("/elsewhere")


def test_a_home_that_cannot_be_written_gives_no_proof_and_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("GANVAS_HOME", str(tmp_path / "file" / "home"))
    assert seal("/somewhere") == ""
    run = tmp_path / "run"
    run.mkdir()
    assert data_folder(run, said(tmp_path / "x", "")) == run
