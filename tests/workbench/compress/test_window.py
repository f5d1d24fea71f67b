"""The Compress tab in the real window, with real engines; a run as the teacher of another design."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QMenu, QTreeWidget
from pytestqt.qtbot import QtBot

from engine.compression.variant import read_variant
from engine.runs.folder import RunFolder
from engine.runs.reader import Reader
from engine.runs.summary import read_summary
from projects import files as project_files
from projects.schema import Distillation, Plug
from projects.templates import template
from tests.engine.training.support import train
from tests.workbench.shell import press, wait
from workbench.gauges import LOSE
from workbench.window import MainWindow


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A project with a run."""
    path = tmp_path / "digits.yaml"
    project = template("digits_mlp").project
    recipe = msgspec.structs.replace(project.recipe, epochs=None, max_steps=30)
    project = msgspec.structs.replace(project, recipe=recipe)
    project_files.save(project, path)
    train(project, tmp_path / "runs" / "digits" / "20260102-030405-ash")
    return path


def test_a_variant_is_made_opened_trained_on_and_taught_from(
    window: MainWindow, qtbot: QtBot, file: Path
) -> None:
    window.open(file)
    wait(qtbot, lambda: window.viewer.shown is not None and window.desk.latest is not None)
    assert window.files.document is not None
    window.files.document.apply(
        "Rename", msgspec.structs.replace(window.files.document.project, name="Renamed")
    )
    press(qtbot, window, "Ctrl+9")
    tab = window.squeezer.tab
    assert tab is not None
    assert tab.isVisible()
    tab.side.steps.add_step("prune_units")
    document = window.files.document
    assert document is not None
    press(qtbot, tab.side.steps.add, "Ctrl+Z")  # about the steps, not about the design
    assert not tab.side.steps.steps
    press(qtbot, tab.side.steps.add, "Ctrl+Z")
    press(qtbot, tab.side.steps.add, "Ctrl+Shift+Z")
    assert [step.type for step in tab.side.steps.steps] == ["prune_units"]
    undo, redo = (window.registry.action(name) for name in ("undo", "redo"))
    wait(qtbot, undo.isEnabled)
    undo.trigger()  # in the menu too
    assert not tab.side.steps.steps
    wait(qtbot, lambda: (undo.isEnabled(), redo.isEnabled()) == (False, True))
    redo.trigger()
    assert [step.type for step in tab.side.steps.steps] == ["prune_units"]
    assert document.project.name == "Renamed"
    assert window.view is not None
    window.view.setCurrentIndex(0)
    assert (undo.isEnabled(), redo.isEnabled()) == (True, False)
    undo.trigger()
    assert document.project.name != "Renamed"
    redo.trigger()
    press(qtbot, window, "Ctrl+9")
    assert [step.type for step in tab.side.steps.steps] == ["prune_units"]
    wait(qtbot, lambda: tab.board._preview is not None and tab.side.keep.isEnabled())
    tab.side.keep.click()
    wait(qtbot, lambda: len(tab._members) == 2)
    made = tab._members[1].path
    variant = read_variant(made)
    assert variant is not None
    assert variant.steps == (Plug("prune_units"),)
    assert tab.board.table.current == made
    tab.board.open_wanted.emit(made)
    assert document.project.networks == Reader(made).project().networks
    assert document.stack.undoText().startswith("Open the network of")
    wait(qtbot, lambda: window.viewer.shown is not None and Path(window.viewer.shown.path) == made)
    window.squeezer.open_network(made)
    assert document.stack.count() == 2  # it is there already
    window.registry.action("tab_compress").trigger()
    tab._right.setCurrentWidget(tab.scan)
    tab.scan.begin.click()
    window.registry.refresh()
    language = window.registry.action("language_zh_CN")
    assert "scanned" in language.toolTip()
    assert not language.isEnabled()  # the scan would be lost
    wait(qtbot, lambda: tab.scan.scan_of(made) is not None)
    tab.scan.canvas_wanted.emit()
    assert window.view is not None
    assert window.view.measure == LOSE
    designer = window.designer
    assert designer is not None
    gauge = designer.canvas.graph.nodes["linear1"].gauge
    assert gauge is not None
    assert gauge.label.endswith("may go")
    assert not designer.measures.note.isVisible()
    document.stack.undo()
    assert designer.measures.note.isVisible()  # that is another design
    assert "Compress" in designer.measures.note.label.text()
    window.view.set_measure("")
    tab.board.train_wanted.emit(made)
    wait(qtbot, lambda: window.training.data is not None and not window.training.active)
    assert window.training.data is not None
    after = Path(window.training.data.path)
    assert read_summary(after).weights_from == made.name
    wait(qtbot, lambda: window.viewer.shown is not None and Path(window.viewer.shown.path) == after)
    window.registry.action("tab_compress").trigger()
    wait(qtbot, lambda: [member.kind for member in tab._members] == ["run", "variant", "trained"])
    _distil(window, qtbot)


def _distil(window: MainWindow, qtbot: QtBot) -> None:
    """From the menu of a run, into the design that is open."""
    window.docks.reveal("runs")
    tree = window.run_list.findChild(QTreeWidget, "runTree")
    assert tree is not None
    item = tree.topLevelItem(tree.topLevelItemCount() - 1)
    assert item is not None
    tree.customContextMenuRequested.emit(tree.visualItemRect(item).center())
    menu = next(menu for menu in window.run_list.findChildren(QMenu) if menu.isVisible())
    next(one for one in menu.actions() if one.text() == "Distil into this design").trigger()
    menu.close()
    assert window.training.active
    wait(qtbot, lambda: not window.training.active)
    assert window.training.data is not None
    taught = Path(window.training.data.path)
    assert RunFolder(taught).teacher.is_dir()
    assert Reader(taught).project().recipe.distillation == Distillation()
    assert window.files.document is not None
    assert window.files.document.project.recipe.distillation is None
