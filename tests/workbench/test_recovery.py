"""Unsaved work outlives the window that held it, and is offered once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from projects.schema import Project
from projects.templates import template
from workbench.document import Document
from workbench.recovery import Recovery

DIES = """
import os, sys
from PySide6.QtCore import QCoreApplication
from projects.templates import template
import msgspec
app = QCoreApplication([])
from workbench.document import Document
from workbench.recovery import Recovery
document = Document(template("perceptron").project)
recovery = Recovery()
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
