"""Times are measured for a moment only; one trained run for all who make variants of one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.training.support import digits, train


@pytest.fixture(autouse=True)
def _briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.compute.compression.measuring.SECONDS", 0.0)


@pytest.fixture(scope="package")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A classifier of digits; variants may be written beside it, it stays as it is."""
    place = tmp_path_factory.mktemp("runs") / "first"
    train(digits(epochs=3), place)
    return place
