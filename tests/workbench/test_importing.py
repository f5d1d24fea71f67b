"""Designs and weights of other programs, imported by mouse and keys and read by a real engine."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialog,
    QLabel,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot
from safetensors.numpy import load_file, save_file

from engine.client import Engines
from engine.protocol import Imported
from engine.runs.summary import IMPORTED, read_summary
from projects.files import load
from projects.home import home
from projects.schema import Network, Project
from projects.templates import template
from tests.workbench.hands import settle, tick
from tests.workbench.shell import answer, click, press, wait
from workbench import kits
from workbench.mend_buttons import MendButton
from workbench.toasts import Toast
from workbench.window import MainWindow

RANDOM = np.random.default_rng(3)
WEIGHTS = {
    "first": RANDOM.standard_normal((4, 8), dtype=np.float32),
    "second": RANDOM.standard_normal((8, 3), dtype=np.float32),
}
SAFE = ("MatMul", "Relu", "MatMul")
ODD = ("MatMul", "Relu", "Hardmax", "MatMul")


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def engines(shared_home: Path, engine_command: Sequence[str]) -> Iterator[Engines]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANVAS_HOME", str(shared_home))
        made = Engines(command=engine_command, spare_delay=0.0)
        made.start()
        yield made
        made.close()


@pytest.fixture(autouse=True)
def one_home(home: Path, shared_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The window and its engines have one home, as in life: one leaves runs there, one finds them."""
    shutil.rmtree(shared_home / "runs", ignore_errors=True)
    monkeypatch.setenv("GANVAS_HOME", str(shared_home))


def onnx_file(path: Path, kinds: tuple[str, ...] = SAFE) -> Path:
    """A perceptron of two layers, with other operators between them."""
    names = iter(WEIGHTS)
    nodes, before = [], "x"
    for place, kind in enumerate(kinds):
        after = "y" if place == len(kinds) - 1 else f"t{place}"
        inputs = [before, next(names)] if kind == "MatMul" else [before]
        more: dict[str, Any] = {"axis": 1} if kind == "Hardmax" else {}
        nodes.append(helper.make_node(kind, inputs, [after], **more))
        before = after
    graph = helper.make_graph(
        nodes,
        "perceptron",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ("n", 4))],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ("n", 3))],
        [numpy_helper.from_array(value, name) for name, value in WEIGHTS.items()],
    )
    opset = [helper.make_opsetid("", 21)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=10), path)
    return path


def chosen(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """What the file dialog will answer."""
    monkeypatch.setattr(
        "workbench.importing.QFileDialog.getOpenFileName", lambda *_args: (str(path), "")
    )


def imported(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, path: Path
) -> Imported:
    """Import a file by its key, and wait until the run that holds its weights is shown."""
    chosen(monkeypatch, path)
    window.setFocus()
    with qtbot.waitSignal(window.desk.imported, timeout=30_000) as heard:
        press(qtbot, window, "Ctrl+I")
    assert heard.args is not None
    event = heard.args[0]
    assert isinstance(event, Imported)
    wait(qtbot, lambda: _shown(window) == event.run)
    wait(qtbot, lambda: window.desk.latest is not None)
    return event


def _shown(window: MainWindow) -> str:
    return window.viewer.shown.path if window.viewer.shown is not None else ""


def project_of(window: MainWindow) -> Project:
    assert window.files.document is not None
    return window.files.document.project


def network_of(window: MainWindow) -> Network:
    return project_of(window).networks["classifier"]


def told(window: MainWindow) -> str:
    return "\n".join(window.toasts.texts())


def refused(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, path: Path) -> str:
    """Import a file that cannot be, and return what is said."""
    chosen(monkeypatch, path)
    window.setFocus()
    press(qtbot, window, "Ctrl+I")
    wait(qtbot, lambda: "could not be imported" in told(window))
    return told(window)


def runs_there() -> set[Path]:
    """The runs of projects that were never saved."""
    return {path.parent for path in home().glob("runs/*/*/summary.json")}


def weights_of(run: Path) -> dict[str, NDArray[Any]]:
    return dict(load_file(next(run.glob("checkpoints/step-*/weights.safetensors"))))


def run_tree(window: MainWindow) -> QTreeWidget:
    found = window.run_list.findChild(QTreeWidget, "runTree")
    assert found is not None
    return found


# --------------------------------------------------------------------------------- a design


def test_a_drawn_design_is_a_new_project_with_its_weights_as_a_run(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    event = imported(window, qtbot, monkeypatch, onnx_file(tmp_path / "iris.onnx"))
    assert project_of(window).name == "iris"
    types = sorted(node.type for node in network_of(window).nodes.values())
    assert types == ["input", "linear", "linear", "output", "relu"]
    assert window.desk.latest is not None
    assert window.desk.latest.ok
    assert "layers were drawn from “iris.onnx”" in told(window)
    assert "Continue training (Shift+F8) begins with these weights." in told(window)
    item = run_tree(window).currentItem()
    assert item is not None
    assert [item.text(column) for column in range(1, 4)] == ["imported", "–", "–"]
    assert not item.icon(1).isNull()
    canvas = window.designer.canvas if window.designer is not None else None
    assert canvas is not None
    seen = canvas.mapToScene(canvas.viewport().rect()).boundingRect()
    assert all(seen.contains(*node.at) for node in network_of(window).nodes.values())
    assert np.allclose(weights_of(Path(event.run))["classifier.linear.weight"], WEIGHTS["first"].T)


def test_what_was_drawn_is_unsaved_work(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    imported(window, qtbot, monkeypatch, onnx_file(tmp_path / "a.onnx"))
    assert window.isWindowModified()
    assert window.recovery._file.is_file()
    answer("unsaved_cancel")
    window.close_project()
    assert window.files.document is not None


def test_the_run_follows_the_project_to_its_first_file(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    event = imported(window, qtbot, monkeypatch, onnx_file(tmp_path / "a.onnx"))
    assert window.files.save_as(tmp_path / "mine.yaml")
    beside = tmp_path / "runs" / "mine" / Path(event.run).name
    assert read_summary(beside).state == IMPORTED
    assert _shown(window) == str(beside)
    assert not Path(event.run).exists()


def test_unsaved_work_is_asked_about_and_kept_with_cancel(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    imported(window, qtbot, monkeypatch, onnx_file(tmp_path / "a.onnx"))
    before, runs, size = project_of(window), runs_there(), window.size()
    chosen(monkeypatch, onnx_file(tmp_path / "b.onnx"))
    answer("unsaved_cancel")
    press(qtbot, window, "Ctrl+I")
    wait(qtbot, lambda: not window.desk.importing)
    wait(qtbot, lambda: runs_there() == runs)  # nothing of the other design stays on the disk
    assert project_of(window) is before
    window.activateWindow()
    wait(qtbot, lambda: QApplication.activeWindow() is window)  # no longer the question
    answer("unsaved_discard")
    press(qtbot, window, "Ctrl+I")
    wait(qtbot, lambda: project_of(window).name == "b")
    assert window.size() == size


def test_a_design_waits_until_no_dialog_is_open(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Else *Save As* would write it over the file that was chosen for the project before it."""
    window.open_template(template("digits_mlp"))
    before, path = project_of(window), tmp_path / "mine.yaml"

    def choose(*_args: object) -> tuple[str, str]:
        dialog = QDialog(window)
        dialog.setModal(True)
        dialog.show()
        wait(qtbot, lambda: not window.desk.importing)
        qtbot.wait(300)
        assert project_of(window) is before
        assert window.importing.why_not()
        dialog.done(0)
        return str(path), ""

    monkeypatch.setattr("workbench.files.QFileDialog.getSaveFileName", choose)
    window.importing.begin(onnx_file(tmp_path / "a.onnx"))
    assert window.files.ask_save_as()
    assert load(path).project == before
    wait(qtbot, lambda: project_of(window).name == "a")
    assert not window.importing.why_not()


def test_training_goes_on_from_imported_weights(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    event = imported(window, qtbot, monkeypatch, onnx_file(tmp_path / "a.onnx"))
    wait(qtbot, lambda: "kept" in window.dashboard.keeper.states.get("classifier", {}).values())
    press(qtbot, window, "Shift+F8")
    wait(qtbot, lambda: window.training.data is not None and window.training.data.step > 0)
    assert window.training.data is not None
    begun = load_file(Path(window.training.data.path) / "start.safetensors")
    before = weights_of(Path(event.run))
    assert set(begun) == set(before)
    assert all(np.array_equal(begun[name], before[name]) for name in begun)


def test_an_imported_run_offers_to_continue_not_to_resume(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    imported(window, qtbot, monkeypatch, onnx_file(tmp_path / "a.onnx"))
    wait(qtbot, lambda: window.dashboard.keeper.run is not None)
    commands = {command.id: command for command in window.registry.commands()}
    assert "Continue training" in commands["resume"].why_not()
    assert commands["continue"].why_not() == ""
    window.docks.reveal("runs")
    tree = run_tree(window)
    spot = tree.visualItemRect(tree.topLevelItem(0)).center()  # type: ignore[arg-type]
    tree.customContextMenuRequested.emit(spot)
    (menu,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible()]
    words = [action.text() for action in menu.actions() if action.text()]
    assert words[0] == "Show"
    assert "Move to bin" in words
    assert "Resume" not in words
    menu.close()
    window.docks.reveal("curves")
    curves = next(panel for panel in window.viewer.panels if panel.name == "curves")
    wait(qtbot, lambda: "came from a file" in _words(curves))
    button = next(b for b in curves.findChildren(QPushButton, "emptyAction") if b.isVisible())
    assert button.text() == "Continue training"
    click(button)
    assert window.training.data is not None
    assert window.training.active


def _words(part: QWidget) -> str:
    return " ".join(label.text() for label in part.findChildren(QLabel) if label.isVisible())


# --------------------------------------------------------------------------------- unknown nodes


def test_an_unknown_operator_is_told_shown_and_cannot_be_set(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    event = imported(window, qtbot, monkeypatch, onnx_file(tmp_path / "odd.onnx", ODD))
    (odd,) = event.unknown
    assert "Hardmax" in told(window)
    assert "Shift+F8" not in told(window)  # nothing can be trained yet
    assert window.designer is not None
    spec = window.designer.canvas.graph.nodes[odd].spec
    assert spec.locked
    assert spec.subtitle == "Hardmax"
    assert spec.badge is not None
    window.show_place(f"networks.classifier.nodes.{odd}")
    settle()
    page = window.inspector
    assert page is not None
    settings = page.findChild(QPlainTextEdit, "lockedSettings")
    operator = page.findChild(QLabel, "lockedOperator")
    result = page.findChild(QLabel, "lockedResult")
    assert settings is not None
    assert operator is not None
    assert result is not None
    assert (operator.text(), result.text()) == ("Hardmax", "8")
    assert operator.textFormat() is Qt.TextFormat.PlainText
    assert "axis" in settings.toPlainText()
    settings.setFocus()
    before = settings.toPlainText()
    QTest.keyClicks(settings, "x")
    assert settings.toPlainText() == before
    assert page.findChild(QWidget, "field-op") is None


def test_several_nodes_with_an_unknown_one_have_only_the_bypass_in_common(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    event = imported(window, qtbot, monkeypatch, onnx_file(tmp_path / "odd.onnx", ODD))
    assert window.view is not None
    window.view.choose("classifier", (event.unknown[0], "linear"))
    settle()
    page = window.inspector
    assert page is not None
    fields = {
        w.objectName() for w in page.findChildren(QWidget) if w.objectName().startswith("field-")
    }
    assert fields == {"field-mute"}
    box = page.findChild(QCheckBox, "field-mute")
    assert box is not None
    tick(box)
    assert all(network_of(window).nodes[name].mute for name in (event.unknown[0], "linear"))


@pytest.mark.parametrize(("fix", "stays"), [("Bypass", True), ("Delete", False)])
def test_fixes_of_an_unknown_node_leave_a_network_that_works(
    window: MainWindow,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    fix: str,
    stays: bool,
) -> None:
    event = imported(window, qtbot, monkeypatch, onnx_file(tmp_path / "odd.onnx", ODD))
    (odd,) = event.unknown
    before = project_of(window)
    window.show_place(f"networks.classifier.nodes.{odd}")

    def button() -> MendButton | QPushButton | None:
        settle()
        assert window.inspector is not None
        buttons = window.inspector.findChildren(QPushButton)
        return next((b for b in buttons if b.accessibleName() == f"{fix} “{odd}”"), None)

    wait(qtbot, lambda: button() is not None)
    found = button()
    assert found is not None
    click(found)
    assert (odd in network_of(window).nodes) is stays
    wait(qtbot, lambda: window.desk.up_to_date)
    assert window.desk.latest is not None
    assert window.desk.latest.ok
    press(qtbot, window, "Ctrl+Z")
    assert project_of(window) is before


def test_unknown_nodes_are_copied_deleted_and_undone_as_others(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    event = imported(window, qtbot, monkeypatch, onnx_file(tmp_path / "odd.onnx", ODD))
    (odd,) = event.unknown
    assert window.view is not None
    assert window.designer is not None
    window.view.choose("classifier", (odd,))
    window.designer.canvas.setFocus()
    press(qtbot, window.designer.canvas, "Ctrl+C")
    press(qtbot, window.designer.canvas, "Ctrl+V")
    copies = [n for n, node in network_of(window).nodes.items() if node.type == "unknown"]
    assert len(copies) == 2
    params = [network_of(window).nodes[name].params for name in copies]
    assert params[0] == params[1]
    assert params[0]["op"] == "Hardmax"
    window.view.choose("classifier", (odd,))
    window.designer.canvas.setFocus()
    press(qtbot, window.designer.canvas, "Delete")
    assert odd not in network_of(window).nodes
    assert ("relu", "linear_2") in {(w.source, w.target) for w in network_of(window).wires}
    press(qtbot, window, "Ctrl+Z")
    assert odd in network_of(window).nodes


def _found(tree: QTreeWidget, text: str) -> bool:
    return bool(tree.findItems(text, Qt.MatchFlag.MatchRecursive | Qt.MatchFlag.MatchExactly))


def test_no_list_of_layers_offers_what_only_imports_have(window: MainWindow, qtbot: QtBot) -> None:
    window.open_template(template("perceptron"))
    wait(qtbot, lambda: window.designer is not None)
    trees = window.layers.findChildren(QTreeWidget)
    assert any(_found(tree, "Linear") for tree in trees)
    assert not any(_found(tree, "Unknown") for tree in trees)
    assert "unknown" not in {entry.key for entry in kits.entries(project_of(window))}
    assert not kits.there(project_of(window), "unknown")  # nor can it be dropped


# --------------------------------------------------------------------------------- weights


def state(path: Path, **more: NDArray[np.float32]) -> Path:
    """A state dict as torch names it, without the bias of the first layer."""
    arrays = {
        "net.0.weight": np.full((8, 4), 0.5, np.float32),
        "net.2.weight": np.full((3, 8), 0.25, np.float32),
        **more,
    }
    save_file(arrays, path)
    return path


def test_weights_become_a_run_of_the_open_project(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    imported(window, qtbot, monkeypatch, onnx_file(tmp_path / "a.onnx"))
    assert window.files.save_as(tmp_path / "mine.yaml")
    before = project_of(window)
    spare = np.zeros(7, np.float32)
    file = state(tmp_path / "trained.safetensors", **{"head.scale": spare})
    event = imported(window, qtbot, monkeypatch, file)
    assert project_of(window) is before
    assert window.files.document is not None
    assert window.files.document.clean
    run = Path(event.run)
    assert run.parent == tmp_path / "runs" / "mine"
    assert np.all(weights_of(run)["classifier.linear.weight"] == 0.5)
    assert "The weights of “trained.safetensors” are a run of this project" in told(window)
    assert "by order: 2" in told(window)
    assert "not used: head" in told(window)
    assert run_tree(window).topLevelItemCount() == 2
    assert window.run_list.current() == run


def test_weights_need_a_project_that_works(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = state(tmp_path / "trained.safetensors")
    chosen(monkeypatch, file)
    button = window.start.findChild(QPushButton, "startImport")
    assert button is not None
    click(button)
    assert "holds no design" in told(window)
    imported(window, qtbot, monkeypatch, onnx_file(tmp_path / "odd.onnx", ODD))
    runs = runs_there()
    chosen(monkeypatch, file)
    press(qtbot, window, "Ctrl+I")
    assert not window.desk.importing
    assert "keeps this from training" in told(window)
    assert runs_there() == runs


def test_weights_that_fit_nothing_change_nothing(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    imported(window, qtbot, monkeypatch, onnx_file(tmp_path / "a.onnx"))
    before, runs = project_of(window), runs_there()
    save_file({"odd": np.zeros((5, 5), np.float32)}, tmp_path / "other.safetensors")
    words = refused(window, qtbot, monkeypatch, tmp_path / "other.safetensors")
    assert "Draw the layers as they were" in words
    assert project_of(window) is before
    assert runs_there() == runs


# --------------------------------------------------------------------------------- hostile files


def garbage(folder: Path) -> Path:
    path = folder / "noise.onnx"
    path.write_bytes(np.random.default_rng(1).bytes(4096))
    return path


def outside(folder: Path) -> Path:
    """A model that names a file above its folder as its weights."""
    inner = folder / "inner"
    inner.mkdir()
    (folder / "secret").write_bytes(bytes(4 * 32))
    path = onnx_file(inner / "model.onnx")
    made = onnx.load(path, load_external_data=False)
    tensor = made.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../secret"
    path.write_bytes(made.SerializeToString())
    return path


def pickled(folder: Path) -> Path:
    path = folder / "model.pt"
    path.write_bytes(b"\x80\x04.")
    return path


@pytest.mark.parametrize(
    ("make", "words"), [(garbage, ""), (outside, "folder"), (pickled, "can run code")]
)
def test_a_hostile_file_is_refused_in_words_and_changes_nothing(
    window: MainWindow,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    make: Any,
    words: str,
) -> None:
    window.open_template(template("perceptron"))
    wait(qtbot, lambda: window.desk.latest is not None)
    before, runs = project_of(window), runs_there()
    said = refused(window, qtbot, monkeypatch, make(tmp_path))
    assert words in said
    assert "bug" not in said
    assert project_of(window) is before
    assert runs_there() == runs
    assert not window.desk.importing


@pytest.mark.skipif(sys.platform == "win32", reason="processes cannot be held there")
def test_the_death_of_the_engine_is_told_and_the_window_goes_on(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = onnx_file(tmp_path / "a.onnx")
    wait(qtbot, lambda: window.engines.desk.ready is not None)
    ready = window.engines.desk.ready
    assert ready is not None
    os.kill(ready.pid, signal.SIGSTOP)
    chosen(monkeypatch, file)
    press(qtbot, window, "Ctrl+I")
    assert window.desk.importing
    assert window.registry.action("import").isEnabled() is False
    os.kill(ready.pid, signal.SIGKILL)
    wait(qtbot, lambda: "The engine ended while it read the file" in told(window))
    assert window.files.document is None
    wait(qtbot, lambda: window.engines.desk.ready is not None)
    imported(window, qtbot, monkeypatch, file)


@pytest.mark.skipif(sys.platform == "win32", reason="processes cannot be held there")
def test_an_import_can_be_broken_off(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Even where the engine does not listen: it is ended then, and another takes its place."""
    wait(qtbot, lambda: window.engines.desk.ready is not None)
    ready, held = window.engines.desk.ready, window.engines.desk.pid
    assert ready is not None
    os.kill(ready.pid, signal.SIGSTOP)
    chosen(monkeypatch, onnx_file(tmp_path / "a.onnx"))
    press(qtbot, window, "Ctrl+I")
    assert "Reading “a.onnx” …" in told(window)
    window.toasts.clear()  # as when a project is opened or a training begins meanwhile
    button = window.findChild(Toast, "toast").findChild(QPushButton, "toastAction")  # type: ignore[union-attr]
    assert button is not None
    click(button, QPoint(8, 8))
    wait(qtbot, lambda: not window.desk.importing)
    assert window.files.document is None
    assert told(window) == ""
    wait(qtbot, lambda: window.engines.desk.pid not in (None, held))
