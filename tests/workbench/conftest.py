"""A window with its engines, for tests that work it as a person would."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from engine.client import Engines
from tests.warm import warm_engines
from tests.workbench.shell import make_window
from workbench.preparing import Preparing
from workbench.window import MainWindow

PATIENCE_MS = 30_000


@pytest.fixture(autouse=True)
def questions_that_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A question that a test did not expect fails it with the question's words, instead of waiting for ever."""
    ask = QMessageBox.exec
    unanswered: list[str] = []

    def asked(box: QMessageBox) -> int:
        def give_up() -> None:
            unanswered.append(f"{box.text()} {box.informativeText()}")
            box.reject()

        patience = QTimer(box, singleShot=True, interval=PATIENCE_MS)
        patience.timeout.connect(give_up)
        patience.start()
        answer = ask(box)
        patience.stop()
        return answer

    monkeypatch.setattr(QMessageBox, "exec", asked)
    yield
    assert not unanswered, f"nobody answered: {unanswered}"


@pytest.fixture(scope="session")
def engine_command() -> Iterator[Sequence[str]]:
    """What starts an engine quickly."""
    with warm_engines() as command:
        yield command


@pytest.fixture(scope="module")
def engines(engine_command: Sequence[str]) -> Iterator[Engines]:
    """Engines for all tests of this process: starting them takes seconds."""
    with tempfile.TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANVAS_HOME", home)
        made = Engines(command=engine_command, spare_delay=0.0)
        made.start()
        yield made
        made.close()


@pytest.fixture
def window(engines: Engines, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """A window at its start page. Its panels are made when they are needed, none ahead of time."""
    monkeypatch.setattr(Preparing, "begin", lambda _self, _panels: None)
    made = make_window(engines)
    made.begin()
    yield made
    made.training.kill()
    made.files.leave()  # so that no question is asked
    made._timer.stop()
    made.hide()
    made.deleteLater()
