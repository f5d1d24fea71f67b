"""Which runs are listed, which are kept, and what happens to those that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.protocol import State
from engine.runs import summary as summaries
from engine.runs.folder import RunFolder, new_run
from engine.runs.summary import Summary
from projects.errors import Problem
from projects.schema import Project
from projects.templates import template
from workbench import runs as module
from workbench.document import Document
from workbench.run_words import cells_of, why_no_training
from workbench.rundata import RunData
from workbench.runs import Runs


@pytest.fixture
def runs(qtbot: QtBot) -> Runs:
    return Runs()


def document_at(path: Path | None) -> Document:
    return Document(template("digits_mlp").project, path)


def begun(document: Document, state: str = "stopped") -> tuple[Path, RunData]:
    """A run folder as a training that has just begun leaves it."""
    path = new_run(document.path, document.project.name)
    RunFolder(path).make()
    RunFolder(path).project.write_text("format: ganvas/1\n")
    summaries.write_summary(path, Summary(project="", objective="", state=state))
    data = RunData(path=str(path))
    data.feed(State(state="running", step=1))
    return path, data


@pytest.mark.parametrize(
    ("states", "found"),
    [
        ((), None),
        (("stopped", "finished"), 1),
        (("finished", "compressed", "imported"), 0),
        (("imported", "compressed"), 1),
    ],
)
def test_the_newest_run_is_one_that_was_trained(
    runs: Runs, tmp_path: Path, states: tuple[str, ...], found: int | None
) -> None:
    document = document_at(tmp_path / "mine.yaml")
    runs.watch(document)
    paths = []
    for number, state in enumerate(states):
        path, _data = begun(document, state)
        paths.append(path.rename(path.with_name(f"2026-01-0{number + 1}")))
    assert runs.newest() == (None if found is None else paths[found])


@pytest.mark.parametrize("content", [None, b"", b"\0" * 100, b'{"project": 3}'])
def test_a_run_that_says_nothing_or_nonsense_of_itself_is_listed_as_damaged(
    runs: Runs, tmp_path: Path, content: bytes | None
) -> None:
    document = document_at(tmp_path / "mine.yaml")
    runs.watch(document)
    whole, _data = begun(document)
    whole = whole.rename(whole.with_name("2026-01-01"))
    broken, _data = begun(document)
    broken = broken.rename(broken.with_name("2026-01-02"))
    file = RunFolder(broken).summary
    if content is None:
        file.unlink()
        RunFolder(broken).database.touch()
    else:
        file.write_bytes(content)
    listed = dict(runs.summaries())
    assert list(listed) == [broken, whole]
    assert listed[broken].state == summaries.DAMAGED
    assert "summary.json" in listed[broken].message
    assert cells_of(listed[broken])[0] == "damaged"
    assert why_no_training(listed[broken].state)
    assert runs.newest() == whole
    assert content is None or file.read_bytes() == content


def test_a_living_run_is_listed_wherever_its_project_is_saved_meanwhile(
    runs: Runs, tmp_path: Path
) -> None:
    document = document_at(tmp_path / "mine.yaml")
    runs.watch(document)
    path, data = begun(document)
    runs.add(path, data)
    document.saved(tmp_path / "elsewhere" / "mine.yaml")
    runs.settle()
    assert [there for there, _summary in runs.summaries()] == [path]
    assert runs.get(path) is data


def test_runs_from_before_the_first_save_follow_the_project_once(
    runs: Runs, tmp_path: Path
) -> None:
    document = document_at(None)
    runs.watch(document)
    path, data = begun(document)
    runs.add(path, data)
    runs.add(path, data)  # resumed
    assert len(runs.summaries()) == 1
    document.saved(tmp_path / "mine.yaml")
    runs.settle()
    moved = tmp_path / "runs" / "mine" / path.name
    assert [there for there, _summary in runs.summaries()] == [moved]
    assert runs.get(moved) is data
    assert data.path == str(moved)


def test_a_run_that_comes_back_from_the_bin_still_follows_the_project(
    runs: Runs, tmp_path: Path
) -> None:
    document = document_at(None)
    runs.watch(document)
    path, data = begun(document)
    runs.add(path, data)
    data.feed(State(state="stopped", step=2))
    bin_ = tmp_path / "bin"
    path.rename(bin_)
    runs.forget(path)
    assert runs.homeless() == []
    assert runs.summaries() == []
    bin_.rename(path)
    assert runs.homeless() == [path]
    document.saved(tmp_path / "mine.yaml")
    runs.settle()
    assert [there.parent for there, _summary in runs.summaries()] == [tmp_path / "runs" / "mine"]


def test_a_run_that_is_being_stopped_stays_known_when_its_project_is_opened_again(
    runs: Runs, tmp_path: Path
) -> None:
    document = document_at(tmp_path / "mine.yaml")
    runs.watch(document)
    path, data = begun(document)
    runs.add(path, data)
    runs.watch(None)
    runs.watch(document)
    assert runs.get(path) is data
    data.feed(State(state="stopped", step=2))
    runs.watch(document)
    assert runs.get(path) is None  # from now on it is read from its folder


def test_a_run_that_another_process_trains_is_read_every_time(
    runs: Runs, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Reader:
        def __init__(self, path: Path) -> None:
            pass

        def events(self) -> list[State]:
            return [State(state="running", step=next(steps))]

        def project(self) -> Project:
            return template("digits_mlp").project

    steps = iter((1, 2))
    monkeypatch.setattr(module, "Reader", Reader)
    for step in (1, 2):
        with qtbot.waitSignal(runs.loaded):
            runs.load(tmp_path / "theirs")
        data = runs.get(tmp_path / "theirs")
        assert data is not None
        assert data.step == step


def test_a_run_that_goes_while_it_is_read_is_said_and_can_be_tried_again(
    runs: Runs, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Reader:
        def __init__(self, path: Path) -> None:
            raise OSError("gone")

    monkeypatch.setattr(module, "Reader", Reader)
    for _again in range(2):
        with qtbot.waitSignal(runs.failed) as heard:
            runs.load(tmp_path / "gone")
        problem = heard.args[1]
        assert isinstance(problem, Problem)
        assert "gone" in problem.message
