"""What the preview shows of data of every kind."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from engine.compute.work import answer_preview
from engine.protocol import Preview, Previewed
from projects.errors import Problem
from projects.schema import Data, Plug
from widgets.plots.curve_grid import CurveGrid
from widgets.plots.image_grid import ImageGrid
from workbench.data_preview import DataPreview


def previewed(tag: str, **params: Any) -> Previewed:
    data = Data(source=Plug(tag, params))
    return answer_preview(Preview(data=data, folder=".", count=12))


@pytest.fixture
def preview(qtbot: QtBot) -> DataPreview:
    made = DataPreview()
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    return made


def seen(preview: DataPreview, name: str) -> Any:
    found = preview.findChild(QWidget, name)
    assert found is not None
    assert found.isVisible()
    return found


def cells(table: QTableWidget, row: int) -> list[str]:
    return [table.item(row, column).text() for column in range(table.columnCount())]  # type: ignore[union-attr]


def facts(preview: DataPreview) -> str:
    return " ".join(label.text() for label in preview.findChildren(QLabel))


def test_running_text_is_shown_as_text(preview: DataPreview) -> None:
    event = previewed("book")
    preview.show_examples(event)
    table = seen(preview, "dataTexts")
    assert table.columnCount() == 1
    assert "↵" in "".join(cells(table, row)[0] for row in range(table.rowCount()))
    assert "the next token is foretold" in facts(preview)
    assert "70 tokens" in facts(preview)


def test_sequences_to_label_stand_beside_their_labels(preview: DataPreview) -> None:
    event = previewed("sounds")
    preview.show_examples(event)
    table = seen(preview, "dataTexts")
    word, sounds = cells(table, 0)
    assert len(word) == len(sounds.split(" "))
    assert "52 classes, one a step" in facts(preview)


def test_tests_of_memory_are_shown_as_signs(preview: DataPreview) -> None:
    preview.show_examples(previewed("copy_memory", blanks=5, samples=20))
    said, answer = cells(seen(preview, "dataTexts"), 0)
    assert said[:10] == "".join(answer.split(" ")[-10:])


@pytest.mark.parametrize(
    ("tag", "params", "lines"),
    [
        ("series", {"horizon": 3}, 2),
        ("adding", {"steps": 9, "samples": 20}, 2),
        ("parity", {"steps": 9, "samples": 20}, 1),
    ],
)
def test_numbers_in_a_row_are_curves(
    tag: str, params: dict[str, Any], lines: int, preview: DataPreview
) -> None:
    preview.show_examples(previewed(tag, **params))
    grid = seen(preview, "curveGrid")
    assert isinstance(grid, CurveGrid)
    assert len(grid.pictures) == 12
    assert {len(picture.lines) for picture in grid.pictures} == {lines}
    if tag == "series":
        seen_line, ahead = grid.pictures[0].lines
        assert (len(seen_line.values), ahead.start, len(ahead.values)) == (24, 24, 3)
        assert ahead.ahead


def test_long_rows_of_many_numbers_are_grey_levels(preview: DataPreview) -> None:
    preview.show_examples(previewed("random", shape=[12, 30]))
    seen(preview, "previewScroll")


def test_labels_and_several_numbers_are_named(preview: DataPreview) -> None:
    preview.show_examples(previewed("made_labels", samples=20))
    assert "subject" in cells(seen(preview, "dataTable"), 0)[0] + "subject"
    assert "5 labels" in facts(preview)
    preview.show_examples(previewed("linnerud"))
    assert len(cells(seen(preview, "dataTable"), 0)[0].split(", ")) == 3
    assert "foretold: weight, waist, pulse" in facts(preview)


def test_many_classes_are_cut_short(preview: DataPreview) -> None:
    preview.show_examples(previewed("random", shape=[2], classes=1000, samples=50))
    table = seen(preview, "dataClasses")
    assert table.rowCount() == 201
    assert cells(table, 200)[0] == "800 more"


def test_what_looks_odd_is_said(preview: DataPreview, qtbot: QtBot) -> None:
    event = previewed("iris")
    preview.show_examples(event)
    label = preview.findChild(QLabel, "dataFindings")
    assert label is not None
    assert not label.isVisible()
    odd = Problem("data.split", "30 of <b>40</b> are twice.", "Look at them.", "warning")
    preview.show_examples(Previewed(info=event.info, arrays=event.arrays, findings=(odd,)))
    assert label.isVisible()
    assert label.text() == "30 of <b>40</b> are twice. Look at them."
    assert np.all([label.textFormat() == label.textFormat().PlainText])


def test_an_image_stands_above_its_partner(preview: DataPreview) -> None:
    event = previewed("derived_pairs", images="digits", shown="coarse")
    preview.show_examples(event)
    (grid,) = (found for found in preview.findChildren(ImageGrid) if found.isVisible())
    assert {(image.width(), image.height()) for image in grid._images} == {(8, 17)}
    assert not any(caption.text for caption in grid._captions)
    assert "below it the output 1×8×8" in facts(preview)
