"""Garbage goes in the window's thread, whichever thread allocates."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QThread
from pytestqt.qtbot import QtBot

from workbench.sweeper import Sweeper


@pytest.fixture
def sweeper(qtbot: QtBot) -> Iterator[Sweeper]:
    parent = QObject()
    gc.enable()  # as a program begins; the sweeper turns it off
    yield Sweeper(parent)
    parent.deleteLater()
    gc.disable()  # as the tests have it


class Knot:
    """Garbage that only the collector finds; notes who collects it."""

    def __init__(self, seen: list[bool]) -> None:
        self.me = self
        self.seen = seen

    def __del__(self) -> None:
        self.seen.append(threading.current_thread() is threading.main_thread())


def test_a_thread_that_allocates_collects_nothing(sweeper: Sweeper, qtbot: QtBot) -> None:
    seen: list[bool] = []

    def work() -> None:
        for _time in range(3000):  # several times what makes Python collect by itself
            Knot(seen)

    thread = threading.Thread(target=work)
    thread.start()
    qtbot.waitUntil(lambda: len(seen) >= 2000)
    thread.join()
    assert all(seen)
    assert sweeper.thread() is QThread.currentThread()
