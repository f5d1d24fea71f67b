"""What is asked before a study or an A/B test."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QSpinBox
from pytestqt.qtbot import QtBot

from engine.studies.declaration import Study
from projects.paths import set_value
from projects.schema import Project
from projects.templates import Template, templates
from tests.cli.conftest import CLASSIFIER, RING
from tests.workbench.hands import choose, combo, retype, settle, shown
from tests.workbench.shell import click
from workbench.compare.dialog import CompareDialog
from workbench.studies.dialog import StudyDialog
from workbench.studies.path_box import PathBox
from workbench.studies.values import options_at, wanted_paths


def _told(dialog: StudyDialog | CompareDialog, name: str) -> str:
    label = dialog.findChild(QLabel, name)
    assert label is not None
    return label.text()


def _button(dialog: StudyDialog | CompareDialog, name: str) -> QPushButton:
    button = dialog.findChild(QPushButton, name)
    assert button is not None
    return button


def test_what_can_be_varied_is_what_is_declared() -> None:
    paths = wanted_paths(RING)
    assert paths[0] == "objective.loss.type"
    assert "networks.generator.nodes.point.units" in paths
    assert not {"recipe.seed", "name", "format"} & set(paths)
    assert not any(".at." in path or ".wires." in path for path in paths)
    assert "hinge" in options_at(RING, "objective.loss.type")
    assert {"type": "sgd"} in options_at(RING, "recipe.optimizer")
    assert options_at(RING, "recipe.batch_size") == [16]
    assert options_at(RING, "recipe.compile") == [False, True]
    assert options_at(RING, "nothing.here") == []


def test_a_study_is_declared_in_rows_and_counted(qtbot: QtBot) -> None:
    dialog = StudyDialog(CLASSIFIER)
    shown(dialog, qtbot)
    found: list[Study] = []
    dialog.declared.connect(found.append)
    row = dialog._axes[0]
    row.path.choose("recipe.optimizer.lr")
    retype(row.values, "0.001, 0.01")
    more = dialog.add_axis("networks.classifier.nodes.hidden.units")
    retype(more.values, "8, 16, 32")
    seeds = dialog.findChild(QSpinBox, "studySeeds")
    assert seeds is not None
    seeds.setValue(2)
    assert "6 × 2 seeds = 12 runs, on 1 CPU thread" in _told(dialog, "studyTold")
    retype(more.values, "8, -1")
    assert "from 1 to" in _told(dialog, "studyTold")
    assert not _button(dialog, "studyBegin").isEnabled()
    more.values.setText(", ".join(map(str, range(1, 2000))))
    more.changed.emit()
    assert "a study has 2,000 at most" in _told(dialog, "studyTold")
    retype(more.values, "8, 16")
    click(_button(dialog, "studyBegin"))
    (study,) = found
    assert [axis.title for axis in study.axes] == [row.path.path, more.path.path]
    assert study.seeds == (0, 1)
    assert study.runs == 8


def test_values_are_offered_in_the_words_of_forms_and_read_in_words_or_as_files_have_them(
    qtbot: QtBot,
) -> None:
    dialog = StudyDialog(RING)
    shown(dialog, qtbot)
    found: list[Study] = []
    dialog.declared.connect(found.append)
    row = dialog._axes[0]
    assert row.path.path == "objective.loss.type"
    assert row.path.currentText() == "Objective › Adversarial loss"
    assert row.values.text().startswith("Non-saturating, Minimax (saturating), Least squares")
    assert "Non-saturating, Minimax (saturating), " in _told(dialog, "studyTold")
    retype(row.values, "Hinge, least_squares")
    assert ": Hinge, Least squares" in _told(dialog, "studyTold")
    for path in wanted_paths(RING):  # what is offered is read as what can stand there
        row.path.choose("")
        row.path.choose(path)
        values = [choice.changes[0].value for choice in row.axis().choices]
        assert values == options_at(RING, path), path
    row.path.choose("objective.loss.type")
    retype(row.values, "Hinge, least_squares")
    click(_button(dialog, "studyBegin"))
    (axis,) = found[0].axes
    assert [choice.label for choice in axis.choices] == ["hinge", "least_squares"]


def test_a_change_offers_words_and_keeps_the_value(qtbot: QtBot) -> None:
    dialog = CompareDialog(CLASSIFIER, [], lambda path: CLASSIFIER)
    shown(dialog, qtbot)
    dialog._editor.path.choose("recipe.pruning.type")
    dialog._editor.path.choose("recipe.on_nan")
    value = dialog._editor.value
    assert [value.itemText(place) for place in range(value.count())] == ["stop", "roll back"]
    value.setCurrentIndex(1)
    assert dialog._editor.project().recipe.on_nan == "roll_back"
    value.setEditText("roll_back")
    assert dialog._editor.project().recipe.on_nan == "roll_back"


@pytest.mark.parametrize("entry", templates(), ids=lambda entry: str(entry.name))
def test_every_setting_is_offered_in_words_of_its_own(entry: Template, qtbot: QtBot) -> None:
    paths = wanted_paths(entry.project)
    box = PathBox(entry.project, paths, "")
    qtbot.addWidget(box)
    assert [box.itemData(place) for place in range(box.count())] == paths
    for place, path in enumerate(paths):
        words = box.itemText(place)
        assert " › " in words or words == "Objective"
        assert path not in words
        assert "type" not in words
        box.setEditText(words)
        assert box.path == path


def test_a_setting_is_found_by_its_words_and_by_its_path(qtbot: QtBot) -> None:
    dialog = CompareDialog(RING, [], lambda path: RING)
    shown(dialog, qtbot)
    box = dialog._editor.path
    for typed in ("learning rate", "optimizer.lr"):
        box.choose("")
        line = box.lineEdit()
        assert line is not None
        line.setFocus()
        QTest.keyClicks(line, typed)
        completer = box.completer()
        assert completer is not None
        found = completer.completionModel()
        words = [found.index(row, 0).data() for row in range(found.rowCount())]
        assert "Recipe › Optimiser › Learning rate" in words
        box.hidePopup()
    box.setEditText("learn")
    assert _told(dialog, "compareTold") == "Choose a setting that is to be different."
    box.setEditText("recipe.optimizer.lr")
    dialog._editor.value.setEditText("")
    assert _told(dialog, "compareTold") == "Choose or write the value that it is to have."
    assert box.path == "recipe.optimizer.lr"
    dialog._editor.value.setEditText("many")
    assert _told(dialog, "compareTold").startswith("Recipe › Optimiser › Learning rate: ")
    box.setEditText("recipe.optimiser.lr")
    dialog._editor.value.setEditText("1")
    assert "recipe.optimiser.lr" in _told(dialog, "compareTold")
    assert not _button(dialog, "compareBegin").isEnabled()


def test_a_row_is_taken_away(qtbot: QtBot) -> None:
    dialog = StudyDialog(CLASSIFIER)
    shown(dialog, qtbot)
    more = dialog.add_axis("recipe.batch_size")
    more.gone.emit(more)
    settle()
    assert len(dialog.findChildren(QLineEdit, "axisValues")) == 1


def test_one_thing_is_changed_by_its_form_or_by_a_value(qtbot: QtBot) -> None:
    dialog = CompareDialog(CLASSIFIER, [], lambda path: CLASSIFIER)
    shown(dialog, qtbot)
    pairs: list[tuple[Project, int]] = []
    dialog.pair_wanted.connect(lambda project, at_once: pairs.append((project, at_once)))
    assert "Choose a setting" in _told(dialog, "compareTold")
    path = dialog.findChild(PathBox, "changePath")
    assert path is not None
    path.choose("recipe.optimizer.type")
    assert "no difference" in _told(dialog, "compareTold")
    assert not _button(dialog, "compareBegin").isEnabled()
    choose(combo(dialog, "optimizer"), "SGD")
    assert "Recipe › Optimiser is SGD instead of Adam." in _told(dialog, "compareTold")
    assert dialog._told.toolTip() == "recipe.optimizer is sgd instead of adam."
    path.choose("networks.classifier.nodes.hidden.units")
    value = dialog.findChild(QComboBox, "changeValue")
    assert value is not None
    value.setEditText("many")
    assert "got “many”" in _told(dialog, "compareTold")
    value.setEditText("12")
    assert "hidden › Units is 12 instead of 8." in _told(dialog, "compareTold")
    dialog._both.setChecked(True)
    assert "both at once, on 2 CPU threads" in _told(dialog, "compareTold")
    click(_button(dialog, "compareBegin"))
    assert pairs == [(set_value(CLASSIFIER, path.path, "12"), 2)]


def test_the_canvas_is_compared_with_a_run(qtbot: QtBot, tmp_path: Path) -> None:
    before = msgspec.structs.replace(
        CLASSIFIER, recipe=msgspec.structs.replace(CLASSIFIER.recipe, batch_size=99)
    )
    dialog = CompareDialog(CLASSIFIER, [(tmp_path, "iris")], lambda path: before)
    shown(dialog, qtbot)
    wanted: list[Path] = []
    dialog.against_wanted.connect(wanted.append)
    click(_button(dialog, "compareAgainst"))
    assert "Recipe › Batch size is 16 instead of 99." in _told(dialog, "compareTold")
    click(_button(dialog, "compareBegin"))
    assert wanted == [tmp_path]
