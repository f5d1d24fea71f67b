"""The list of runs: choosing, ticking, menus, and rows that keep up with a training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMenu,
    QTreeWidget,
    QTreeWidgetItem,
)
from pytestqt.qtbot import QtBot

from engine.protocol import Array, Progress, Scalars, Started, State
from engine.runs.summary import IMPORTED, Summary, read_summary
from tests.engine.training.support import digits, train
from widgets import theme
from workbench.run_list import RunList, duration, headline_of, state_words
from workbench.rundata import RunData

RUNS = [Path(f"/runs/20260102-03040{i}-{word}") for i, word in enumerate(("ash", "fox", "owl"))]


def summary(state: str = "finished", **more: object) -> Summary:
    return Summary(project="P", objective="gan", state=state, steps=1234, seconds=75, **more)  # type: ignore[arg-type]


@pytest.fixture
def runs(qtbot: QtBot) -> RunList:
    made = RunList()
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.show()
    made.set_runs([(path, summary()) for path in RUNS])
    QApplication.processEvents()
    return made


def tree(runs: RunList) -> QTreeWidget:
    found = runs.findChild(QTreeWidget, "runTree")
    assert found is not None
    return found


def item(runs: RunList, row: int) -> QTreeWidgetItem:
    found = tree(runs).topLevelItem(row)
    assert found is not None
    return found


def cells(runs: RunList, row: int) -> list[str]:
    return [item(runs, row).text(column) for column in range(5)]


def place(runs: RunList, row: int) -> QPoint:
    """The name of a run, past its box."""
    box = tree(runs).visualItemRect(item(runs, row))
    return QPoint(box.right() - 12, box.center().y())


def click(runs: RunList, row: int) -> None:
    QTest.mouseClick(tree(runs).viewport(), Qt.MouseButton.LeftButton, pos=place(runs, row))


def tick(runs: RunList, row: int) -> None:
    """Choose a row and press space, which ticks it."""
    click(runs, row)
    QTest.keyClick(tree(runs), Qt.Key.Key_Space)


def test_a_row_says_what_there_is_to_know(runs: RunList) -> None:
    runs.set_runs([(RUNS[0], summary("failed", metrics={"test_accuracy": 0.98}))])
    name, *rest = cells(runs, 0)
    assert name.startswith("ash · ")
    assert rest == ["failed", "1,234", "1 min 15 s", "test accuracy 0.98"]


def test_no_runs_yet(runs: RunList) -> None:
    runs.set_runs([])
    texts = [label.text() for label in runs.findChildren(QLabel) if label.isVisible()]
    assert any("Every training is kept here" in text for text in texts)
    assert not tree(runs).isVisible()


def test_a_click_or_an_arrow_chooses(runs: RunList) -> None:
    said: list[Path] = []
    runs.run_chosen.connect(said.append)
    click(runs, 1)
    QTest.keyClick(tree(runs), Qt.Key.Key_Down)
    assert said == [RUNS[1], RUNS[2]]
    assert runs.current() == RUNS[2]
    runs.choose(RUNS[0])
    assert runs.current() == RUNS[0]
    assert len(said) == 2


def test_ticked_runs_are_compared_in_their_colours(runs: RunList) -> None:
    said: list[list[Path]] = []
    runs.overlay_changed.connect(said.append)
    tick(runs, 2)
    tick(runs, 0)
    assert said == [[RUNS[2]], [RUNS[0], RUNS[2]]]
    colors = [runs.color_of(path).name() for path in runs.ticked()]
    assert colors == [theme.current().series_color(i).name() for i in range(2)]
    assert not item(runs, 0).icon(0).isNull()
    assert item(runs, 1).icon(0).isNull()
    tick(runs, 2)
    assert said[-1] == [RUNS[0]]


def test_all_can_be_ticked_at_once(runs: RunList) -> None:
    runs.tick_all()
    assert runs.ticked() == RUNS


def test_a_new_list_keeps_what_is_ticked_and_chosen(runs: RunList) -> None:
    tick(runs, 1)
    said: list[object] = []
    runs.run_chosen.connect(said.append)
    runs.overlay_changed.connect(said.append)
    newer = Path("/runs/20260102-030409-new")
    runs.set_runs([(newer, summary("running")), *((path, summary()) for path in RUNS)])
    assert runs.ticked() == [RUNS[1]]
    assert runs.current() == RUNS[1]
    assert said == []
    runs.set_runs([(newer, summary())])
    assert runs.ticked() == []
    assert said == [[]]  # else the curves of the run that is gone would stay


def test_a_living_run_keeps_its_row_up_to_date(runs: RunList) -> None:
    run = RunData(path=str(RUNS[0]))
    run.feed(Started(run=str(RUNS[0]), step=0, steps_per_epoch=9, total_steps=None, device="cpu"))
    values = Array.of(np.array([9])), Array.of(np.array([0.25]))
    run.feed(Scalars(series={"validation_accuracy": values}))
    run.feed(Progress(step=4321, epoch=1.5, seconds=3700, steps_per_second=9, eta=None))
    runs.show_live(run)
    assert cells(runs, 0)[1:] == ["running", "4,321", "1 h 1 min", "validation accuracy 0.25"]
    run.feed(State(state="paused", step=4322))
    runs.show_live(run)
    assert cells(runs, 0)[1:3] == ["paused", "4,322"]
    runs.show_live(RunData(path="/elsewhere"))


def test_the_menu_offers_what_can_be_done(runs: RunList) -> None:
    said: list[tuple[str, Path]] = []
    runs.run_chosen.connect(lambda path: said.append(("show", path)))
    runs.resume_wanted.connect(lambda path: said.append(("resume", path)))
    runs.delete_wanted.connect(lambda path: said.append(("delete", path)))
    for name in ("Show", "Resume", "Move to bin"):
        tree(runs).customContextMenuRequested.emit(place(runs, 1))
        menu = [menu for menu in runs.findChildren(QMenu) if menu.isVisible()][-1]
        next(action for action in menu.actions() if action.text() == name).trigger()
        menu.close()
        QApplication.processEvents()
    assert said == [("show", RUNS[1]), ("resume", RUNS[1]), ("delete", RUNS[1])]
    tree(runs).customContextMenuRequested.emit(QPoint(5, 290))
    assert not [menu for menu in runs.findChildren(QMenu) if menu.isVisible()]


def rows(runs: RunList) -> list[tuple[int, str, Path]]:
    """How deep every row stands, what it is called and which run it is, from top to bottom."""

    def below(row: QTreeWidgetItem, depth: int) -> list[tuple[int, str, Path]]:
        found = [(depth, row.text(0), row.data(0, Qt.ItemDataRole.UserRole))]
        for index in range(row.childCount()):
            found += below(child_of(row, index), depth + 1)
        return found

    top = [item(runs, index) for index in range(tree(runs).topLevelItemCount())]
    return [row for each in top for row in below(each, 0)]


def child_of(row: QTreeWidgetItem, index: int = 0) -> QTreeWidgetItem:
    found = row.child(index)
    assert found is not None
    return found


def branch_of(path: Path, step: int) -> Summary:
    return summary(parent=path.name, parent_step=step)


def test_branches_stand_below_the_run_that_they_came_from(runs: RunList) -> None:
    owl, fox, ash = RUNS[::-1]
    new = Path("/runs/20260102-030409-new")
    listed = [
        (new, branch_of(fox, 30)),
        (owl, summary()),
        (fox, branch_of(ash, 1200)),
        (ash, summary()),
    ]
    runs.set_runs(listed)
    assert [(depth, path) for depth, _name, path in rows(runs)] == [
        (0, owl),
        (0, ash),
        (1, fox),
        (2, new),
    ]
    assert [name.rpartition(" · ")[2] for _depth, name, _path in rows(runs)][2:] == [
        "from step 1,200",
        "from step 30",
    ]
    boxes = [tree(runs).visualItemRect(row) for row in (item(runs, 1), child_of(item(runs, 1)))]
    assert boxes[1].left() > boxes[0].left()
    assert boxes[1].top() > boxes[0].top()


def test_branches_are_chosen_ticked_and_kept_up_to_date_like_other_runs(runs: RunList) -> None:
    said: list[object] = []
    runs.run_chosen.connect(said.append)
    runs.set_runs([(RUNS[1], branch_of(RUNS[0], 5)), (RUNS[0], summary())])
    QApplication.processEvents()
    child = child_of(item(runs, 0))
    box = tree(runs).visualItemRect(child)
    at = QPoint(box.right() - 12, box.center().y())
    QTest.mouseClick(tree(runs).viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.keyClick(tree(runs), Qt.Key.Key_Space)
    assert said == [RUNS[1]]
    assert runs.ticked() == [RUNS[1]]
    runs.tick([RUNS[0]])
    assert runs.ticked() == [RUNS[0], RUNS[1]]
    assert not child.icon(0).isNull()
    run = RunData(path=str(RUNS[1]))
    run.feed(Progress(step=4321, epoch=1.5, seconds=3700, steps_per_second=9, eta=None))
    runs.show_live(run)
    assert child.text(2) == "4,321"
    runs.set_runs([(RUNS[1], branch_of(RUNS[0], 5)), (RUNS[0], summary())])
    assert runs.ticked() == [RUNS[0], RUNS[1]]
    assert runs.current() == RUNS[1]


def test_a_branch_whose_parent_is_gone_stands_at_the_top_and_says_so(runs: RunList) -> None:
    runs.set_runs([(RUNS[1], branch_of(RUNS[0], 5))])
    ((depth, name, _path),) = rows(runs)
    assert depth == 0
    assert "from step 5 of ash" in name
    assert name.endswith("which is gone")


def test_runs_that_say_they_come_from_one_another_are_all_listed(runs: RunList) -> None:
    one, two, three = RUNS
    circle = [(one, branch_of(two, 1)), (two, branch_of(three, 1)), (three, branch_of(one, 1))]
    runs.set_runs([*circle, (Path("/runs/self"), branch_of(Path("/runs/self"), 1))])
    assert {path for _depth, _name, path in rows(runs)} == {*RUNS, Path("/runs/self")}


def test_the_menu_branches_off_where_there_is_a_checkpoint(runs: RunList, tmp_path: Path) -> None:
    said: list[Path] = []
    runs.branch_wanted.connect(said.append)
    run = tmp_path / "20260102-030405-fern"
    for made in (False, True):
        if made:
            (run / "checkpoints" / "step-000000005").mkdir(parents=True)
            (run / "checkpoints" / "step-000000005" / "manifest.json").write_text("{}")
        runs.set_runs([(run, summary())])
        tree(runs).customContextMenuRequested.emit(place(runs, 0))
        menu = [menu for menu in runs.findChildren(QMenu) if menu.isVisible()][-1]
        words = "Branch from its last checkpoint"
        next(action for action in menu.actions() if action.text() == words).trigger()
        menu.close()
        QApplication.processEvents()
        assert said == ([run] if made else [])


def test_a_real_run(runs: RunList, tmp_path: Path) -> None:
    path = tmp_path / "20260102-030405-fern"
    train(digits(), path, max_steps=12)
    runs.set_runs([(path, read_summary(path))])
    name, state, steps, time, result = cells(runs, 0)
    assert name.startswith("fern")
    assert (state, steps) == ("stopped", "12")
    assert time == "0 s"
    assert result.startswith("test accuracy")


def test_an_imported_run_shows_no_steps_as_if_it_had_failed(runs: RunList) -> None:
    runs.set_runs([(RUNS[0], summary(IMPORTED)), (RUNS[1], summary())])
    assert cells(runs, 0)[1:] == ["imported", "–", "–", "weights of a file"]
    assert not item(runs, 0).icon(1).isNull()
    assert item(runs, 1).icon(1).isNull()


def test_words_from_a_file_are_plain(runs: RunList) -> None:
    runs.set_runs([(Path("/runs/<img src=x>"), summary("<i>odd</i>", message="<b>bold</b>"))])
    assert cells(runs, 0)[:2] == ["<img src=x>", "<i>odd</i>"]
    assert "&lt;img src=x&gt;" in item(runs, 0).toolTip(0)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.4, "59 s"), (60, "1 min 0 s"), (3599, "59 min 59 s"), (7325, "2 h 2 min")],
)
def test_lengths_of_time(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("metrics", "words"),
    [
        ({}, ""),
        ({"learning_rate": 1.0}, ""),
        (
            {"train_loss": 1.0, "validation_accuracy": 0.5, "test_accuracy": 0.25},
            "test accuracy 0.25",
        ),
        ({"modes": 8.0, "generator_loss": 1.0}, "modes found 8"),
        ({"test_loss": 0.123456}, "test loss 0.1235"),
    ],
)
def test_the_headline_is_the_metric_that_says_most(metrics: dict[str, float], words: str) -> None:
    assert headline_of(metrics) == words


def test_states_have_words() -> None:
    assert state_words("running") == "running"
    assert state_words("unheard of") == "unheard of"
