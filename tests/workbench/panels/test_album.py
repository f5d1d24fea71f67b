"""Albums of an encoder and a decoder in the panel of samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QSlider,
    QTabBar,
    QTableWidget,
    QTableWidgetItem,
)
from sklearn.decomposition import PCA

from engine.compute.training import Training
from projects.schema import Data, Plug
from tests.engine.training.coding import autoencoder, vae
from tests.workbench.panels.conftest import Show, made_up, picture
from widgets.plots.image_grid import ImageGrid
from widgets.plots.image_table import ImageTable
from widgets.plots.plane import Plane
from widgets.plots.scores import ScorePlots
from workbench.data_pictures import stacked
from workbench.panels.samples import SamplesPanel
from workbench.rundata import RunData
from workbench.samples.pairs import error_map

WINE = Data(source=Plug("wine"), scale="zero_to_one")
BLOBS = Data(source=Plug("gaussian_ring", {"samples": 200}))


@pytest.fixture
def panel(show: Show) -> SamplesPanel:
    made: SamplesPanel = show(SamplesPanel())
    return made


def album(project: Any, folder: Path, run: RunData | None = None, step: int = 1) -> RunData:
    """A run that has a picture of fresh networks."""
    shown = Training(project, folder).task.show(16)
    assert shown is not None
    arrays, info = shown
    run = run or made_up()
    picture(run, "samples", step, info, **arrays)
    return run


def tabs(panel: SamplesPanel) -> QTabBar:
    found = panel.findChild(QTabBar, "albumTabs")
    assert found is not None
    return found


def turn(panel: SamplesPanel, title: str) -> str:
    """Turn to a page; return the words above it."""
    bar = tabs(panel)
    titles = [bar.tabText(index) for index in range(bar.count())]
    bar.setCurrentIndex(titles.index(title))
    QApplication.processEvents()
    return " ".join(label.text() for label in panel.findChildren(QLabel, "hint"))


def visible(panel: SamplesPanel, kind: type[Any]) -> Any:
    (found,) = (widget for widget in panel.findChildren(kind) if widget.isVisible())
    return found


def words(item: QTableWidgetItem | None) -> str:
    assert item is not None
    return item.text()


def test_pages_in_a_strip_have_words_and_time_line_beside_them(show: Show, tmp_path: Path) -> None:
    low: SamplesPanel = show(SamplesPanel(), 1100, 210)
    low.show_run(album(vae(latents=2), tmp_path))
    QApplication.processEvents()
    turn(low, "Traversals")
    table, slider = visible(low, ImageTable), low.findChild(QSlider)
    assert slider is not None
    assert table.height() > 0.6 * low.height()
    assert slider.mapTo(low, QPoint()).x() > table.mapTo(low, QPoint()).x() + table.width()
    low.resize(420, 420)
    QApplication.processEvents()
    assert slider.mapTo(low, QPoint()).y() > table.mapTo(low, QPoint()).y() + table.height() - 1


def test_every_page_can_be_turned_to(panel: SamplesPanel, tmp_path: Path) -> None:
    panel.show_run(album(vae(latents=2, anomaly="8"), tmp_path))
    titles = [tabs(panel).tabText(index) for index in range(tabs(panel).count())]
    assert titles == [
        "Reconstructions",
        "Samples",
        "Latent plane",
        "Use of latents",
        "Decoded plane",
        "Traversals",
        "Walks",
        "Anomalies",
    ]
    assert "the worst first" in turn(panel, "Reconstructions")
    assert len(visible(panel, ImageGrid)._captions) == 8
    assert "16 samples" in turn(panel, "Samples")
    assert "class" in turn(panel, "Latent plane")
    assert len(visible(panel, Plane)._groups) == 10
    assert "two latents" in turn(panel, "Decoded plane")
    assert len(visible(panel, ImageTable)._images) == 144
    turn(panel, "Traversals")
    beside = [words.split(" · ") for words in visible(panel, ImageTable)._down]
    assert sorted(name for name, _kl in beside) == ["latent 1", "latent 2"]
    assert [float(kl) for _name, kl in beside] == sorted(
        (float(kl) for _, kl in beside), reverse=True
    )
    turn(panel, "Walks")
    assert visible(panel, ImageTable)._across[::4] == ["0%", "50%", "100%"]
    assert "ROC-AUC" in turn(panel, "Anomalies")
    assert visible(panel, ScorePlots) is not None


def test_the_chosen_page_stays_chosen(panel: SamplesPanel, tmp_path: Path) -> None:
    run = album(vae(latents=2), tmp_path)
    panel.show_run(run)
    turn(panel, "Walks")
    album(vae(latents=3), tmp_path, run, step=2)
    panel.refresh()
    assert tabs(panel).tabText(tabs(panel).currentIndex()) == "Walks"
    assert "Decoded plane" not in [tabs(panel).tabText(i) for i in range(tabs(panel).count())]
    assert "principal components of 3 latents" in turn(panel, "Latent plane")


def test_noise_stands_between_original_and_result(panel: SamplesPanel, tmp_path: Path) -> None:
    panel.show_run(album(autoencoder(noise="masking"), tmp_path))
    assert "with noise" in turn(panel, "Reconstructions")
    image = visible(panel, ImageGrid)._images[0]
    assert image.height() == 3 * 8 + 2
    titles = {tabs(panel).tabText(index) for index in range(tabs(panel).count())}
    assert titles == {
        "Reconstructions",
        "Latent plane",
        "Use of latents",
        "Traversals",
        "Walks",
    }


def test_the_worst_the_middle_and_the_best(panel: SamplesPanel, tmp_path: Path) -> None:
    panel.show_run(album(autoencoder(), tmp_path))
    turn(panel, "Reconstructions")
    box = panel.findChild(QComboBox, "pairsWhich")
    assert box is not None
    shown = []
    for place in range(4):
        box.setCurrentIndex(place)
        shown.append([float(c.text) for c in visible(panel, ImageGrid)._captions])
    assert shown[0] == [*shown[1], *shown[2], *shown[3]]
    assert min(shown[1]) >= max(shown[2]) >= max(shown[3])


def test_where_they_differ_is_lit(panel: SamplesPanel, tmp_path: Path) -> None:
    panel.show_run(album(autoencoder(), tmp_path))
    turn(panel, "Reconstructions")
    before = visible(panel, ImageGrid)._images[0].height()
    switch = panel.findChild(QCheckBox, "pairsMap")
    assert switch is not None
    switch.click()
    assert visible(panel, ImageGrid)._images[0].height() == before + 8 + 1
    black = np.zeros((2, 2, 2, 1), np.uint8)
    grey = black.copy()
    grey[0, 0, 0] = 30
    grey[1, 1, 1] = 15
    lit = error_map(black, grey)
    assert lit[0, 0, 0].tolist() == [255, 255, 255]
    assert lit[1, 1, 1].tolist() == [255, 128, 0]
    assert lit.astype(int).sum() == 255 * 3 + 255 + 128


def test_latents_that_are_not_used_are_named(panel: SamplesPanel) -> None:
    run = made_up()
    pages = [{"name": "latents", "kind": "latents", "latents": 3}]
    arrays = {"latents/kl": [0.001, 2.5, 1.0], "latents/activity": [0.0001, 0.9, 0.5]}
    picture(run, "samples", 1, {"kind": "album", "pages": pages}, **arrays)
    panel.show_run(run)
    said = turn(panel, "Use of latents")
    assert "2 of 3 latents are used · KL 3.50 nats in all · unused: 1" in said
    table = panel.findChild(QTableWidget, "latentsTable")
    assert table is not None
    assert [words(table.item(row, 0)) for row in range(3)] == ["2", "3", "1"]
    assert [words(table.item(row, 3)) for row in range(3)] == ["✓ used", "✓ used", "✗ unused"]


def test_how_latents_are_used_is_what_the_encoder_says(tmp_path: Path) -> None:
    training = Training(vae(latents=4), tmp_path)
    found = training.task.show(16)
    assert found is not None
    arrays, info = found
    part = training.session.data.validation.inputs
    few = part[np.linspace(0, len(part) - 1, min(600, len(part))).astype(int)]
    told = training.task.predict(torch.from_numpy(few))
    mean, sd = told["latents"].astype(np.float64), told["latent_sd"].astype(np.float64)
    kl = 0.5 * (mean**2 + sd**2 - 1 - 2 * np.log(sd)).mean(axis=0)
    assert np.allclose(arrays["latents/kl"], kl, rtol=1e-3, atol=1e-6)
    assert np.allclose(arrays["latents/activity"], mean.var(axis=0), rtol=1e-3)
    assert np.array_equal(arrays["traversals/down"], np.argsort(-kl, kind="stable"))
    points = PCA(2).fit(mean)
    (plane,) = (page for page in info["pages"] if page["name"] == "plane")
    assert np.allclose(plane["explained"], points.explained_variance_ratio_, rtol=1e-3)
    wanted = np.abs(points.transform(mean))
    assert np.allclose(np.abs(arrays["plane/points"]), wanted, atol=1e-3 * wanted.max())


def test_tables_are_restored_in_their_units(panel: SamplesPanel, tmp_path: Path) -> None:
    panel.show_run(album(vae(ends=13, data=WINE, anomaly="class_0"), tmp_path))
    turn(panel, "Reconstructions")
    table = panel.findChild(QTableWidget, "pairsTable")
    assert table is not None
    assert table.rowCount() == 8
    heads = [words(table.horizontalHeaderItem(i)) for i in range(table.columnCount())]
    assert heads[:2] == ["Error", "alcohol"]
    assert 11 <= float(words(table.item(0, 1)).split(" → ")[0]) <= 15
    errors = [float(words(table.item(row, 0))) for row in range(8)]
    assert errors == sorted(errors, reverse=True)


def test_points_are_drawn_as_points(panel: SamplesPanel, tmp_path: Path) -> None:
    project = vae(latents=2, ends=2, data=BLOBS, likelihood="gaussian")
    panel.show_run(album(project, tmp_path))
    assert "generated" in turn(panel, "Samples")
    assert len(visible(panel, Plane)._groups) == 2


def test_parts_are_stacked_with_a_line_between() -> None:
    black, white = np.zeros((2, 4, 5, 1), np.uint8), np.full((2, 4, 5, 1), 255, np.uint8)
    made = stacked([black, white])
    assert made.shape == (2, 9, 5, 1)
    assert made[0, :, 0, 0].tolist() == [0] * 4 + [128] + [255] * 4


def test_grey_parts_become_coloured_beside_coloured_ones() -> None:
    grey, red = np.full((1, 2, 2, 1), 7, np.uint8), np.full((1, 2, 2, 3), (255, 0, 0), np.uint8)
    made = stacked([grey, red])
    assert made.shape == (1, 5, 2, 3)
    assert made[0, 0, 0].tolist() == [7, 7, 7]
    assert made[0, -1, 0].tolist() == [255, 0, 0]


def test_looking_changes_nothing(tmp_path: Path) -> None:
    training = Training(vae(latents=2, anomaly="8"), tmp_path)
    before = {name: flat.weights.clone() for name, flat in training.session.flats.items()}
    state = torch.get_rng_state()
    first, again = training.task.show(9), training.task.show(9)
    assert torch.equal(torch.get_rng_state(), state)
    for name, flat in training.session.flats.items():
        assert torch.equal(flat.weights, before[name])
    assert first is not None
    assert again is not None
    assert first[1] == again[1]
    assert all(np.array_equal(first[0][name], again[0][name]) for name in first[0])
