"""The panel of scores: classes and modes, what looks copied, samples that are no numbers."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
from PySide6.QtWidgets import QLabel, QTableWidget

from projects.schema import Plug, Project
from tests.engine.training.coding import vae
from tests.engine.training.support import digits, ring
from tests.workbench.panels.conftest import Show, made_up, picture
from widgets.plots.image_grid import ImageGrid
from widgets.share_bar import ShareBar
from workbench.panels.scores import ScoresPanel
from workbench.rundata import RunData

INFO: dict[str, Any] = {
    "kind": "scores",
    "space": "classifier",
    "drawn": 100,
    "finite": 98,
    "of": "class",
    "names": ["cat", "dog", "cow"],
    "scores": {"fid": 12.5, "precision": 0.5},
    "held_out_distance": 2.0,
}


def scored(**arrays: Any) -> RunData:
    """A run with one scoring."""
    run = made_up()
    share = np.array([0.75, 0.25, 0.0], np.float32)
    arrays = {
        "share": share,
        "real_share": np.full(3, 1 / 3, np.float32),
        "captured": share > 0,
        "distances": np.array([0.1, 1.5]),
        "places": np.array([4, 7]),
        **arrays,
    }
    picture(run, "scores", 500, INFO, **arrays)
    return run


def table_of(panel: ScoresPanel, name: str) -> QTableWidget:
    found = panel.findChild(QTableWidget, name)
    assert isinstance(found, QTableWidget)
    return found


def texts(table: QTableWidget) -> list[list[str]]:
    def text(row: int, column: int) -> str:
        item = table.item(row, column)
        return "" if item is None else item.text()

    columns = range(table.columnCount())
    return [[text(row, column) for column in columns] for row in range(table.rowCount())]


def test_kinds_that_fill_no_table_are_counted_first(show: Show) -> None:
    panel: ScoresPanel = show(ScoresPanel())
    run = made_up()
    scores = {"modes": 999.0, "fid": 1.5}
    info = {"kind": "scores", "drawn": 5, "finite": 5, "kinds": 1000, "scores": scores}
    picture(run, "scores", 500, info)
    panel.show_run(run)
    figures = panel.findChild(QLabel, "scoresFigures")
    assert isinstance(figures, QLabel)
    assert figures.text() == "999 of 1,000 kinds · Fréchet distance 1.5000"


def test_classes_are_a_table_and_copies_are_marked(show: Show) -> None:
    panel: ScoresPanel = show(ScoresPanel())
    images = np.zeros((2, 8, 8, 1), np.uint8)
    panel.show_run(scored(samples=images, nearest=images))
    table = table_of(panel, "scoresParts")
    assert texts(table) == [
        ["cat", "75.0%", "33.3%", "✓ found"],
        ["dog", "25.0%", "33.3%", "✓ found"],
        ["cow", "0.0%", "33.3%", "✗ missing"],
    ]
    fullest = table.item(0, 1)
    assert fullest is not None
    assert fullest.data(ShareBar.SHARE) == 1.0
    grid = panel.findChild(ImageGrid)
    assert isinstance(grid, ImageGrid)
    assert [caption.tone for caption in grid._captions] == ["bad", ""]
    said = " ".join(label.text() for label in panel.findChildren(QLabel))
    for words in (
        "Classes: 2 of 3",
        "1 looks copied",
        "not those of Inception",
        "2 samples are not",
        "samples against training examples",
    ):
        assert words in said


def test_rows_are_a_table_too(show: Show) -> None:
    panel: ScoresPanel = show(ScoresPanel())
    rows = np.arange(12, dtype=np.float32).reshape(2, 6)
    panel.show_run(scored(samples=rows, nearest=rows + 1))
    table = table_of(panel, "scoresPairs")
    assert texts(table)[0][1:] == ["0, 1, 2, 3, …", "1, 2, 3, 4, …"]
    assert table.isVisible()


def test_it_is_there_where_samples_are_scored(show: Show) -> None:
    panel: ScoresPanel = show(ScoresPanel())

    def fits(project: Project) -> bool:
        return panel.fits(project, None)

    off = msgspec.structs.replace(ring(), objective=Plug("gan", {"scores": None}))
    wrong = msgspec.structs.replace(ring(), objective=Plug("gan", {"scores": 3}))
    assert fits(ring())
    assert not any(fits(project) for project in (off, wrong, digits(), vae()))
