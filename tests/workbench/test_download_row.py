"""The button that downloads: progress, success, failure, stopping; only pressing it starts anything."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from projects.schema import Data, Plug
from tests.workbench.test_data_tab import Desk
from workbench.download_row import COMMAND, DownloadRow

WORKS = "import sys; print('3 of 9 bytes', file=sys.stderr); print(sys.argv[1])"
FAILS = "import sys; print('openml.org cannot be reached', file=sys.stderr); sys.exit(3)"
HANGS = "import sys, time; print('1 byte', file=sys.stderr, flush=True); time.sleep(60)"


def row(code: str, qtbot: QtBot) -> DownloadRow:
    made = DownloadRow((sys.executable, "-c", code))
    qtbot.addWidget(made)
    made.show()
    return made


def press(made: DownloadRow) -> None:
    button = made.findChild(QPushButton, "download")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_without_a_name_there_is_nothing_to_press(qtbot: QtBot) -> None:
    made = row(WORKS, qtbot)
    made.set_name("")
    button = made.findChild(QPushButton, "download")
    assert button is not None
    assert not button.isEnabled()


def test_a_set_arrives(qtbot: QtBot) -> None:
    made = row(WORKS, qtbot)
    made.set_name("adult")
    with qtbot.waitSignal(made.downloaded, timeout=20_000):
        press(made)
    assert made.words == "Downloaded."


def test_a_failure_is_told_in_its_words(qtbot: QtBot) -> None:
    made = row(FAILS, qtbot)
    made.set_name("adult")
    arrived: list[int] = []
    made.downloaded.connect(lambda: arrived.append(1))
    press(made)
    qtbot.waitUntil(lambda: "cannot be reached" in made.words, timeout=20_000)
    qtbot.waitUntil(lambda: made._process is None, timeout=20_000)
    assert not arrived
    made.set_name("other")
    assert made.words == ""


def test_it_can_be_stopped(qtbot: QtBot) -> None:
    made = row(HANGS, qtbot)
    made.set_name("adult")
    press(made)
    qtbot.waitUntil(lambda: made.words == "1 byte", timeout=20_000)
    process = made._process
    assert process is not None
    press(made)
    assert process.state() == process.ProcessState.NotRunning
    assert "stopped" in made.words


def test_a_program_that_is_not_there(qtbot: QtBot, tmp_path: Path) -> None:
    made = DownloadRow((str(tmp_path / "nothing"),))
    qtbot.addWidget(made)
    made.set_name("adult")
    press(made)
    qtbot.waitUntil(lambda: made._process is None, timeout=20_000)
    assert made.words


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot) -> Desk:
    return Desk(Data(source=Plug("digits")), tmp_path / "here", qtbot)


def test_the_tab_shows_it_for_openml_alone(desk: Desk, qtbot: QtBot) -> None:
    made = desk.tab.findChild(DownloadRow)
    assert made is not None
    assert not made.isVisible()
    assert made._command == list(COMMAND)
    data = Data(source=Plug("openml", {"name": "adult"}))
    desk.document.apply("data", msgspec.structs.replace(desk.document.project, data=data))
    assert made.isVisible()
    assert made._process is None
    permitted: list[int] = []
    desk.tab.permitted.connect(lambda: permitted.append(1))
    before = len(desk.asked)
    made.downloaded.emit()
    assert permitted
    assert len(desk.asked) == before + 1
