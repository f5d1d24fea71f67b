"""Small parts of the window: thumbnails, toasts, status."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QFrame,
    QLabel,
    QMainWindow,
    QPushButton,
    QTabBar,
    QToolButton,
    QTreeWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.objectives.base import OBJECTIVES
from engine.protocol import OneBatch, Preflighted, Progress, Started
from projects.errors import Problem
from projects.schema import Network
from projects.templates import templates
from tests.workbench.shell import click
from widgets import theme
from workbench import preflight_dialog
from workbench.mending import Candidate
from workbench.problems import MEND, ProblemList
from workbench.rundata import RunData, run_title
from workbench.start_cards import PICTURE, ROW_PICTURE
from workbench.start_page import RECENT_SHOWN, StartPage
from workbench.status import Status
from workbench.styles import stylesheet
from workbench.thumbnail import thumbnail
from workbench.toasts import Toasts


@pytest.mark.parametrize("size", [PICTURE, ROW_PICTURE, QSize(4, 3)])
def test_every_project_has_a_thumbnail_however_small(qtbot: QtBot, size: QSize) -> None:
    for template in templates():
        assert thumbnail(template.project, size, 1.0).size() == size


def test_thirty_networks_and_none_have_thumbnails_too(qtbot: QtBot) -> None:
    project = templates()[0].project
    (network,) = project.networks.values()
    many = {f"network{place}": network for place in range(30)}
    for networks in ({}, {"empty": Network()}, many):
        other = msgspec.structs.replace(project, networks=networks)
        assert not thumbnail(other, ROW_PICTURE).isNull()


def test_equal_messages_are_counted_and_all_can_be_cleared(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    window.show()
    toasts = Toasts(window)
    done: list[int] = []
    for _time in range(3):
        toasts.show_error("Broken", "Mend it.", "trace", ("Mend", lambda: done.append(1)))
    toasts.show_info("Saved")
    assert toasts.texts() == ["Broken Mend it.", "Saved"]
    button = window.findChild(QPushButton, "toastAction")
    assert button is not None
    click(button)
    assert done == [1]
    assert toasts.texts() == ["Saved"]
    toasts.clear()
    assert toasts.texts() == []


def test_what_is_being_done_stays_until_it_is_done(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    toasts = Toasts(window)
    broken_off: list[int] = []
    work = toasts.show_work("Reading", ("Break off", lambda: broken_off.append(1)))
    for number in range(9):
        toasts.show_error(f"Broken {number}")
    assert toasts.texts() == ["Reading", "Broken 5", "Broken 6", "Broken 7", "Broken 8"]
    assert work.findChild(QToolButton, "toastClose") is None
    toasts.clear()
    assert toasts.texts() == ["Reading"]
    button = work.findChild(QPushButton, "toastAction")
    assert button is not None
    click(button)
    assert broken_off == [1]
    assert toasts.texts() == []


def shown_toasts(window: QWidget) -> list[QRect]:
    """Where messages are, in the window."""
    found = [toast for toast in window.findChildren(QFrame, "toast") if toast.isVisible()]
    return [toast.geometry() for toast in found]


def test_messages_stand_over_the_middle_and_cover_no_panel(qtbot: QtBot) -> None:
    window, middle = QMainWindow(), QWidget()
    qtbot.addWidget(window)
    window.setCentralWidget(middle)
    for area in (Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea):
        dock = QDockWidget("panel")
        dock.setMinimumSize(300, 200)
        window.addDockWidget(area, dock)
    window.resize(1200, 800)
    window.show()
    toasts = Toasts(window)
    toasts.stand_over(middle)
    toasts.show_info("Training finished", "Test accuracy 0.98.")
    toasts.show_warning("Look")
    QApplication.processEvents()
    assert len(shown_toasts(window)) == 2
    assert all(middle.geometry().contains(place) for place in shown_toasts(window))
    window.resize(1000, 700)
    QApplication.processEvents()
    assert all(middle.geometry().contains(place) for place in shown_toasts(window))
    middle.hide()
    toasts.refresh()
    assert all(window.rect().contains(place) for place in shown_toasts(window))
    assert all(place.left() < 20 for place in shown_toasts(window))  # where runs are listed


@pytest.mark.parametrize("width", [240, 300, 600])
def test_messages_are_no_wider_than_the_list_that_they_stand_over(width: int, qtbot: QtBot) -> None:
    window, runs, panel = QMainWindow(), QDockWidget("runs"), QDockWidget("panel")
    qtbot.addWidget(window)
    for dock, area in (
        (runs, Qt.DockWidgetArea.LeftDockWidgetArea),
        (panel, Qt.DockWidgetArea.RightDockWidgetArea),
    ):
        dock.setWidget(QWidget())
        window.addDockWidget(area, dock)
    window.resize(1200, 700)
    window.show()
    window.resizeDocks([runs, panel], [width, 1200 - width], Qt.Orientation.Horizontal)
    QApplication.processEvents()
    toasts = Toasts(window)
    toasts.stand_over(QWidget(window))
    toasts.stand_else_over(runs)
    toasts.show_info("Saved", "/home/anna/projects/digits.yaml, where it was before")
    (place,) = shown_toasts(window)
    assert runs.geometry().contains(place)
    runs.hide()
    toasts.refresh()
    (place,) = shown_toasts(window)
    assert window.rect().contains(place)
    assert place.width() == 420


def test_a_click_takes_a_message_away_but_none_about_an_error(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(800, 600)
    window.show()
    toasts = Toasts(window)
    toasts.show_info("Training finished", "Test accuracy 0.98.")
    toasts.show_warning("Look")
    toasts.show_error("Broken", "Mend it.")
    for words in ("Test accuracy 0.98.", "Look", "Broken"):
        labels = [label for label in window.findChildren(QLabel) if label.text() == words]
        QTest.mouseClick(labels[0], Qt.MouseButton.LeftButton)
    assert toasts.texts() == ["Broken Mend it."]
    toasts.show_info("Saved")
    toast = next(t for t in window.findChildren(QFrame, "toast") if "Saved" in t.accessibleName())
    QTest.mouseClick(toast, Qt.MouseButton.LeftButton, pos=QPoint(4, 4))
    assert toasts.texts() == ["Broken Mend it."]


def test_the_status_tells_step_epoch_and_speed(qtbot: QtBot) -> None:
    status = Status()
    qtbot.addWidget(status)
    run = RunData(label="x")
    run.feed(Started(run="x", step=0, steps_per_epoch=4, total_steps=40, device="cpu"))
    run.feed(Progress(step=10, epoch=1.0, steps_per_second=5.0, seconds=2.0, eta=6.0))
    status.set_run(run)
    words = status._state.text()
    assert words == "Running · step 10 of 40 · epoch 2.5 · 5 steps/s · 6 s left"


def test_a_run_is_called_by_its_word_and_time() -> None:
    assert run_title(Path("runs/p/20200102-030405-iris")) == "iris · 2020-01-02 03:04"
    assert run_title(Path("mine")) == "mine"


def test_a_preflight_without_time_gives_no_verdict() -> None:
    """Neither good nor bad: it says that it could not find out, and why there is room for all."""
    short = OneBatch(losses=(2.3, 2.2), learned=False, complete=False)
    words = preflight_dialog._verdict(short)
    assert "no time to find out" in words
    assert "Does not learn" not in words
    flight = Preflighted(
        device="cpu",
        batch_size=4,
        step_seconds=0.01,
        steps_per_epoch=3,
        memory={"peak": 2**20},
        largest_batch=150,
        all_fit=True,
    )
    assert "all 150 training examples fit" in " ".join(preflight_dialog._sentences(flight))


def test_the_start_page_fits_into_a_low_window(qtbot: QtBot) -> None:
    page = StartPage()
    qtbot.addWidget(page)
    page.set_recent([Path(f"/nowhere/{place}.yaml") for place in range(RECENT_SHOWN)])
    page.show()
    assert page.minimumSizeHint().height() < 400


def test_a_new_project_is_chosen_from_a_menu_that_says_what_each_is_for(qtbot: QtBot) -> None:
    page = StartPage()
    qtbot.addWidget(page)
    page.show()
    button = page.findChild(QPushButton, "startNew")
    assert button is not None
    menu = button.menu()
    assert [action.data() for action in menu.actions()] == list(OBJECTIVES.entries)
    assert all(len(action.toolTip()) > 20 for action in menu.actions())
    wanted: list[str] = []
    page.new_wanted.connect(wanted.append)
    QTimer.singleShot(0, lambda: QTest.keyClick(menu, Qt.Key.Key_Down))
    QTimer.singleShot(50, lambda: QTest.keyClick(menu, Qt.Key.Key_Return))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(wanted))
    assert wanted == [menu.actions()[0].data()]


def test_tabs_without_room_can_be_reached_by_arrows_that_show(qtbot: QtBot) -> None:
    tabs = QTabBar()
    qtbot.addWidget(tabs)
    tabs.setStyleSheet(stylesheet(theme.current()))
    for name in ("Reconstructions", "Samples", "Traversals", "Walks", "Anomalies"):
        tabs.addTab(name)
    tabs.resize(300, tabs.sizeHint().height())
    tabs.show()
    arrows = [button for button in tabs.findChildren(QToolButton) if button.isVisible()]
    assert len(arrows) == 2
    for arrow in arrows:
        picture = arrow.grab().toImage()
        width, height = picture.width(), picture.height()
        colors = {picture.pixel(x, y) for x in range(width) for y in range(height)}
        assert len(colors) > 2


def test_problems_have_a_column_of_mends_where_there_are_some(qtbot: QtBot) -> None:
    fix = Candidate("Insert Flatten", templates()[0].project)
    fixes: list[Candidate] = []
    panel = ProblemList(lambda _problem: fixes)
    qtbot.addWidget(panel)
    panel.resize(900, 200)
    panel.show()
    tree = panel.findChild(QTreeWidget, "problemTree")
    assert tree is not None
    panel.set_problems(
        [Problem("networks.classifier", "the network has no Output layer.", "Add one.")]
    )
    assert tree.isColumnHidden(MEND)
    assert tree.header().length() == tree.viewport().width()  # no room is left over or lacking
    fixes.append(fix)
    panel.show_fixes()
    assert not tree.isColumnHidden(MEND)
