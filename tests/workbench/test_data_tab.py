"""The Data tab: its form, when it asks for examples, what it shows of them, and chosen files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTableWidget,
)
from pytestqt.qtbot import QtBot

from engine.data import places
from engine.data.base import DataInfo
from engine.layers.base import Shape
from engine.protocol import Array, Checked, Preview, Previewed
from projects.errors import Problem
from projects.schema import Data, Plug, Project
from projects.templates import template
from tests.workbench.hands import (
    box,
    choose,
    combo,
    line,
    lines,
    problem,
    retype,
    settle,
    shown,
)
from widgets import theme
from widgets.forms.editors import PathEditor
from widgets.plots.image_grid import ImageGrid
from widgets.plots.plane import Plane
from workbench.data_preview import DataPreview
from workbench.data_tab import SETTLE_MS, DataTab
from workbench.document import Document
from workbench.styles import stylesheet

LONG = 4 * SETTLE_MS


class Desk:
    """A document in a folder of its own, and the tab that shows its data."""

    def __init__(self, data: Data, folder: Path, qtbot: QtBot) -> None:
        folder.mkdir()
        project = msgspec.structs.replace(template("digits_mlp").project, data=data)
        self.folder = folder
        self.document = Document(project, folder / "project.yaml")
        self.tab = DataTab(self.document)
        self.asked: list[Preview] = []
        self.tab.preview_wanted.connect(self.asked.append)
        shown(self.tab, qtbot)

    @property
    def data(self) -> Data:
        return self.document.project.data

    @property
    def path(self) -> Any:
        return self.data.source.params.get("path", "")

    def choose_file(self, path: Path) -> None:
        """Choose a file as the dialog gives it."""
        settle()
        editor = self.tab.findChild(PathEditor)
        assert editor is not None
        editor.take(str(path))

    @property
    def words(self) -> str:
        settle()
        labels = self.tab.findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisible())


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot) -> Desk:
    return Desk(Data(source=Plug("digits")), tmp_path / "mine", qtbot)


@pytest.fixture
def table(tmp_path: Path, qtbot: QtBot) -> Desk:
    return Desk(Data(source=Plug("csv")), tmp_path / "mine", qtbot)


def previewed(info: DataInfo, inputs: Any, targets: Any = None) -> Previewed:
    arrays = {"inputs": Array.of(inputs)}
    if targets is not None:
        arrays["targets"] = Array.of(targets)
    return Previewed(info=info, arrays=arrays)


def images(count: int = 6) -> Previewed:
    info = DataInfo(
        kind="image",
        input=Shape((1, 8, 8)),
        classes=("none", "one"),
        counts={"train": 1200, "validation": 200, "test": 0},
        class_counts={"train": (700, 500), "validation": (100, 100)},
        title="Made-up pictures",
        picture=(1, 8, 8),
    )
    pixels = np.linspace(-0.5, 1.5, count * 64, dtype=np.float32).reshape(count, 1, 8, 8)
    return previewed(info, pixels, np.arange(count) % 2)


# ------------------------------------------------------------------------------------ the form


def test_another_source_has_other_fields(desk: Desk) -> None:
    choose(combo(desk.tab, "source"), "Fashion-MNIST")
    assert desk.data.source == Plug("fashion_mnist")
    assert not line(desk.tab, "folder").isVisible()
    choose(combo(desk.tab, "size"), "full")
    assert line(desk.tab, "folder").isVisible()
    assert desk.data.source == Plug("fashion_mnist", {"size": "full"})
    choose(combo(desk.tab, "size"), "subset")
    assert not line(desk.tab, "folder").isVisible()
    sizes = []
    while desk.document.stack.canUndo():  # every choice is a step of its own
        desk.document.stack.undo()
        sizes.append((desk.data.source.type, desk.data.source.params.get("size")))
    assert sizes == [("fashion_mnist", "full"), ("fashion_mnist", None), ("digits", None)]
    assert combo(desk.tab, "source").currentText() != "Fashion-MNIST"


def test_typing_a_share_is_one_undo_step(desk: Desk) -> None:
    field = line(desk.tab, "validation")
    retype(field, "0.25")
    assert desk.data.split.validation == 0.25
    assert desk.document.stack.count() == 1
    desk.document.stack.undo()
    assert field.text() == "0.15"


def test_shares_that_leave_nothing_are_refused_where_they_are_typed(desk: Desk) -> None:
    field = line(desk.tab, "validation")
    retype(field, "0.88")
    assert "nothing is left" in problem(desk.tab, "validation")
    assert desk.data.split.validation == 0.8
    desk.tab.set_checked(Checked(ok=True))
    assert "nothing is left" in problem(desk.tab, "validation")
    retype(line(desk.tab, "test"), "0.05")
    assert (field.text(), problem(desk.tab, "validation")) == ("0.8", "")


@pytest.mark.parametrize(
    ("where", "label", "control"),
    [
        ("data.source.path", "path", "field-path"),
        ("data.source", "source", "field-source"),
        ("data.source.target", "target", "field-target"),
        ("data.scale", "scale", "field-scale"),
        ("data.split.seed", "seed", "field-seed"),
        ("data.split", "split", "field-validation"),
    ],
)
def test_a_problem_stands_at_its_field_and_the_cursor_goes_there(
    table: Desk, where: str, label: str, control: str
) -> None:
    found = Problem(where, "this is wrong.", "Mend it.")
    table.tab.set_checked(Checked(ok=False, problems=(found,)))
    assert problem(table.tab, label) == "This is wrong. Mend it."
    assert table.tab.focus_problem(where)
    focus = QApplication.focusWidget()
    assert focus is not None
    assert focus.objectName() == control
    table.tab.set_checked(Checked(ok=True))
    assert problem(table.tab, label) == ""


@pytest.mark.parametrize("where", ["recipe.seed", "source.path", "scale", "data.unknown", "data"])
def test_a_problem_elsewhere_is_not_here(table: Desk, where: str) -> None:
    table.tab.set_checked(Checked(ok=False, problems=(Problem(where, "this is wrong."),)))
    assert "This is wrong." not in table.words
    assert not table.tab.focus_problem(where)


# ------------------------------------------------------------------------------------ asking


def test_it_asks_when_it_is_seen_and_once_after_typing(desk: Desk, qtbot: QtBot) -> None:
    assert [preview.data for preview in desk.asked] == [desk.data]
    assert desk.asked[0].folder == str(desk.folder)
    retype(line(desk.tab, "validation"), "0.25")
    assert len(desk.asked) == 1
    qtbot.waitUntil(lambda: len(desk.asked) == 2, timeout=LONG)
    assert desk.asked[1].data is desk.data
    qtbot.wait(SETTLE_MS + 50)
    assert len(desk.asked) == 2


def test_it_does_not_ask_while_it_is_hidden(desk: Desk, qtbot: QtBot) -> None:
    desk.tab.hide()
    seed = msgspec.structs.replace(desk.data.split, seed=5)
    data = msgspec.structs.replace(desk.data, split=seed)
    after = msgspec.structs.replace(desk.document.project, data=data)
    desk.document.apply("Change", after)
    qtbot.wait(SETTLE_MS + 50)
    assert len(desk.asked) == 1
    desk.tab.show()
    assert len(desk.asked) == 2
    desk.tab.hide()
    desk.tab.show()
    qtbot.wait(SETTLE_MS + 50)
    assert len(desk.asked) == 2


def test_a_tab_that_is_opened_after_a_change_asks_once(desk: Desk, qtbot: QtBot) -> None:
    desk.tab.hide()
    other = msgspec.structs.replace(desk.data, scale="standardize")
    desk.document.apply("Change", msgspec.structs.replace(desk.document.project, data=other))
    desk.tab.show()
    assert len(desk.asked) == 2
    qtbot.wait(SETTLE_MS + 50)
    assert len(desk.asked) == 2


def test_it_does_not_ask_for_what_has_nothing_to_do_with_data(desk: Desk, qtbot: QtBot) -> None:
    renamed: Project = msgspec.structs.replace(desk.document.project, name="Other")
    desk.document.apply("Rename", renamed)
    qtbot.wait(SETTLE_MS + 50)
    assert len(desk.asked) == 1


def test_a_project_that_moves_is_asked_again(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    desk.document.saved(tmp_path / "project.yaml")
    qtbot.waitUntil(lambda: len(desk.asked) == 2, timeout=LONG)
    assert desk.asked[1].folder == str(tmp_path)


def test_another_part_is_asked_for_at_once(desk: Desk) -> None:
    desk.tab.show_preview(images())
    button = desk.tab.findChild(QPushButton, "split-validation")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert [preview.split for preview in desk.asked] == ["train", "validation"]
    empty = desk.tab.findChild(QPushButton, "split-test")
    assert empty is not None
    assert not empty.isEnabled()


# ------------------------------------------------------------------------------------ showing


def test_pictures_are_shown_with_their_classes(desk: Desk) -> None:
    assert "Reading Digits 8×8 …" in desk.words
    desk.tab.show_preview(images())
    grid = desk.tab.findChild(ImageGrid)
    assert grid is not None
    assert grid.isVisible()
    assert len(grid._images) == 6
    assert "Made-up pictures" in desk.words
    assert "1,400 examples · 6 shown · input 1×8×8 · 2 classes" in desk.words
    classes = desk.tab.findChild(QTableWidget, "dataClasses")
    assert classes is not None
    cells = [[item.text() for c in range(4) if (item := classes.item(r, c))] for r in range(2)]
    assert cells == [["none", "700", "100", "–"], ["one", "500", "100", "–"]]


def test_points_are_shown_in_the_plane(desk: Desk) -> None:
    info = DataInfo(kind="points", input=Shape((2,)), classes=("in", "out"), title="Circles")
    points = np.random.default_rng(0).normal(size=(20, 2)).astype(np.float32)
    desk.tab.show_preview(previewed(info, points, np.arange(20) % 2))
    plane = desk.tab.findChild(Plane)
    assert plane is not None
    assert plane.isVisible()
    assert [len(item.data) for item in plane._groups] == [10, 10]
    desk.tab.show_preview(previewed(DataInfo(kind="points", input=Shape((2,))), points))
    assert [len(item.data) for item in plane._groups] == [20]


def test_many_points_are_asked_for_once_it_is_known_that_they_are_points(desk: Desk) -> None:
    info = DataInfo(kind="points", input=Shape((2,)), classes=("a", "b"), counts={"train": 700})
    points = np.zeros((96, 2), np.float32)
    desk.tab.show_preview(previewed(info, points, np.arange(96) % 2))
    assert [preview.count for preview in desk.asked] == [96, 1000]
    desk.tab.show_preview(previewed(info, np.zeros((700, 2), np.float32), np.arange(700) % 2))
    assert len(desk.asked) == 2
    assert "shown" not in desk.words  # all of them are
    choose(combo(desk.tab, "source"), "Fashion-MNIST")
    desk.tab.hide()
    desk.tab.show()
    assert desk.asked[-1].count == 96


def test_classes_have_the_marks_of_their_points(desk: Desk) -> None:
    classes = desk.tab.findChild(QTableWidget, "dataClasses")
    assert classes is not None

    def marks() -> list[bool]:
        items = [classes.item(row, 0) for row in range(classes.rowCount())]
        return [item is not None and not item.icon().isNull() for item in items]

    info = DataInfo(kind="points", input=Shape((2,)), classes=("in", "out"))
    desk.tab.show_preview(previewed(info, np.zeros((4, 2), np.float32), np.arange(4) % 2))
    assert marks() == [True, True]
    desk.tab.show_preview(images())
    assert marks() == [False, False]


def test_examples_stay_while_others_are_read_and_it_is_said(desk: Desk, qtbot: QtBot) -> None:
    desk.tab.show_preview(images())
    busy = desk.tab.findChild(QLabel, "dataBusy")
    assert busy is not None
    choose(combo(desk.tab, "source"), "Fashion-MNIST")
    assert not busy.isVisible()  # what takes a moment only is not announced
    qtbot.waitUntil(busy.isVisible, timeout=LONG)
    assert busy.text() == "Reading Fashion-MNIST …"
    assert "Made-up pictures" in desk.words
    desk.tab.show_preview(images())
    assert not busy.isVisible()


def test_a_file_that_was_mended_outside_can_be_read_again(table: Desk, qtbot: QtBot) -> None:
    retype(line(table.tab, "path"), "flowers.csv")
    qtbot.waitUntil(lambda: len(table.asked) == 2, timeout=LONG)
    table.tab.show_failure(Problem("data.source.path", "row 3 is too short.", ""))
    again = [b for b in table.tab.findChildren(QPushButton, "emptyAction") if b.isVisible()]
    assert [button.text() for button in again] == ["Read again"]
    QTest.mouseClick(again[0], Qt.MouseButton.LeftButton)
    assert len(table.asked) == 3
    assert "Reading “flowers.csv” …" in table.words


def test_a_table_is_shown_with_its_answers(desk: Desk) -> None:
    info = DataInfo(
        kind="table",
        input=Shape((3,)),
        features=("length", "width", "<b>weight</b>"),
        counts={"train": 2},
        title="Flowers",
    )
    rows = np.array([[1.0, 2.5, 1e-9], [4, 5, 6]])
    desk.tab.show_preview(previewed(info, rows, np.array([0.5, 12345.678])))
    sheet = desk.tab.findChild(QTableWidget, "dataTable")
    assert sheet is not None
    assert sheet.isVisible()
    heads = [item.text() for c in range(4) if (item := sheet.horizontalHeaderItem(c))]
    assert heads == ["Answer", "length", "width", "<b>weight</b>"]
    cells = [[item.text() for c in range(4) if (item := sheet.item(r, c))] for r in range(2)]
    assert cells == [["0.5", "1", "2.5", "1e-09"], ["1.235e+04", "4", "5", "6"]]
    classes = desk.tab.findChild(QTableWidget, "dataClasses")
    assert classes is not None
    assert not classes.isVisible()


@pytest.mark.parametrize(
    ("info", "shape"),
    [
        (images().info, (0, 1, 8, 8)),
        (DataInfo(kind="points", input=Shape((2,)), classes=("a",)), (0, 2)),
        (DataInfo(kind="table", input=Shape((3,))), (0, 3)),
        (DataInfo(kind="sequence", input=Shape((4, 5))), (0, 4, 5)),
    ],
)
def test_a_part_without_examples_is_shown_as_empty(
    desk: Desk, info: DataInfo, shape: tuple[int, ...]
) -> None:
    desk.tab.show_preview(previewed(info, np.zeros(shape, np.float32), np.zeros(0)))
    assert "0 examples" in desk.words or "1,400" in desk.words


def test_a_failure_says_why_and_a_success_takes_it_away(table: Desk) -> None:
    table.tab.show_failure(Problem("data.source.path", "there is no “x.csv”.", "Choose another."))
    assert "The data cannot be read" in table.words
    assert table.words.count("There is no “x.csv”. Choose another.") == 2  # here and at the field
    table.tab.set_checked(Checked(ok=True))
    table.tab.show_preview(images())
    assert "cannot be read" not in table.words
    assert "x.csv" not in table.words


def test_reading_again_has_everything_checked_again(table: Desk) -> None:
    checked: list[bool] = []
    table.tab.permitted.connect(lambda: checked.append(True))
    table.tab.show_failure(Problem("x.csv, row 3, column a", "expected a number, got “12O”.", ""))
    asked = len(table.asked)
    again = next(
        button for button in table.tab.findChildren(QPushButton) if button.text() == "Read again"
    )
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    assert checked == [True]
    assert len(table.asked) == asked + 1


def test_examples_are_asked_for_once_more_when_a_check_found_other_data(desk: Desk) -> None:
    event, count = images(), len(desk.asked)
    assert count == 1
    desk.tab.set_checked(Checked(ok=False))
    assert len(desk.asked) == count, "the answer is on its way"
    desk.tab.show_preview(event)
    desk.tab.set_checked(Checked(ok=True, data=event.info))
    assert len(desk.asked) == count
    desk.tab.set_checked(Checked(ok=False))
    assert len(desk.asked) == count + 1
    desk.tab.show_failure(Problem("t.csv, row 3, column a", "expected a number, got “x”.", ""))
    desk.tab.set_checked(Checked(ok=False))
    assert len(desk.asked) == count + 1
    desk.tab.set_checked(Checked(ok=True, data=event.info))
    assert len(desk.asked) == count + 2


def test_who_was_elsewhere_gets_new_examples_when_the_tab_is_seen(desk: Desk) -> None:
    desk.tab.show_preview(images())
    count = len(desk.asked)
    desk.tab.look_again()
    assert len(desk.asked) == count + 1
    desk.tab.hide()
    desk.tab.look_again()
    assert len(desk.asked) == count + 1
    desk.tab.show()
    assert len(desk.asked) == count + 2


# ------------------------------------------------------------------------------------ files


@pytest.mark.parametrize(("typed", "folder"), [("", "."), ("sub/x.csv", "sub"), ("no/x.csv", ".")])
def test_the_dialog_starts_where_relative_paths_do(
    table: Desk, monkeypatch: pytest.MonkeyPatch, typed: str, folder: str
) -> None:
    (table.folder / "sub").mkdir()
    if typed:
        retype(line(table.tab, "path"), typed)
    starts: list[str] = []

    def choose_nothing(_parent: object, _title: str, start: str) -> tuple[str, str]:
        starts.append(start)
        return "", ""

    monkeypatch.setattr("widgets.forms.editors.QFileDialog.getOpenFileName", choose_nothing)
    browse = table.tab.findChild(QPushButton, "browse-path")
    assert browse is not None
    QTest.mouseClick(browse, Qt.MouseButton.LeftButton)
    assert [Path(start).resolve() for start in starts] == [(table.folder / folder).resolve()]


def test_a_file_beside_the_project_is_stored_relative(table: Desk) -> None:
    (table.folder / "sub").mkdir()
    file = table.folder / "sub" / "flowers.csv"
    file.write_text("a,b\n1,2\n")
    table.choose_file(file)
    assert table.path == "sub/flowers.csv"
    assert line(table.tab, "path").text() == "sub/flowers.csv"
    assert places.allowed() == frozenset()
    table.choose_file(file)
    assert line(table.tab, "path").text() == "sub/flowers.csv"


def test_a_file_elsewhere_is_allowed_by_choosing_it(table: Desk, tmp_path: Path) -> None:
    file = tmp_path / "elsewhere.csv"
    file.write_text("a,b\n1,2\n")
    table.choose_file(file)
    assert table.path == str(file)
    assert places.allowed() == {file}


def test_a_path_that_is_typed_is_not_allowed_by_itself(table: Desk, tmp_path: Path) -> None:
    file = tmp_path / "elsewhere.csv"
    file.write_text("a,b\n1,2\n")
    retype(line(table.tab, "path"), str(file))
    assert table.path == str(file)
    assert places.allowed() == frozenset()


def test_a_link_that_leads_elsewhere_counts_as_elsewhere(table: Desk, tmp_path: Path) -> None:
    file = tmp_path / "elsewhere.csv"
    file.write_text("a,b\n1,2\n")
    link = table.folder / "link.csv"
    link.symlink_to(file)
    table.choose_file(link)
    assert table.path == str(link)
    assert places.allowed() == {link}


def test_a_project_that_was_never_saved_keeps_whole_paths(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    desk = Desk(Data(source=Plug("csv")), tmp_path / "mine", qtbot)
    desk.document._path = None
    file = tmp_path / "flowers.csv"
    file.write_text("a,b\n1,2\n")
    desk.choose_file(file)
    assert desk.path == str(file)
    assert places.allowed() == {file}


def test_a_home_that_cannot_be_written_is_said(
    table: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(places, "allow", full)
    table.choose_file(tmp_path / "elsewhere.csv")
    assert "No space left on device" in table.words


def test_every_control_has_its_names(table: Desk) -> None:
    assert box(table.tab, "field-stratify").isChecked()
    assert lines(table.tab, "path")
    for field in table.tab.findChildren(QLineEdit):
        assert field.objectName()
        assert field.accessibleName()


@pytest.mark.parametrize(
    ("width", "below"), [(360, True), (600, True), (700, False), (1200, False)]
)
@pytest.mark.parametrize("source", ["csv", "fashion_mnist", "gaussian_grid"])
def test_form_and_examples_have_room(
    tmp_path: Path, qtbot: QtBot, width: int, below: bool, source: str
) -> None:
    tab = Desk(Data(source=Plug(source)), tmp_path / "mine", qtbot).tab
    tab.setStyleSheet(stylesheet(theme.current()))  # its fonts and margins are part of the widths
    tab.show_preview(images())
    tab.resize(width, 640)
    settle()

    def roomy() -> None:
        preview, area = tab.findChild(DataPreview), tab.findChild(QScrollArea, "dataScroll")
        assert preview is not None
        assert area is not None
        assert (preview.y() > 0) is below
        assert min(preview.height(), area.height()) > 200
        page = area.widget()
        assert page is not None
        assert page.width() <= area.viewport().width()  # nothing is cut off
        for split in ("train", "validation", "test"):
            button = tab.findChild(QPushButton, f"split-{split}")
            assert button is not None
            assert button.width() >= button.minimumSizeHint().width()

    qtbot.waitUntil(roomy, timeout=8000)  # layouts come to rest over several turns
