"""At which steps the doctor goes rounds: they follow from the step alone, and become rarer as a training goes on."""

from __future__ import annotations

FIRST = 25  # steps from one round to the next, at the beginning
ROUNDS_OF_A_SCALE = 200  # then stretches double: a run of a million steps has about 1,000 rounds
SCALE = FIRST * ROUNDS_OF_A_SCALE  # steps


def round_after(step: int) -> int:
    """Return the step of the first round after ``step`` steps."""
    stretch = stretch_at(step)
    return (step // stretch + 1) * stretch


def stretch_at(step: int) -> int:
    """Return how many steps lie between the rounds around ``step``."""
    return FIRST << (step // SCALE).bit_length()


def end_of_scale(step: int) -> int:
    """Return the step from which on rounds are farther apart than around ``step``."""
    return SCALE << (step // SCALE).bit_length()
