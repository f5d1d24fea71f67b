"""From one window to the next: a sign to wait, a window that goes on answering, and nothing done below."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from typing import NoReturn, cast

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from engine.client import Engines
from projects.templates import template
from projects.translation import SOURCE, language
from tests.workbench.conftest import PATIENCE_MS
from tests.workbench.shell import application, make_window
from workbench import app as program
from workbench.app import Seat
from workbench.desk import Desk
from workbench.opening import Opening
from workbench.panels.base import can_be_seen
from workbench.succession import succession
from workbench.toasts import Toasts
from workbench.veil import Veil
from workbench.viewer import Viewer
from workbench.window import MainWindow

WHOLE = 20  # pieces at least


def veil_of(window: MainWindow) -> Veil | None:
    return window.findChild(Veil, "veil")


def broken(*_any: object) -> NoReturn:
    raise OSError("no room")


def windows() -> list[MainWindow]:
    tops = QApplication.topLevelWidgets()
    return [top for top in tops if isinstance(top, MainWindow) and top.isVisible()]


@pytest.fixture
def seat(engines: Engines, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Seat]:
    """A seat with a window in which a project is open."""
    monkeypatch.setattr(program, "make_window", lambda _app: make_window(engines))
    made = Seat(application())
    made.window.begin()
    made.window.open_template(template("digits_mlp"))
    yield made
    qtbot.waitUntil(lambda: made._changing is None, timeout=PATIENCE_MS)
    made._language.choose(SOURCE)
    made._report.uninstall()
    made.window.files.leave()
    made.window.stop()
    made.window.hide()
    made.window.deleteLater()
    made.deleteLater()


def test_it_says_what_is_waited_for_until_the_other_window_stands(seat: Seat, qtbot: QtBot) -> None:
    old = seat.window
    seat.speak("zh_CN")
    veil = veil_of(old)
    assert veil is not None
    assert veil.geometry() == old.rect()
    assert any("简体中文" in label.text() for label in veil.findChildren(QLabel))
    cursor = QGuiApplication.overrideCursor()
    assert cursor is not None
    assert cursor.shape() == Qt.CursorShape.WaitCursor
    qtbot.waitUntil(lambda: seat._changing is None, timeout=PATIENCE_MS)
    assert seat.window is not old
    assert seat.window.isVisible()
    assert seat.window.files.document is not None
    assert QGuiApplication.overrideCursor() is None
    qtbot.waitUntil(lambda: veil_of(seat.window) is None)


def test_events_are_answered_while_the_other_window_is_made(seat: Seat, qtbot: QtBot) -> None:
    answered: list[None] = []
    timer = QTimer(interval=0)
    timer.timeout.connect(lambda: answered.append(None))
    timer.start()
    seat.speak("zh_CN")
    assert not answered
    qtbot.waitUntil(lambda: seat._changing is None, timeout=PATIENCE_MS)
    assert len(answered) > WHOLE


def test_what_the_desk_answers_on_the_way_is_shown(seat: Seat, qtbot: QtBot) -> None:
    seat.speak("zh_CN")
    qtbot.waitUntil(lambda: seat._changing is None, timeout=PATIENCE_MS)
    window = seat.window
    qtbot.waitUntil(lambda: window.desk.up_to_date, timeout=PATIENCE_MS)
    assert window.view is not None
    assert window.inspector is not None
    assert window.view._checked is window.desk.latest
    assert window.inspector._checked is window.desk.latest


def test_nothing_can_be_done_below_the_veil(seat: Seat, qtbot: QtBot) -> None:
    old = seat.window
    document = old.files.document
    assert document is not None
    name = document.project.name
    handle = old.windowHandle()
    assert handle is not None
    seat.speak("zh_CN")
    QTest.keyClick(handle, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    QTest.mouseClick(handle, Qt.MouseButton.LeftButton, pos=old.rect().center())
    assert not handle.close()
    assert old.isVisible()
    seat.speak("en")  # chosen once more, it does not count
    qtbot.waitUntil(lambda: seat._changing is None, timeout=PATIENCE_MS)
    assert seat.window.files.document is document
    assert document.project.name == name
    assert seat.window.menus["file"].title() != "&File"
    handle = seat.window.windowHandle()
    assert handle is not None
    seat.window.activateWindow()
    assert QTest.qWaitForWindowActive(seat.window)
    QTest.keyClick(handle, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert seat.window.files.document is not document, "keys count again"


def test_a_change_that_goes_wrong_leaves_a_window_to_work_with(
    seat: Seat, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = seat.window
    with monkeypatch.context() as now:
        now.setattr("workbench.succession._made", broken)
        seat.speak("zh_CN")
        with qtbot.captureExceptions() as seen:
            qtbot.waitUntil(lambda: seat._changing is None, timeout=PATIENCE_MS)
    assert [str(error) for _kind, error, _trace in seen] == ["no room"]
    assert seat.window is old
    assert seat._changing is None
    assert QGuiApplication.overrideCursor() is None
    assert language() == SOURCE, "as the window is"
    qtbot.waitUntil(lambda: veil_of(old) is None)
    seat.speak("zh_CN")  # it can be chosen again
    qtbot.waitUntil(lambda: seat._changing is None, timeout=PATIENCE_MS)
    assert seat.window is not old
    assert language() == "zh_CN"


def test_a_change_that_goes_wrong_leaves_a_desk_that_answers(
    seat: Seat, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QWidget, "grab", broken)
    old = seat.window
    seat.speak("zh_CN")
    with qtbot.captureExceptions() as seen:
        qtbot.waitUntil(lambda: seat._changing is None, timeout=PATIENCE_MS)
    assert [str(error) for _kind, error, _trace in seen] == ["no room"]
    assert seat.window is old
    assert [top for top in windows() if top is not old] == []
    qtbot.waitUntil(lambda: old.desk.up_to_date, timeout=PATIENCE_MS)
    document = old.files.document
    assert document is not None
    document.apply("Rename", replace(document.project, name="Mine"))
    qtbot.waitUntil(lambda: old.desk.up_to_date, timeout=PATIENCE_MS)


@pytest.mark.parametrize(
    ("owner", "name"), [(Opening, "pieces"), (Desk, "take_over"), (Viewer, "take_over")]
)
def test_a_hand_over_that_goes_wrong_leaves_the_new_window_with_what_is_open(
    owner: type, name: str, seat: Seat, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = seat.window
    document = old.files.document
    assert document is not None
    recipe = replace(document.project.recipe, epochs=10_000)
    document.apply("Train long", replace(document.project, recipe=recipe))
    qtbot.waitUntil(lambda: old.desk.up_to_date, timeout=PATIENCE_MS)
    old.flow.train()
    run = old.training.data
    assert run is not None
    qtbot.waitUntil(lambda: run.step > 0, timeout=PATIENCE_MS)
    seen: list[str] = []
    said: list[QObject] = []
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)  # put back at the end
    seat._report._before = (
        lambda _kind, error, _trace: seen.append(str(error)),
        threading.excepthook,
    )
    monkeypatch.setattr(Toasts, "show_error", lambda toasts, *_words: said.append(toasts))
    monkeypatch.setattr(owner, name, broken)
    seat.speak("zh_CN")
    qtbot.waitUntil(lambda: seat._changing is None, timeout=PATIENCE_MS)
    assert seen == ["no room"]
    new = seat.window
    assert said == [new.toasts]
    assert new is not old
    assert windows() == [new]
    assert new.files.document is document
    assert new._timer.isActive()
    step = run.step
    qtbot.waitUntil(lambda: run.step > step, timeout=PATIENCE_MS)
    assert QGuiApplication.overrideCursor() is None
    qtbot.waitUntil(lambda: veil_of(new) is None)
    new.training.kill()


def just_begun(_seat: Seat) -> bool:
    return True


def shown(_seat: Seat) -> bool:
    return len(windows()) > 1


def handed_over(seat: Seat) -> bool:
    return seat.window.files.document is not None and seat.window.menus["file"].title() != "&File"


@pytest.mark.parametrize("reached", [just_begun, shown, handed_over])
def test_the_program_can_be_ended_while_the_language_changes(
    reached: Callable[[Seat], bool],
    seat: Seat,
    engines: Engines,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended: list[object] = []
    monkeypatch.setattr(engines, "close", lambda: ended.append(seat.window.engines))
    seat.speak("zh_CN")
    while not reached(seat):
        seat._change()
    assert seat._changing is not None

    class Program:
        def quit(self) -> None:
            ended.extend(windows())  # each of them would be asked

    program._end(cast(QApplication, Program()), seat)
    assert ended == [engines]
    assert seat.window.files.document is not None
    qtbot.wait(50)  # what was to be done next is not done
    assert windows() == []
    assert QGuiApplication.overrideCursor() is None


def test_only_panels_that_can_be_seen_are_made_on_the_way(engines: Engines, qtbot: QtBot) -> None:
    old = make_window(engines)
    old.begin()
    old.open_template(template("digits_mlp"))
    qtbot.waitUntil(lambda: old.desk.up_to_date, timeout=PATIENCE_MS)
    old.flow.train()
    run = old.training.data
    assert run is not None
    qtbot.waitUntil(lambda: run.step > 0, timeout=PATIENCE_MS)
    *_meanwhile, new = succession(old)
    assert new.viewer.shown is run
    assert [p.name for p in new.viewer.panels if p._built and not can_be_seen(p)] == []
    new.training.kill()
    new.files.leave()
    new.stop()
    new.hide()
    new.deleteLater()
