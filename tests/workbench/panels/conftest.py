"""Runs to show: made up ones, and short real ones."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from engine.protocol import Array, Measured, Scalars, Started
from engine.runs.control import Control
from projects.schema import Data, Plug, Project
from tests.engine.training.support import (
    Layers,
    Listener,
    chain,
    digits,
    drawn_digits,
    ring,
    train,
)
from workbench.panels.base import Panel
from workbench.rundata import RunData

P = TypeVar("P", bound=Panel)
Show = Callable[..., Any]
STREAMS = dict.fromkeys(
    (
        "health",
        "samples",
        "confusion",
        "rivals",
        "plane",
        "scores",
        "answers",
        "gates",
        "attention",
    ),
    60.0,
)


class Live:
    """A run that was listened to while it trained.

    Attributes:
        data: What was heard.
        folder: What it left behind.
    """

    def __init__(self, project: Project, folder: Path, steps: int) -> None:
        self.folder = folder
        control, sink = Control(), Listener()
        control.watch(STREAMS)
        train(project, folder, sink, control, max_steps=steps)
        self.data = RunData(label=folder.name, path=str(folder))
        for event in sink.events:
            self.data.feed(event)


@pytest.fixture(scope="session")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Live:
    """A classifier of digits after two epochs."""
    return Live(digits(epochs=2), tmp_path_factory.mktemp("classifier") / "run", 40)


@pytest.fixture(scope="session")
def gan(tmp_path_factory: pytest.TempPathFactory) -> Live:
    """A GAN in the plane after an epoch."""
    return Live(ring(epochs=1), tmp_path_factory.mktemp("ring") / "run", 16)


@pytest.fixture(scope="session")
def artist(tmp_path_factory: pytest.TempPathFactory) -> Live:
    """A GAN that draws digits, after a few steps."""
    return Live(drawn_digits(), tmp_path_factory.mktemp("drawn") / "run", 8)


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Live:
    """A classifier that reads digits row by row, with a recurrent layer and one that attends."""
    layers: Layers = [
        ("gru", "gru", {"units": 8, "returns": "sequence"}),
        ("look", "transformer_encoder", {"heads": 2, "width": 8}),
        ("pool", "global_pool", {}),
        ("last", "linear", {"units": 10}),
    ]
    data = Data(source=Plug("digits", {"layout": "rows"}))
    project = msgspec.structs.replace(
        digits(epochs=1), networks={"classifier": chain(layers)}, data=data
    )
    return Live(project, tmp_path_factory.mktemp("reader") / "run", 20)


@pytest.fixture
def show(qtbot: QtBot) -> Callable[[P], P]:
    """Show a panel."""

    def shown(panel: P, width: int = 900, height: int = 420) -> P:
        qtbot.addWidget(panel)
        panel.resize(width, height)
        panel.show()
        QApplication.processEvents()
        return panel

    return shown


def entries(button: QToolButton) -> dict[str, QAction]:
    """Open the menu of a panel and return what it offers."""
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    menus = [m for m in button.findChildren(QMenu, "panelMenuEntries") if m.isVisible()]
    return {action.text(): action for action in menus[-1].actions()}


def save(button: QToolButton, words: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Choose an entry of the menu of a panel with the mouse, and a place for what is saved."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_question: (str(path), ""))
    action = entries(button)[words]
    assert action.isEnabled()
    menu = button.findChildren(QMenu, "panelMenuEntries")[-1]
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def read(path: Path, qtbot: QtBot) -> list[list[str]]:
    """Return the figures of a file as soon as it is written."""
    qtbot.waitUntil(path.exists)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def made_up(label: str = "run", path: str = "/runs/a") -> RunData:
    """A run that has begun."""
    run = RunData(label=label, path=path)
    run.feed(Started(run=path, step=0, steps_per_epoch=10, total_steps=100, device="cpu"))
    return run


def measure(run: RunData, start: int, stop: int, *names: str) -> None:
    """Add points ``1 / step`` of some metrics."""
    steps = np.arange(start, stop)
    values = 1.0 / steps
    run.feed(Scalars(series={name: (Array.of(steps), Array.of(values)) for name in names}))


def picture(run: RunData, stream: str, step: int, info: dict[str, Any], **arrays: Any) -> None:
    """Add a picture."""
    packed = {name: Array.of(np.asarray(values)) for name, values in arrays.items()}
    run.feed(Measured(stream=stream, step=step, arrays=packed, info=info))
