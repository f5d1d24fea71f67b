"""Quick fixes at the end of networks: each objective says what they are to end in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from engine.compute.check import check
from projects.schema import Project
from tests.engine.drawn import chain, node
from tests.engine.training import kinds
from workbench.mender import mends
from workbench.mending import proposals, trouble_of

GRU = node("gru", units=6, returns="sequence")
LAST = node("gru", units=6)
WORDS = node("embedding", features=6)


def ending(project: Project, *layers: object) -> Project:
    """The project with another network."""
    (name,) = project.networks
    return replace(project, networks={name: chain(*layers)})  # type: ignore[arg-type]


CASES: dict[str, tuple[Callable[[Path], Project], str]] = {
    "a number": (
        lambda _: ending(kinds.regression(), node("linear", units=4)),
        "Give “n0” 1 output",
    ),
    "quantiles": (
        lambda _: ending(kinds.regression({"loss": "quantile"}), node("linear", units=4)),
        "Give “n0” 3 outputs",
    ),
    "labels": (
        lambda _: ending(kinds.multi_label(), node("linear", units=4)),
        "Give “n0” 5 outputs",
    ),
    "horizon": (
        lambda _: ending(kinds.forecasting(), LAST, node("linear", units=4)),
        "Give “n1” 3 outputs",
    ),
    "a class at every step": (
        lambda _: ending(kinds.sequence_labelling(), GRU, node("linear", units=4)),
        "Give “n1” 2 outputs",
    ),
    "no answer at every step": (
        lambda _: ending(kinds.sequence_labelling(), LAST, node("linear", units=2)),
        "Let “n0” return every state",
    ),
    "no classes at every step": (
        lambda _: ending(kinds.sequence_labelling(), GRU),
        "End with a Linear of 2 units",
    ),
    "a token at every step": (
        lambda folder: ending(kinds.language_model(folder), WORDS, GRU, node("linear", units=4)),
        "Give “n2” 14 outputs",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_end_is_mended(tmp_path: Path, name: str) -> None:
    make, title = CASES[name]
    project = make(tmp_path)
    before = check(project, tmp_path)
    (problem,) = before.problems
    trouble = trouble_of(project, before, problem)
    assert trouble is not None
    offered = [
        candidate.title
        for candidate in proposals(trouble)
        if mends(problem, before, check(candidate.project, tmp_path), candidate.strict)
    ]
    assert title in offered
