"""The learning-rate range test: against a plain loop, its suggestion, its ends."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.compute.rate_range import FIRST, rate_range, smoothed, suggested
from engine.compute.training import Training
from engine.headless.entry import run as run_words
from engine.protocol import Event, Stage
from engine.runs.control import Control, Silent
from main import OPEN
from projects.errors import ProblemsError
from projects.files import save
from projects.schema import Averaging, Plug
from tests.engine.training.support import Listener, digits, ring


def test_every_step_has_its_rate_whatever_the_schedule_says(tmp_path: Path) -> None:
    recipe = {"optimizer": Plug("sgd", {"lr": 0.1}), "batch_size": 300, "epochs": 2}
    schedule = Plug("polynomial", {"warmup": 5})
    project = digits(schedule=schedule, average=Averaging(), **recipe)
    found = rate_range(project, tmp_path, Silent(), Control(), steps=12, lowest=1e-3, highest=0.1)
    assert found.rates == pytest.approx(np.geomspace(1e-3, 0.1, 12))
    plain = Training(digits(**recipe), tmp_path)
    losses: list[float] = []
    while len(losses) < 12:  # more steps than a pass has
        for batch in plain.rest_of_epoch():
            plain.learners["classifier"].set_rate(found.rates[len(losses)], 0)
            plain.make_step(batch)
            losses.append(float(plain.task.read(plain.task.kept)["train_loss"][-1]))
            if len(losses) == 12:
                break
        else:
            plain.end_epoch()
    assert found.losses == pytest.approx(losses, rel=1e-6)


def test_a_useful_rate_is_found_and_an_explosion_ends_it(tmp_path: Path) -> None:
    threads, state = torch.get_num_threads(), Listener()
    project = digits(optimizer=Plug("sgd", {"lr": 0.0}))
    found = rate_range(project, tmp_path, state, Control(), highest=1e4)
    assert found.exploded
    assert len(found.rates) == len(found.losses) == len(found.smoothed) < 100
    assert found.suggestion is not None
    assert 1e-3 < found.suggestion < 10
    shares = [event.share for event in state.of(Stage)]
    assert shares == sorted(shares)
    assert torch.get_num_threads() == threads


def test_a_stop_ends_it_with_what_was_found(tmp_path: Path) -> None:
    control = Control()

    def react(event: Event) -> None:
        if isinstance(event, Stage) and event.share > 0.15:
            control.stop()

    found = rate_range(digits(), tmp_path, Listener(react), control)
    assert 10 < len(found.losses) < 40
    assert not found.exploded


def test_the_suggestion_is_where_the_mean_falls_most_steeply() -> None:
    rates = np.geomspace(1e-4, 1, 30).tolist()
    mean = [3.0] * 10 + [2.9, 2.5, 1.5, 1.0, 0.9] + [4.0] * 5
    assert suggested(rates, mean) == pytest.approx(rates[12])
    assert suggested(rates, [1.0 + 0.1 * i for i in range(30)]) is None
    assert suggested(rates, []) is None
    assert FIRST < 10


def test_a_fall_behind_a_peak_suggests_nothing() -> None:
    rates = np.geomspace(1e-4, 1, 30).tolist()
    fall = [3.0] * 8 + [2.8, 2.4, 1.8, 1.5, 1.2, 1.0]
    peak = [1.4, 2.3, 2.9, 1.5, 0.2, 0.1]
    assert suggested(rates, [*fall, *peak]) == pytest.approx(rates[9])
    bump = [1.2, 1.3, 1.1, 0.9]  # less than half of the fall is given back
    steep = [*fall, *bump, 0.0, -0.1]
    assert suggested(rates, steep) == pytest.approx(rates[17])
    assert suggested(rates, [3.0, 2.9, *[4.0 + i for i in range(10)]]) is None


def test_smoothing_takes_chance_out_and_shifts_nothing() -> None:
    line = [3.0 - 0.1 * i for i in range(30)]
    assert smoothed(line) == pytest.approx(line)
    noisy = [value + 0.5 * (-1) ** i for i, value in enumerate(line)]
    assert smoothed(noisy)[8:22] == pytest.approx(line[8:22], abs=0.05)
    assert smoothed([]) == []


def test_rivals_have_no_loss_that_tells(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError) as caught:
        rate_range(ring(), tmp_path, Silent(), Control())
    assert caught.value.problems[0].where == "recipe.optimizer.lr"


def test_the_command_tells_rates_losses_and_a_suggestion(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(digits(), tmp_path / "p.yaml")
    words = ["lr-range", str(tmp_path / "p.yaml"), "--steps", "40"]
    assert run_words([*words, "--json"], OPEN) == 0
    answer = json.loads(capsys.readouterr().out)
    assert set(answer) == {"rates", "losses", "smoothed", "suggestion", "exploded"}
    assert run_words([*words, "--set", "recipe.optimizer.type=sgd"], OPEN) == 0
    assert "learning rate" in capsys.readouterr().out
    assert not (tmp_path / "runs").exists()
