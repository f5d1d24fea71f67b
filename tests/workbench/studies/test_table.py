"""The table of a study."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engine.runs.folder import RunFolder
from engine.runs.summary import Summary, write_summary
from engine.studies.declaration import Axis, Study
from engine.studies.folder import StudyFolder
from engine.studies.results import results_of
from projects.files import save
from tests.cli.conftest import CLASSIFIER
from workbench.studies.table import StudyTable

STUDY = Study(title="Widths", axes=(Axis.of("networks.classifier.nodes.hidden.units", [4, 8, 16]),))


@pytest.mark.parametrize("order", [Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder])
def test_a_cell_without_a_figure_comes_last_whichever_way_is_sorted(
    qtbot: QtBot, tmp_path: Path, order: Qt.SortOrder
) -> None:
    folder = StudyFolder(tmp_path / "study")
    planned = folder.begin(STUDY, CLASSIFIER, tmp_path)
    for cell, metrics in zip(
        planned, ({"test_accuracy": 0.9}, {}, {"test_accuracy": 0.5}), strict=True
    ):
        run = RunFolder(folder.runs / cell.name)
        run.make()
        save(CLASSIFIER, run.project)
        made = Summary(
            project="Iris", objective="classification", state="finished", metrics=metrics
        )
        write_summary(run.path, made)
    table = StudyTable()
    qtbot.addWidget(table)
    table.show_results(results_of(STUDY, folder.rows(planned)))
    table.sortByColumn(2, order)
    units = [table.topLevelItem(row).text(0) for row in range(3)]  # type: ignore[union-attr]
    assert units == (["16", "4", "8"] if order == Qt.SortOrder.AscendingOrder else ["4", "16", "8"])
