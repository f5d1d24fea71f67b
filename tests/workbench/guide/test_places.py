"""Where the guide is, and that the window and other projects are none the worse for it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QTimer
from pytestqt.qtbot import QtBot

from projects.templates import template
from tests.workbench.shell import wait
from workbench.arranging import GUIDE, WORKSPACES
from workbench.docks import Docks
from workbench.window import MainWindow


def ordinary(window: MainWindow) -> None:
    window.open_template(template("perceptron"))


def guided(window: MainWindow) -> None:
    window.open_guide("perceptron")


def in_front(docks: Docks, name: str) -> bool:
    return not docks[name].visibleRegion().isEmpty()


def settle(window: MainWindow, qtbot: QtBot) -> None:
    """Let happen whatever was put off until now."""
    done: list[bool] = []
    QTimer.singleShot(0, window, lambda: done.append(True))
    wait(qtbot, lambda: bool(done))


def test_the_guide_is_there_after_an_ordinary_project(window: MainWindow, qtbot: QtBot) -> None:
    ordinary(window)
    for workspace in (*WORKSPACES, "design"):
        window.show_workspace(workspace)  # and the one before is remembered without a guide
    guided(window)
    for workspace in (*WORKSPACES, "design"):
        window.show_workspace(workspace)
        wait(qtbot, lambda: in_front(window.docks, GUIDE))
        guide, centre = window.docks[GUIDE], window.centralWidget()
        assert centre is not None
        assert not guide.isFloating()
        assert guide.x() == 0
        if workspace != "analyse":
            assert guide.geometry().right() < centre.x()
            assert centre.width() > guide.width()


@pytest.mark.parametrize("aside", [False, True])
def test_remembering_leaves_in_front_what_is_in_front(
    aside: bool, window: MainWindow, qtbot: QtBot
) -> None:
    ordinary(window)
    docks = window.docks
    for name in ("layers", "inspector"):
        wait(qtbot, lambda name=name: in_front(docks, name))  # type: ignore[misc]
    docks.make_room(True)
    docks.make_room(False)
    settle(window, qtbot)
    for name in ("outline", "history"):
        docks.reveal(name)
        wait(qtbot, lambda name=name: in_front(docks, name))  # type: ignore[misc]
    if aside:
        docks.make_room(True)
    docks.remember()
    if aside:
        docks.make_room(False)
    settle(window, qtbot)
    for name in ("outline", "history"):
        wait(qtbot, lambda name=name: in_front(docks, name))  # type: ignore[misc]


def test_a_guide_that_was_closed_comes_with_the_next_experiment(
    window: MainWindow, qtbot: QtBot
) -> None:
    guided(window)
    window.docks.toggle(GUIDE)
    assert window.docks[GUIDE].isHidden()
    window.files.close()
    window.open_guide("overfitting")
    wait(qtbot, lambda: in_front(window.docks, GUIDE))


def test_palette_is_as_narrow_after_a_guide_as_before(window: MainWindow, qtbot: QtBot) -> None:
    layers = window.docks["layers"]
    ordinary(window)
    window.docks.reset()
    wait(qtbot, lambda: in_front(window.docks, "layers"))
    qtbot.wait(50)
    before = layers.width()
    for close in (True, False):
        guided(window)
        wait(qtbot, lambda: in_front(window.docks, GUIDE))
        if close:
            window.files.close()
        ordinary(window)
        wait(qtbot, lambda: in_front(window.docks, "layers"))
        qtbot.wait(50)
        assert abs(layers.width() - before) <= 2
        if close:
            window.files.close()


def test_each_kind_of_project_is_found_as_its_docks_were_left(window: MainWindow) -> None:
    ordinary(window)
    window.docks.reset()
    window.docks.toggle("inspector")
    guided(window)
    window.docks.reset()
    assert not window.docks["inspector"].isHidden()
    ordinary(window)
    assert window.docks["inspector"].isHidden()
    window.docks.reset()
    guided(window)
    assert not window.docks["inspector"].isHidden()


def test_docks_of_other_kinds_of_projects_come_back_where_a_workspace_was_left(
    window: MainWindow,
) -> None:
    ordinary(window)
    for workspace in ("train", "design", "train"):  # the last time as it was left
        window.show_workspace(workspace)
        assert window.docks["rivals"].isHidden()
    window.open_template(template("gan_ring"))
    assert not window.docks["rivals"].isHidden()


def test_a_small_window_keeps_its_size(window: MainWindow, qtbot: QtBot) -> None:
    for prepare in (ordinary, guided):  # arrangements of a large window are kept
        prepare(window)
        for workspace in (*WORKSPACES, "design"):
            window.show_workspace(workspace)
            window.docks.reset()
    window.files.close()
    wait(qtbot, lambda: window.minimumWidth() <= 1024)
    window.resize(1024, 700)
    for turn in (ordinary, guided, ordinary):
        turn(window)
        for workspace in (*WORKSPACES, "design"):
            window.show_workspace(workspace)
            qtbot.wait(20)
            assert (window.width(), window.height()) == (1024, 700), (turn.__name__, workspace)
            assert in_front(window.docks, GUIDE) == (turn is guided)


def side_by_side(window: MainWindow) -> None:
    """An arrangement that needs more than 1024 pixels."""
    docks = window.docks
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, docks["health"])
    for beside, name in (("health", "samples"), ("samples", "runs")):
        window.splitDockWidget(docks[beside], docks[name], Qt.Orientation.Horizontal)
    for name in ("health", "samples", "runs"):
        docks[name].show()


def left(window: MainWindow, name: str) -> bool:
    area = window.dockWidgetArea(window.docks[name])
    return area == Qt.DockWidgetArea.LeftDockWidgetArea


def test_an_own_arrangement_outlives_a_small_window(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1440, 900)
    ordinary(window)
    window.docks.reset()
    side_by_side(window)
    qtbot.wait(50)
    window.show_workspace("train")
    window.docks.reset()
    window.resize(1024, 700)
    for _again in range(2):
        window.show_workspace("design")
        qtbot.wait(20)
        assert (window.width(), window.height()) == (1024, 700)
        assert not left(window, "health")
        window.show_workspace("train")  # remembers what was there
    window.show_workspace("design")
    window.docks["inspector"].hide()  # and in a small window one arranges too
    window.show_workspace("train")
    window.show_workspace("design")
    assert window.docks["inspector"].isHidden()
    window.resize(1440, 900)
    wait(qtbot, lambda: left(window, "health"))
    assert all(left(window, name) for name in ("samples", "runs"))
    assert not window.docks["inspector"].isHidden()
    wait(qtbot, lambda: in_front(window.docks, "health"))
    assert window.docks["health"].x() < window.docks["samples"].x() < window.docks["runs"].x()
    window.docks.reset()
    assert not left(window, "health")


def test_an_own_arrangement_comes_back_in_another_window(window: MainWindow, qtbot: QtBot) -> None:
    """A small window is closed, its settings are read by a large one."""
    window.resize(1440, 900)
    ordinary(window)
    window.docks.reset()
    side_by_side(window)
    window.show_workspace("train")
    window.docks.reset()
    window.resize(1024, 700)
    window.show_workspace("design")
    window.files.close()
    assert window.docks["health"].isHidden()
    window.resize(1440, 900)
    window.docks._turning.start()  # as for docks that wait for room
    wait(qtbot, lambda: not window.docks._turning.isActive())
    assert window.docks["health"].isHidden()  # the start page has none
    ordinary(window)
    wait(qtbot, lambda: left(window, "health"))


def overlaps(window: MainWindow) -> bool:
    """Whether docks are drawn over each other or over the centre."""
    names = [name for name in window.docks.names() if in_front(window.docks, name)]
    centre = window.centralWidget()
    assert centre is not None
    places = [window.docks[name].geometry() for name in names] + [centre.geometry()]
    pairs = ((a, b) for i, a in enumerate(places) for b in places[:i])
    return any(a.intersects(b) for a, b in pairs)


def test_nothing_overlaps_beside_a_guide_when_a_wide_window_is_made_small(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(1440, 900)
    guided(window)
    window.show_workspace("design")
    window.docks.reset()
    wait(qtbot, lambda: in_front(window.docks, "layers"))
    assert window.minimumWidth() > 1024
    window.resize(1024, 700)  # goes as far as it can
    wait(qtbot, lambda: window.minimumWidth() <= 1024)
    window.resize(1024, 700)
    qtbot.wait(300)
    assert (window.width(), window.height()) == (1024, 700)
    assert not overlaps(window)
    assert in_front(window.docks, GUIDE)
    window.resize(1440, 900)
    wait(qtbot, lambda: in_front(window.docks, "layers") and in_front(window.docks, GUIDE))
    assert not overlaps(window)
