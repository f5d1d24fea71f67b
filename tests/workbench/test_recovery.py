"""Unsaved work outlives the window that held it, and is offered once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from engine.runs.folder import RunFolder, runs_folder
from engine.runs.summary import Summary, write_summary
from projects.schema import Project
from projects.templates import template
from workbench.document import Document
from workbench.recovery import Recovery
from workbench.runs import Runs

DIES = """
import os, sys
from PySide6.QtCore import QCoreApplication
from projects.templates import template
import msgspec
app = QCoreApplication([])
from workbench.document import Document
from workbench.recovery import Recovery
document = Document(template("perceptron").project)
recovery = Recovery(runs=lambda: sys.argv[1:])
recovery.watch(document)
document.apply("Rename", msgspec.structs.replace(document.project, name="Half done"))
recovery.keep()
os._exit(9)
"""


def renamed(project: Project, name: str) -> Project:
    return msgspec.structs.replace(project, name=name)


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    return Document(template("perceptron").project)


def test_nothing_is_kept_of_a_project_that_is_saved(document: Document, home: Path) -> None:
    recovery = Recovery()
    recovery.watch(document)
    recovery.keep()
    assert list((home / "recovery").glob("*.json")) == []


def test_unsaved_work_is_kept_by_itself_and_removed_when_it_is_saved(
    document: Document, home: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    recovery = Recovery()
    recovery.watch(document)
    document.apply("Rename", renamed(document.project, "Half done"))
    qtbot.waitUntil(lambda: len(list((home / "recovery").glob("*.json"))) == 1, timeout=5000)
    document.saved(tmp_path / "p.yaml")
    recovery.keep()
    assert list((home / "recovery").glob("*.json")) == []


def test_what_a_living_window_keeps_is_not_offered(document: Document) -> None:
    recovery = Recovery()
    recovery.watch(document)
    document.apply("Rename", renamed(document.project, "Half done"))
    recovery.keep()
    assert Recovery().leftovers() == []


def test_what_a_dead_process_kept_is_offered_with_name_and_time(home: Path, qtbot: QtBot) -> None:
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    died = subprocess.run([sys.executable, "-c", DIES], env=environment, cwd=root, check=False)
    assert died.returncode == 9
    (leftover,) = Recovery().leftovers()
    assert (leftover.name, leftover.path) == ("Half done", None)
    assert leftover.project.name == "Half done"
    assert leftover.time > 0
    leftover.remove()
    assert Recovery().leftovers() == []


def test_runs_that_waited_for_the_first_save_are_restored_too(
    home: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    run = runs_folder(None, "Half done") / "20260101-000000-oak"
    RunFolder(run).make()
    RunFolder(run).project.write_text("")
    write_summary(run, Summary(project="Half done", objective="gan", state="finished"))
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    words = [sys.executable, "-c", DIES, str(run), str(tmp_path / "gone")]
    subprocess.run(words, env=environment, cwd=root, check=False)
    runs = Runs()
    recovery = Recovery(runs=runs.homeless)
    (leftover,) = recovery.leftovers()
    restored = Document(leftover.project)
    restored.stack.resetClean()
    runs.watch(restored)
    recovery.watch(restored)
    runs.adopt(leftover.runs)
    assert runs.homeless() == [run]
    restored.saved(tmp_path / "mine.yaml")
    runs.settle()
    assert [path for path, _ in runs.summaries()] == [tmp_path / "runs" / "mine" / run.name]
    assert runs.homeless() == []


def test_a_damaged_recovery_file_is_set_aside_and_hides_no_other(home: Path, qtbot: QtBot) -> None:
    folder = home / "recovery"
    recovery = Recovery()
    (folder / "cut.json").write_bytes(b'{"path": "", "name"')
    (folder / "code.json").write_text(
        '{"path": "", "name": "x", "time": 1.0, "text": "!!python/object:os.system [x]"}'
    )
    assert recovery.leftovers() == []
    assert sorted(file.name for file in folder.glob("*.damaged")) == [
        "code.damaged",
        "cut.damaged",
    ]
