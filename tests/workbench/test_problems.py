"""The list of problems: sentences that can be read whole, and places in words that people know."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTreeWidget
from pytestqt.qtbot import QtBot

from projects.errors import Problem
from projects.plain import project_from, project_to
from projects.templates import template
from workbench.place_words import place_words
from workbench.problems import PLACE, ProblemList

DIGITS = template("digits_mlp").project
UNITS = "networks.classifier.nodes.linear1.units"
LONG = (
    "expected a whole number of at least 1, got a text that nobody can take for one: "
    + "so long, " * 4
    + "and no end."
)


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (UNITS, "Classifier › linear1 › Units"),
        ("networks.classifier", "Classifier"),
        ("networks.classifier.wires.0", "Classifier › input → flatten"),
        ("networks.classifier.nodes.linear1.no_such", "Classifier › linear1 › no_such"),
        ("data.source.type", "Data › Source"),
        ("data.split.test", "Data › Split › Test share"),
        ("recipe.optimizer.lr", "Recipe › Optimiser › Learning rate"),
        ("recipe.batch_size", "Recipe › Batch size"),
        ("objective.label_smoothing", "Objective › Label smoothing"),
        ("somewhere.else", "somewhere.else"),
    ],
)
def test_places_are_named_as_people_know_them(where: str, words: str) -> None:
    assert place_words(DIGITS, where) == words


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (
            "recipe.optimizers.generator.lr",
            "Recipe › Optimisers by network › Generator › Learning rate",
        ),
        ("recipe.optimizers.generator", "Recipe › Optimisers by network › Generator"),
        ("recipe.optimizers.generator.type", "Recipe › Optimisers by network › Generator"),
        (
            "recipe.optimizers.generator.no_such",
            "Recipe › Optimisers by network › Generator › no_such",
        ),
        ("recipe.optimizers.my_Net.lr", "Recipe › Optimisers by network › my_Net › lr"),
        ("recipe.optimizers", "Recipe › Optimisers by network"),
        ("networks.generator.init.sd", "Generator › Initial weights › Standard deviation"),
    ],
)
def test_plugs_of_networks_are_named_too(where: str, words: str) -> None:
    plain = project_to(template("gan_ring").project)
    plain["recipe"]["optimizers"] = {"generator": {"type": "sgd"}}
    plain["networks"]["generator"]["init"] = {"type": "normal"}
    assert place_words(project_from(plain), where) == words


def _shown(qtbot: QtBot, problem: Problem, width: int) -> QTreeWidget:
    panel = ProblemList(words=lambda where: place_words(DIGITS, where))
    qtbot.addWidget(panel)
    panel.resize(width, 200)
    panel.set_problems([problem])
    panel.show()
    tree = panel.findChild(QTreeWidget, "problemTree")
    assert tree is not None
    return tree


def test_a_long_sentence_has_two_lines_and_a_short_one_has_one(qtbot: QtBot) -> None:
    long = _shown(qtbot, Problem(UNITS, LONG), 900)
    short = _shown(qtbot, Problem(UNITS, "is too large."), 900)
    wide = _shown(qtbot, Problem(UNITS, LONG), 2600)
    heights = []
    for tree in (long, short, wide):
        item = tree.topLevelItem(0)
        assert item is not None
        heights.append(tree.visualItemRect(item).height())
    line = long.fontMetrics().lineSpacing()
    assert heights[0] - heights[1] >= line - 2
    assert heights[0] < heights[1] + 2 * line
    assert heights[2] == heights[1]


@pytest.mark.parametrize("pixels", range(10, 16))
def test_both_lines_are_drawn_whatever_the_size_of_the_letters(qtbot: QtBot, pixels: int) -> None:
    heights = []
    for message in (LONG, "is too large."):
        tree = _shown(qtbot, Problem(UNITS, message), 900)
        font = tree.font()
        font.setPixelSize(pixels)
        tree.setFont(font)
        tree.doItemsLayout()
        item = tree.topLevelItem(0)
        assert item is not None
        heights.append(tree.visualItemRect(item).height())
    room = QRect(0, 0, 500, 500)
    line = tree.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, "x").height()
    assert heights[0] >= heights[1] + line


def test_the_dotted_path_and_all_words_are_in_tips_and_in_what_is_copied(qtbot: QtBot) -> None:
    tree = _shown(qtbot, Problem(UNITS, LONG, "Type a number."), 900)
    item = tree.topLevelItem(0)
    assert item is not None
    assert item.text(PLACE) == "Classifier › linear1 › Units"
    assert item.toolTip(PLACE) == UNITS
    assert LONG[1:] in item.toolTip(0)
    tree.setFocus()
    tree.setCurrentItem(item)
    QTest.keyClick(tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().text()
    assert copied == f"{UNITS}: E{LONG[1:]} Type a number."


def test_a_problem_without_a_place_is_copied_as_a_sentence(qtbot: QtBot) -> None:
    tree = _shown(qtbot, Problem("", "there is nothing to train.", "Draw a network."), 900)
    item = tree.topLevelItem(0)
    assert item is not None
    tree.setFocus()
    tree.setCurrentItem(item)
    QTest.keyClick(tree, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "There is nothing to train. Draw a network."


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ("/a/long, long way/t.csv, row 7, column km/h", "t.csv, row 7, column km/h"),
        ("/a/way/t.csv, column height", "t.csv, column height"),
        ("/a/way/t.csv:3", "t.csv:3"),
        ("/a/way/photos", "photos"),
        ("networks.classifier", "Classifier"),
    ],
)
def test_a_place_in_a_file_has_the_name_of_the_file_and_the_whole_path_in_its_tip(
    qtbot: QtBot, where: str, shown: str
) -> None:
    tree = _shown(qtbot, Problem(where, "the value is missing."), 900)
    item = tree.topLevelItem(0)
    assert item is not None
    assert (item.text(PLACE), item.toolTip(PLACE)) == (shown, where)
