"""Runs that failed, never began or cannot be read: every part of the window says so, and nothing good of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from engine.protocol import Array, Failed, Scalars, Started
from engine.runs.folder import RunFolder
from engine.runs.summary import DAMAGED
from projects.errors import Problem
from projects.files import save
from projects.schema import Plug
from tests.engine.clinic.learners import sound
from tests.engine.training.support import Layers, chain, digits, train
from tests.engine.training.tables import NAMED, table, write_table
from tests.workbench.shell import click, wait
from workbench import attendant
from workbench.panels.doctor import DoctorPanel
from workbench.run_items import RESULT
from workbench.run_words import why_failed
from workbench.rundata import RunData
from workbench.window import MainWindow

LIVE = ("curves", "doctor", "health")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A project whose data are whole as long as it is opened and checked."""
    path = tmp_path / "table.yaml"
    save(table(tmp_path), path)
    return path


def text(window: MainWindow, name: str) -> str:
    found = window.findChild(QToolButton, name)
    assert found is not None
    return found.text() if found.isVisible() else ""


def said(window: MainWindow, name: str) -> str:
    """What a panel says instead of a picture."""
    window.docks.reveal(name)
    panel = next(panel for panel in window.viewer.panels if panel.name == name)
    panel.refresh()
    labels = panel.findChildren(QLabel)
    return " ".join(label.text() for label in labels if label.isVisibleTo(panel))


def line(window: MainWindow, path: Path) -> list[str]:
    found = window.run_list._tree.line_of(path)
    assert found is not None
    return [found.text(column) for column in (1, 2, RESULT)]


def badge(window: MainWindow) -> str:
    window.clinic.go()
    return text(window, "statusHealth")


def test_data_that_cannot_be_read_are_said_wherever_the_run_is_shown(
    window: MainWindow, qtbot: QtBot, file: Path
) -> None:
    window.open(file)
    wait(qtbot, lambda: window.desk.latest is not None)
    write_table(file.parent, damaged=True)
    window.flow.train()
    wait(qtbot, lambda: not window.training.active)
    run = window.viewer.shown
    assert run is not None
    path = Path(run.path)
    wait(qtbot, lambda: text(window, "statusProblems") == "1 problem")  # it was checked again
    for _time in ("told", "read back"):
        for name in LIVE:
            assert "This run failed" in said(window, name)
            assert NAMED in said(window, name)
        state, steps, result = line(window, path)
        assert (state, steps) == ("failed", "–"), window.runs.summaries()
        assert NAMED in result
        assert badge(window) == "Training failed"
        assert window.flow.resumable() is None
        assert "before its first step" in window.brancher.why_not()
        window.viewer.show(None)
        window.runs.watch(window.files.document)  # forgets what was told
        window.viewer.show_path(path)
        wait(qtbot, lambda: window.viewer.shown is not None)


def test_a_run_with_curves_says_in_the_doctor_why_it_failed(window: MainWindow, file: Path) -> None:
    window.open(file)
    run = RunData(project=digits())
    run.feed(Started(run="/runs/a", step=0, steps_per_epoch=20, total_steps=None, device="cpu"))
    run.feed(Scalars(series={n: (Array.of(s), Array.of(v)) for n, (s, v) in sound().items()}))
    window.viewer.show(run)
    wait_for_rounds(window)
    assert badge(window) == "Training is healthy"
    assert "All is well" in said(window, "doctor")
    run.feed(Failed(problems=(Problem("recipe.batch_size", "memory ran out.", "Halve it."),)))
    assert badge(window) == "Training failed"
    told = said(window, "doctor")
    assert "This run failed: Recipe › Batch size: memory ran out. Halve it." in told
    assert "All is well" not in told


def test_after_a_loss_that_is_no_number_the_doctor_is_asked_not_the_same_steps_made_again(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "digits.yaml"
    project = digits(optimizer=Plug("sgd", {"lr": 1e4}))
    layers: Layers = [("first", "linear", {"units": 24}), ("last", "linear", {"units": 10})]
    save(msgspec.structs.replace(project, networks={"classifier": chain(layers)}), file)
    window.open(file)
    wait(qtbot, lambda: window.desk.latest is not None)
    window.flow.train()
    wait(qtbot, lambda: window.training.data is not None and not window.training.active)
    run = window.training.data
    assert run is not None
    assert run.saved is not None, "there would be a checkpoint to resume from"
    window.docks.reveal("curves")
    window.viewer.show(None)
    (button,) = window.findChildren(QPushButton, "toastAction")
    assert button.text() == "Ask the doctor"
    click(button)
    (doctor,) = window.findChildren(DoctorPanel)
    wait(qtbot, lambda: not doctor.visibleRegion().isEmpty())
    assert window.viewer.shown is run
    wait(qtbot, lambda: badge(window).startswith("Not a number"))
    assert not window.training.active


def wait_for_rounds(window: MainWindow) -> None:
    for _round in range(200):
        window.clinic.go()


def shown_path(window: MainWindow) -> Path | None:
    return Path(window.viewer.shown.path) if window.viewer.shown is not None else None


def damaged_looks(run: Path) -> None:
    with closing(sqlite3.connect(RunFolder(run).database)) as database, database:
        database.execute(
            "UPDATE arrays SET shape = '[1, 1]', data = ? WHERE name = 'table'", (b"\0" * 4,)
        )


def cut_short(run: Path) -> None:
    file = RunFolder(run).database
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def no_file(run: Path) -> None:
    RunFolder(run).summary.unlink()
    RunFolder(run).summary.mkdir()


@pytest.mark.parametrize(
    ("damage", "words", "told"),
    [
        (cut_short, "measurements are damaged", "This run is damaged"),
        (no_file, "summary", "This run is damaged"),
        (damaged_looks, "Part of what was measured", "Measurements are damaged"),
    ],
)
def test_nothing_good_is_said_of_a_damaged_run(
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    damage: Callable[[Path], None],
    words: str,
    told: str,
) -> None:
    file = tmp_path / "digits.yaml"
    project = digits(epochs=5)
    save(project, file)
    runs = tmp_path / "runs" / "digits"
    sick, well = runs / "20260102-030401-ash", runs / "20260102-030402-fox"
    for path in (sick, well):
        train(project, path)
    damage(sick)
    window.open(file)
    wait(qtbot, lambda: window.viewer.shown is not None)
    wait_for_rounds(window)
    assert badge(window) == "Training is healthy"
    window.run_list.run_chosen.emit(sick)
    wait(qtbot, lambda: shown_path(window) == sick)
    wait_for_rounds(window)
    assert badge(window) == told
    assert words in said(window, "doctor")
    assert "All is well" not in said(window, "doctor")
    window.run_list.run_chosen.emit(well)  # the rest goes on
    wait(qtbot, lambda: badge(window) == "Training is healthy")


def test_a_run_that_could_not_be_gone_on_with_is_what_it_was(
    window: MainWindow, qtbot: QtBot, file: Path
) -> None:
    run = file.parent / "runs" / "table" / "20260102-030401-ash"
    run.parent.mkdir(parents=True)
    write_table(run.parent)
    train(table(run.parent), run, max_steps=3)
    window.open(file)
    wait(qtbot, lambda: window.viewer.shown is not None)
    write_table(run.parent, damaged=True)
    window.flow.resume(run)
    wait(qtbot, lambda: window.training.data is not None and not window.training.active)
    shown = window.viewer.shown
    assert shown is not None
    assert (shown.state, shown.failure) == ("stopped", None)
    assert why_failed(shown) == ""
    assert window.flow.resumable() == run


def test_what_was_given_up_before_its_first_step_has_not_failed() -> None:
    run = RunData()
    run.feed(Failed(problems=(Problem("", "stopped."),), kind="given_up"))
    assert (run.state, run.begun, why_failed(run)) == ("stopped", False, "")
    killed = RunData(state="interrupted")
    assert why_failed(killed) == "It was interrupted before its first step."


def test_a_run_says_whether_it_has_begun() -> None:
    coming, ended, failed = RunData(), RunData(state="interrupted"), RunData()
    failed.feed(Started(run="/runs/a", step=0, steps_per_epoch=2, total_steps=2, device="cpu"))
    failed.feed(Failed(problems=(Problem("", "a loss is not a number."),)))
    damaged = RunData(state=DAMAGED, damage=Problem("", "cut short."))
    runs = (coming, ended, failed, damaged)
    assert [run.begun for run in runs] == [True, False, True, True]


def test_a_run_whose_folder_is_deleted_is_gone_from_list_and_panels(
    window: MainWindow, qtbot: QtBot, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendant, "FOLDER_TICKS", attendant.SLOW_TICKS)
    runs = file.parent / "runs" / "table"
    runs.mkdir(parents=True)
    old, new = runs / "20260102-030401-ash", runs / "20260102-030402-fox"
    write_table(runs)
    for path in (old, new):
        train(table(runs), path, max_steps=3)
    window.open(file)
    wait(qtbot, lambda: shown_path(window) == new)
    wait(qtbot, lambda: window.attendant._there == new)
    away = new.rename(file.parent / "away")
    wait(qtbot, lambda: "gone" in said(window, "curves"))
    assert [Path(path) for path, _summary in window.runs.summaries()] == [old]
    assert window.run_list._tree.line_of(new) is None
    window.run_list.run_chosen.emit(old)  # the rest goes on
    wait(qtbot, lambda: shown_path(window) == old and "gone" not in said(window, "curves"))
    away.rename(new)
    wait(qtbot, lambda: window.run_list._tree.line_of(new) is not None)
    window.run_list.run_chosen.emit(new)
    wait(qtbot, lambda: shown_path(window) == new)
    assert window.viewer.shown is not None
    assert window.viewer.shown.damage is None
