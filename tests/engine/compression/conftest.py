"""Times are measured for a moment only."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.compute.compression.measuring.SECONDS", 0.0)
