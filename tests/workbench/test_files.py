"""Opening, saving and closing the project of a window; nothing is lost without a question."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from projects import files as project_files
from projects.errors import Problem
from projects.templates import template
from tests.workbench.shell import answer
from workbench.files import Files
from workbench.recovery import Recovery
from workbench.save_place import begin_in, place_of
from workbench.settings import Settings


@pytest.fixture
def files(qtbot: QtBot) -> Iterator[Files]:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    made = Files(window, Settings(), Recovery(window))
    yield made
    made.leave()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "digits ünï.yaml"
    project_files.save(template("digits_mlp").project, file)
    return file


def failures(files: Files) -> list[Problem]:
    heard: list[Problem] = []
    files.not_opened.connect(heard.append)
    files.not_saved.connect(heard.append)
    return heard


def rename(files: Files, name: str) -> None:
    document = files.document
    assert document is not None
    document.apply("Rename", msgspec.structs.replace(document.project, name=name))


def test_saving_an_untouched_project_changes_no_byte(files: Files, path: Path) -> None:
    by_hand = path.read_text(encoding="utf-8").replace("\nrecipe:", "\n# mine\n\nrecipe:")
    path.write_text(by_hand, encoding="utf-8")
    assert files.open(path)
    assert files.save()
    assert path.read_text(encoding="utf-8") == by_hand


def test_an_edit_is_saved_and_comes_back(files: Files, path: Path) -> None:
    assert files.open(path)
    rename(files, "Mine")
    assert files.save()
    assert files.document is not None
    assert files.document.clean
    assert project_files.load(path).project.name == "Mine"


def test_opened_files_come_first_among_the_recent_ones(files: Files, path: Path) -> None:
    files.open(path)
    assert Settings().recent[0] == path


def test_what_is_saved_of_a_project_is_saved_beside_it_unless_another_folder_was_chosen(
    files: Files, path: Path, tmp_path: Path
) -> None:
    window = files.parent()
    assert isinstance(window, QWidget)
    other, elsewhere = tmp_path / "other", tmp_path / "elsewhere"
    for folder in (other, elsewhere):
        folder.mkdir()
    assert files.open(path)
    assert place_of(window) == tmp_path
    begin_in(window, elsewhere)
    assert files.save()
    assert place_of(window) == elsewhere
    assert files.save_as(other / "mine.yaml")
    assert place_of(window) == other
    begin_in(window, elsewhere)
    assert files.open(path)
    assert place_of(window) == tmp_path


def test_what_cannot_be_opened_leaves_what_is_open(
    files: Files, path: Path, tmp_path: Path
) -> None:
    heard = failures(files)
    files.open(path)
    broken = tmp_path / "broken.yaml"
    broken.write_text("format: ganvas/1\nnmae: x\n")
    assert not files.open(broken)
    assert not files.open(tmp_path / "missing.yaml")
    assert [problem.where for problem in heard] == ["nmae", str(tmp_path / "missing.yaml")]
    assert files.document is not None
    assert files.document.path == path


def test_nothing_is_asked_for_a_file_that_cannot_be_opened(
    files: Files, path: Path, tmp_path: Path
) -> None:
    """Closing the present project may end its training: not for nothing."""
    asked: list[bool] = []

    def guard() -> bool:
        asked.append(True)
        return True

    files.guard = guard
    files.open(path)
    assert not files.open(tmp_path / "missing.yaml")
    assert asked == []
    assert files.open(path)
    assert asked == [True]


def test_opening_the_same_file_again_shows_what_was_just_saved(files: Files, path: Path) -> None:
    files.open(path)
    rename(files, "Mine")
    answer("unsaved_save")
    assert files.open(path)
    assert files.document is not None
    assert files.document.project.name == "Mine"


def test_a_byte_order_mark_is_no_change_by_another_program(files: Files, path: Path) -> None:
    path.write_bytes(codecs.BOM_UTF8 + path.read_bytes())
    files.open(path)
    rename(files, "Mine")
    assert files.save()  # a question would never be answered here
    assert project_files.load(path).project.name == "Mine"


@pytest.mark.parametrize(("key", "closes"), [("save", True), ("discard", True), ("cancel", False)])
def test_unsaved_work_is_asked_about(files: Files, path: Path, key: str, closes: bool) -> None:
    files.open(path)
    rename(files, "Mine")
    answer(f"unsaved_{key}")
    assert files.may_close() is closes
    assert (project_files.load(path).project.name == "Mine") is (key == "save")


def test_saving_a_file_that_another_program_changed_asks_first(files: Files, path: Path) -> None:
    files.open(path)
    rename(files, "Mine")
    theirs = path.read_text(encoding="utf-8").replace("epochs: 60", "epochs: 61")
    path.write_text(theirs, encoding="utf-8")
    answer("changed_cancel")
    assert not files.save()
    assert path.read_text(encoding="utf-8") == theirs
    answer("changed_replace")
    assert files.save()
    assert project_files.load(path).project.name == "Mine"


def test_a_file_that_is_gone_is_brought_back(files: Files, path: Path) -> None:
    files.open(path)
    path.unlink()
    rename(files, "Mine")
    assert files.save()
    assert project_files.load(path).project.name == "Mine"


def test_a_folder_that_is_gone_is_said_and_nothing_is_lost(files: Files, path: Path) -> None:
    heard = failures(files)
    files.open(path)
    rename(files, "Mine")
    path.unlink()
    path.parent.rename(path.parent.with_name("elsewhere"))
    assert not files.save()
    assert len(heard) == 1
    assert files.document is not None
    assert not files.document.clean
    path.parent.with_name("elsewhere").rename(path.parent)


def test_a_second_window_looks_but_cannot_save_over_the_first(
    files: Files, path: Path, qtbot: QtBot
) -> None:
    files.open(path)
    other_window = QWidget()
    qtbot.addWidget(other_window)
    other = Files(other_window, Settings(), Recovery(other_window))
    told: list[str] = []
    other.told.connect(told.append)
    heard = failures(other)
    assert other.open(path)
    assert "another window" in other.readonly
    assert told == [other.readonly]
    assert not other.save_as(path)
    assert "another window" in heard[0].message
    copy = path.with_name("copy.yaml")
    assert other.save_as(copy)
    assert other.readonly == ""
    files.leave()
    third = Files(other_window, Settings(), Recovery(other_window))
    assert third.open(path)
    assert third.readonly == ""
    other.leave()
    third.leave()


def test_a_newer_project_can_be_looked_at(files: Files, path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace("ganvas/1", "ganvas/9")
    path.write_text(text + "\nholograms: 3\n", encoding="utf-8")
    assert files.open(path)
    assert "newer" in files.readonly
    copy = path.with_name("copy.yaml")
    assert files.save_as(copy)
    assert copy.read_bytes() == path.read_bytes()
    assert "newer" in files.readonly
    heard = failures(files)
    rename(files, "Mine")
    assert not files.save_as(path.with_name("edited.yaml"))
    assert "newer" in heard[0].message
    assert "holograms" in path.read_text(encoding="utf-8")


def test_nothing_is_saved_where_nothing_is_open(files: Files) -> None:
    assert files.document is None
    assert not files.save()
    assert not files.ask_save_as()


def test_names_without_an_ending_get_one(files: Files, path: Path) -> None:
    files.open(path)
    assert files.save_as(path.with_name("copy"))
    assert path.with_name("copy.yaml").is_file()


def test_a_project_without_a_name_is_called_like_its_first_file(files: Files, path: Path) -> None:
    files.new_from(msgspec.structs.replace(template("gan_ring").project, name="Untitled"))
    document = files.document
    assert document is not None
    assert files.save_as(path.with_name("mine"))
    saved = path.with_name("mine.yaml")
    assert document.clean
    assert document.project.name == project_files.load(saved).project.name == "mine"
    document.stack.undo()
    assert document.project.name == "Untitled"
    assert files.save_as(path.with_name("other.yaml")), "it has a file: its name is meant"
    assert document.project.name == "Untitled"
    files.new_from(msgspec.structs.replace(template("gan_ring").project, name="未命名"))
    assert files.save_as(path.with_name("older.yaml")), "an older version called it so"
    assert project_files.load(path.with_name("older.yaml")).project.name == "older"
    files.new_from(msgspec.structs.replace(template("gan_ring").project, name="Rings"))
    assert files.save_as(path.with_name("third.yaml"))
    assert files.document is not None
    assert files.document.project.name == "Rings"


def test_a_title_makes_a_decent_file_name(files: Files) -> None:
    files.new_from(msgspec.structs.replace(template("gan_ring").project, name="My: GAN/../2"))
    assert files.suggested_name() == "my_gan_2.yaml"


def test_restored_work_is_unsaved_still(files: Files, path: Path, home: Path) -> None:
    files.open(path)
    rename(files, "Half done")
    files.leave(keep_unsaved=True)
    files._recovery._lock.unlock()  # as the end of its process would
    window = files._window
    again = Files(window, Settings(), Recovery(window))
    (leftover,) = again._recovery.leftovers()
    assert again.restore(leftover)
    assert again.document is not None
    assert again.document.project.name == "Half done"
    assert not again.document.clean
    assert again.document.path == path
    again.document.stack.undo()
    assert again.document.project.name == "Digits classifier"
    again.leave()
