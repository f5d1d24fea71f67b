"""Branch here: from the curves, the list of runs and the menu, to a run that goes on from there."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from engine.protocol import Replaying, Started, State
from engine.runs.summary import read_summary
from projects import files as project_files
from projects.schema import Plug
from projects.templates import template
from tests.engine.training.support import differences, last_state
from tests.workbench.shell import click, wait
from widgets.plots.curves import CurvePlot
from workbench.branch_dialog import BranchDialog
from workbench.rundata import RunData
from workbench.status import Status
from workbench.window import MainWindow

STEPS = 60


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A project file that trains for a few steps."""
    file = tmp_path / "digits.yaml"
    project = template("digits_mlp").project
    recipe = msgspec.structs.replace(
        project.recipe, epochs=None, max_steps=STEPS, schedule=Plug("constant")
    )
    project_files.save(msgspec.structs.replace(project, recipe=recipe), file)
    return file


def trained(window: MainWindow, qtbot: QtBot, path: Path) -> RunData:
    """Open a project and train it to its end."""
    window.open(path)
    wait(qtbot, lambda: window.desk.latest is not None)
    QTest.keySequence(window, "F5")
    wait(qtbot, lambda: window.training.data is not None and not window.training.active, 60)
    assert window.training.data is not None
    return window.training.data


def loss_plot(window: MainWindow, qtbot: QtBot) -> CurvePlot:
    window.docks.reveal("curves")
    panel = next(panel for panel in window.viewer.panels if panel.name == "curves")
    plot = next(p for p in panel.findChildren(CurvePlot) if p.accessibleName() == "Loss")
    wait(qtbot, lambda: plot.isVisible() and bool(plot._curves))
    # It shows them all by now.
    wait(qtbot, lambda: plot.plot.getViewBox().viewRange()[0][1] >= STEPS)
    return plot


def place_of(plot: CurvePlot, step: float) -> QPoint:
    """Where a step is in a plot."""
    box = plot.plot.getViewBox()
    _x, (low, high) = box.viewRange()
    place: QPoint = plot.plot.mapFromScene(box.mapViewToScene(QPointF(step, (low + high) / 2)))
    return place


def dialog_of(window: MainWindow) -> BranchDialog:
    found = [d for d in window.findChildren(BranchDialog) if d.isVisible()]
    assert found
    return found[-1]


def test_a_right_click_on_the_curve_branches_off_at_that_step(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    first = trained(window, qtbot, saved)
    plot = loss_plot(window, qtbot)
    at = place_of(plot, 25)
    QTest.mouseClick(plot.plot.viewport(), Qt.MouseButton.RightButton, pos=at)
    menu = next(m for m in window.findChildren(QMenu, "curvesMenu") if m.isVisible())
    (action,) = [one for one in menu.actions() if one.text().startswith("Branch here (step 2")]
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    dialog = dialog_of(window)
    step = dialog.findChild(QSpinBox, "branchStep")
    told, begin = (
        dialog.findChild(QLabel, "branchTold"),
        dialog.findChild(QPushButton, "branchBegin"),
    )
    assert step is not None
    assert told is not None
    assert begin is not None
    assert abs(step.value() - 25) <= 2
    step.setValue(25)
    assert "from 1 to 25" in told.text()
    click(begin)
    wait(qtbot, lambda: window.training.data is not first and not window.training.active, 60)
    second = window.training.data
    assert second is not None
    assert second.scalars["train_loss"].steps[0] == 26
    assert differences(last_state(Path(first.path)), last_state(Path(second.path))) == set()
    assert read_summary(Path(second.path)).parent == Path(first.path).name
    assert any("everything is kept" in text for text in window.toasts.texts())
    assert window.run_list.ticked() == [Path(first.path), Path(second.path)]


def test_the_command_says_why_it_cannot_be_given_and_asks_for_the_step(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    window.open(saved)
    wait(qtbot, lambda: window.desk.latest is not None)
    window.registry.refresh()
    action = window.registry.action("branch")
    assert not action.isEnabled()
    assert "Choose a run" in action.toolTip()
    first = trained(window, qtbot, saved)
    window.registry.refresh()
    assert action.isEnabled()
    action.trigger()
    dialog = dialog_of(window)
    told = dialog.findChild(QLabel, "branchTold")
    assert told is not None
    assert "nothing has to be made again" in told.text()
    assert first.step == STEPS
    cancel = dialog.findChild(QPushButton, "branchCancel")
    assert cancel is not None
    click(cancel)
    assert window.training.data is first


def test_a_branch_that_is_stopped_before_it_begins_leaves_nothing(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    project = project_files.load(saved).project
    recipe = msgspec.structs.replace(project.recipe, max_steps=None)
    project_files.save(msgspec.structs.replace(project, recipe=recipe), saved)
    window.open(saved)
    wait(qtbot, lambda: window.desk.latest is not None)
    QTest.keySequence(window, "F5")
    wait(qtbot, lambda: window.training.data is not None and window.training.data.step > 1500, 60)
    assert "goes on" in window.brancher.why_not()
    QTest.keySequence(window, "Shift+F5")
    wait(qtbot, lambda: not window.training.active)
    first = window.training.data
    assert first is not None
    window.training.replaying.connect(lambda _event: window.training.stop())
    window.brancher.branch(Path(first.path), 1500)
    wait(qtbot, lambda: not window.training.active)
    assert any("No branch was begun" in text for text in window.toasts.texts())
    wait(qtbot, lambda: window.viewer.shown is first)
    assert [path for path, _summary in window.runs.summaries()] == [Path(first.path)]


def test_the_status_bar_says_which_steps_are_made_again(qtbot: QtBot) -> None:
    status, run = Status(), RunData()
    qtbot.addWidget(status)
    run.feed(State(state="starting", step=0))
    run.feed(Replaying(run="", step=40, until=120))
    status.set_run(run)
    label = status.findChild(QLabel, "statusState")
    assert label is not None
    assert "40 of 120" in label.text()
    run.feed(Started(run="", step=120, steps_per_epoch=9, total_steps=None, device="cpu"))
    status.set_run(run)
    assert "again" not in label.text()
