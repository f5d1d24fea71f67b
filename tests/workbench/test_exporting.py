"""The dialog Export: what each format is, what cannot be, and files with a measured difference."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from engine.protocol import Stage
from engine.runs.folder import runs_folder
from projects.files import save
from projects.schema import Data, Network, Node, Plug, Project, Recipe, Wire
from tests.engine.training.support import train
from tests.workbench.shell import answer, click, wait
from workbench.export_dialog import ExportDialog
from workbench.window import MainWindow

GAME = Project(
    name="Ring",
    data=Data(source=Plug("gaussian_ring", {"samples": 200})),
    objective=Plug("gan", {"scores": None}),
    networks={
        "generator": Network(
            nodes={
                "noise": Node(type="noise", params={"size": 2}),
                "point": Node(type="linear", params={"units": 2}),
                "output": Node(type="output"),
            },
            wires=(Wire("noise", "point"), Wire("point", "output")),
        ),
        "discriminator": Network(
            nodes={
                "input": Node(type="input"),
                "judge": Node(type="linear", params={"units": 1}),
                "output": Node(type="output"),
            },
            wires=(Wire("input", "judge"), Wire("judge", "output")),
        ),
    },
    recipe=Recipe(epochs=None, max_steps=2, batch_size=16, pruning=Plug("gradual")),
    probes=(),
)
PROJECT = Project(
    name="Small / digits",
    data=Data(source=Plug("digits")),
    objective=Plug("classification"),
    networks={
        "classifier": Network(
            nodes={
                "input": Node(type="input"),
                "flatten": Node(type="flatten"),
                "reshape": Node(type="reshape", params={"sizes": [8, 8]}),
                "block": Node(type="transformer_encoder", params={"width": 8, "heads": 1}),
                "last": Node(type="flatten"),
                "logits": Node(type="linear", params={"units": 10}),
                "output": Node(type="output"),
            },
            wires=(
                Wire("input", "flatten"), Wire("flatten", "reshape"), Wire("reshape", "block"),
                Wire("block", "last"), Wire("last", "logits"), Wire("logits", "output"),
            ),
        )
    },
    recipe=Recipe(epochs=None, max_steps=3),
    probes=(),
)  # fmt: skip


def dialog_of(window: MainWindow) -> ExportDialog:
    (found,) = [d for d in window.findChildren(ExportDialog) if d.isVisible()]
    return found


def shown(dialog: ExportDialog) -> str:
    """Every word on the page of the chosen format."""
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def test_from_the_menu_to_a_file_and_what_it_differs(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "small.yaml"
    save(PROJECT, file)
    assert "Choose a run" in window.exporting.why_not()
    train(PROJECT, runs_folder(file, "small") / "20260101-000000-oak")
    window.open(file)
    wait(qtbot, lambda: not window.exporting.why_not())
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    QTest.keySequence(window, "Ctrl+E")
    dialog = dialog_of(window)
    assert not dialog.begin.isEnabled()
    wait(qtbot, dialog.begin.isEnabled)
    assert "When to use it" in shown(dialog)
    assert dialog.place.text() == str(tmp_path / "small_digits.py")

    dialog.choose("keras")  # which has no such block
    assert not dialog.begin.isEnabled()
    assert "networks.classifier.nodes.block: Keras has no layer" in shown(dialog)
    assert "nodes.block" in dialog.begin.toolTip()

    dialog.choose("numpy")
    assert dialog.place.text() == str(tmp_path / "small_digits_numpy.py")
    click(dialog.begin)
    wait(qtbot, lambda: dialog.open_folder.isVisible())
    assert "On 64 real inputs its outputs differ" in dialog.words.text()
    assert "the largest output is" in dialog.words.text()
    written = tmp_path / "small_digits_numpy.py"
    report = json.loads((tmp_path / f"{written.name}.json").read_bytes())
    assert report["max_abs_difference"] <= 1e-5
    opened: list[str] = []

    def note(url: QUrl) -> bool:
        opened.append(url.toLocalFile())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", note)
    click(dialog.open_folder)
    assert opened == [str(tmp_path)]

    written.write_text("mine", encoding="utf-8")
    answer("replace_cancel")
    click(dialog.begin)
    wait(qtbot, lambda: dialog.words.text() == "Nothing was written.")
    assert written.read_text(encoding="utf-8") == "mine"
    answer("replace_replace")
    click(dialog.begin)
    wait(qtbot, dialog.open_folder.isVisible)
    assert "def predict(" in written.read_text(encoding="utf-8")

    dialog.place.setText(str(tmp_path / "none" / "m.py"))
    click(dialog.begin)
    wait(qtbot, lambda: "is not there" in dialog.words.text())
    assert dialog.words.text().startswith("✗ ")
    assert dialog.words.property("role") == "problem"
    assert not dialog.open_folder.isVisible()
    dialog.reject()
    wait(qtbot, lambda: not window.findChildren(ExportDialog))


def test_what_was_given_up_can_be_begun_again(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "small.yaml"
    save(PROJECT, file)
    run = runs_folder(file, "small") / "20260101-000000-oak"
    train(PROJECT, run)
    dialog = window.exporting.open(run)
    wait(qtbot, dialog.begin.isEnabled)
    dialog.choose("torch_export")
    dialog.place.setText(str(tmp_path / "m.pt2"))
    click(dialog.begin)
    dialog.reject()
    assert dialog.words.text() == "Nothing was written."
    assert not dialog.begin.isEnabled()
    artist = dialog._artist
    artist._hear(Stage(id=artist._number, text="Writing", share=0.5))  # it was on its way
    wait(qtbot, dialog.begin.isEnabled)
    assert dialog.words.text() == "Nothing was written."
    assert not (tmp_path / "m.pt2").exists()
    click(dialog.begin)
    wait(qtbot, dialog.open_folder.isVisible)
    dialog.reject()
    wait(qtbot, lambda: not window.findChildren(ExportDialog))


def test_a_format_for_one_network_does_not_choose_it_for_others(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "ring.yaml"
    save(GAME, file)
    run = runs_folder(file, "ring") / "20260101-000000-oak"
    train(GAME, run)
    dialog = window.exporting.open(run)
    wait(qtbot, dialog.begin.isEnabled)
    assert "The training program is left out:" in shown(dialog)
    assert "recipe.pruning: weights are pruned while it trains. Change it" in shown(dialog)
    assert dialog.network.currentData() == ""
    dialog.choose("torch_export")
    assert dialog.network.currentData() == "generator"
    dialog.choose("safetensors")
    assert dialog.network.currentData() == ""
    dialog.network.setFocus()
    QTest.keyClick(dialog.network, Qt.Key.Key_End)
    assert dialog.network.currentData() == "discriminator"
    dialog.choose("torch_export")
    assert dialog.network.currentData() == "discriminator"
    dialog.reject()
    wait(qtbot, lambda: not window.findChildren(ExportDialog))
