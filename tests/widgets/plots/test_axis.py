"""Numbers below a plot: round, and never one over the other."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from widgets.plots.axis import StepAxis, label_room, round_step


@pytest.mark.parametrize(
    ("least", "step"),
    [
        (0, 1),
        (0.3, 1),
        (1, 1),
        (1.1, 2),
        (2.5, 5),
        (7, 10),
        (10, 10),
        (11, 20),
        (333, 500),
        (6e6, 1e7),
    ],
)
def test_steps_are_round(least: float, step: float) -> None:
    assert round_step(least) == step


def test_what_is_no_number_gives_a_step_too() -> None:
    assert round_step(float("nan")) == 1


@pytest.mark.parametrize("size", [10, 90, 300, 1900])
@pytest.mark.parametrize("high", [1, 40, 4_321, 1_234_567])
def test_every_number_has_its_room(qtbot: QtBot, size: float, high: float) -> None:
    ((spacing, offset),) = StepAxis().tickSpacing(0, high, size)
    pixels = spacing / high * size
    assert offset == 0
    assert pixels >= min(label_room(high), size)
