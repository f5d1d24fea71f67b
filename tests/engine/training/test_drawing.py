"""Drawing from the latents that a client names, by the networks of a run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.compute import checkpoint
from engine.compute.drawing import MOST, Studio
from engine.compute.evaluate import open_run
from engine.protocol import Array, Draw
from engine.runs.control import Control
from projects.errors import RunError
from projects.templates import template
from tests.engine.training.support import (
    Listener,
    digits,
    drawn_digits,
    ring,
    train,
    with_recipe,
)
from tests.engine.training.test_game_resume import game as game_of


@pytest.fixture(scope="module")
def game(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("game") / "run"
    train(with_recipe(ring(), max_steps=8), run)
    return run


def test_it_draws_what_the_run_draws(game: Path) -> None:
    before = torch.get_rng_state()
    studio = Studio()
    drawn = studio.draw(Draw(run=str(game), count=5, seed=3))
    points = drawn.arrays["points"].numpy()
    assert points == pytest.approx(open_run(game).task.sample(5, 3), abs=1e-6)
    latents = drawn.arrays["latents"]
    assert latents.shape == (5, 4)
    assert (drawn.step, drawn.distribution, drawn.classes, drawn.averaged) == (
        8,
        "normal",
        (),
        True,
    )
    again = studio.draw(Draw(run=str(game), latents=latents))
    assert np.array_equal(again.arrays["points"].numpy(), points)
    raw = studio.draw(Draw(run=str(game), latents=latents, raw=True))
    assert not np.array_equal(raw.arrays["points"].numpy(), points)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_newer_checkpoint_is_taken_and_the_run_stays_open_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []

    def counted(run: Path) -> object:
        opened.append(run)
        return open_run(run)

    monkeypatch.setattr("engine.compute.drawing.open_run", counted)
    run, studio = tmp_path / "run", Studio()
    train(ring(), run, max_steps=3)
    assert [studio.draw(Draw(run=str(run))).step for _turn in range(3)] == [3, 3, 3]
    assert len(opened) == 1
    train(ring(), run, Listener(), Control(), resume=True, max_steps=5)
    assert studio.draw(Draw(run=str(run))).step == 5
    assert len(opened) == 2


def test_a_checkpoint_that_is_written_while_another_is_read_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []

    def slow(run: Path) -> object:
        opened.append(run)
        session = open_run(run)
        if len(opened) == 1:
            train(ring(), run, Listener(), Control(), resume=True, max_steps=5)
        return session

    run, studio = tmp_path / "run", Studio()
    train(ring(), run, max_steps=3)
    monkeypatch.setattr("engine.compute.drawing.open_run", slow)
    drawn = studio.draw(Draw(run=str(run), count=4))
    assert drawn.step == 5
    fresh = open_run(run).task.sample(4, 0)
    assert drawn.arrays["points"].numpy() == pytest.approx(fresh, abs=1e-6)
    studio.draw(Draw(run=str(run)))
    assert len(opened) == 2


def test_a_checkpoint_that_is_thrown_away_meanwhile_is_passed_over(
    game: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed, whole = checkpoint.checkpoints, open_run(game)

    def late(folder: Path) -> list[Path]:
        return [folder / "step-000000009", *listed(folder)]

    monkeypatch.setattr("engine.compute.drawing.open_run", lambda _run: whole)
    monkeypatch.setattr("engine.compute.drawing.checkpoint.checkpoints", late)
    assert Studio().draw(Draw(run=str(game))).step == 8


@pytest.mark.parametrize(
    ("latents", "words"),
    [
        (np.zeros((2, 3), np.float32), "expected latents of 4 numbers, got an array of 2×3"),
        (np.zeros((2, 4), np.float64), "expected latents of 4 numbers"),
        (np.zeros((0, 4), np.float32), "1 to 400 rows"),
        (np.zeros((MOST + 1, 4), np.float32), "1 to 400 rows"),
        (np.full((1, 4), np.nan, np.float32), "finite numbers"),
    ],
)
def test_latents_that_do_not_fit_are_refused(game: Path, latents: np.ndarray, words: str) -> None:
    with pytest.raises(RunError, match=words):
        Studio().draw(Draw(run=str(game), latents=Array.of(latents)))


def test_runs_without_latents_or_checkpoints_say_so(tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(digits(), run, max_steps=2)
    with pytest.raises(RunError, match="do not draw from latents"):
        Studio().draw(Draw(run=str(run)))
    with pytest.raises(RunError, match="not a run folder"):
        Studio().draw(Draw(run=str(tmp_path / "nothing")))


def test_sheets_hold_the_average_and_what_learns(tmp_path: Path) -> None:
    run, sink, control = tmp_path / "run", Listener(), Control()
    control.watch({"samples": 60.0})
    train(drawn_digits(), run, sink, control, max_steps=6)
    last = sink.pictures("samples")[-1]
    assert last.arrays["images"].shape == last.arrays["raw"].shape == (64, 8, 8, 1)
    assert last.arrays["images"].data != last.arrays["raw"].data
    studio = Studio()
    task = open_run(run).task
    shown = studio.draw(Draw(run=str(run), latents=Array.of(task.latents_of(64, 0x6A17).numpy())))
    assert np.array_equal(shown.arrays["images"].numpy(), last.arrays["images"].numpy())


def test_a_generator_that_is_told_a_class_has_a_row_for_each(tmp_path: Path) -> None:
    run, sink, control = tmp_path / "run", Listener(), Control()
    control.watch({"samples": 60.0})
    train(game_of(images=True, conditioning={"type": "labels"}), run, sink, control, max_steps=3)
    sheet = sink.pictures("samples")[-1]
    assert sheet.info["classes"] == [f"{digit}" for digit in range(10)]
    assert sheet.info["columns"] == 6
    latents = open_run(run).task.latents_of(6, 0x6A17)
    third = Studio().draw(Draw(run=str(run), latents=Array.of(latents.numpy()), label=2))
    rows = sheet.arrays["images"].numpy().reshape(10, 6, 8, 8, 1)
    assert np.array_equal(third.arrays["images"].numpy(), rows[2])
    assert not np.array_equal(rows[2], rows[3])


def test_decoders_draw_too(tmp_path: Path) -> None:
    run = tmp_path / "run"
    project = with_recipe(template("vae_anomaly").project, max_steps=2, epochs=None)
    train(project, run)
    drawn = Studio().draw(Draw(run=str(run), count=3, seed=1))
    images = drawn.arrays["images"].numpy()
    assert images.shape[0] == 3
    assert drawn.arrays["latents"].dtype == "float32"
    assert not drawn.averaged
