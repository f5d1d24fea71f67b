"""Threads tell the window what they found, and nothing to what is gone."""

from __future__ import annotations

import functools
import threading

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from pytestqt.qtbot import QtBot

from tests.workbench.shell import wait
from workbench.aside import aside, in_window


def delete(owner: QObject) -> None:
    owner.deleteLater()
    QCoreApplication.sendPostedEvents(owner, QEvent.Type.DeferredDelete)


def test_the_work_is_done_in_a_thread_and_told_in_the_windows(qtbot: QtBot) -> None:
    owner, told = QObject(), list[tuple[bool, bool]]()
    main = threading.main_thread()
    aside(
        owner,
        lambda: threading.current_thread() is main,
        lambda there: told.append((there, threading.current_thread() is main)),
    )
    wait(qtbot, lambda: bool(told))
    assert told == [(False, True)]


def test_what_is_told_comes_in_its_order(qtbot: QtBot) -> None:
    owner, told = QObject(), list[int]()
    for number in range(100):
        in_window(owner, functools.partial(told.append, number))
    assert told == [], "not before the window has time"
    wait(qtbot, lambda: len(told) == 100)
    assert told == list(range(100))


def test_nothing_is_told_to_what_is_gone(qtbot: QtBot) -> None:
    gone, here, told = QObject(), QObject(), list[str]()
    in_window(gone, lambda: told.append("gone"))
    in_window(here, lambda: told.append("here"))
    delete(gone)
    wait(qtbot, lambda: bool(told))
    assert told == ["here"]


def test_owners_may_go_while_threads_speak(qtbot: QtBot) -> None:
    last, told = QObject(), list[int]()
    begun, ended = threading.Event(), threading.Event()
    owners = [QObject() for _index in range(300)]

    def speak() -> None:
        for index, owner in enumerate(owners):
            in_window(owner, functools.partial(told.append, index))
            begun.set()
        in_window(last, ended.set)

    thread = threading.Thread(target=speak)
    thread.start()
    begun.wait()
    for owner in reversed(owners):
        delete(owner)
    thread.join()
    wait(qtbot, ended.is_set)
    assert len(told) < 300
