"""Figures of evidence have two digits, and powers of ten only where there is no shorter way."""

from __future__ import annotations

import pytest

from engine.clinic.base import Look
from engine.clinic.figures import compared, short


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"),
        (0.6249, "0.62"),
        (0.0123, "0.012"),
        (0.9953, "0.995"),
        (0.99996, "0.99996"),
        (1.0, "1.0"),
        (3.456, "3.5"),
        (36.2, "36"),
        (300, "300"),
        (12345.6, "12,346"),
        (-0.5, "-0.50"),
        (2e-7, "2.0e-07"),
        (3e9, "3.0e+09"),
        (float("nan"), "–"),
    ],
)
def test_two_digits(value: float, words: str) -> None:
    assert short(value) == words


def test_a_sentence_has_powers_of_ten_for_what_is_tiny_alone() -> None:
    sentence = "norm {now:.1e}, {share:.2%} of the {best:.1e} that it had in {layer}"
    details: dict[str, float | str] = {
        "now": 20.7,
        "share": 0.98592,
        "best": 21.0,
        "layer": "g/linear",
    }

    def said(**other: float) -> str:
        return Look("c", 1, 1, False, True, sentence, {**details, **other}).words

    assert said() == "norm 21, 99% of the 21 that it had in g/linear"
    assert said(share=0.996) == "norm 21, 99.6% of the 21 that it had in g/linear"
    assert said(share=1.0) == "norm 21, 100% of the 21 that it had in g/linear"
    assert said(now=2e-6, share=0.0001) == "norm 2.0e-06, 0.01% of the 21 that it had in g/linear"


@pytest.mark.parametrize(
    ("figure", "limit", "words"),
    [
        (0.6249, 0.3, ("0.62", "0.30")),
        (0.946, 0.95, ("0.946", "0.950")),
        (0.9953, 0.99, ("0.995", "0.99")),
        (12345.6, 1e4, ("12,346", "10,000")),
        (12345.6, 2e5, ("1.2e+04", "2.0e+05")),
        (0.02, 1e-4, ("2.0e-02", "1.0e-04")),
        (0, 1e-4, ("0", "1.0e-04")),
        (0.3, 0.1 + 0.2, ("0.30", "0.30")),
        (0.5, float("inf"), ("0.50", "–")),
    ],
)
def test_a_figure_and_its_limit_have_one_format_and_can_be_told_apart(
    figure: float, limit: float, words: tuple[str, str]
) -> None:
    assert compared(figure, limit) == words
