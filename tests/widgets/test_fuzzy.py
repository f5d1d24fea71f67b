"""Fuzzy finding puts what was meant first."""

from __future__ import annotations

import pytest

from widgets.fuzzy import best, score

WORDS = ["Linear", "ReLU", "Leaky ReLU", "Convolution 1-D", "Convolution 2-D", "Max pooling 2-D"]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("relu", "ReLU"),
        ("lr", "Leaky ReLU"),
        ("conv2", "Convolution 2-D"),
        ("2-d", "Convolution 2-D"),
        ("pool", "Max pooling 2-D"),
        ("mp", "Max pooling 2-D"),
        ("  LIN ", "Linear"),
    ],
)
def test_the_meant_one_is_first(query: str, first: str) -> None:
    assert best(query, WORDS, lambda word: (word,))[0] == first


def test_an_empty_query_keeps_everything_in_order() -> None:
    assert best("  ", WORDS, lambda word: (word,)) == WORDS


def test_letters_in_another_order_do_not_match() -> None:
    assert score("uler", "ReLU") is None


def test_earlier_texts_count_more() -> None:
    items = [("x", "relu"), ("relu", "x")]
    assert best("relu", items, lambda item: item)[0] == ("relu", "x")
