"""Films of a training: written while the window goes on, given up without a trace."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from tests.workbench.panels.conftest import Show, made_up
from tests.workbench.panels.test_samples import images
from workbench.panels.film import Film, film_of
from workbench.panels.samples import SamplesPanel


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
        assert filmed(panel, tmp_path / "film.mp4", monkeypatch) is None
    assert "there is no MP4" in heard.args[1]


def test_pictures_that_change_their_size_fit_the_first() -> None:
    first = np.zeros((8, 10, 3), np.uint8)
    packed = film_of(first, iter([np.full((9, 12, 3), 255, np.uint8)]), "GIF", 2)
    with Image.open(io.BytesIO(packed)) as made:
        assert made.size == (10, 8)
        assert made.n_frames == 2  # type: ignore[attr-defined]
