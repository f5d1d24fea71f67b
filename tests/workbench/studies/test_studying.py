"""Studies are read and made ready beside the window, not by it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.client import Engines
from engine.studies.declaration import Axis, Study
from engine.studies.folder import Row, StudyFolder
from engine.studies.grid import Planned
from tests.cli.conftest import CLASSIFIER
from workbench.runs import Runs
from workbench.studies.studying import Opened, Studying

STUDY = Study(title="Sizes", axes=(Axis.of("recipe.batch_size", [8, 16]),))


@pytest.fixture
def studying(qtbot: QtBot) -> Studying:
    return Studying(Engines(), Runs())


def test_what_became_of_the_runs_is_not_read_by_the_window(
    studying: Studying, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers: list[threading.Thread] = []
    rows_of = StudyFolder.rows

    def rows(self: StudyFolder, planned: list[Planned]) -> list[Row]:
        readers.append(threading.current_thread())
        return rows_of(self, planned)

    monkeypatch.setattr(StudyFolder, "rows", rows)
    path = tmp_path / "study"
    with qtbot.waitSignal(studying.opened) as told:
        studying.begin(path, STUDY, CLASSIFIER, tmp_path)
        assert studying.active
    opened = told.args[0]
    assert isinstance(opened, Opened)
    assert [row.state for row in opened.rows] == ["waiting", "waiting"]
    assert studying.work is not None
    studying.stop()
    with qtbot.waitSignal(studying.over):
        studying.poll()
    with qtbot.waitSignal(studying.opened):
        studying.go_on_with(path, 2)
    assert studying.at_once == 2
    studying.stop()
    with qtbot.waitSignal(studying.over):
        studying.poll()
    assert len(readers) == 2
    assert threading.current_thread() not in readers


def test_a_study_that_another_process_trains_is_not_begun(
    studying: Studying, qtbot: QtBot, tmp_path: Path
) -> None:
    folder = StudyFolder(tmp_path / "study")
    folder.begin(STUDY, CLASSIFIER, tmp_path)
    lock = folder.lock()
    with qtbot.waitSignal(studying.unreadable) as told:
        studying.go_on_with(folder.path, 1)
    assert "another process trains this study" in told.args[1].message
    assert not studying.active
    lock.release()


def test_a_study_that_cannot_be_read_is_left_to_others(
    studying: Studying, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = StudyFolder(tmp_path / "study")
    folder.begin(STUDY, CLASSIFIER, tmp_path)

    def broken(_self: StudyFolder, _planned: list[Planned]) -> list[Row]:
        raise OSError("the disk is gone")

    monkeypatch.setattr(StudyFolder, "rows", broken)
    with qtbot.waitSignal(studying.unreadable) as told:
        studying.go_on_with(folder.path, 1)
    assert "the disk is gone" in told.args[1].message
    assert not studying.active
    folder.lock().release()
