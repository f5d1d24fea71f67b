"""Bugs of our own: said in whichever thread they happen, after work was kept, and never in a circle."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.workbench.shell import wait
from workbench.bug_report import BugReport, report
from workbench.toasts import Toasts

SAID = (
    "Something went wrong inside Ganvas "
    "Your work is kept. Please report this so that it can be mended."
)


class Case:
    """A window whose bugs are reported."""

    def __init__(self, window: QWidget) -> None:
        self.toasts = Toasts(window)
        self.kept: list[bool] = []
        self.keep: Callable[[], None] = lambda: self.kept.append(
            threading.current_thread() is threading.main_thread()
        )
        self.bugs = BugReport(self.toasts, lambda: self.keep())


@pytest.fixture
def case(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    monkeypatch.setattr(sys, "excepthook", lambda *_error: None)
    monkeypatch.setattr(threading, "excepthook", lambda _args: None)
    window = QWidget()
    qtbot.addWidget(window)
    made = Case(window)
    made.bugs.install()
    yield made
    made.bugs.uninstall()


def fail(kind: type[BaseException] = ZeroDivisionError) -> None:
    raise kind("on purpose")


def happens(kind: type[BaseException] = ZeroDivisionError) -> None:
    try:
        fail(kind)
    except BaseException as error:
        sys.excepthook(type(error), error, error.__traceback__)


def test_a_bug_is_said_after_the_work_was_kept(case: Case) -> None:
    happens()
    assert case.toasts.texts() == [SAID]
    assert case.kept == [True]


def test_a_bug_of_another_thread_is_said_by_the_window(case: Case, qtbot: QtBot) -> None:
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    wait(qtbot, lambda: bool(case.kept))
    assert case.kept == [True]
    assert case.toasts.texts() == [SAID]


def test_ctrl_c_is_no_bug(case: Case) -> None:
    happens(KeyboardInterrupt)
    assert case.toasts.texts() == []


def test_a_bug_while_a_bug_is_said_ends(case: Case) -> None:
    def keep() -> None:
        case.kept.append(True)
        happens()

    case.keep = keep
    happens()
    assert case.kept == [True]
    assert case.toasts.texts() == [SAID]


def test_who_listened_before_listens_again_afterwards(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    before = (sys.excepthook, threading.excepthook)
    bugs = BugReport(Toasts(window), lambda: None)
    bugs.install()
    assert sys.excepthook != before[0]
    bugs.uninstall()
    assert (sys.excepthook, threading.excepthook) == before


def test_a_report_says_what_it_ran_on() -> None:
    lines = report("Traceback: it broke").splitlines()
    assert lines[0].startswith("Python 3.")
    assert lines[1].startswith("PySide6 6.")
    assert lines[-1] == "Traceback: it broke"
