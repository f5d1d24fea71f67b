"""The panel of samples: numbers, forecasts, tags, labels and texts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPlainTextEdit, QTableWidget

from tests.workbench.panels.conftest import Show, made_up, picture
from widgets import theme
from widgets.plots.chart import Chart
from widgets.plots.token_rows import TokenRows
from workbench.panels.samples import SamplesPanel


@pytest.fixture
def panel(show: Show) -> SamplesPanel:
    made: SamplesPanel = show(SamplesPanel())
    return made


def shown(panel: SamplesPanel, info: dict[str, Any], **arrays: Any) -> None:
    run = made_up()
    picture(run, "samples", 7, info, **arrays)
    panel.show_run(run)


def words(panel: SamplesPanel) -> str:
    return " ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def charts(panel: SamplesPanel) -> list[Chart]:
    return [chart for chart in panel.findChildren(Chart) if chart.isVisible()]


def clouds(chart: Chart) -> list[Any]:
    """Points, those that mark lines left out."""
    found = [item for item in chart.plot.items() if isinstance(item, pg.ScatterPlotItem)]
    return [item for item in found if not isinstance(item.parentItem(), pg.PlotDataItem)]


def lines(chart: Chart) -> list[Any]:
    return [item for item in chart.plot.items() if isinstance(item, pg.PlotDataItem)]


def test_numbers_over_the_truth(panel: SamplesPanel) -> None:
    truth = np.array([[1.0], [2], [4]], np.float32)
    info = {"kind": "regression", "targets": ["price"], "features": ["a", "b"]}
    shown(panel, info, truth=truth, predicted=truth + 1)
    (chart,) = charts(panel)
    (cloud,) = clouds(chart)
    np.testing.assert_allclose(cloud.getData(), [[1, 2, 4], [2, 3, 5]])
    (diagonal,) = lines(chart)
    np.testing.assert_allclose(diagonal.getData(), [[1, 5], [1, 5]])
    assert chart.plot.getAxis("bottom").labelText == "truth: price"
    assert "dashed diagonal" in words(panel)
    assert not any(box.isVisible() for box in panel.findChildren(QCheckBox))


def test_numbers_with_quantiles(panel: SamplesPanel) -> None:
    truth = np.array([[1.0], [2]], np.float32)
    arrays = {"truth": truth, "predicted": truth, "lower": truth - 1, "upper": truth + 2}
    shown(panel, {"kind": "regression"}, **arrays)
    found = [line.getData()[1] for line in lines(charts(panel)[0])]
    assert any(np.array_equal(y[:2], [0, 3]) for y in found)
    assert "quantile" in words(panel)


def test_a_curve_over_one_feature(panel: SamplesPanel) -> None:
    x, xs = np.array([0.0, 1], np.float32), np.linspace(0, 1, 5, dtype=np.float32)
    info = {"kind": "regression", "targets": ["y"], "features": ["time"]}
    shown(
        panel,
        info,
        x=x,
        truth=x[:, None],
        predicted=x[:, None],
        curve_x=xs,
        curve_predicted=xs[:, None] ** 2,
        curve_lower=xs[:, None] - 1,
        curve_upper=xs[:, None] + 1,
    )
    (chart,) = charts(panel)
    found = [line.getData()[1] for line in lines(chart)]
    assert any(np.allclose(y, xs**2) for y in found)
    assert any(isinstance(item, pg.FillBetweenItem) for item in chart.plot.items())
    assert chart.plot.getAxis("bottom").labelText == "time"


def test_forecasts_go_on_from_the_window(panel: SamplesPanel) -> None:
    window = np.arange(8, dtype=np.float32).reshape(2, 4, 1)
    truth = np.full((2, 3, 1), 9, np.float32)
    info = {"kind": "forecasts", "columns": [0], "features": ["v"], "targets": ["v"]}
    shown(panel, info, window=window, truth=truth, predicted=truth + 1)
    first, _second = charts(panel)
    found = {tuple(line.getData()[1]): line for line in lines(first)}
    assert found.keys() == {(0, 1, 2, 3), (3, 9, 9, 9), (3, 10, 10, 10)}
    forecast = found[(3, 10, 10, 10)].opts
    assert forecast["pen"].style() == Qt.PenStyle.DashLine
    assert forecast["symbol"] != found[(3, 9, 9, 9)].opts["symbol"]
    assert list(found[(0, 1, 2, 3)].getData()[0]) == [-3, -2, -1, 0]


TAGS: dict[str, Any] = {
    "labels": np.array([[0, 1, -1], [1, 1, -1]]),
    "predicted": np.array([[1, 1, 0], [1, 1, 1]]),
    "confidence": np.array([[0.9, 0.8, 0.5], [0.7, 0.7, 0.5]], np.float32),
    "loss": np.array([2, 1], np.float32),
}


def test_tags(panel: SamplesPanel) -> None:
    tokens = [["Anna", " ", "so"], ["in", "Rome", ""]]
    shown(panel, {"kind": "tags", "classes": ["O", "B-PER"], "tokens": tokens}, **TAGS)
    rows = panel.findChild(TokenRows)
    assert rows is not None
    assert rows.isVisible()
    told = [[(cell.text, *cell.below) for cell in row] for row in rows.rows]
    assert told == [
        [("Anna", "✗ O → B-PER"), ("␣", "✓ B-PER"), ("so", "–")],
        [("in", "✓ B-PER"), ("Rome", "✓ B-PER")],
    ]
    assert "1 of 4 steps is wrong" in words(panel)
    assert "truth: O" in rows.rows[0][0].tip
    assert "Anna" in rows.accessibleDescription()
    mistakes = panel.findChild(QCheckBox, "samplesMistakes")
    assert mistakes is not None
    QTest.keyClick(mistakes, Qt.Key.Key_Space)
    assert len(rows.rows) == 1


def test_labels(panel: SamplesPanel) -> None:
    info = {"kind": "labels", "labels": ["warm", "wet"], "texts": ["sun\nand rain", "fog"]}
    shown(
        panel,
        info,
        inputs=np.zeros((2, 3), np.float32),
        labels=np.array([[1, 1], [0, 0]]),
        predicted=np.array([[1, 0], [0, 0]]),
        probabilities=np.array([[0.9, 0.2], [0.1, 0.4]], np.float32),
        loss=np.array([1, 0.3], np.float32),
    )
    table = panel.findChild(QTableWidget, "samplesTable")
    assert table is not None
    cells = [[table.item(row, column) for column in range(4)] for row in range(2)]
    assert [[cell.text() for cell in row if cell] for row in cells] == [
        ["✗ warm", "warm, wet", "80%", "sun⏎and rain"],
        ["✓ none", "none", "60%", "fog"],
    ]


def test_texts(panel: SamplesPanel) -> None:
    info = {
        "kind": "texts",
        "texts": ["<b>one</b>", "two"],
        "tokens": ["a", " "],
        "temperature": 0.8,
    }
    shown(panel, info, surprise=np.array([1.0, 3.0], np.float32))
    page = panel.findChild(QPlainTextEdit, "samplesTexts")
    rows = panel.findChild(TokenRows)
    assert page is not None
    assert rows is not None
    assert page.isReadOnly()
    assert page.toPlainText().startswith("<b>one</b>\n")
    assert page.toPlainText().endswith("\ntwo")
    assert [(cell.text, cell.below) for cell in rows.rows[0]] == [("a", ("1.0",)), ("␣", ("3.0",))]
    assert "12.5%" in rows.rows[0][1].tip
    assert "temperature 0.8" in words(panel)


@pytest.mark.parametrize(("width", "height", "beside"), [(420, 420, False), (1100, 190, True)])
def test_texts_and_their_surprise_share_the_room(
    panel: SamplesPanel, width: int, height: int, beside: bool
) -> None:
    panel.resize(width, height)
    info = {"kind": "texts", "texts": ["one"] * 9, "tokens": ["a"] * 64}
    shown(panel, info, surprise=np.ones(64, np.float32))
    QApplication.processEvents()
    page, rows = panel.findChild(QPlainTextEdit, "samplesTexts"), panel.findChild(TokenRows)
    assert page is not None
    assert rows is not None
    right = rows.mapTo(panel, QPoint()).x() > page.mapTo(panel, QPoint()).x() + page.width() / 2
    assert right is beside
    assert page.height() > 60  # several lines


def test_rows_break_where_they_have_to(panel: SamplesPanel) -> None:
    tokens = [[f"word{i}" for i in range(60)]]
    arrays = {name: np.zeros((1, 60), np.int64) for name in ("labels", "predicted")}
    arrays["confidence"] = np.ones((1, 60), np.float32)
    shown(panel, {"kind": "tags", "classes": ["O"], "tokens": tokens}, **arrays)
    rows = panel.findChild(TokenRows)
    assert rows is not None
    places = [place for _cell, place in rows.cells()]
    assert max(place.right() for place in places) <= rows.width()
    assert len({place.top() for place in places}) > 1
    before = len({place.top() for place in places})
    panel.resize(420, 420)
    assert len({place.top() for _cell, place in rows.cells()}) > before


def test_another_theme_is_taken(panel: SamplesPanel) -> None:
    truth = np.array([[1.0], [2]], np.float32)
    shown(panel, {"kind": "regression"}, truth=truth, predicted=truth)
    before = theme.current()
    try:
        theme.use(theme.DARK if before is theme.LIGHT else theme.LIGHT)
        (chart,) = charts(panel)
        (cloud,) = clouds(chart)
        assert cloud.opts["brush"].color() == theme.current().series_color(0)
    finally:
        theme.use(before)
