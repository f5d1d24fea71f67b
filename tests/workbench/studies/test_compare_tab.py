"""What stands between the metrics of two runs."""

from __future__ import annotations

import math

import pytest

from workbench.compare.tab import change_of


@pytest.mark.parametrize(
    ("metric", "a", "b", "higher", "said"),
    [
        ("test_modes", 7.0, 8.0, True, ("+1 better", "good")),
        ("test_modes", 8.0, 7.0, True, ("-1 worse", "warning")),
        ("test_modes", 7.0, 8.0, None, ("+1", "")),
        ("test_loss", 0.5, 0.25, False, ("-0.2500 better", "good")),
        ("test_loss", 0.5, 0.5, False, ("equal", "")),
        ("test_loss", 0.5, None, False, ("–", "")),
        ("test_loss", 0.5, math.nan, False, ("–", "")),
    ],
)
def test_a_change_is_as_whole_as_its_metric(
    metric: str, a: float | None, b: float | None, higher: bool | None, said: tuple[str, str]
) -> None:
    assert change_of(metric, a, b, higher) == said
