"""After a training the layers show how long they work, at once and when the run is opened again."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QTreeWidget
from pytestqt.qtbot import QtBot

from engine.protocol import Array, LayerTime, Measured, NetworkFlight, OneBatch, Preflighted, State
from engine.runs.times import TIMES, pack
from projects import files as project_files
from projects.schema import Plug, Project
from projects.templates import template
from tests.workbench.shell import wait
from workbench import edits
from workbench.rundata import RunData
from workbench.window import MainWindow


@pytest.fixture
def saved(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A project that trains for a moment."""
    file = tmp_path / "short.yaml"
    project = template(getattr(request, "param", "digits_mlp")).project
    recipe = msgspec.structs.replace(
        project.recipe, epochs=None, max_steps=30, schedule=Plug("constant")
    )
    project_files.save(msgspec.structs.replace(project, recipe=recipe), file)
    return file


def choose_time(window: MainWindow) -> None:
    """Choose *Measured time* with the keyboard."""
    combo = window.findChild(QComboBox, "measure")
    assert combo is not None
    combo.setFocus()
    while combo.currentText() != "Measured time":
        before = combo.currentIndex()
        QTest.keyClick(combo, Qt.Key.Key_Down)
        assert combo.currentIndex() > before


def labels(window: MainWindow) -> dict[str, str]:
    """What stands on layers, by network and node."""
    assert window.view is not None
    return {
        f"{name}/{node}": item.gauge.label
        for name, designer in window.view.designers.items()
        for node, item in designer.canvas.graph.nodes.items()
        if item.gauge is not None
    }


def drawn(window: MainWindow) -> set[str]:
    """Every layer but the ends."""
    assert window.view is not None
    return {
        f"{name}/{node}"
        for name, designer in window.view.designers.items()
        for node, drawn in designer.graph.nodes.items()
        if drawn.type not in ("input", "noise", "output")
    }


def notes(window: MainWindow) -> list[bool]:
    assert window.view is not None
    return [designer.measures.note.isVisible() for designer in window.view.designers.values()]


def opened(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    window.open(path)
    wait(qtbot, lambda: window.desk.latest is not None)


@pytest.mark.parametrize("saved", ["digits_mlp", "gan_ring"], indirect=True)
def test_layers_show_their_times_after_a_training_and_when_its_run_is_opened_again(
    window: MainWindow, qtbot: QtBot, saved: Path
) -> None:
    opened(window, qtbot, saved)
    choose_time(window)
    assert labels(window) == {}
    assert all(notes(window))
    QTest.keySequence(window, "F5")
    wait(qtbot, lambda: window.training.data is not None and not window.training.active)
    wait(qtbot, lambda: bool(labels(window)))
    live = labels(window)
    assert live.keys() == drawn(window)
    assert all("ms" in label and "%" in label for label in live.values())
    assert not any(notes(window))
    window.close_project()
    opened(window, qtbot, saved)
    window.show_workspace("analyse")
    tree = window.run_list.findChild(QTreeWidget, "runTree")
    assert tree is not None
    wait(qtbot, lambda: tree.topLevelItemCount() == 1)
    row = tree.topLevelItem(0)
    assert row is not None
    spot = tree.visualItemRect(row).center()
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    wait(qtbot, lambda: bool(labels(window)))
    assert labels(window) == live


def test_a_stop_shows_times_too(window: MainWindow, qtbot: QtBot, saved: Path) -> None:
    opened(window, qtbot, saved)
    document = window.files.document
    assert document is not None
    recipe = msgspec.structs.replace(document.project.recipe, max_steps=None)
    document.apply("", msgspec.structs.replace(document.project, recipe=recipe))
    choose_time(window)
    QTest.keySequence(window, "F5")
    wait(qtbot, lambda: window.training.data is not None and window.training.data.step > 20)
    QTest.keySequence(window, "Shift+F5")
    assert window.training.state == "stopping", "before the engine has answered"
    wait(qtbot, lambda: not window.training.active)
    wait(qtbot, lambda: bool(labels(window)))
    assert labels(window).keys() == drawn(window)


# --------------------------------------------------------------------- of which run, or flight


def run_of(project: Project, milliseconds: float) -> RunData:
    """A run whose first layer takes so long."""
    times = {"classifier": {"linear1": LayerTime(forward=milliseconds / 1e3, backward=0.0)}}
    arrays, info = pack(times, 64)
    packed = {name: Array.of(array) for name, array in arrays.items()}
    run = RunData(path="somewhere", project=project)
    run.feed(Measured(stream=TIMES, step=9, arrays=packed, info=info))
    run.feed(State(state="finished", step=9))
    return run


def flight_of(milliseconds: float) -> Preflighted:
    layers = {"linear1": LayerTime(forward=0.0, backward=milliseconds / 1e3)}
    found = NetworkFlight(
        parameters=1, flops=1, layers=layers, one_batch=OneBatch(losses=(), learned=True)
    )
    return Preflighted(
        device="cpu",
        batch_size=64,
        step_seconds=1.0,
        steps_per_epoch=1,
        networks={"classifier": found},
    )


def shown(window: MainWindow, run: RunData | None) -> str:
    window.viewer.show(run)
    window.dashboard.show_health(run)
    return labels(window).get("classifier/linear1", "none").partition(" ·")[0]


def test_the_shown_run_and_a_newer_preflight(window: MainWindow, qtbot: QtBot, saved: Path) -> None:
    opened(window, qtbot, saved)
    document = window.files.document
    assert document is not None
    choose_time(window)
    mine = document.project
    other = edits.set_param(mine, "classifier", ["linear1"], "units", 5)
    old, untimed = run_of(mine, 1.0), RunData(path="elsewhere", project=mine)
    assert shown(window, old) == "1.00 ms"
    assert shown(window, untimed) == "none", "a run from before times were kept"
    assert shown(window, old) == "1.00 ms"
    window.dashboard.show_flight(document, flight_of(2.0))
    assert shown(window, old) == "2.00 ms", "the pre-flight is newer"
    assert shown(window, run_of(mine, 3.0)) == "3.00 ms"
    assert shown(window, untimed) == "2.00 ms"
    assert shown(window, run_of(other, 4.0)) == "2.00 ms", "of another network"
    document.apply("", other)
    assert labels(window)["classifier/linear1"].startswith("4.00 ms")


def test_a_strange_record_is_not_measured(window: MainWindow, qtbot: QtBot, saved: Path) -> None:
    opened(window, qtbot, saved)
    document = window.files.document
    assert document is not None
    choose_time(window)
    strange = RunData(path="somewhere", project=document.project)
    strange.feed(Measured(stream=TIMES, step=1, arrays={}, info={"layers": [1]}))
    assert shown(window, strange) == "none"
    assert all(notes(window))
    unknown = run_of(document.project, 1.0)
    unknown.project = None  # its project file is damaged
    assert shown(window, unknown) == "none"
