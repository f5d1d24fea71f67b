"""The whole window with its real engines, worked by mouse and keys as a person would."""

from __future__ import annotations

import os
import signal
import sys
from functools import partial
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSlider,
    QTableWidget,
    QTreeWidget,
    QUndoView,
    QWidget,
)
from pytestqt.qtbot import QtBot

import main
from engine.protocol import Preflighted
from engine.runs.summary import read_summary
from projects import files as project_files
from projects.schema import Data, Node, Plug, Project, Wire
from projects.templates import template
from tests.workbench.hands import line, retype
from tests.workbench.shell import answer, click, wait
from workbench import edits
from workbench.arranging import DRAWING
from workbench.data_preview import DataPreview
from workbench.mending import Candidate
from workbench.preflight_dialog import PreflightDialog
from workbench.start_cards import RecentRow
from workbench.window import MainWindow

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QSlider,
)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A project file that trains for long enough to be interfered with."""
    file = tmp_path / "digits.yaml"
    project = template("digits_mlp").project
    recipe = msgspec.structs.replace(
        project.recipe, epochs=None, schedule=Plug("constant"), checkpoint_every=1.0
    )
    project_files.save(msgspec.structs.replace(project, recipe=recipe), file)
    return file


def project_of(window: MainWindow) -> Project:
    assert window.files.document is not None
    return window.files.document.project


def opened(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    window.open(path)
    wait(qtbot, lambda: window.desk.latest is not None)


def training(window: MainWindow, qtbot: QtBot, step: int = 20) -> None:
    QTest.keySequence(window, "F5")
    wait(qtbot, lambda: window.training.data is not None and window.training.data.step >= step)


def stopped(window: MainWindow, qtbot: QtBot) -> None:
    QTest.keySequence(window, "Shift+F5")
    wait(qtbot, lambda: not window.training.active)


def at_rest(window: MainWindow, qtbot: QtBot) -> None:
    """Let the docks come to rest after the window was resized or arranged."""
    qtbot.wait(50)
    shares = window.docks._shares
    wait(qtbot, lambda: shares._rest is not None and not shares._resting.isActive())


# ------------------------------------------------------------------------------------- looking


def test_nothing_of_torch_is_in_the_window_after_a_training(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    """Asked of a window in a process of its own, because tests themselves import torch."""
    import subprocess

    code = (
        "import sys; from pathlib import Path\n"
        "from PySide6.QtCore import QTimer\n"
        "from workbench import app\n"
        "a = app.make_application(); w = app.make_window(a); w.show(); w.begin()\n"
        "w.open(Path(sys.argv[1]))\n"
        "w.training.ended.connect(lambda data: (print(data.state, 'torch' in sys.modules), a.quit()))\n"
        "QTimer.singleShot(200, w.flow.train)\n"
        "QTimer.singleShot(60000, a.quit)\n"
        "a.exec(); w.end()\n"
    )
    project = template("perceptron").project
    recipe = msgspec.structs.replace(project.recipe, epochs=None, max_steps=3)
    project_files.save(msgspec.structs.replace(project, recipe=recipe), tmp_path / "short.yaml")
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root), "GANVAS_HOME": str(tmp_path)}
    command = [sys.executable, "-c", code, str(tmp_path / "short.yaml")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["finished", "False"], done.stderr


def test_every_control_has_a_name_and_says_what_it_is(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    nameless = []
    for control in window.findChildren(QWidget):
        name, words = control.objectName(), control.accessibleName()
        if isinstance(control, CONTROLS) and not _is_part(control) and not (name and words):
            nameless.append((type(control).__name__, name, words, type(control.parent()).__name__))
    assert nameless == [], sorted(set(nameless))


def _is_part(control: QWidget) -> bool:
    """Whether Qt itself made a control as a part of another one."""
    parent = control.parent()
    holder = parent.metaObject().className() if parent is not None else ""
    if isinstance(control, QHeaderView) or "Private" in holder:
        return True
    inner = (
        "QLineEdit",
        "QComboBox",
        "QDockWidget",
        "QTabBar",
        "QToolBar",
        "QMenuBar",
        "PlotWidget",
    )
    names = {type(parent).__name__, *(base.__name__ for base in type(parent).__mro__)}
    return control.objectName().startswith("qt_") or bool(names & set(inner))


def test_a_template_opens_with_one_click_and_is_not_unsaved(
    window: MainWindow, qtbot: QtBot
) -> None:
    card = window.findChild(QPushButton, "template_gan_ring")
    assert card is not None
    click(card)
    assert project_of(window).name == "GAN on a ring"
    assert window.view is not None
    assert list(window.view.designers) == ["generator", "discriminator"]
    assert not window.isWindowModified()
    wait(qtbot, lambda: window.desk.latest is not None)
    assert window.desk.latest is not None
    assert window.desk.latest.ok


@pytest.mark.parametrize("workspace", ["design", "train", "analyse"])
def test_workspaces_fit_into_a_small_window(
    window: MainWindow, qtbot: QtBot, saved: Path, workspace: str
) -> None:
    window.resize(1100, 720)
    opened(window, qtbot, saved)
    window.show_workspace(workspace)
    qtbot.wait(50)
    assert (window.width(), window.height()) == (1100, 720)


def test_recent_projects_have_room_for_their_names(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    window.files.close()
    wait(qtbot, lambda: bool([r for r in window.findChildren(RecentRow) if r.isVisible()]))
    qtbot.wait(50)
    rows = [row for row in window.findChildren(RecentRow) if row.isVisible()]
    assert [row.height() for row in rows] == [50] * len(rows)


def test_what_made_room_comes_back_as_it_was(window: MainWindow, qtbot: QtBot, saved: Path) -> None:
    opened(window, qtbot, saved)
    window.show_workspace("design")
    assert window.view is not None

    def come_to(wanted: tuple[str, ...]) -> None:
        docks = window.docks
        wait(
            qtbot,
            lambda: {n for n in DRAWING if not docks[n].visibleRegion().isEmpty()} == set(wanted),
        )

    for pair in (("layers", "inspector"), ("outline", "history"), ("outline", "inspector")):
        for name in pair:
            window.docks.reveal(name)
        come_to(pair)
        window.view.setCurrentIndex(1)
        come_to(())
        window.view.setCurrentIndex(0)
        come_to(pair)


def test_another_project_opens_with_everything_to_draw(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    window.show_workspace("design")
    assert window.view is not None
    window.view.setCurrentIndex(1)  # the data of this one
    assert window.docks["layers"].isHidden()
    window.open_template(template("gan_ring"))
    wait(qtbot, lambda: not window.docks["layers"].isHidden())
    assert not window.docks["inspector"].isHidden()


def test_a_workspace_is_remembered_and_can_be_reset(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    window.docks.toggle("inspector")
    window.show_workspace("train")
    window.show_workspace("design")
    assert window.docks["inspector"].isHidden()
    window.docks.reset()
    assert not window.docks["inspector"].isHidden()
    assert window.docks["samples"].isVisibleTo(window)


def test_light_and_dark(window: MainWindow, qtbot: QtBot, saved: Path) -> None:
    opened(window, qtbot, saved)
    window.appearance.choose("dark")
    dark = window.grab().toImage().pixelColor(5, 60).lightness()
    window.appearance.choose("light")
    light = window.grab().toImage().pixelColor(5, 60).lightness()
    assert dark < 60
    assert light > 200


# ------------------------------------------------------------------------------------- designing


def test_a_layer_from_the_palette_follows_the_chosen_one_and_undo_takes_it_away(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    before = project_of(window)
    designer = window.designer
    assert designer is not None
    designer.focus_node("relu3")
    search = window.layers.search
    search.setFocus()
    QTest.keyClicks(search, "dropout")
    QTest.keyClick(search, Qt.Key.Key_Return)
    graph = project_of(window).networks["classifier"]
    (added,) = graph.nodes.keys() - before.networks["classifier"].nodes.keys()
    assert graph.nodes[added].type == "dropout"
    assert {f"relu3 -> {added}", f"{added} -> logits"} <= {str(wire) for wire in graph.wires}
    assert window.isWindowModified()
    QTest.keySequence(window, "Ctrl+Z")
    assert project_of(window) == before
    assert not window.isWindowModified()


def test_the_outline_and_the_canvas_choose_together(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    assert window.designer is not None
    window.docks.reveal("outline")
    tree = window.outline.findChild(QTreeWidget)
    assert tree is not None
    wait(qtbot, lambda: tree.topLevelItemCount() == 1)
    top = tree.topLevelItem(0)
    item = top.child(2) if top is not None else None
    assert item is not None
    click(tree.viewport(), tree.visualItemRect(item).center())
    assert window.designer.selection == ("linear1",)
    window.designer.canvas.select(("relu2",))
    wait(qtbot, lambda: [i.text(0) for i in tree.selectedItems()] == ["relu2: ReLU · 128"])


def test_the_history_goes_back_and_forth(window: MainWindow, qtbot: QtBot, saved: Path) -> None:
    opened(window, qtbot, saved)
    assert window.designer is not None
    before = project_of(window)
    window.designer.canvas.select(("relu1",))
    QTest.keySequence(window, "Ctrl+B")
    QTest.keySequence(window, "Ctrl+D")
    window.docks.reveal("history")
    steps = window.history.findChild(QUndoView)
    assert steps is not None
    model = steps.model()
    names = [model.index(row, 0).data() for row in range(model.rowCount())]
    assert names == ["As it was opened", "Bypass", "Duplicate"]
    click(steps.viewport(), steps.visualRect(model.index(0, 0)).center())
    assert project_of(window) is before
    click(steps.viewport(), steps.visualRect(model.index(1, 0)).center())
    assert project_of(window).networks["classifier"].nodes["relu1"].mute


def test_habits_of_the_canvas_are_kept(window: MainWindow, qtbot: QtBot, saved: Path) -> None:
    opened(window, qtbot, saved)
    window.registry.action("wheel_zooms").trigger()
    window.registry.action("minimap").trigger()
    assert (window.settings.wheel_zooms, window.settings.minimap) == (True, False)
    window.files.close()
    opened(window, qtbot, saved)
    assert window.designer is not None
    canvas = window.designer.canvas
    assert (canvas.wheel_zooms, canvas.minimap.wanted) == (True, False)


def test_layers_are_coloured_by_their_health_while_they_learn(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    window.show_workspace("design")  # the health panel itself is behind a tab
    assert window.designer is not None
    items = window.designer.canvas.graph.nodes
    training(window, qtbot)
    wait(qtbot, lambda: items["linear1"].gauge is not None)
    gauge = items["linear1"].gauge
    assert gauge is not None
    assert gauge.tint
    assert window.designer.canvas.graph.layer.tones
    stopped(window, qtbot)
    assert items["linear1"].gauge is not None  # it stays, until something is edited
    combo = window.findChild(QComboBox, "measure")
    assert combo is not None
    combo.setFocus()
    QTest.keyClick(combo, Qt.Key.Key_Down)
    assert items["linear1"].gauge is not None
    assert "%" in items["linear1"].gauge.label
    assert window.settings.measure == "parameters"


def test_a_mistake_shows_at_once_and_leads_to_its_layer(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    assert window.files.document is not None
    project = project_of(window)
    graph = project.networks["classifier"]
    wrong = msgspec.structs.replace(
        graph, wires=tuple(w for w in graph.wires if w.target != "logits")
    )
    networks = {**project.networks, "classifier": wrong}
    window.files.document.apply("Cut", msgspec.structs.replace(project, networks=networks))
    wait(qtbot, lambda: bool(window.problems.problems))
    problem = window.problems.problems[0]
    assert problem.where.startswith("networks.classifier.nodes.logits")
    QTest.keySequence(window, "F5")
    assert not window.training.active
    assert "keep" in window.toasts.texts()[-1]
    window.show_place(problem.where)
    assert window.designer is not None
    assert window.designer.selection == ("logits",)


def test_a_problem_is_mended_with_one_click_and_one_undo(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    whole = project_of(window)
    window.docks.reveal("problems")
    broken = edits.delete(whole, "classifier", ["flatten"])
    assert window.files.document is not None
    window.files.document.apply("Delete layer", broken)
    tree = window.problems.findChild(QTreeWidget)
    assert tree is not None

    def button() -> QPushButton | None:
        item = tree.topLevelItem(0)
        found = tree.itemWidget(item, 1) if item is not None else None
        return found if isinstance(found, QPushButton) else None

    wait(qtbot, lambda: button() is not None)
    mend = button()
    assert mend is not None
    assert mend.accessibleName() == "Insert Flatten before “linear1”"
    assert window.designer is not None
    window.designer.canvas.select(["linear1"])
    assert window.inspector is not None
    offered = [b.accessibleName() for b in window.inspector.findChildren(QPushButton, "mend")]
    assert "Insert Flatten before “linear1”" in offered
    assert "Insert Flatten before “linear1”" in [f.title for f in window.designer.fixes()]
    click(mend)
    wait(qtbot, lambda: not window.problems.problems)
    assert project_of(window).networks["classifier"].nodes["flatten"].type == "flatten"
    assert window.files.document.stack.undoText() == "Insert Flatten before “linear1”"
    QTest.keySequence(window, "Ctrl+Z")
    assert project_of(window) is broken


def test_train_says_what_keeps_it_and_offers_to_mend_that(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    document = window.files.document
    assert document is not None
    document.apply("Delete", edits.delete(project_of(window), "classifier", ["flatten"]))
    wait(qtbot, lambda: any(window.dashboard.mender.fixes(p) for p in window.problems.problems))
    QTest.keySequence(window, "F5")
    assert not window.training.active
    button = window.findChild(QPushButton, "toastAction")
    assert button is not None
    assert button.text() == "Insert Flatten before “linear1”"
    click(button)
    wait(qtbot, lambda: not window.problems.problems)


def test_a_fix_for_what_is_gone_is_not_made(window: MainWindow, qtbot: QtBot, saved: Path) -> None:
    opened(window, qtbot, saved)
    before = project_of(window)
    window.dashboard.mend(Candidate("Too late", edits.mute(before, "classifier", ["relu1"], True)))
    assert project_of(window) is before
    assert "changed meanwhile" in window.toasts.texts()[-1]


def test_the_command_palette_finds_commands_and_layers(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    QTest.keySequence(window, "Ctrl+Shift+P")
    QTest.keyClicks(window.palette_popup.search, "linear2")
    QTest.keyClick(window.palette_popup.search, Qt.Key.Key_Return)
    assert window.designer is not None
    assert window.designer.selection == ("linear2",)
    QTest.keySequence(window, "Ctrl+K")
    QTest.keyClicks(window.palette_popup.search, "dark colours")
    QTest.keyClick(window.palette_popup.search, Qt.Key.Key_Return)
    assert window.settings.scheme == "dark"
    assert not window.palette_popup.isVisible()


def test_a_command_that_cannot_be_given_says_why(window: MainWindow, qtbot: QtBot) -> None:
    window.registry.refresh()
    action = window.registry.action("train")
    assert not action.isEnabled()
    assert "Open a project first" in action.toolTip()


def test_keys_of_a_command_that_cannot_be_given_say_why(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    window.open(saved)
    assert window.designer is not None
    canvas = window.designer.canvas
    canvas.select((), wires=[next(iter(canvas.graph.wires))])
    QTest.keySequence(canvas, "Ctrl+G")
    assert window.toasts.texts() == ["Collapse to a block Choose layers on the canvas first."]
    assert not window.designer.graph.frames
    canvas.select(("linear1",))
    assert window.registry.refusal(QKeySequence("Ctrl+G")) is None


def test_it_is_said_whether_a_file_could_not_be_opened_or_not_saved(
    window: MainWindow, qtbot: QtBot, saved: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("recipe: [", encoding="utf-8")
    window.open(broken)
    assert window.toasts.texts()[-1].startswith("The file could not be opened ")
    window.open(saved)
    window.files.save_as(tmp_path / "none" / "mine.yaml")
    assert window.toasts.texts()[-1].startswith("The file could not be saved ")


def test_every_shortcut_is_used_once(window: MainWindow) -> None:
    seen: dict[str, str] = {}
    for command in window.registry.commands():
        for key in window.registry.action(command.id).shortcuts():
            assert seen.setdefault(key.toString(), command.id) == command.id
    assert {"F5", "Ctrl+S", "Ctrl+K"} <= set(seen)


# ------------------------------------------------------------------------------------- training


def test_train_pause_step_change_the_rate_stop_and_train_again(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    window.show_workspace("train")
    training(window, qtbot)
    first = window.training.data
    assert first is not None
    QTest.keySequence(window, "F6")
    wait(qtbot, lambda: window.training.state == "paused")
    qtbot.wait(150)
    step = first.step
    QTest.keySequence(window, "F7")
    wait(qtbot, lambda: first.step == step + 1)
    field = window.findChild(QLineEdit, "learningRateField")
    assert field is not None
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "fast")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.property("wrong")
    field.selectAll()
    QTest.keyClicks(field, "1e-4")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keySequence(window, "F6")
    wait(qtbot, lambda: any(m.kind == "learning_rate" for m in first.markers))
    wait(qtbot, lambda: all(first.frames.get(s) for s in ("health", "samples", "confusion")))
    stopped(window, qtbot)
    assert first.state == "stopped"
    assert len(first.scalars["train_loss"]) > 20
    QTest.keySequence(window, "F5")
    wait(qtbot, lambda: window.training.data is not first)
    second = window.training.data
    assert second is not None
    wait(qtbot, lambda: second.step > 20)
    window.run_list.tick_all()
    curves = next(panel for panel in window.viewer.panels if panel.name == "curves")
    wait(qtbot, lambda: len(window.run_list.ticked()) == 2)
    assert curves.version() > 0
    stopped(window, qtbot)
    runs = sorted((saved.parent / "runs" / "digits").iterdir())
    assert [read_summary(run).state for run in runs] == ["stopped", "stopped"]


def test_problems_in_front_give_way_to_what_a_training_shows(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    window.show_workspace("train")
    window.show_problems()
    wait(qtbot, lambda: not window.docks["problems"].visibleRegion().isEmpty())
    training(window, qtbot)
    wait(qtbot, lambda: window.docks["problems"].visibleRegion().isEmpty())
    stopped(window, qtbot)


def test_a_pause_while_it_starts_can_be_taken_back(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    QTest.keySequence(window, "F5")
    assert window.training.state == "starting"
    pause = window.registry.action("pause")
    seen = []
    for _time in range(2):
        QTest.keySequence(window, "F6")
        seen.append(pause.isChecked())
    assert seen == [True, False]
    data = window.training.data
    assert data is not None
    wait(qtbot, lambda: data.step > 5)
    stopped(window, qtbot)


def test_a_training_says_what_it_does_not_take_from_a_field(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    assert window.view is not None
    window.view.setCurrentWidget(window.view.recipe)
    rate = line(window.view.recipe, "lr")
    retype(rate, "fast")
    training(window, qtbot)
    said = window.toasts.texts()
    assert len(said) == 1
    assert "“Learning rate”" in said[0]
    assert "number from 0" in said[0]
    stopped(window, qtbot)
    window.toasts.clear()
    retype(rate, "0.002")
    training(window, qtbot)
    assert window.toasts.texts() == []
    stopped(window, qtbot)


def test_docks_keep_their_shares_of_the_window(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    window.show_workspace("train")
    docks = [window.docks[name] for name in ("curves", "samples", "health")]
    at_rest(window, qtbot)
    before = [(dock.width(), dock.height()) for dock in docks]
    window.resize(1180, 740)
    at_rest(window, qtbot)
    small = [(dock.width(), dock.height()) for dock in docks]
    for (width, height), (large, tall) in zip(small, before, strict=True):
        assert abs(width / large - 1180 / 1440) < 0.05
        assert abs(height / tall - 740 / 900) < 0.08
    window.resize(1440, 900)
    at_rest(window, qtbot)
    after = [(dock.width(), dock.height()) for dock in docks]
    for now, then in zip(after, before, strict=True):
        assert now == pytest.approx(then, abs=12)


def test_an_engine_killed_while_it_trains_costs_nothing_but_the_run_and_resume_goes_on(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    training(window, qtbot)
    data = window.training.data
    assert data is not None
    wait(qtbot, lambda: data.saved is not None)
    pid = window.training.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait(qtbot, lambda: not window.training.active, seconds=2)
    assert data.state == "interrupted"
    assert "interrupted" in window.toasts.texts()[-1]
    lost, points = data.saved, len(data.scalars["train_loss"])
    assert points > 0
    resume = window.findChild(QPushButton, "toastAction")
    assert resume is not None
    assert f"{lost:,}" in resume.text()
    click(resume)
    wait(qtbot, lambda: window.training.active and data.step > (lost or 0) + 20)
    assert window.viewer.shown is data
    steps = data.scalars["train_loss"].steps
    assert (steps[1:] > steps[:-1]).all()
    stopped(window, qtbot)


def test_a_preflight_measures_and_shows_times_on_the_layers(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    QTest.keySequence(window, "Ctrl+F5")
    dialog = window.findChild(PreflightDialog)
    assert dialog is not None
    landed: list[Preflighted] = []
    dialog.landed.connect(landed.append)
    wait(qtbot, lambda: bool(landed))
    words = dialog.findChild(QLabel, "preflightWords")
    verdict = dialog.findChild(QLabel, "preflightVerdict")
    table = dialog.findChild(QTableWidget, "preflightLayers")
    assert words is not None
    assert verdict is not None
    assert table is not None
    assert "a step with 64 examples takes" in words.text()
    assert verdict.text().startswith("Learns one batch by heart")
    assert table.rowCount() == len(landed[0].networks["classifier"].layers)
    assert window.designer is not None
    gauge = window.designer.canvas.graph.nodes["linear1"].gauge
    assert gauge is not None
    assert "ms" in gauge.label
    close = dialog.findChild(QPushButton, "preflightClose")
    assert close is not None
    click(close)
    wait(qtbot, lambda: not dialog.isVisible())


def test_a_preflight_can_be_cancelled_and_is_refused_with_problems(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    QTest.keySequence(window, "Ctrl+F5")
    dialog = window.findChild(PreflightDialog)
    assert dialog is not None
    active = [dialog.flight.active]
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    active.append(dialog.flight.active)
    assert active == [True, False]
    document = window.files.document
    assert document is not None
    document.apply("Delete", edits.delete(project_of(window), "classifier", ["flatten"]))
    wait(qtbot, lambda: bool(window.problems.problems))
    window.toasts.clear()
    window.dialogs.preflight()
    assert "keeps this from training" in window.toasts.texts()[-1]


def test_a_file_that_was_mended_outside_is_read_again_after_the_refusal(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    (saved.parent / "t.csv").write_text("a,b\n1,2\nx,4\n")
    opened(window, qtbot, saved)
    document = window.files.document
    assert document is not None
    data = Data(source=Plug("csv", {"path": "t.csv"}))
    document.apply("Choose", msgspec.structs.replace(document.project, data=data))
    wait(qtbot, lambda: any("row 3" in p.where for p in window.problems.problems))
    (saved.parent / "t.csv").write_text("a,b\n1,2\n3,4\n")
    window.flow.train()
    assert "keeps this from training" in window.toasts.texts()[-1]
    wait(qtbot, lambda: not any("row 3" in p.where for p in window.problems.problems))
    assert window.problems.problems, "the network has another number of inputs"
    assert not window.toasts.texts(), "what was said there is no more"


def test_a_file_that_was_mended_outside_is_trained_on_at_the_first_press(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    show_table(window, qtbot, saved.parent / "t.csv", "x")
    assert window.desk.latest is not None
    assert window.desk.latest.data is None
    write_table(saved.parent / "t.csv", "1")
    training(window, qtbot)
    assert not window.toasts.texts()
    stopped(window, qtbot)


def test_who_comes_back_sees_the_data_as_they_are_now(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    table = saved.parent / "t.csv"
    show_table(window, qtbot, table, "1")
    assert window.view is not None
    preview = window.view.data.findChild(DataPreview)
    assert preview is not None
    wait(qtbot, lambda: "t.csv" in words_of(preview))
    for cell, broken in (("x", True), ("2", False)):
        write_table(table, cell)
        window.attendant.came_back(Qt.ApplicationState.ApplicationInactive)
        window.attendant.came_back(Qt.ApplicationState.ApplicationActive)
        wait(
            qtbot, partial(lambda broken: ("cannot be read" in words_of(preview)) == broken, broken)
        )
        wait(qtbot, partial(lambda broken: bool(window.problems.problems) == broken, broken))


def words_of(widget: QWidget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def write_table(path: Path, cell: str) -> None:
    """A table of 64 features and ten classes, with a cell in its midst."""
    rows = [[str((i * j) % 7) for j in range(64)] + [str(i % 10)] for i in range(100)]
    rows[50][3] = cell
    heads = [*(f"p{j}" for j in range(64)), "y"]
    path.write_text("\n".join(map(",".join, [heads, *rows])))


def show_table(window: MainWindow, qtbot: QtBot, path: Path, cell: str) -> None:
    """Choose such a table in the Data tab, and wait until it was checked."""
    write_table(path, cell)
    document, view = window.files.document, window.view
    assert document is not None
    assert view is not None
    view.setCurrentWidget(view.data)
    data = Data(source=Plug("csv", {"path": path.name}))
    document.apply("Choose", msgspec.structs.replace(document.project, data=data))
    wait(qtbot, lambda: window.desk.up_to_date)


def test_what_kept_a_project_from_training_is_said_until_it_is_mended(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    document = window.files.document
    assert document is not None
    document.apply("Delete", edits.delete(project_of(window), "classifier", ["flatten"]))
    wait(qtbot, lambda: bool(window.problems.problems))
    window.toasts.show_info("Another message")
    assert not window.flow.sound()
    wait(qtbot, lambda: window.desk.up_to_date)
    assert [("from training" in text) for text in window.toasts.texts()] == [False, True]
    first, before = window.toasts.texts()[-1], window.problems.problems[0]
    document.apply("Delete", edits.delete(project_of(window), "classifier", ["linear1"]))
    wait(qtbot, lambda: window.problems.problems[0] != before)
    assert not window.flow.sound()
    assert [("from training" in text) for text in window.toasts.texts()] == [False, True]
    assert window.toasts.texts()[-1] != first
    wait(qtbot, lambda: window.desk.up_to_date)
    document.stack.undo()
    document.stack.undo()
    wait(qtbot, lambda: not window.problems.problems)
    assert window.toasts.texts() == ["Another message"]


def test_an_edit_says_what_it_keeps_and_training_goes_on_from_there(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    training(window, qtbot)
    stopped(window, qtbot)
    wait(qtbot, lambda: bool(window.dashboard.keeper.states))
    assert set(window.dashboard.keeper.states["classifier"].values()) == {"kept"}
    assert window.dashboard.keeper.words() == ""  # nothing is lost, so nothing is said
    assert window.designer is not None
    assert window.inspector is not None
    made, _name = edits.add_after(project_of(window), "classifier", "linear", "relu1")
    made = edits.set_param(made, "classifier", ["linear2"], "units", 99)
    document = window.files.document
    assert document is not None
    document.apply("Edit", made)
    wait(qtbot, lambda: window.dashboard.keeper.states["classifier"].get("linear") == "new")
    states = window.dashboard.keeper.states["classifier"]
    assert (states["linear1"], states["linear2"]) == ("kept", "fitted")
    assert window.view is not None
    window.view.set_measure("carry")
    gauge = window.designer.canvas.graph.nodes["linear2"].gauge
    assert gauge is not None
    assert gauge.label == "fitted in part"
    window.designer.canvas.select(["linear1"])
    label = window.status.findChild(QLabel, "statusCarried")
    assert label is not None
    assert label.isVisible()
    first = window.training.data
    QTest.keySequence(window, "Shift+F8")
    wait(qtbot, lambda: window.training.data is not first)
    second = window.training.data
    assert second is not None
    wait(qtbot, lambda: any(m.kind == "carried" for m in second.markers))
    stopped(window, qtbot)
    assert first is not None
    assert Path(first.path).name in next(m.text for m in second.markers if m.kind == "carried")


def test_an_old_run_opens_in_the_same_panels(window: MainWindow, qtbot: QtBot, saved: Path) -> None:
    opened(window, qtbot, saved)
    training(window, qtbot, step=100)
    stopped(window, qtbot)
    live = window.training.data
    assert live is not None
    window.close_project()
    nothing = window.viewer.shown
    assert nothing is None
    opened(window, qtbot, saved)
    (path,) = [path for path, _summary in window.runs.summaries()]
    window.viewer.show_path(path)
    wait(qtbot, lambda: window.viewer.shown is not None)
    again = window.viewer.shown
    assert again is not None
    assert again is not live
    assert again.scalars["train_loss"].values.tolist() == live.scalars["train_loss"].values.tolist()
    assert again.state == "stopped"
    for stream, frames in live.frames.items():
        assert frames.last is not None
        assert stream in again.frames
    for panel in window.viewer.panels:
        if not window.docks.is_away(panel.name):
            window.docks.reveal(panel.name)
            wait(qtbot, lambda panel=panel: panel._stack.currentIndex() == 1)  # type: ignore[misc]


def test_panels_of_other_kinds_of_projects_are_not_there(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    window.open_template(template("gan_ring"))
    wait(qtbot, lambda: not window.docks["plane"].isHidden())
    assert not window.docks["rivals"].isHidden()
    assert window.docks["confusion"].isHidden()
    opened(window, qtbot, saved)
    wait(qtbot, lambda: window.docks["plane"].isHidden())
    assert window.docks["rivals"].isHidden()
    assert not window.docks["confusion"].isHidden()
    window.docks.reveal("rivals")
    window.show_workspace("train")
    window.docks.reset()
    assert window.docks["rivals"].isHidden()
    assert "another kind of project" in window.registry.action("dock_rivals").toolTip()
    window.files.document.stack.setClean()  # type: ignore[union-attr]
    window.open_template(template("gan_ring"))
    wait(qtbot, lambda: not window.docks["plane"].isHidden())
    assert not window.docks["rivals"].isHidden()


def test_runs_of_an_unsaved_project_follow_it_to_its_file(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.open_template(template("perceptron"))
    wait(qtbot, lambda: window.desk.latest is not None)
    training(window, qtbot, step=2)
    window.files.save_as(tmp_path / "mine.yaml")
    assert not list(tmp_path.glob("runs/mine/*"))
    wait(qtbot, lambda: not window.training.active, seconds=60)
    (run,) = (tmp_path / "runs" / "mine").iterdir()
    assert window.viewer.shown is not None
    assert window.viewer.shown.path == str(run)
    assert [path for path, _summary in window.runs.summaries()] == [run]


def test_a_network_that_cannot_be_trained_is_said_in_words(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    """The engine refuses what the desk has not looked at yet."""
    opened(window, qtbot, saved)
    assert window.files.document is not None
    project = project_of(window)
    broken = edits.connect(project, "classifier", Wire("logits", "linear2"))
    window.files.document.apply("Break", broken)
    window.desk.latest = None
    QTest.keySequence(window, "F5")
    wait(qtbot, lambda: not window.training.active and bool(window.toasts.texts()))
    text = window.toasts.texts()[-1]
    assert "Training failed" in text
    assert "Classifier › linear3: the wires" in text


# ------------------------------------------------------------------------------------- ending


def test_closing_while_training_asks_and_leaves_a_checkpoint(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    training(window, qtbot)
    answer("training_cancel")
    window.close_project()
    kept = window.files.document
    assert kept is not None
    assert window.training.active
    answer("training_stop")
    window.close_project()
    assert window.files.document is None
    wait(qtbot, lambda: not window.training.active)
    (run,) = (saved.parent / "runs" / "digits").iterdir()
    assert read_summary(run).state == "stopped"
    assert list((run / "checkpoints").iterdir())


def test_save_close_and_reopen_is_where_it_was(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    window.new("classification")
    wait(qtbot, lambda: window.desk.latest is not None)
    designer = window.designer
    assert designer is not None
    for layer in ("input", "flatten", "linear", "output"):
        designer.add_layer(layer)
    drawn = project_of(window)
    assert len(drawn.networks["classifier"].wires) == 3
    window.files.save_as(tmp_path / "mine.yaml")
    window.close_project()
    recent = window.findChild(QPushButton, "recent_mine.yaml")
    assert recent is not None
    click(recent, QPoint(100, 20))
    assert project_of(window) == msgspec.structs.replace(drawn, name="mine")  # as its file


def test_an_absurd_file_is_refused_in_words_and_the_window_lives(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "bomb.yaml"
    file.write_text("a: &a [x, x]\nb: [*a, *a]\n")
    window.open(file)
    assert "bomb" in window.toasts.texts()[-1] or "anchor" in window.toasts.texts()[-1].lower()
    assert window.files.document is None


def test_ten_thousand_units_more_than_fit_are_a_problem_not_a_crash(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    assert window.files.document is not None
    project = project_of(window)
    graph = project.networks["classifier"]
    huge = Node(type="linear", at=(0.0, 0.0), params={"units": 10**12})
    nodes = {**graph.nodes, "linear1": huge}
    networks = {"classifier": msgspec.structs.replace(graph, nodes=nodes)}
    window.files.document.apply("Huge", msgspec.structs.replace(project, networks=networks))
    wait(qtbot, lambda: bool(window.problems.problems))
    assert window.problems.problems[0].where == "networks.classifier.nodes.linear1.units"


def test_the_window_trains_the_very_same_weights_as_the_terminal(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    """With every panel shown, a pause and steps in between: bit for bit."""
    file = tmp_path / "short.yaml"
    project = template("digits_mlp").project
    recipe = msgspec.structs.replace(project.recipe, epochs=None, max_steps=150)
    project_files.save(msgspec.structs.replace(project, recipe=recipe), file)
    opened(window, qtbot, file)
    window.show_workspace("train")
    QTest.keySequence(window, "F7")  # begins paused, makes the first step
    wait(qtbot, lambda: window.training.data is not None and window.training.data.step == 1)
    QTest.keySequence(window, "F7")
    wait(qtbot, lambda: window.training.data is not None and window.training.data.step == 2)
    QTest.keySequence(window, "F6")
    wait(qtbot, lambda: not window.training.active)
    assert window.training.data is not None
    out = tmp_path / "terminal"
    assert main.entry(["train", str(file), "--out", str(out), "--json"]) == 0
    shown = Path(window.training.data.path)
    assert weights(shown)
    assert weights(shown) == weights(out)


def weights(run: Path) -> dict[str, bytes]:
    """The tensors of a run's newest checkpoint and of its best weights, as bytes."""
    return {
        file.name: file.read_bytes() for file in sorted(run.glob("checkpoints/**/*.safetensors"))
    }


def test_name_and_description_are_edited_as_one_step(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    before = project_of(window)
    window.dialogs.properties()
    dialog = window.findChild(QDialog, "properties")
    assert dialog is not None
    name = dialog.findChild(QLineEdit, "projectName")
    assert name is not None
    name.setText("x" * 500)
    dialog.accept()
    assert project_of(window) is before
    name.setText("Mine")
    dialog.accept()
    assert project_of(window).name == "Mine"
    window.undo()
    assert project_of(window) == before


# ------------------------------------------------------------------------------------- half typed


def test_a_name_that_is_typed_counts_when_the_project_is_saved(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    assert window.designer is not None
    window.designer.canvas.select(["linear1"])
    assert window.inspector is not None
    retype(line(window.inspector, "name"), "stem")
    QTest.keySequence(window, "Ctrl+S")
    assert "stem" in project_files.load(saved).project.networks["classifier"].nodes


def test_a_title_that_is_typed_counts_when_the_project_is_saved(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    assert window.designer is not None
    window.designer.framer.add()
    QTest.keyClicks(window.designer.framer.editor, "Head")
    QTest.keySequence(window, "Ctrl+S")
    (frame,) = project_files.load(saved).project.networks["classifier"].frames.values()
    assert frame.title == "Head"


def test_a_run_can_be_continued_after_the_first_save(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    """Its folder moves beside the project then."""
    project = template("digits_mlp").project
    recipe = msgspec.structs.replace(project.recipe, epochs=1)
    window.files.new_from(msgspec.structs.replace(project, recipe=recipe))
    wait(qtbot, lambda: window.desk.latest is not None)
    QTest.keySequence(window, "F5")
    wait(qtbot, lambda: window.training.data is not None and not window.training.active)
    wait(qtbot, lambda: window.dashboard.keeper.run is not None)
    assert window.files.save_as(tmp_path / "mine.yaml")
    found = window.dashboard.keeper.run
    assert found is not None
    assert found.is_dir()
    assert tmp_path in found.parents


def test_what_could_not_be_found_out_about_weights_is_not_told(window: MainWindow) -> None:
    keeper = window.dashboard.keeper
    keeper._set({"classifier": {"linear1": "new"}})
    assert keeper.words()
    window.desk.carried.emit(None)
    assert keeper.words() == ""
