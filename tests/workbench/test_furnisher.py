"""The window before all of it is there: it answers, and what it needs it has made in time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from engine.client import Engines
from tests.workbench.shell import click
from workbench.app import make_application
from workbench.appearance import Appearance
from workbench.furnisher import Furnisher
from workbench.settings import Settings
from workbench.start_cards import TemplateCard
from workbench.window import MainWindow

ROOT = Path(__file__).resolve().parents[2]
# The program itself up to the moment at which the event loop would begin: the window is shown by then.
START = """
import sys
from PySide6.QtWidgets import QApplication
import main
QApplication.exec = lambda app: print(*sys.modules) or 0
main.entry([])
"""
NOT_YET = {"numpy", "pyqtgraph", "qtawesome", "torch", "engine.client", "engine.protocol"}
ROOMS_NOT_YET = ("engine.studies.", "engine.exports.", "workbench.panels.")
COMMAND_LINE = {"arguments", "console", "entry", "without_display"}


class Work:
    """Five pieces that are noted."""

    def __init__(self) -> None:
        self.done: list[int] = []

    def __call__(self) -> Iterator[None]:
        for piece in range(5):
            self.done.append(piece)
            yield


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def furnisher(work: Work, qtbot: QtBot) -> Iterator[Furnisher]:
    parent = QObject()
    yield Furnisher("colorsys", work, parent)
    parent.deleteLater()


@pytest.fixture
def bare(engines: Engines, qtbot: QtBot) -> Iterator[MainWindow]:
    """A window of which only the start page is there."""
    settings = Settings()
    made = MainWindow(settings, Appearance(make_application(), settings), engines)
    made.show()
    made.activateWindow()
    assert QTest.qWaitForWindowActive(made)
    yield made
    made.furnish()
    made.files.leave()
    made._timer.stop()
    made.hide()
    made.deleteLater()


def test_the_program_imports_little_before_its_window_is_shown() -> None:
    done = subprocess.run(
        [sys.executable, "-c", START], cwd=ROOT, capture_output=True, text=True, check=True
    )
    there = set(done.stdout.split())
    assert "workbench.start_page" in there
    assert there & NOT_YET == set()
    assert [name for name in there if name.startswith(ROOMS_NOT_YET)] == []
    words = {name.split(".")[2] for name in there if name.startswith("engine.headless.")}
    assert words == COMMAND_LINE


def test_work_is_done_piece_by_piece(furnisher: Furnisher, work: Work, qtbot: QtBot) -> None:
    with qtbot.waitSignal(furnisher.finished):
        furnisher.start()
        assert not work.done  # nothing while the caller goes on
    assert furnisher.done
    assert work.done == [0, 1, 2, 3, 4]


def test_work_that_is_needed_is_done_now_and_once(
    furnisher: Furnisher, work: Work, qtbot: QtBot
) -> None:
    furnisher.start()
    qtbot.waitUntil(lambda: bool(work.done))
    furnisher.finish()
    assert work.done == [0, 1, 2, 3, 4]
    qtbot.wait(5)
    furnisher.finish()
    assert work.done == [0, 1, 2, 3, 4]


def test_an_example_is_opened_before_the_parts_are_there(bare: MainWindow) -> None:
    assert not bare.furnisher.done
    card = bare.findChildren(TemplateCard)[0]
    click(card)
    assert bare.files.document is not None
    assert bare.files.document.project.name == card.template.title
    assert bare.docks["inspector"].isVisible()


def test_a_key_counts_before_there_are_commands(bare: MainWindow) -> None:
    QTest.keyClick(bare, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert bare.files.document is not None


def test_a_menu_is_filled_when_it_is_opened(bare: MainWindow) -> None:
    menu = bare.menus["file"]
    assert isinstance(menu, QMenu)
    assert not menu.actions()
    menu.popup(bare.mapToGlobal(bare.rect().center()))
    assert bare.registry.action("open") in menu.actions()
    menu.close()


def test_a_window_that_is_closed_at_once_is_gone(bare: MainWindow) -> None:
    bare.furnisher.start()
    assert bare.close()
    assert not bare.isVisible()


def test_what_was_stopped_does_nothing_more_by_itself(
    furnisher: Furnisher, work: Work, qtbot: QtBot
) -> None:
    furnisher.start()
    furnisher.stop()
    qtbot.wait(30)
    assert work.done == []
    furnisher.finish()
    assert work.done == [0, 1, 2, 3, 4]


def test_what_went_wrong_goes_wrong_again_and_is_never_done(qtbot: QtBot) -> None:
    def pieces() -> Iterator[None]:
        yield
        raise OSError("no room")

    parent = QObject()
    furnisher = Furnisher("colorsys", pieces, parent)
    for _time in range(2):
        with pytest.raises(OSError, match="no room"):
            furnisher.finish()
    assert not furnisher.done
    parent.deleteLater()
