"""A window with its engines, for tests that work it as a person would."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from engine.client import Engines
from tests.workbench.shell import make_window
from workbench.window import MainWindow


@pytest.fixture(scope="module")
def engines() -> Iterator[Engines]:
    """Engines for all tests of this process: starting them takes seconds."""
    with tempfile.TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        patch.setenv("GANVAS_HOME", home)
        made = Engines(spare_delay=0.0)
        made.start()
        yield made
        made.close()


@pytest.fixture
def window(engines: Engines, qtbot: QtBot) -> Iterator[MainWindow]:
    made = make_window(engines)
    made.begin()
    yield made
    made.training.kill()
    made.files.leave()  # so that no question is asked
    made._timer.stop()
    made.hide()
    made.deleteLater()
