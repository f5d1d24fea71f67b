"""The panel of samples: sheets, points, planes, predictions, and their time line."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QSlider, QTableWidget

from tests.workbench.panels.conftest import Live, Show, made_up, picture
from widgets.plots.image_grid import ImageGrid
from widgets.plots.plane import Plane
from workbench.panels.samples import SamplesPanel
from workbench.rundata import RunData

CLASSES = ["cat", "dog"]


@pytest.fixture
def panel(show: Show) -> SamplesPanel:
    made: SamplesPanel = show(SamplesPanel())
    return made


def words(panel: SamplesPanel) -> str:
    return " ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def images(run: RunData, step: int, count: int = 4) -> None:
    pixels = np.full((count, 8, 8, 1), step, np.uint8)
    picture(run, "samples", step, {"kind": "images", "columns": 2}, images=pixels)


def answers(run: RunData, step: int, pixels: bool) -> None:
    shown = (
        {"images": np.zeros((3, 8, 8, 1), np.uint8)}
        if pixels
        else {"inputs": np.arange(24, dtype=np.float32).reshape(3, 8)}
    )
    picture(
        run,
        "samples",
        step,
        {"kind": "predictions", "classes": CLASSES, "features": [f"f{i}" for i in range(8)]},
        labels=np.array([0, 1, 1]),
        predicted=np.array([1, 1, 0]),
        confidence=np.array([0.99, 0.75, 0.5], np.float32),
        loss=np.array([3, 2, 1], np.float32),
        **shown,
    )


def grid(panel: SamplesPanel) -> ImageGrid:
    found = panel.findChild(ImageGrid)
    assert found is not None
    return found


def slider(panel: SamplesPanel) -> QSlider:
    found = panel.findChild(QSlider, "scrubberSlider")
    assert found is not None
    return found


def mistakes(panel: SamplesPanel) -> QCheckBox:
    found = panel.findChild(QCheckBox, "samplesMistakes")
    assert found is not None
    return found


def shade(panel: SamplesPanel) -> int:
    return grid(panel)._images[0].pixelColor(0, 0).red()


def test_the_newest_sheet_is_shown_and_the_past_can_be_seen(panel: SamplesPanel) -> None:
    run = made_up()
    for step in (10, 20, 30):
        images(run, step)
    panel.show_run(run)
    assert shade(panel) == 30
    QTest.keyClick(slider(panel), Qt.Key.Key_Home)
    assert shade(panel) == 10
    assert "step 10" in words(panel)
    images(run, 40)
    panel.refresh()
    assert shade(panel) == 10
    QTest.keyClick(slider(panel), Qt.Key.Key_End)
    assert shade(panel) == 40
    images(run, 50)
    panel.refresh()
    assert shade(panel) == 50


def test_a_real_sheet(panel: SamplesPanel, artist: Live) -> None:
    panel.show_run(artist.data)
    assert len(grid(panel)._images) == 64
    assert grid(panel).isVisible()
    assert not mistakes(panel).isVisible()


def test_predictions_as_images(panel: SamplesPanel) -> None:
    run = made_up()
    answers(run, 5, pixels=True)
    panel.show_run(run)
    captions = [(c.text, c.tone) for c in grid(panel)._captions]
    assert captions == [("✗ dog", "bad"), ("✓ dog", "good"), ("✗ cat", "bad")]
    assert "truth: cat" in grid(panel)._captions[0].tip
    assert "99%" in grid(panel)._captions[0].tip
    assert "2 of these 3 answers are wrong" in words(panel)
    QTest.keyClick(mistakes(panel), Qt.Key.Key_Space)
    assert [c.text for c in grid(panel)._captions] == ["✗ dog", "✗ cat"]


def test_predictions_as_a_table(panel: SamplesPanel) -> None:
    run = made_up()
    answers(run, 5, pixels=False)
    panel.show_run(run)
    table = panel.findChild(QTableWidget, "samplesTable")
    assert table is not None
    assert table.isVisible()
    assert table.rowCount() == 3
    heads = [table.horizontalHeaderItem(i) for i in range(table.columnCount())]
    assert [h.text() for h in heads if h][:5] == ["Answer", "Truth", "Certainty", "f0", "f1"]
    cells = [table.item(0, column) for column in range(4)]
    assert [cell.text() for cell in cells if cell] == ["✗ dog", "cat", "99%", "0"]
    QTest.keyClick(mistakes(panel), Qt.Key.Key_Space)
    assert table.rowCount() == 2


def test_real_predictions_come_as_images(panel: SamplesPanel, classifier: Live) -> None:
    panel.show_run(classifier.data)
    assert grid(panel).isVisible()
    assert len(grid(panel)._images) == 64
    assert {caption.text[0] for caption in grid(panel)._captions} <= {"✓", "✗"}


def test_real_points(panel: SamplesPanel, gan: Live) -> None:
    panel.show_run(gan.data)
    plane = panel.findChild(Plane)
    assert plane is not None
    assert plane.isVisible()
    scatters = [i for i in plane.plot.items() if isinstance(i, pg.ScatterPlotItem)]
    assert sorted(len(s.getData()[0]) for s in scatters) == [512, 512]
    assert "real" in words(panel)


def test_the_plane_of_a_classifier(panel: SamplesPanel) -> None:
    run = made_up()
    picture(
        run,
        "samples",
        3,
        {"kind": "plane", "extent": [-1.0, 1.0, -2.0, 2.0], "classes": CLASSES},
        points=np.zeros((6, 2), np.float32),
        labels=np.array([0, 0, 0, 0, 1, 1]),
        surface=np.zeros((16, 16), np.int64),
        certainty=np.ones((16, 16), np.float32),
    )
    panel.show_run(run)
    plane = panel.findChild(Plane)
    assert plane is not None
    scatters = [i for i in plane.plot.items() if isinstance(i, pg.ScatterPlotItem)]
    assert {s.opts["name"]: len(s.getData()[0]) for s in scatters} == {"cat": 4, "dog": 2}
    surface = next(i for i in plane.plot.items() if isinstance(i, pg.ImageItem))
    assert surface.image is not None


def test_a_kind_of_a_newer_version_is_passed_over(panel: SamplesPanel) -> None:
    run = made_up()
    picture(run, "samples", 1, {"kind": "holograms"}, values=np.zeros(3))
    panel.show_run(run)
    assert SamplesPanel.empty in words(panel)


def test_names_of_classes_are_plain_text(panel: SamplesPanel) -> None:
    run = made_up()
    answers(run, 5, pixels=True)
    frame = run.frames["samples"].last
    assert frame is not None
    frame.info["classes"] = ["<b>cat</b>", "<img src=x>"]
    panel.show_run(run)
    captions = [caption.text for caption in grid(panel)._captions]
    assert captions[0] == "✗ <img src=x>"
    panel.grab()


def test_what_is_made_stands_between_input_and_target(panel: SamplesPanel) -> None:
    run = made_up()
    shades = {"given": 10, "images": 100, "wanted": 200}
    arrays = {name: np.full((3, 4, 4, 1), shade, np.uint8) for name, shade in shades.items()}
    picture(run, "samples", 5, {"kind": "translations"}, **arrays)
    panel.show_run(run)
    image = grid(panel)._images[0]
    assert (image.width(), image.height()) == (4, 14)
    assert [image.pixelColor(1, row).red() for row in (1, 6, 12)] == [10, 100, 200]


def test_a_plane_in_a_strip_takes_its_height_and_has_words_and_time_line_beside_it(
    show: Show,
) -> None:
    low: SamplesPanel = show(SamplesPanel(), 1100, 210)
    run = made_up()
    picture(
        run,
        "samples",
        3,
        {"kind": "plane", "extent": [-1.0, 1.0, -1.0, 1.0], "classes": CLASSES},
        points=np.array([[-1, -1], [1, 1]], np.float32),
        labels=np.array([0, 1]),
        surface=np.zeros((16, 16), np.int64),
        certainty=np.ones((16, 16), np.float32),
    )
    low.show_run(run)
    QApplication.processEvents()
    plane = low.findChild(Plane)
    assert plane is not None
    surface = next(i for i in plane.plot.items() if isinstance(i, pg.ImageItem))
    assert surface.sceneBoundingRect().height() > 0.6 * low.height()
    left, right = plane.plot.getViewBox().viewRange()[0]
    assert right - left < 2.0 * 2
    slider = low.findChild(QSlider)
    assert slider is not None
    assert (
        slider.mapTo(low, slider.rect().topLeft()).x()
        > plane.mapTo(low, plane.rect().topRight()).x()
    )
    assert slider.isVisible()
    images(run, 4)
    low.show_run(run)
    QApplication.processEvents()
    assert grid(low).width() > 0.9 * low.width()
