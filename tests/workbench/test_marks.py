"""What happened to a run, told in the language of the moment."""

from __future__ import annotations

from typing import Any

import pytest

from engine.protocol import Marker
from projects.templates import template
from tests.pseudo import pseudo, wide
from workbench.marks import CHANGE, marker_words, marks_of
from workbench.rundata import RunData

RUN = RunData(project=template("gan_ring").project)
STATE = {"ailment": "rate_too_high", "state": "confirmed"}


def marker(kind: str, text: str, **values: Any) -> Marker:
    return Marker(step=7, kind=kind, text=text, values=values)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (marker("learning_rate", "rate", value=0.5, network=""), "Learning rate → 0.5"),
        (
            marker("learning_rate", "rate", value=0.5, network="generator"),
            "Generator: Learning rate → 0.5",
        ),
        (
            marker("value", "value", value=0.1, path="recipe.optimizer.beta1"),
            "Beta 1 → 0.1",
        ),
        (marker("value", "as it was", value=0.1, path="recipe.nothing.here"), "as it was"),
        (marker("verdict", "太高", **STATE), "Learning rate too high (confirmed)"),
        (marker("early_stopping", "as it was"), "as it was"),
        (marker("value", "not from here", value=10**400, network=""), "not from here"),
    ],
)
def test_a_marker_is_told_by_its_values(told: Marker, words: str) -> None:
    assert marker_words(RUN, told) == words


def test_a_verdict_in_the_language_of_the_moment_keeps_its_evidence() -> None:
    text = "Learning rate too high (confirmed): the loss is 9 times what it was"
    told = marker("verdict", text, **STATE)
    assert marker_words(RUN, told) == text
    with pseudo():
        assert marker_words(RUN, told) == wide("Learning rate too high (confirmed)")


def test_marks_on_curves_change_with_the_language() -> None:
    run = RunData(project=RUN.project)
    run.feed(marker("learning_rate", "Learning rate → 0.5", value=0.5, network=""))
    with pseudo():
        (mark,) = marks_of(run, lambda _run: None, [CHANGE])
        assert mark.label == f"{wide('Learning rate')} → 0.5"
