"""Which runs the panels of a window show: chosen, ticked, compared, thrown away and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QTreeWidget
from pytestqt.qtbot import QtBot

from engine.runs.folder import runs_folder
from projects.files import save
from tests.engine.training.support import digits, train
from tests.workbench.shell import wait
from widgets.plots.curves import CurvePlot
from workbench.window import MainWindow

NAMES = ("20260102-030401-ash", "20260102-030402-fox", "20260102-030403-owl")


@pytest.fixture
def paths(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> list[Path]:
    """A window with a project of three runs, of which the newest is shown; the runs, newest first."""
    file = tmp_path / "digits.yaml"
    project = digits(epochs=1)
    save(project, file)
    made = [runs_folder(file, project.name) / name for name in NAMES]
    for path in made:
        train(project, path, max_steps=4)
    window.open(file)
    wait(qtbot, lambda: shown(window) == made[2])
    window.docks.reveal("curves")
    window.docks.reveal("runs")
    return made[::-1]


def shown(window: MainWindow) -> Path | None:
    return Path(window.viewer.shown.path) if window.viewer.shown is not None else None


def tree(window: MainWindow) -> QTreeWidget:
    found = window.run_list.findChild(QTreeWidget, "runTree")
    assert found is not None
    return found


def spot(window: MainWindow, row: int) -> QPoint:
    item = tree(window).topLevelItem(row)
    assert item is not None
    box = tree(window).visualItemRect(item)
    return QPoint(box.left() + 60, box.center().y())


def click(window: MainWindow, row: int, more: Qt.KeyboardModifier | None = None) -> None:
    keys = more or Qt.KeyboardModifier.NoModifier
    button = Qt.MouseButton.LeftButton
    QTest.mouseClick(tree(window).viewport(), button, keys, spot(window, row))


def press(window: MainWindow, row: int, words: str) -> None:
    """Choose an entry of the menu of a run."""
    tree(window).customContextMenuRequested.emit(spot(window, row))
    (menu,) = [m for m in window.run_list.findChildren(QMenu) if m.isVisible()]
    (action,) = [one for one in menu.actions() if one.text() == words]
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def drawn(window: MainWindow) -> set[str]:
    """The runs whose training losses are drawn; of one alone its path is not told."""
    panel = next(panel for panel in window.viewer.panels if panel.name == "curves")
    (plot,) = [plot for plot in panel.findChildren(CurvePlot) if plot.accessibleName() == "Loss"]
    keys = [curve.key for curve in plot.curves if curve.key.endswith("train_loss")]
    return {key.rpartition("/")[0] for key in keys}


def compare_both(window: MainWindow, qtbot: QtBot) -> None:
    click(window, 1)
    click(window, 2, Qt.KeyboardModifier.ControlModifier)
    press(window, 2, "Compare both")
    window.show_workspace("analyse")
    window.docks.reveal("curves")


def test_runs_that_are_compared_are_ticked_and_can_be_unticked(
    window: MainWindow, qtbot: QtBot, paths: list[Path]
) -> None:
    compare_both(window, qtbot)
    wait(qtbot, lambda: drawn(window) == {str(path) for path in paths[1:]})
    assert window.run_list.ticked() == paths[1:]
    for row in (1, 2):
        click(window, row)
        QTest.keyClick(tree(window), Qt.Key.Key_Space)
    click(window, 0)
    wait(qtbot, lambda: drawn(window) == {""} and shown(window) == paths[0])
    window.compare(paths[1:])
    wait(qtbot, lambda: window.run_list.ticked() == paths[1:])


def test_curves_of_runs_that_are_not_listed_make_room_for_the_one_that_is_chosen(
    window: MainWindow, qtbot: QtBot, paths: list[Path], tmp_path: Path
) -> None:
    """Those of a study cannot be unticked."""
    cells = [tmp_path / "studies" / name for name in NAMES[:2]]
    for path in cells:
        train(digits(epochs=1), path, max_steps=4)
    window.show_workspace("analyse")
    window.docks.reveal("curves")
    click(window, 2)
    QTest.keyClick(tree(window), Qt.Key.Key_Space)
    window.lab._together.draw(cells)
    wait(qtbot, lambda: drawn(window) == {str(path) for path in cells})
    assert window.run_list.ticked() == []
    wait(qtbot, lambda: shown(window) == cells[0])
    click(window, 2)
    wait(qtbot, lambda: drawn(window) == {""} and shown(window) == paths[2])


@pytest.mark.parametrize("row", [0, 1, 2])
def test_a_run_that_is_thrown_away_gives_way_to_the_next_one_and_comes_back(
    window: MainWindow,
    qtbot: QtBot,
    paths: list[Path],
    row: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("workbench.bins.QFile.moveToTrash", lambda _file: False)
    click(window, row)
    wait(qtbot, lambda: shown(window) == paths[row])
    QTest.keyClick(tree(window), Qt.Key.Key_Delete)
    rest = [path for path in paths if path != paths[row]]
    wait(qtbot, lambda: shown(window) == rest[min(row, 1)])
    assert window.run_list.current() == shown(window)
    assert [path for path, _summary in window.runs.summaries()] == rest
    QTest.keyPress(tree(window), Qt.Key.Key_Control)
    QTest.keyPress(tree(window), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait(qtbot, lambda: shown(window) == paths[row])
    QTest.keyRelease(tree(window), Qt.Key.Key_Control)
    assert [one.path for one in window.run_list.selected()] == [paths[row]]
    assert window.run_list.current() == paths[row]
    assert [path for path, _summary in window.runs.summaries()] == paths


def test_a_run_that_is_not_shown_is_thrown_away_and_comes_back_without_a_word(
    window: MainWindow, qtbot: QtBot, paths: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.bins.QFile.moveToTrash", lambda _file: False)
    window.run_list.cards.throw_away([paths[1]])
    window.run_list.cards.undo()
    qtbot.wait(100)
    assert shown(window) == paths[0]
    window.run_list.cards.throw_away(paths)
    assert shown(window) is None
    window.run_list.cards.undo()
    wait(qtbot, lambda: shown(window) == paths[0])
