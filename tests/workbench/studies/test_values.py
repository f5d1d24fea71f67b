"""Values that can stand at a path, and the words that forms have for them."""

from __future__ import annotations

from typing import Any

import pytest

from projects.templates import template
from workbench.studies.values import options_at, value_of, wanted_paths, words_of

RING = template("gan_ring").project


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("objective.loss.type", "hinge", "Hinge"),
        ("recipe.on_nan", "roll_back", "roll back"),
        ("recipe.batch_size", 64, ""),
        ("recipe.compile", True, "yes"),
        ("data.scale", "zero_to_one", "zero to one"),
        ("data.split.stratify", False, "no"),
        ("objective.penalties", [], "nothing"),
        ("no.such.path", "hinge", ""),
    ],
)
def test_values_have_words_and_words_mean_values(path: str, value: Any, words: str) -> None:
    assert words_of(RING, path, value) == words
    assert value_of(RING, path, words) == (value if words else None)


def test_what_a_file_says_is_no_word_of_a_form() -> None:
    assert value_of(RING, "recipe.on_nan", "roll_back") is None


def test_all_words_lead_back_to_their_values() -> None:
    said = 0
    for path in wanted_paths(RING):
        for value in options_at(RING, path):
            if words := words_of(RING, path, value):
                assert value_of(RING, path, words) == value
                said += 1
    assert said > 50
