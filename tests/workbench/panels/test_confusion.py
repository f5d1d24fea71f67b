"""The panel of the confusion matrix."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel

from projects.schema import Plug
from projects.templates import templates
from tests.workbench.panels.conftest import Live, Show, made_up, picture
from widgets.plots.image_grid import ImageGrid
from widgets.plots.matrix import Matrix
from workbench.panels.confusion import ConfusionPanel
from workbench.rundata import RunData


@pytest.fixture
def panel(show: Show) -> ConfusionPanel:
    made: ConfusionPanel = show(ConfusionPanel())
    return made


def counts(run: RunData, step: int, values: list[list[int]]) -> None:
    classes = ["cat", "dog", "cow"][: len(values)]
    info = {"classes": classes, "split": "validation"}
    picture(run, "confusion", step, info, counts=np.array(values, np.int64))


def words(panel: ConfusionPanel) -> str:
    return " ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def matrix(panel: ConfusionPanel) -> Matrix:
    found = panel.findChild(Matrix)
    assert found is not None
    return found


def test_the_latest_matrix_and_its_commonest_mistake(panel: ConfusionPanel) -> None:
    run = made_up()
    counts(run, 10, [[5, 0, 0], [0, 5, 0], [0, 0, 5]])
    panel.show_run(run)
    assert words(panel) == "15 of 15 right · validation part, step 10"
    counts(run, 20, [[4, 1, 0], [0, 2, 3], [0, 0, 5]])
    panel.refresh()
    assert "11 of 15 right" in words(panel)
    assert "“dog” taken for “cow” 3× · validation part, step 20" in words(panel)
    assert matrix(panel)._counts.tolist() == [[4, 1, 0], [0, 2, 3], [0, 0, 5]]


def test_percent_on_demand(panel: ConfusionPanel) -> None:
    run = made_up()
    counts(run, 10, [[1, 3], [0, 4]])
    panel.show_run(run)
    box = panel.findChild(QCheckBox, "confusionPercent")
    assert box is not None
    before = matrix(panel).grab().toImage()
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert matrix(panel).grab().toImage() != before


def test_a_real_run(panel: ConfusionPanel, classifier: Live) -> None:
    panel.show_run(classifier.data)
    assert matrix(panel)._counts.shape == (10, 10)
    assert matrix(panel)._counts.sum() == 270
    assert "validation part, step 40" in words(panel)


def test_a_click_shows_the_examples_of_a_cell(panel: ConfusionPanel, classifier: Live) -> None:
    panel.show_run(classifier.data)
    shown = matrix(panel)
    assert panel.findChild(ImageGrid) is None or not panel._examples.isVisible()
    wrong = shown._counts * (1 - np.eye(10, dtype=np.int64))
    row, column = (int(i) for i in np.unravel_index(wrong.argmax(), wrong.shape))
    QTest.mouseClick(shown, Qt.MouseButton.LeftButton, pos=shown.cell(row, column).center())
    count = int(wrong[row, column])
    assert f"“{row}” taken for “{column}”: {count} kept" in words(panel)
    grid = panel.findChild(ImageGrid)
    assert grid is not None
    assert grid.isVisible()
    assert [caption.text for caption in grid._captions] == [f"✗ {row} → {column}"] * count
    cell = shown.cell(3, 3).center()
    QTest.mouseClick(shown, Qt.MouseButton.LeftButton, pos=cell)
    assert f"“3”, rightly named: {shown._counts[3, 3]} kept" in words(panel)
    QTest.mouseClick(shown, Qt.MouseButton.LeftButton, pos=shown.cell(3, 3).center())
    assert not panel._examples.isVisible()


def test_of_an_old_run_there_are_no_examples(panel: ConfusionPanel) -> None:
    run = made_up()
    counts(run, 10, [[1, 3], [0, 4]])
    panel.show_run(run)
    shown = matrix(panel)
    QTest.mouseClick(shown, Qt.MouseButton.LeftButton, pos=shown.cell(0, 1).center())
    assert "“cat” taken for “dog”: the answers of this run were not kept" in words(panel)
    counts(run, 20, [[1]])  # another number of classes lets go of the cell
    panel.refresh()
    assert not panel._examples.isVisible()


def test_nothing_counted(panel: ConfusionPanel) -> None:
    run = made_up()
    counts(run, 1, [[0, 0], [0, 0]])
    panel.show_run(run)
    assert "0 of 0 right" in words(panel)
    panel.grab()


def test_of_many_classes_as_many_names_are_written_as_there_is_room_for(
    panel: ConfusionPanel,
) -> None:
    run = made_up()
    names = [f"{letter}{case}" for letter in "abcdefghijklmnopqrstuvwxyz" for case in ("", " big")]
    info = {"classes": names, "split": "validation"}
    picture(run, "confusion", 10, info, counts=np.eye(52, dtype=np.int64))
    panel.show_run(run)
    shown = matrix(panel)
    shown.resize(420, 360)
    metrics = shown.fontMetrics()
    rows, columns = shown.named()
    assert 1 < len(rows) < 52
    assert shown.cell(rows[1], 0).y() - shown.cell(rows[0], 0).y() >= metrics.height()
    assert 1 < len(columns) < 52
    widest = max(metrics.horizontalAdvance(name) for name in names)
    assert shown.cell(0, columns[1]).x() - shown.cell(0, columns[0]).x() >= min(widest, 32)
    cell = shown.cell(1, 1)
    assert shown.tip_at(cell.center()) == "1 of “a big” were taken for “a big”"
    assert shown.tip_at(QPoint(cell.x() - 40, cell.center().y())) == "a big"
    assert shown.tip_at(QPoint(cell.center().x(), cell.y() - 10)) == "a big"
    assert shown.tip_at(QPoint(0, 0)) == ""
    shown.set_counts(np.eye(3, dtype=np.int64), ["cat", "dog", "cow"])
    assert shown.named() == (range(3), range(3))


def test_it_is_there_for_projects_that_name_classes(panel: ConfusionPanel) -> None:
    there = {
        example.project.objective.type
        for example in templates()
        if panel.fits(example.project, None)
    }
    assert there == {"classification", "sequence_labelling"}
    odd = msgspec.structs.replace(templates()[0].project, objective=Plug("later"))
    assert not panel.fits(odd, None)
