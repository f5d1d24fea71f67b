"""Variants of runs in the window: below their parent, with what was done, and trained on with their zeros."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QTreeWidget, QTreeWidgetItem
from pytestqt.qtbot import QtBot

from engine.compression.variant import Size, Variant, write_variant
from engine.compute.compression.compressing import compress
from engine.runs.reader import Reader
from engine.runs.summary import COMPRESSED, Summary
from projects import files as project_files
from projects.schema import Plug
from projects.templates import template
from tests.engine.training.support import train
from tests.workbench.shell import wait
from workbench.run_list import RunList
from workbench.variant_words import steps_words
from workbench.window import MainWindow

SIZE = Size(parameters=100, nonzero=10, dense_bytes=400, file_bytes=2048, macs=100)
PRUNED = Plug("prune", {"amount": 0.9})


def child(tree: QTreeWidget | None, row: int = 0) -> QTreeWidgetItem:
    """The row below a row."""
    assert tree is not None
    top = tree.topLevelItem(row)
    assert top is not None
    found = top.child(0)
    assert found is not None
    return found


def test_a_variant_stands_below_its_parent_with_what_was_done(qtbot: QtBot, tmp_path: Path) -> None:
    runs = RunList()
    qtbot.addWidget(runs)
    old, new = tmp_path / "20260102-030405-ash", tmp_path / "20260102-030406-owl"
    new.mkdir()
    write_variant(new, Variant(steps=(PRUNED, Plug("rewind")), size=SIZE, parent=SIZE))
    summary = Summary(
        project="P",
        objective="classification",
        state=COMPRESSED,
        parent=old.name,
        parent_step=5,
        metrics={"validation_accuracy": 0.9},
    )
    trained = Summary(project="P", objective="classification", state="finished")
    runs.set_runs([(new, summary), (old, trained)])
    row = child(runs.findChild(QTreeWidget, "runTree"))
    assert row.text(0).endswith("· Prune weights 0.9 + Rewind · 2.0 KiB")
    assert [row.text(column) for column in range(1, 5)] == ["compressed", "–", "–", "0.9000"]
    assert not row.icon(1).isNull()
    (new / "compression.json").write_text("{")
    runs.set_runs([(new, summary)])
    assert "a smaller variant of ash" in _first(runs)
    assert _first(runs).endswith("which is gone")


def _first(runs: RunList) -> str:
    tree = runs.findChild(QTreeWidget, "runTree")
    assert tree is not None
    item = tree.topLevelItem(0)
    assert item is not None
    return item.text(0)


def test_what_another_version_knows_is_named_as_it_is() -> None:
    assert steps_words((Plug("shrink", {"by": 3}), Plug("prune"))) == "shrink + Prune weights 0.5"
    assert steps_words((Plug("prune", {"pattern": "2:4"}),)) == "Prune weights 2:4"
    assert len(steps_words((Plug("x" * 9999),))) == 100


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A project with a run and a pruned variant of it."""
    path = tmp_path / "digits.yaml"
    project = template("digits_mlp").project
    recipe = msgspec.structs.replace(project.recipe, epochs=None, max_steps=40)
    project = msgspec.structs.replace(project, recipe=recipe)
    project_files.save(project, path)
    run = tmp_path / "runs" / "digits" / "20260102-030405-ash"
    train(project, run)
    compress(run, [PRUNED], run.with_name("20260102-030406-owl"))
    return path


def test_a_variant_is_trained_on_and_its_zeros_stay(
    window: MainWindow, qtbot: QtBot, file: Path
) -> None:
    window.open(file)
    wait(qtbot, lambda: window.desk.latest is not None)
    window.docks.reveal("runs")
    tree = window.run_list.findChild(QTreeWidget, "runTree")
    assert tree is not None
    row = child(tree)
    QTest.mouseClick(
        tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualItemRect(row).center()
    )
    wait(qtbot, lambda: window.viewer.shown is not None and window.viewer.shown.state == COMPRESSED)
    commands = {command.id: command for command in window.registry.commands()}
    assert "smaller variant" in commands["resume"].why_not()
    assert "smaller variant" in commands["branch"].why_not()
    tree.customContextMenuRequested.emit(tree.visualItemRect(row).center())
    menu = next(menu for menu in window.run_list.findChildren(QMenu) if menu.isVisible())
    words = [action.text() for action in menu.actions()]
    assert "Resume" not in words
    next(one for one in menu.actions() if one.text() == "Train on with these weights").trigger()
    menu.close()
    wait(qtbot, lambda: window.training.data is not None and not window.training.active)
    assert window.training.data is not None
    made = Path(window.training.data.path)
    assert made.parent == file.parent / "runs" / "digits"
    assert Reader(made).project().recipe.pruning == Plug("keep_zeros")
    assert window.files.document is not None
    assert window.files.document.project.recipe.pruning == Plug("none")
    assert (made / "start.safetensors").is_file()
