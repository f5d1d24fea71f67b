"""Studies and A/B tests in the window, with real engines."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QTableWidget
from pytestqt.qtbot import QtBot

from engine.studies.declaration import Axis, Study
from engine.studies.folder import StudyFolder
from projects.files import save
from projects.paths import set_value
from tests.cli.conftest import CLASSIFIER
from tests.workbench.shell import answer, click, wait
from widgets.plots.curves import CurvePlot
from workbench.studies.tab import StudyTab
from workbench.studies.table import StudyTable
from workbench.window import MainWindow

SHORT = msgspec.structs.replace(
    CLASSIFIER, recipe=msgspec.structs.replace(CLASSIFIER.recipe, epochs=1)
)
STUDY = Study(title="Widths", axes=(Axis.of("networks.classifier.nodes.hidden.units", [4, 8]),))


@pytest.fixture
def opened(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> MainWindow:
    save(SHORT, tmp_path / "iris.yaml")
    window.open(tmp_path / "iris.yaml")
    wait(qtbot, lambda: window.desk.latest is not None, 60)
    return window


def test_a_study_is_trained_shown_and_opened(
    opened: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    lab = opened.lab
    assert lab.study_tab is not None
    lab.begin(STUDY)
    assert lab.why_not()
    wait(qtbot, lambda: not lab.studying.active, 90)
    tab = lab.study_tab
    assert opened.view is not None
    assert opened.view.currentWidget() is tab
    table = tab.findChild(StudyTable, "studyTable")
    assert table is not None
    assert table.topLevelItemCount() == 2
    first = table.topLevelItem(0)
    assert first is not None
    assert (first.text(0), first.text(1)) == ("4", "1/1")
    bold = [table.topLevelItem(i).font(0).bold() for i in range(2)]  # type: ignore[union-attr]
    assert sum(bold) == 1
    table.sortItems(2, Qt.SortOrder.DescendingOrder)
    figures = [float(table.topLevelItem(i).text(2)) for i in range(2)]  # type: ignore[union-attr]
    assert figures == sorted(figures, reverse=True)

    (path,) = (tmp_path / "studies").iterdir()
    second = table.topLevelItem(1)
    assert second is not None
    second.setExpanded(True)
    second.child(0).setSelected(True)  # type: ignore[union-attr]
    other = StudyTab(lab.studying)  # of the window in another language
    qtbot.addWidget(other)
    with qtbot.assertNotEmitted(other.runs_chosen):
        other.restore(tab.remembered())
    assert other.shown == path
    again = other.findChild(StudyTable, "studyTable")
    assert again is not None
    assert again.paths() == table.paths()
    assert again.paths()
    assert [float(again.topLevelItem(i).text(2)) for i in range(2)] == figures  # type: ignore[union-attr]
    assert again.topLevelItem(1).isExpanded()  # type: ignore[union-attr]

    folder = StudyFolder(path)
    _study, planned = folder.read()
    assert [row.state for row in folder.rows(planned)] == ["finished", "finished"]
    child = first.child(0)
    assert child is not None
    table._open(child, 0)
    run = folder.run_of(planned[0])
    wait(qtbot, lambda: opened.viewer.shown is not None and Path(opened.viewer.shown.path) == run)

    results = tab._results()
    assert results is not None
    lab.export(results, tmp_path / "table.md")
    assert "| 4 |" in (tmp_path / "table.md").read_text(encoding="utf-8")
    lab.export(results, tmp_path / "missing" / "table.csv")
    assert "could not be written" in opened.toasts.texts()[-1]


def test_a_pair_is_trained_and_compared(opened: MainWindow, qtbot: QtBot) -> None:
    lab = opened.lab
    lab.pairs.train(set_value(SHORT, "recipe.optimizer.lr", "0.05"), 1)
    lab.studying.pause()
    assert lab.studying.paused
    lab.studying.pause()
    answer("study_cancel")
    assert not opened.attendant.may_leave()
    wait(qtbot, lambda: not lab.studying.active, 90)
    tab = lab.pairs.tab
    assert tab is not None
    tab.refresh()
    assert "In B Recipe › Optimiser › Learning rate is 0.05 instead of" in tab._told.text()
    assert "recipe.optimizer.lr is 0.05 instead of" in tab._told.toolTip()
    scores = tab.findChild(QTableWidget, "compareScores")
    assert scores is not None
    names = [scores.item(row, 0).text() for row in range(scores.rowCount())]  # type: ignore[union-attr]
    assert "test accuracy" in names
    changes = [scores.item(row, 3).text() for row in range(scores.rowCount())]  # type: ignore[union-attr]
    assert any("better" in words or "worse" in words for words in changes)
    assert len(opened.runs.summaries()) == 2
    scores.selectRow(names.index("train loss"))
    (plot,) = tab.findChildren(CurvePlot)
    assert [curve.label for curve in plot._curves] == ["A", "B"]
    button = tab.findChild(QPushButton, "compareTest")
    assert button is not None
    assert button.isEnabled()
    click(button)
    assert opened.findChild(QPushButton, "compareBegin") is not None
    opened.show_workspace("analyse")
    opened.run_list.compare_wanted.emit([path for path, _run in opened.runs.summaries()])
    assert tab.isVisible()  # which this workspace has no room for


def test_what_cannot_be_studied_is_said(opened: MainWindow, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(
        "format: ganvas-study/1\nstudy: x\nproject: else.yaml\naxes: {recipe.batch_size: [1]}\n"
    )
    opened.lab.begin_file(other)
    assert "a study of another project" in opened.toasts.texts()[-1]
    other.write_text("format: ganvas-study/1\nstudy: x\naxes: {}\n")
    opened.lab.begin_file(other)
    assert "the grid is empty" in opened.toasts.texts()[-1]
