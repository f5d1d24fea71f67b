"""What is said where the same seed need not give the same run."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.compute.repeatability import obstacles
from engine.protocol import Marker
from engine.runs.reader import Reader
from projects.schema import Recipe
from tests.engine.training.support import digits, train


def test_a_processor_repeats_a_run_and_others_say_so() -> None:
    cpu, gpu = torch.device("cpu"), torch.device("cuda")
    assert list(obstacles(Recipe(), cpu)) == []
    (said,) = obstacles(Recipe(), gpu)
    assert "GPU" in said
    (said,) = obstacles(Recipe(compile=True), cpu)
    assert "compiler" in said


def test_a_run_says_it_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def shaky(_recipe: Recipe, device: torch.device) -> list[str]:
        return [f"{device} adds as it likes"]

    monkeypatch.setattr("engine.compute.trainer.obstacles", shaky)
    train(digits(), tmp_path / "run", max_steps=2)
    train(digits(), tmp_path / "run", max_steps=4, resume=True)
    told = [e for e in Reader(tmp_path / "run").events(()) if isinstance(e, Marker)]
    assert [e.text for e in told if e.kind == "not_repeatable"] == ["cpu adds as it likes"]
