"""Where a panel's picture and figures go: the question, and what is told of the answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QDockWidget, QFileDialog, QLabel, QMainWindow
from pytestqt.qtbot import QtBot

from workbench.panels.saving import Table, ask_path, picture_told, table_told
from workbench.save_place import begin_in, place_of

TABLE = Table(("step", "loss"), ((1, 0.5), (2, 0.25)))


@pytest.fixture
def label(qtbot: QtBot) -> QLabel:
    made = QLabel("shown")
    qtbot.addWidget(made)
    return made


def answer(monkeypatch: pytest.MonkeyPatch, path: str) -> list[str]:
    """Answer every question where something goes; return where each one proposed."""
    proposed: list[str] = []

    def ask(_parent: object, _title: str, start: str, _kinds: str) -> tuple[str, str]:
        proposed.append(start)
        return path, ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    return proposed


def test_a_name_without_an_ending_gets_one_and_no_name_is_no_path(
    label: QLabel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for typed, path in (("/a/b", "/a/b.png"), ("/a/b.svg", "/a/b.svg"), ("", None)):
        proposed = answer(monkeypatch, typed)
        found = ask_path(label, "Save", "ash-curves", ".png", "Pictures (*.png)")
        assert found == (Path(path) if path else None)
        assert proposed == [str(Path.home() / "ash-curves.png")]


def test_the_question_begins_where_the_window_says_then_where_something_was_saved_last(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: QtBot
) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    dock = QDockWidget(window)
    label = QLabel("shown")
    dock.setWidget(label)
    dock.setFloating(True)

    def question(chosen: str) -> Path:
        proposed = answer(monkeypatch, chosen)
        ask_path(label, "Save", "ash", ".png", "")
        return Path(proposed[0]).parent

    begin_in(window, tmp_path)
    (tmp_path / "pictures").mkdir()
    assert question("") == tmp_path
    assert question(str(tmp_path / "pictures" / "a.png")) == tmp_path
    assert question("") == place_of(window) == tmp_path / "pictures"
    (tmp_path / "pictures").rmdir()
    assert question("") == Path.home()


def test_what_came_of_saving_is_told(
    label: QLabel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qtbot: QtBot
) -> None:
    told: list[tuple[str, str, bool]] = []

    def tell(*words: object) -> None:
        told.append(words)  # type: ignore[arg-type]

    for folder, good in ((tmp_path, True), (tmp_path / "gone", False)):
        for ending in (".png", ".svg"):
            path = folder / f"picture{ending}"
            answer(monkeypatch, str(path))
            picture_told(label, "label", label, tell)
            assert told.pop()[1:] == (str(path), good)
            assert path.exists() is good
        path = folder / "figures.csv"
        answer(monkeypatch, str(path))
        table_told(label, "label", TABLE, tell)
        qtbot.waitUntil(lambda: bool(told))
        assert told.pop()[2] is good
        assert path.exists() is good
    assert (tmp_path / "figures.csv").read_text() == "step,loss\n1,0.5\n2,0.25\n"


def test_nothing_is_written_where_nobody_wants_it_or_there_is_nothing(
    label: QLabel, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    proposed = answer(monkeypatch, "")
    picture_told(label, "label", label, lambda title, *_rest: told.append(title))
    table_told(label, "label", TABLE, lambda title, *_rest: told.append(title))
    assert told == []
    assert len(proposed) == 2
    table_told(label, "label", None, lambda title, *_rest: told.append(title))
    assert told == ["There are no figures to save"]
    assert len(proposed) == 2
