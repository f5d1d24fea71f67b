"""Entities in tags."""

from __future__ import annotations

import pytest

from engine.objectives.tags import EntityScore, are_bio, spans


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        ("O O", set()),
        ("B-PER I-PER O B-LOC", {("PER", 0, 2), ("LOC", 3, 4)}),
        ("B-PER B-PER", {("PER", 0, 1), ("PER", 1, 2)}),
        ("B-PER I-LOC", {("PER", 0, 1), ("LOC", 1, 2)}),
        ("O I-PER I-PER", {("PER", 1, 3)}),
        ("I-A I-B B-B I-B", {("A", 0, 1), ("B", 1, 2), ("B", 2, 4)}),
    ],
)
def test_spans(tags: str, found: set[tuple[str, int, int]]) -> None:
    assert spans(tags.split()) == found


def test_only_whole_entities_of_the_right_kind_count() -> None:
    score = EntityScore()
    score.take(
        ["B-PER", "I-PER", "O", "B-LOC", "O", "B-ORG"], ["B-PER", "O", "O", "B-LOC", "O", "B-PER"]
    )
    score.take(["O", "O"], ["B-LOC", "O"])
    assert (score.hits, score.true, score.said) == (1, 3, 4)
    assert score.f1 == pytest.approx(2 / 7)
    assert EntityScore().f1 == 0


@pytest.mark.parametrize(
    ("classes", "marks"),
    [
        ("O B-PER I-PER", True),
        ("B-PER O", True),
        ("B-PER I-PER", False),
        ("O I-PER", False),
        ("O B-PER NOUN", False),
        ("even odd", False),
    ],
)
def test_which_tags_mark_entities(classes: str, marks: bool) -> None:
    assert are_bio(classes.split()) is marks
