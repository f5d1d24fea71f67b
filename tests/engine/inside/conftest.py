"""Runs that are trained once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.inside.support import images, moons
from tests.engine.training.support import digits, train


@pytest.fixture(scope="package")
def image_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("images") / "run"
    train(images(), run, max_steps=25)
    return run


@pytest.fixture(scope="package")
def flat_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("flat") / "run"
    train(digits(), run, max_steps=25)
    return run


@pytest.fixture(scope="package")
def plane_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    run = tmp_path_factory.mktemp("plane") / "run"
    train(moons(epochs=20), run)
    return run
