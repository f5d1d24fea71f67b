"""Films of a training: written while the window goes on, given up without a trace."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from tests.workbench.panels.conftest import Show, made_up, picture
from tests.workbench.panels.test_samples import answers, images
from widgets.plots.film_sheet import GAP, LINE
from workbench.panels.film import FRAME_MS, HOLD_MS, Film, film_of, pixels_of
from workbench.panels.samples import SamplesPanel
from workbench.rundata import RunData


@pytest.fixture
def panel(show: Show) -> SamplesPanel:
    made: SamplesPanel = show(SamplesPanel(), 300, 240)
    run = made_up()
    for step in (10, 120, 240):
        images(run, step)
    made.show_run(run)
    return made


def filmed(panel: SamplesPanel, path: Path, monkeypatch: pytest.MonkeyPatch) -> Film | None:
    """Choose a place in the dialog and begin."""
    monkeypatch.setattr(panel, "ask_path", lambda *_words: path)
    entry = dict(panel.choices())["Save as film…"]
    entry()
    return panel.findChild(Film)


@pytest.mark.parametrize("ending", [".gif", ".webp", ".png"])
def test_a_film_shows_the_training(
    ending: str, panel: SamplesPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    path = tmp_path / f"film{ending}"
    heard: list[tuple[str, str, bool]] = []
    panel.said.connect(lambda *words: heard.append(words))
    film = filmed(panel, path, monkeypatch)
    assert film is not None
    with qtbot.waitSignal(film.ended):
        pass
    assert heard == [("Film saved", str(path), True)]
    with Image.open(path) as made:
        assert made.n_frames == 3  # type: ignore[attr-defined]
        shades = []
        for number in range(3):
            made.seek(number)
            shades.append(np.asarray(made.convert("L"), int))
    assert panel._scrubber.following
    assert panel._scrubber.index == 2
    means = [shade.mean() for shade in shades]
    assert means == sorted(set(means))


def noisy(step: int, side: int, classes: bool = False, raw: bool = False) -> RunData:
    run = made_up()
    info = {"kind": "images", "columns": 3, "classes": ["cat", "dog"] if classes else []}
    shape = (6, side, side, 3)
    arrays = {"images": np.random.default_rng(0).integers(0, 256, shape, np.uint8)}
    if raw:
        arrays["raw"] = arrays["images"]
    picture(run, "samples", step, info, **arrays)
    return run


@pytest.mark.parametrize(("side", "scale"), [(8, 21), (64, 3), (300, 1)])
def test_a_film_has_images_at_whole_multiples_and_a_step_whatever_the_panel_measures(
    show: Show, side: int, scale: int
) -> None:
    panel: SamplesPanel = show(SamplesPanel(), 251, 203)
    panel.show_run(noisy(1200, side))
    pixels = pixels_of(panel._draw_film())
    panel.resize(900, 600)
    assert np.array_equal(pixels, pixels_of(panel._draw_film()))
    height, width, _channels = pixels.shape
    assert width == 3 * (side * scale + GAP) + GAP >= 512
    assert height == 2 * (side * scale + GAP) + GAP + LINE
    assert panel.run is not None
    first = panel.run.frames["samples"][0].arrays["images"][0]
    drawn = pixels[GAP : GAP + side * scale, GAP : GAP + side * scale]
    assert np.array_equal(drawn, first.repeat(scale, 0).repeat(scale, 1))
    assert len(np.unique(pixels[-LINE:].reshape(-1, 3), axis=0)) > 2  # the step


def test_rows_and_both_weights_are_filmed_with_their_names(show: Show) -> None:
    panel: SamplesPanel = show(SamplesPanel(), 251, 203)
    panel.show_run(noisy(10, 8, classes=True, raw=True))
    alone = pixels_of(panel._draw_film())
    assert len(np.unique(alone[GAP:170, : GAP + 20].reshape(-1, 3), axis=0)) > 2  # a name
    combo = panel.findChild(QComboBox, "samplesWeights")
    assert combo is not None
    combo.setCurrentIndex(2)
    both = pixels_of(panel._draw_film())
    assert both.shape[1] >= 512
    assert len(np.unique(both[:LINE].reshape(-1, 3), axis=0)) > 2  # headings


def test_what_is_no_image_is_filmed_large(show: Show) -> None:
    panel: SamplesPanel = show(SamplesPanel(), 251, 203)
    run = made_up()
    answers(run, 7, pixels=True)
    panel.show_run(run)
    pixels = pixels_of(panel._draw_film())
    assert pixels.shape[1] >= 512
    assert pixels.shape[1] % panel.filmed().width() == 0


def test_a_film_that_is_given_up_leaves_nothing(
    panel: SamplesPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    film = filmed(panel, tmp_path / "film.gif", monkeypatch)
    assert film is not None
    with qtbot.waitSignal(film.ended) as heard:
        film.cancel()
    assert heard.args == [False]
    assert not list(tmp_path.glob("film*"))


def test_one_film_at_a_time_moves_a_time_line(
    panel: SamplesPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    film = filmed(panel, tmp_path / "film.gif", monkeypatch)
    assert film is not None
    with qtbot.waitSignal(panel.said) as heard:
        assert filmed(panel, tmp_path / "second.gif", monkeypatch) is film
    assert heard.args == [
        "This panel is being filmed already",
        "Wait for that film, or cancel it.",
        False,
    ]
    with qtbot.waitSignal(film.ended):
        pass
    with Image.open(tmp_path / "film.gif") as made:
        assert made.n_frames == 3  # type: ignore[attr-defined]
    assert not (tmp_path / "second.gif").exists()
    with qtbot.waitSignal(panel.said) as heard:  # now there is room for another one
        filmed(panel, tmp_path / "second.gif", monkeypatch)
    assert heard.args == ["Film saved", str(tmp_path / "second.gif"), True]


def test_what_kind_of_file_it_can_be_is_said(
    panel: SamplesPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(panel.said) as heard:
        assert filmed(panel, tmp_path / "film.avi", monkeypatch) is None
    assert heard.args[1] == "A film is a .gif, .webp, .mp4 or animated .png file."


def test_an_mp4_shows_the_training_and_holds_its_last_picture(
    panel: SamplesPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    av = pytest.importorskip("av")
    path = tmp_path / "film.mp4"
    film = filmed(panel, path, monkeypatch)
    assert film is not None
    with qtbot.waitSignal(panel.said) as heard:
        pass
    assert heard.args == ["Film saved", str(path), True]
    with av.open(str(path)) as made:
        (stream,) = made.streams
        assert stream.codec_context.name == "h264"
        pictures = [frame.to_ndarray(format="gray") for frame in made.decode(stream)]
    assert len(pictures) == 3 + HOLD_MS // FRAME_MS
    assert all(size % 2 == 0 for size in pictures[0].shape)
    means = [float(picture.mean()) for picture in pictures]
    assert means[0] < means[1] < means[2]
    assert means[2:] == pytest.approx([means[2]] * len(means[2:]), abs=1)


def test_without_its_package_an_mp4_is_a_sentence_and_no_file(
    panel: SamplesPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    filmed(panel, tmp_path / "film.mp4", monkeypatch)
    with qtbot.waitSignal(panel.said) as heard:
        pass
    assert heard.args == [
        "The film could not be saved",
        "MP4 is written by the package av, which is not installed. "
        "pip install av, or save a .gif, .webp or .png.",
        False,
    ]
    assert not list(tmp_path.glob("film*"))


def test_pictures_that_change_their_size_fit_the_first() -> None:
    first = np.zeros((8, 10, 3), np.uint8)
    packed = film_of(first, iter([np.full((9, 12, 3), 255, np.uint8)]), "GIF", 2)
    with Image.open(io.BytesIO(packed)) as made:
        assert made.size == (10, 8)
        assert made.n_frames == 2  # type: ignore[attr-defined]
