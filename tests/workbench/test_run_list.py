"""The list of runs: choosing, ticking, menus, and rows that keep up with a training."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
)
from pytestqt.qtbot import QtBot

from engine.protocol import Array, Progress, Scalars, Started, State
from engine.runs.card import Card, read_card, write_card
from engine.runs.folder import RunFolder, list_runs
from engine.runs.summary import IMPORTED, Summary, read_summary, write_summary
from projects import files
from projects.errors import RunError
from tests.engine.training.support import digits, train
from tests.workbench.panels.conftest import entries, read, save
from widgets import theme
from workbench.card_dialog import CardDialog
from workbench.run_list import RunList
from workbench.run_words import duration, headline_of, state_words
from workbench.rundata import RunData, run_title

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
    return QPoint(min(box.right(), tree(runs).viewport().width()) - 12, box.center().y())


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
    assert rest == ["failed", "1,234", "1 min 15 s", "0.9800"]
    assert heads(runs) == ["Run", "State", "Steps", "Time", "Test accuracy"]
    other = summary(metrics={"modes": 8.0})
    runs.set_runs([(RUNS[0], summary(metrics={"test_accuracy": 0.98})), (RUNS[1], other)])
    assert [cells(runs, row)[4] for row in (0, 1)] == ["test accuracy 0.9800", "modes found 8"]
    assert heads(runs)[4] == "Result"
    same = {"test_accuracy": 0.98}
    runs.set_runs([(RUNS[n], summary(metrics=same | {"test_loss": 0.1 + n})) for n in (0, 1)])
    assert heads(runs)[4:] == ["Test accuracy", "Test loss"]


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


def test_a_click_on_a_box_ticks_and_leaves_what_is_shown_marked(runs: RunList) -> None:
    said: list[Path] = []
    runs.run_chosen.connect(said.append)
    click(runs, 0)
    row = tree(runs).visualItemRect(item(runs, 2))
    box = QPoint(row.left() + 12, row.center().y())
    QTest.mouseClick(tree(runs).viewport(), Qt.MouseButton.LeftButton, pos=box)
    assert runs.ticked() == [RUNS[2]]
    assert runs.current() == said[-1]
    click(runs, 2)
    assert said[-1] == RUNS[2]


def test_several_runs_are_marked_though_each_is_shown_at_once(runs: RunList) -> None:
    runs.run_chosen.connect(runs.choose)  # as the window does where a run was read before
    click(runs, 0)
    more = Qt.KeyboardModifier.ControlModifier
    for row in (1, 2):
        at = place(runs, row)
        QTest.mouseClick(tree(runs).viewport(), Qt.MouseButton.LeftButton, more, at)
    assert [row.path for row in runs.selected()] == RUNS
    assert runs.current() == RUNS[2]


def test_ticked_runs_are_compared_in_their_colours(runs: RunList) -> None:
    said: list[list[Path]] = []
    runs.overlay_changed.connect(said.append)
    tick(runs, 2)
    tick(runs, 0)
    assert said == [[RUNS[2]], [RUNS[0], RUNS[2]]]
    dots = [item(runs, row).icon(0).pixmap(12, 12).toImage() for row in (0, 2)]
    colors = [dot.pixelColor(dot.rect().center()).name() for dot in dots]
    assert colors == [theme.current().series_color(i).name() for i in range(2)]
    assert not item(runs, 0).icon(0).isNull()
    assert item(runs, 1).icon(0).isNull()
    tick(runs, 2)
    assert said[-1] == [RUNS[0]]


def test_several_are_ticked_at_once_and_drawn_once(runs: RunList) -> None:
    said: list[object] = []
    runs.overlay_changed.connect(said.append)
    runs.tick(RUNS[:2])
    runs.tick_all()
    assert runs.ticked() == RUNS
    assert said == [RUNS[:2], RUNS]


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
    assert cells(runs, 0)[1:] == ["running", "4,321", "1 h 1 min", "validation accuracy 0.2500"]
    run.feed(State(state="paused", step=4322))
    runs.show_live(run)
    assert cells(runs, 0)[1:3] == ["paused", "4,322"]
    runs.show_live(RunData(path="/elsewhere"))


def test_the_menu_offers_what_can_be_done(runs: RunList) -> None:
    said: list[tuple[str, Path]] = []
    runs.run_chosen.connect(lambda path: said.append(("show", path)))
    runs.resume_wanted.connect(lambda path: said.append(("resume", path)))
    for name in ("Show", "Resume"):
        tree(runs).customContextMenuRequested.emit(place(runs, 1))
        menu = [menu for menu in runs.findChildren(QMenu) if menu.isVisible()][-1]
        next(action for action in menu.actions() if action.text() == name).trigger()
        menu.close()
        QApplication.processEvents()
    assert said == [("show", RUNS[1]), ("resume", RUNS[1])]
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
    right = min(box.right(), tree(runs).viewport().width())  # wider where styles are in force
    at = QPoint(right - 12, box.center().y())
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
    assert 0 <= float(result) <= 1


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
            "test accuracy 0.2500",
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


def kept(folder: Path, word: str, seconds: int = 0, **changes: object) -> tuple[Path, Summary]:
    """A run folder as a training leaves it, with a project that differs in some settings of its recipe."""
    path = folder / f"20260102-0304{seconds:02d}-{word}"
    RunFolder(path).make()
    project = digits()
    recipe = msgspec.structs.replace(project.recipe, **changes)
    files.save(msgspec.structs.replace(project, recipe=recipe), RunFolder(path).project)
    told = summary(metrics={"test_accuracy": 0.5 + seconds / 100, "train_loss": 1.0})
    write_summary(path, told)
    return path, told


@pytest.fixture
def kept_runs(runs: RunList, tmp_path: Path, qtbot: QtBot) -> list[Path]:
    made = [
        kept(tmp_path, "ash", 1, batch_size=32),
        kept(tmp_path, "fox", 2, batch_size=8),
        kept(tmp_path, "owl", 3, batch_size=128),
    ]
    runs.cards.changed.connect(lambda paths: runs.set_runs([m for m in made if m[0].is_dir()]))
    runs.set_runs(made)
    qtbot.waitUntil(lambda: "Batch size" in heads(runs), timeout=10_000)
    return [path for path, _summary in made]


def heads(runs: RunList) -> list[str]:
    head = tree(runs).headerItem()
    return [head.text(column) for column in range(tree(runs).columnCount())]


def listed(runs: RunList) -> list[str]:
    """The words of the rows that can be seen, from top to bottom."""
    count = tree(runs).topLevelItemCount()
    there = [item(runs, row) for row in range(count) if not item(runs, row).isHidden()]
    return [row.text(0).split(" · ")[0] for row in there]


def mark(runs: RunList, *rows: int) -> None:
    """Mark rows as a click with Ctrl does."""
    for place_, row in enumerate(rows):
        modifier = Qt.KeyboardModifier.ControlModifier if place_ else Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(
            tree(runs).viewport(), Qt.MouseButton.LeftButton, modifier, place(runs, row)
        )


def press(runs: RunList, words: str, row: int = 0) -> None:
    """Choose an entry of the menu of a row."""
    tree(runs).customContextMenuRequested.emit(place(runs, row))
    menu = [menu for menu in runs.findChildren(QMenu) if menu.isVisible()][-1]
    next(a for a in menu.actions() if a.text() == words and a.isVisible()).trigger()
    menu.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_settings_and_metrics_that_differ_are_columns(runs: RunList, kept_runs: list[Path]) -> None:
    assert heads(runs)[5:] == ["Batch size"]
    assert heads(runs)[4] == "Test accuracy"
    assert [item(runs, 1).text(column) for column in (4, 5)] == ["0.5200", "8"]


def columns_menu(runs: RunList) -> QMenu:
    """What the button of columns opens."""
    button = runs.findChild(QToolButton, "runColumns")
    assert button is not None
    menu = button.menu()
    assert menu is not None
    menu.aboutToShow.emit()
    return menu


def test_columns_are_offered_in_the_words_of_forms_by_what_they_are_about(
    runs: RunList, kept_runs: list[Path]
) -> None:
    for _time in range(2):  # the same whenever it is opened
        menu = columns_menu(runs)
        groups = {a.text(): a.menu() for a in menu.actions() if isinstance(a.menu(), QMenu)}
    assert {"Recipe", "Data", "Objective"} <= set(groups)
    assert list(groups)[-2:] == ["Metrics", "Other"]
    assert "Batch size" in [action.text() for action in menu.actions()]  # runs differ in it
    recipe = groups["Recipe"]
    assert isinstance(recipe, QMenu)
    paths = {action.text(): action.toolTip() for action in recipe.actions()}
    assert paths["Optimiser › Learning rate"] == "recipe.optimizer.lr"
    shown = [a.text() for g in groups.values() if isinstance(g, QMenu) for a in g.actions()]
    assert shown
    assert not [text for text in shown if "." in text]
    rate = next(a for a in recipe.actions() if a.toolTip() == "recipe.optimizer.lr")
    rate.trigger()
    assert "Optimiser › Learning rate" in heads(runs)


def test_columns_sort_numbers_as_numbers(runs: RunList, kept_runs: list[Path]) -> None:
    for wanted in (["fox", "ash", "owl"], ["owl", "ash", "fox"], ["ash", "fox", "owl"]):
        tree(runs).header().sectionClicked.emit(5)
        assert listed(runs) == wanted
    runs.cards.edit([kept_runs[1]], "pin", lambda card: msgspec.structs.replace(card, pinned=True))
    for wanted in (["★ fox", "ash", "owl"], ["★ fox", "owl", "ash"], ["★ fox", "ash", "owl"]):
        tree(runs).header().sectionClicked.emit(5)
        assert listed(runs) == wanted


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("fox", ["fox"]),
        ("batch_size > 20", ["ash", "owl"]),
        ("size<=32 accuracy>=0.52", ["fox"]),
        ("size=8", ["fox"]),
        ("size!=8 finished", ["ash", "owl"]),
        ("type = adam", ["ash", "fox", "owl"]),
        ("#good", ["owl"]),
        ("size > much", []),
        ("nothing", []),
    ],
)
def test_a_filter_finds_words_tags_and_numbers(
    runs: RunList, kept_runs: list[Path], words: str, found: list[str]
) -> None:
    write_card(kept_runs[2], Card(tags=("good",)))
    runs.cards.changed.emit([])
    field = runs.findChild(QLineEdit, "runFilter")
    assert field is not None
    QTest.keyClicks(field, words)
    assert listed(runs) == found


def test_names_tags_and_notes_are_kept_beside_the_run_and_taken_back(
    runs: RunList, kept_runs: list[Path]
) -> None:
    click(runs, 1)
    QTest.keyClick(tree(runs), Qt.Key.Key_F2)
    dialog = runs.findChild(CardDialog)
    assert dialog is not None
    for name, words in (("cardName", "The best"), ("cardTags", "#good, for paper")):
        field = dialog.findChild(QLineEdit, name)
        assert field is not None
        QTest.keyClicks(field, words)
    note = dialog.findChild(QPlainTextEdit, "cardNote")
    assert note is not None
    QTest.keyClicks(note, "Why?")
    dialog.accept()
    assert listed(runs) == ["ash", "The best", "owl"]
    assert heads(runs)[5:7] == ["Tags", "Note"]
    assert [item(runs, 1).text(column) for column in (5, 6)] == ["#good #for paper", "Why?"]
    assert run_title(kept_runs[1]) == "The best"
    assert read_card(kept_runs[1]) == Card(name="The best", tags=("good", "for paper"), note="Why?")
    assert kept_runs[1].name.endswith("-fox")
    click(runs, 1)
    QTest.keySequence(tree(runs), QKeySequence(QKeySequence.StandardKey.Undo))
    assert listed(runs) == ["ash", "fox", "owl"]
    assert not RunFolder(kept_runs[1]).card.exists()


def test_several_runs_get_tags_and_are_hidden_together(
    runs: RunList, kept_runs: list[Path]
) -> None:
    write_card(kept_runs[0], Card(name="A", tags=("old",)))
    mark(runs, 0, 2)
    QTest.keyClick(tree(runs), Qt.Key.Key_F2)
    dialog = runs.findChild(CardDialog)
    assert dialog is not None
    field = dialog.findChild(QLineEdit, "cardTags")
    assert field is not None
    QTest.keyClicks(field, "new")
    dialog.accept()
    assert [read_card(path).tags for path in kept_runs] == [("old", "new"), (), ("new",)]
    mark(runs, 0, 2)
    press(runs, "Hide")
    assert listed(runs) == ["fox"]
    runs._tools.show_hidden(True)
    assert listed(runs) == ["A", "fox", "owl"]
    press(runs, "Undo: hide")
    runs._tools.show_hidden(False)
    assert listed(runs) == ["A", "fox", "owl"]


@pytest.mark.parametrize("system", [True, False])
def test_runs_that_are_thrown_away_come_back(
    runs: RunList,
    kept_runs: list[Path],
    system: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(
        "XDG_DATA_HOME", str(tmp_path / "data")
    )  # where the bin of the system is then
    if not system:
        monkeypatch.setattr("workbench.bins.QFile.moveToTrash", lambda _file: False)
    gone: list[list[Path]] = []
    runs.cards.gone.connect(gone.append)
    mark(runs, 0, 1)
    QTest.keyClick(tree(runs), Qt.Key.Key_Delete)
    assert gone == [kept_runs[:2]]
    assert listed(runs) == ["owl"]
    assert list_runs(kept_runs[0].parent) == ([kept_runs[2]] if not system else list_runs(tmp_path))
    press(runs, "Undo: Move 2 runs to the bin")
    assert listed(runs) == ["ash", "fox", "owl"]
    assert all(RunFolder(path).is_run for path in kept_runs)
    press(runs, "Redo: Move 2 runs to the bin")
    assert listed(runs) == ["owl"]
    runs.cards.undo()


def test_what_is_trained_or_no_run_is_never_thrown_away(
    runs: RunList, kept_runs: list[Path], tmp_path: Path
) -> None:
    said: list[str] = []
    runs.cards.failed.connect(lambda title, text: said.append(title))
    runs.cards.busy = lambda path: path == kept_runs[0]
    runs.cards.throw_away([kept_runs[0]])
    other = tmp_path / "documents"
    other.mkdir()
    runs.cards.throw_away([other])
    assert said == ["This run is still training", "The run could not be moved to the bin"]
    assert other.is_dir()
    assert not runs.cards.stack.canUndo()


@pytest.mark.parametrize(
    "content", [b"", b"[", b'{"name": 3}', b'{"tags": "x"}', b"\xff\xfe", b"[" * 9999]
)
def test_a_damaged_card_says_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "card.json").write_bytes(content)
    assert read_card(tmp_path) == Card()


def test_a_card_is_not_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("mine")
    run = tmp_path / "run"
    run.mkdir()
    (run / "card.json").symlink_to(tmp_path / "elsewhere")
    write_card(run, Card(name="x"))
    assert (tmp_path / "elsewhere").read_text() == "mine"
    with pytest.raises(RunError):
        write_card(tmp_path / "gone", Card(name="x"))


def test_two_runs_are_compared_the_older_one_first(runs: RunList, kept_runs: list[Path]) -> None:
    said: list[object] = []
    runs.compare_wanted.connect(said.append)
    mark(runs, 2, 0)
    press(runs, "Compare both")
    assert said == [[kept_runs[0], kept_runs[2]]]


def test_the_table_is_saved_as_it_is_seen(
    runs: RunList, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    scores = (0.9, 0.7, 0.8)
    told = [summary(metrics={"test_accuracy": score, "test_loss": 1 - score}) for score in scores]
    runs.set_runs(list(zip(RUNS, told, strict=True)))
    runs._sort_by(4)
    runs._tools._filter.setText("accuracy > 0.75")
    (button,) = runs.findChildren(QToolButton, "panelMenu")
    save(button, "Save figures…", tmp_path / "runs.csv", monkeypatch)
    head, *rows = read(tmp_path / "runs.csv", qtbot)
    assert head == ["run", "folder", "state", "step", "time (s)", "test_accuracy", "test_loss"]
    assert [row[1] for row in rows] == [str(RUNS[2]), str(RUNS[0])]
    assert rows[0][2:6] == ["finished", "1234", "75", "0.8"]
    save(button, "Save as picture…", tmp_path / "runs.png", monkeypatch)
    assert (tmp_path / "runs.png").stat().st_size > 1000
    runs._tools._filter.setText("accuracy > 2")
    assert not entries(button)["Save figures…"].isEnabled()


def test_results_of_different_metrics_are_saved_with_their_names(runs: RunList) -> None:
    told = [summary(metrics={"test_accuracy": 0.9}), summary(metrics={"modes": 8.0}), summary()]
    runs.set_runs(list(zip(RUNS, told, strict=True)))
    table = runs._table()
    assert table is not None
    assert list(table.heads[5:7]) == ["result", "metric of the result"]
    rows = [row[5:7] for row in table.rows]
    assert rows == [(0.9, "test_accuracy"), (8.0, "modes"), ("", "")]
