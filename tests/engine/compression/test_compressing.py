"""From a run to a smaller variant of it."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.compression.variant import read_variant
from engine.compute.compression.compressing import applied, compress
from engine.compute.compression.model import model_of
from engine.compute.compression.zeroing import n_of_m
from engine.compute.evaluate import evaluate, open_run
from engine.runs.reader import Reader
from engine.runs.summary import COMPRESSED, read_summary
from projects.errors import CompressionError, ProjectError
from projects.schema import Plug
from tests.engine.training.support import digits, train


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("runs") / "first"
    train(digits(epochs=3), place)
    return place


def test_a_variant_is_a_run_with_a_parent(run: Path) -> None:
    place, variant = compress(run, [Plug("prune", {"amount": 0.6})])
    assert place.parent == run.parent
    assert read_variant(place) == variant
    summary = read_summary(place)
    assert (summary.state, summary.parent) == (COMPRESSED, run.name)
    assert Reader(place).project() == Reader(run).project()
    found = evaluate(open_run(place), "validation")
    assert (
        found["validation_accuracy"] == variant.size.value == summary.metrics[variant.size.metric]
    )
    assert variant.size.nonzero < 0.5 * variant.parent.nonzero
    assert variant.size.parameters == variant.parent.parameters
    assert variant.size.macs == variant.parent.macs == 64 * 24 + 24 * 10
    assert all(0 < one.median <= one.p95 for one in variant.size.latencies)


def test_a_random_cut_costs_more(run: Path) -> None:
    model = model_of(run)
    scores = {}
    for criterion in ("magnitude", "random"):
        made = applied(model, [Plug("prune", {"amount": 0.7, "criterion": criterion})])
        scores[criterion] = evaluate(made.opened(), "validation")["validation_accuracy"]
    assert scores["magnitude"] > scores["random"] + 0.1


def test_of_every_four_two_stay() -> None:
    weight = torch.tensor([[1.0, -5, 3, 2, 9], [0, 0, 0, 1, 2]])
    assert n_of_m(weight, 2, 4).tolist() == [
        [False, True, True, False, True],
        [True, False, False, True, True],
    ]


def test_what_cannot_be_done_writes_nothing(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(CompressionError, match="no network called"):
        compress(run, [Plug("prune", {"networks": "classifer"})], out)
    with pytest.raises(ProjectError, match="no compression called"):
        compress(run, [Plug("prunee")], out)
    with pytest.raises(ProjectError, match="below 1"):
        compress(run, [Plug("prune", {"amount": 1.0})], out)
    assert not out.exists()
