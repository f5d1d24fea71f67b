"""The panel of answers: the worst mistakes, how far probabilities can be believed, curves, residuals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QSlider,
    QTabBar,
    QTableWidget,
    QWidget,
)
from sklearn import metrics

from engine.protocol import Array, Measured
from projects.templates import templates
from tests.workbench.panels.conftest import Live, Show, made_up, picture
from widgets.plots.image_grid import ImageGrid
from widgets.plots.reliability import ReliabilityPlot
from widgets.tall import Tall
from workbench.answers.answered import answered_of, frames_until, wrong_lately
from workbench.answers.detail import lately_words
from workbench.panels.answers import AnswersPanel
from workbench.rundata import RunData

NAMES = ["cat", "dog", "cow"]
ODDS = np.array([[0.9, 0.1, 0.0], [0.2, 0.7, 0.1], [0.6, 0.3, 0.1], [0.05, 0.05, 0.9]], np.float32)
TRUE = [0, 1, 2, 0]


@pytest.fixture
def panel(show: Show) -> AnswersPanel:
    made: AnswersPanel = show(AnswersPanel())
    return made


def named(run: RunData, step: int = 10, odds: Any = ODDS, true: Any = TRUE, **arrays: Any) -> None:
    """Add answers about classes, of examples that are rows of two numbers."""
    odds, true = np.asarray(odds, np.float32), np.asarray(true)
    if "examples" not in run.frames:
        rows = np.arange(2 * len(true), dtype=np.float32).reshape(-1, 2)
        info = {"features": ["width", "height"], "dims": [2]}
        picture(run, "examples", step, info, inputs=rows, places=np.arange(len(true)) * 10)
    with np.errstate(divide="ignore"):
        loss = -np.log(odds[np.arange(len(true)), true])
    told = {"labels": true, "predicted": odds.argmax(axis=1), "loss": loss, "probabilities": odds}
    info = {"kind": "classes", "classes": NAMES, "split": "validation", "of": 40}
    picture(run, "answers", step, info, **{**told, **arrays})


def words(panel: AnswersPanel) -> str:
    return " ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def table(panel: AnswersPanel, name: str) -> list[list[str]]:
    found = panel.findChild(QTableWidget, name)
    assert found is not None
    assert found.isVisible()
    rows = []
    for row in range(found.rowCount()):
        items = [found.item(row, column) for column in range(found.columnCount())]
        rows.append([item.text() if item is not None else "" for item in items])
    return rows


def choose(panel: AnswersPanel, name: str, place: int) -> None:
    box = panel.findChild(QComboBox, name)
    assert box is not None
    box.setCurrentIndex(place)
    QApplication.processEvents()


def tabs(panel: AnswersPanel) -> list[str]:
    bar = panel.findChild(QTabBar, "albumTabs")
    assert bar is not None
    return [bar.tabText(place) for place in range(bar.count())]


def test_the_worst_mistakes_come_first(panel: AnswersPanel) -> None:
    run = made_up()
    named(run)
    panel.show_run(run)
    rows = table(panel, "answersTable")
    assert [row[:2] for row in rows] == [
        ["cat", "✗ cow"],
        ["cow", "✗ cat"],
        ["dog", "✓ dog"],
        ["cat", "✓ cat"],
    ]
    assert rows[0][4:] == ["6", "7"]
    assert "2 of 4 wrong" in words(panel)
    assert "4 of 40 examples are kept" in words(panel)
    assert table(panel, "answersOdds") == [
        ["✗ cow", "90%"],
        ["✓ cat", "5%"],
        ["dog", "5%"],
    ]
    assert "Example 31 of the validation part" in words(panel)


def test_orders_and_choices(panel: AnswersPanel) -> None:
    run = made_up()
    named(run)
    panel.show_run(run)
    choose(panel, "answersOrder", 1)  # confident and wrong
    assert [row[0] for row in table(panel, "answersTable")] == ["cat", "cow"]
    choose(panel, "answersOrder", 3)  # least certain
    assert [row[2] for row in table(panel, "answersTable")] == ["60%", "70%", "90%", "90%"]
    choose(panel, "answersOrder", 4)  # lowest loss
    choose(panel, "answersTrue", 1)
    assert [row[1] for row in table(panel, "answersTable")] == ["✓ cat", "✗ cow"]
    choose(panel, "answersSaid", 2)
    assert table(panel, "answersTable") == []
    assert "there is no such example" in words(panel)


def test_a_click_on_a_row_shows_its_example(panel: AnswersPanel) -> None:
    run = made_up()
    named(run)
    panel.show_run(run)
    shown = panel.findChild(QTableWidget, "answersTable")
    assert shown is not None
    item = shown.item(3, 0)
    assert item is not None
    place = shown.visualItemRect(item).center()
    QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert "Example 1 of the validation part" in words(panel)
    assert table(panel, "answersFeatures") == [["width", "0"], ["height", "1"]]


def test_what_was_wrong_lately_is_said(panel: AnswersPanel) -> None:
    run = made_up()
    named(run, 10)
    panel.show_run(run)
    assert "only one evaluation" in words(panel)
    right = ODDS.copy()
    right[3] = [0.8, 0.1, 0.1]
    named(run, 20, odds=right)
    named(run, 30)
    panel.refresh()
    assert "Wrong in 2 of the last 3 evaluations." in words(panel)
    times, looked = wrong_lately(frames_until(run, 30), 4)
    assert (times.tolist(), looked) == ([0, 0, 3, 2], 3)
    assert frames_until(run, 25)[-1].step == 20
    choose(panel, "answersOrder", 2)  # wrong most often
    assert [row[0] for row in table(panel, "answersTable")] == ["cow", "cat"]
    assert lately_words(0, 5) == "Right in each of the last 5 evaluations."


def test_calibration_of_a_real_run(panel: AnswersPanel, classifier: Live) -> None:
    panel.show_run(classifier.data)
    panel.choose("calibration")
    frame = classifier.data.frames["answers"].last
    assert frame is not None
    found = answered_of(frame)
    hits = (found.said == found.truth).mean()
    assert f"{found.certainty.mean():.1%} certain on average and {hits:.1%} are right" in words(
        panel
    )
    one_hot = metrics.brier_score_loss(
        found.truth,
        found.odds / found.odds.sum(axis=1)[:, None],
        labels=list(range(10)),
        scale_by_half=False,
    )
    assert f"Brier score {one_hot:.3f}" in words(panel)
    plot = panel.findChild(ReliabilityPlot)
    assert plot is not None
    assert plot._counts.sum() == 270


@pytest.mark.parametrize("name", ["mistakes", "calibration", "roc"])
def test_views_scroll_where_they_are_too_low_to_be_read(
    panel: AnswersPanel, classifier: Live, name: str
) -> None:
    panel.show_run(classifier.data)
    panel.choose(name)
    panel.resize(260, 200)
    QApplication.processEvents()
    (scroll,) = (area for area in panel.findChildren(Tall) if area.isVisible())
    content = scroll.widget()
    assert content is not None
    assert content.height() >= 150 > scroll.height()
    line = panel.findChild(QSlider)
    assert line is not None
    assert line.visibleRegion().boundingRect() == line.rect()  # the time line stays in sight
    for part in content.findChildren(QWidget):
        if part.isVisible() and part.parentWidget() is content:
            assert content.rect().contains(part.geometry()), part.objectName()


@pytest.mark.parametrize("name", ["roc", "precision"])
def test_curves_of_a_real_run(panel: AnswersPanel, classifier: Live, name: str) -> None:
    panel.show_run(classifier.data)
    panel.choose(name)
    frame = classifier.data.frames["answers"].last
    assert frame is not None
    found = answered_of(frame)
    score = metrics.roc_auc_score if name == "roc" else metrics.average_precision_score
    macro, micro = (score(found.one_hot(), found.odds, average=a) for a in ("macro", "micro"))
    assert f"classes {macro:.4f}, all decisions together {micro:.4f}" in words(panel)


def test_images_can_be_chosen(panel: AnswersPanel, classifier: Live) -> None:
    panel.show_run(classifier.data)
    grid = panel.findChild(ImageGrid)
    assert grid is not None
    before = words(panel)
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.cell(2).center())
    assert words(panel) != before
    assert grid._marked == 2


def test_classes_without_examples_are_named(panel: AnswersPanel) -> None:
    run = made_up()
    named(run, true=[0, 1, 1, 0])
    panel.show_run(run)
    panel.choose("roc")
    assert "too few examples of: cow" in words(panel)


def test_labels(panel: AnswersPanel) -> None:
    run = made_up()
    true = np.array([[1, 0], [1, 1], [0, 0]], np.uint8)
    odds = np.array([[0.9, 0.6], [0.7, 0.8], [0.2, 0.1]], np.float32)
    info = {"kind": "labels", "labels": ["red", "blue"], "split": "validation", "of": 3}
    arrays = {"labels": true, "predicted": odds > 0.5, "probabilities": odds}
    loss = np.abs(true - odds).mean(axis=1)
    picture(run, "answers", 5, info, **arrays, loss=loss)
    panel.show_run(run)
    assert table(panel, "answersTable")[0][:2] == ["red", "✗ red, blue"]
    assert "was not kept" in words(panel)
    panel.choose("calibration")
    assert "Labels are given 55.0% on average and are there in 50.0%" in words(panel)


def test_steps_are_shown_in_their_sequence(panel: AnswersPanel) -> None:
    run = made_up()
    tokens = [["the", "cat", "sat"], ["a", "dog"]]
    picture(run, "examples", 5, {"tokens": tokens, "dims": [3]}, places=np.array([0, 4]))
    info = {"kind": "steps", "classes": NAMES, "split": "validation", "of": 9}
    told = {"labels": TRUE, "predicted": ODDS.argmax(axis=1), "probabilities": ODDS}
    where = {"owner": [0, 0, 0, 1], "step": [0, 1, 2, 1], "loss": [0.1, 0.4, 2.3, 3.0]}
    arrays = {name: Array.of(np.asarray(values)) for name, values in {**told, **where}.items()}
    run.feed(Measured(stream="answers", step=5, arrays=arrays, info=info))
    panel.show_run(run)
    assert table(panel, "answersTable")[0][4:] == ["2", "a [dog]"]
    assert "Example 5 of the validation part, step 2" in words(panel)


def test_of_many_classes_the_likeliest_are_enough(panel: AnswersPanel) -> None:
    run = made_up()
    info = {"kind": "classes", "classes": [str(i) for i in range(40)], "of": 2}
    picture(
        run,
        "answers",
        1,
        info,
        labels=[7, 9],
        predicted=[3, 9],
        loss=[3.0, 0.2],
        probabilities=[[0.6, 0.3], [0.8, 0.1]],
        candidates=[[3, 5], [9, 1]],
        truth=[0.05, 0.8],
    )
    panel.show_run(run)
    assert table(panel, "answersOdds")[:3] == [
        ["✗ 3", "60%"],
        ["5", "30%"],
        ["✓ 7", "5%"],
    ]
    panel.choose("roc")
    assert "the likeliest classes are known" in words(panel)


def test_residuals_and_worst_errors(panel: AnswersPanel) -> None:
    run = made_up()
    truth, said = np.array([[1.0], [2.0], [4.0]]), np.array([[1.5], [2.0], [1.0]])
    info = {"kind": "numbers", "targets": ["price"], "split": "validation", "of": 3}
    picture(run, "answers", 5, info, truth=truth, predicted=said, loss=(said - truth)[:, 0] ** 2)
    panel.show_run(run)
    assert tabs(panel) == ["Residuals", "Worst errors"]
    assert "mean 0.8333" in words(panel)
    panel.choose("mistakes")
    assert [row[2] for row in table(panel, "answersTable")] == ["−3.0000", "0.5000", "0.0000"]
    assert "wrong" not in words(panel)


@pytest.mark.parametrize(
    "odd",
    [
        {"probabilities": np.zeros((4, 2), np.float32)},
        {"labels": [0, 1, 2, 7]},
        {"labels": [0, 1]},
        {"loss": np.zeros(9)},
        {"owner": [-1, 0, 0, 0]},
    ],
)
def test_odd_answers_are_said_in_their_place(panel: AnswersPanel, odd: dict[str, Any]) -> None:
    run = made_up()
    named(run, **odd)
    run.state = "finished"
    panel.show_run(run)
    assert "damaged, or was made by another program" in words(panel)
    run = made_up()
    named(run)
    panel.show_run(run)
    assert "2 of 4 wrong" in words(panel)


def test_answers_that_are_no_numbers(panel: AnswersPanel) -> None:
    run = made_up()
    odds = ODDS.copy()
    odds[1] = np.nan
    named(run, odds=odds, predicted=[0, 0, 0, 2])
    panel.show_run(run)
    assert "1 answer is not made of numbers" in words(panel)
    for name in ("calibration", "roc", "precision"):
        panel.choose(name)
    named(run, 20, odds=np.full((4, 3), np.inf), predicted=[0, 0, 0, 0])
    panel.refresh()
    for name in ("mistakes", "calibration", "roc", "precision"):
        panel.choose(name)
        panel.grab()


def test_it_is_there_where_answers_are_kept(panel: AnswersPanel) -> None:
    there = {e.project.objective.type for e in templates() if panel.fits(e.project, None)}
    assert there == {"classification", "multi_label", "sequence_labelling", "regression"}
