"""What the objectives that answer for examples say of data and networks that do not suit them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from engine.compute.check import check
from engine.objectives.base import OBJECTIVES
from projects.errors import Problem
from projects.schema import EarlyStopping, Plug, Project
from tests.engine.training import kinds
from tests.engine.training.support import chain, digits

KINDS: dict[str, Callable[[Path], Project]] = {
    "classification": lambda folder: digits(),
    "regression": lambda folder: kinds.regression(),
    "multi_label": lambda folder: kinds.multi_label(),
    "sequence_labelling": lambda folder: kinds.sequence_labelling(),
    "forecasting": lambda folder: kinds.forecasting(),
    "language_model": kinds.language_model,
}


def problems(project: Project, folder: Path) -> dict[str, Problem]:
    return {problem.where: problem for problem in check(project, folder).problems}


def with_last(project: Project, **params: Any) -> Project:
    """The project with other settings of its network's last layer."""
    ((name, network),) = project.networks.items()
    last = network.nodes["last"]
    nodes = {**network.nodes, "last": replace(last, params={**last.params, **params})}
    return replace(project, networks={name: replace(network, nodes=nodes)})


@pytest.mark.parametrize("name", KINDS)
def test_what_fits_has_no_problem(tmp_path: Path, name: str) -> None:
    project = KINDS[name](tmp_path)
    found = check(project, tmp_path)
    assert found.problems == ()
    assert found.data is not None
    assert OBJECTIVES.get(name).made_for(found.data)


@pytest.mark.parametrize("name", KINDS)
def test_a_wrong_number_of_outputs_is_told_at_the_last_layer(tmp_path: Path, name: str) -> None:
    project = with_last(KINDS[name](tmp_path), units=17)
    (network,) = project.networks
    found = problems(project, tmp_path)
    assert list(found) == [f"networks.{network}.nodes.last"]
    (problem,) = found.values()
    assert "17" in problem.message
    assert re.search(r"Linear layer of (1 unit|\d+ units)\b", problem.hint)
    assert problem.severity == "error"


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("other", KINDS)
def test_data_of_another_kind_name_the_objective_that_is_meant(
    tmp_path: Path, name: str, other: str
) -> None:
    if name == other or {name, other} == {"sequence_labelling", "language_model"}:
        return
    if (name, other) == ("regression", "forecasting"):
        return  # values that follow a window are numbers too
    theirs = KINDS[other](tmp_path)
    mine = replace(KINDS[name](tmp_path), data=theirs.data)
    problem = problems(mine, tmp_path)["data.source"]
    assert OBJECTIVES.get(other).title in problem.hint
    assert OBJECTIVES.get(name).title not in problem.hint


def test_a_single_answer_where_every_step_is_asked(tmp_path: Path) -> None:
    project = kinds.sequence_labelling()
    layers: Any = [("gru", "gru", {"units": 6}), ("last", "linear", {"units": 2})]
    found = problems(replace(project, networks={"tagger": chain(layers)}), tmp_path)
    problem = found["networks.tagger.nodes.last"]
    assert "2 numbers at each of 6 steps" in problem.message
    assert "every state" in problem.hint


@pytest.mark.parametrize("shape", [[3], [1, 3], [3, 1]])
def test_numbers_may_be_laid_out_in_a_row_or_a_column(tmp_path: Path, shape: list[int]) -> None:
    layers: Any = [
        ("gru", "gru", {"units": 6}),
        ("last", "linear", {"units": 3}),
        ("shape", "reshape", {"sizes": shape}),
    ]
    project = replace(kinds.forecasting(), networks={"forecaster": chain(layers)})
    assert problems(project, tmp_path) == {}


@pytest.mark.parametrize(
    ("params", "place"),
    [
        ({"loss": "quantile", "quantiles": [0.5, 0.1]}, "objective.quantiles"),
        ({"loss": "quantile", "quantiles": []}, "objective.quantiles"),
        ({"quantiles": [0.0]}, "objective.quantiles"),
        ({"delta": 0}, "objective.delta"),
    ],
)
def test_losses_that_make_no_sense(tmp_path: Path, params: dict[str, Any], place: str) -> None:
    assert place in problems(kinds.regression(params), tmp_path)


def test_quantiles_need_an_output_each(tmp_path: Path) -> None:
    found = problems(kinds.regression({"loss": "quantile"}), tmp_path)
    assert "3 quantiles need 3" in found["networks.regressor.nodes.last"].message


@pytest.mark.parametrize(
    ("layer", "params", "place"),
    [
        ("lstm", {"units": 6, "returns": "sequence", "bidirectional": True}, "bidirectional"),
        ("self_attention", {"heads": 2}, "causal"),
    ],
)
def test_a_layer_that_looks_ahead(
    tmp_path: Path, layer: str, params: dict[str, Any], place: str
) -> None:
    layers: Any = [
        ("words", "embedding", {"features": 6}),
        ("ahead", layer, params),
        ("last", "linear", {"units": 14}),
    ]
    project = kinds.language_model(tmp_path)
    found = problems(replace(project, networks={"language_model": chain(layers)}), tmp_path)
    assert list(found) == [f"networks.language_model.nodes.ahead.{place}"]


def test_a_prompt_that_cannot_be_read(tmp_path: Path) -> None:
    found = problems(kinds.language_model(tmp_path, {"prompt": "Ω"}), tmp_path)
    assert "not in the vocabulary" in found["objective.prompt"].message


def test_entities_are_watched_where_tags_mark_some(tmp_path: Path) -> None:
    stopping = EarlyStopping(metric="validation_entity_f1")
    found = problems(kinds.sequence_labelling(early_stopping=stopping), tmp_path)
    assert "mark no entities" in found["recipe.early_stopping.metric"].message
    (tmp_path / "a.conll").write_text("Anna B-PER\nran O\n\nin O\nRome B-LOC\n\n" * 20)
    project = kinds.sequence_labelling(early_stopping=stopping)
    data = replace(project.data, source=Plug("conll", {"path": "a.conll"}))
    found = problems(replace(project, data=data), tmp_path)
    assert "recipe.early_stopping.metric" not in found


@pytest.mark.parametrize("end", ["tanh", "sigmoid", "relu"])
def test_numbers_are_not_squashed(tmp_path: Path, end: str) -> None:
    layers: Any = [("last", "linear", {"units": 1}), ("end", end, {})]
    found = problems(replace(kinds.regression(), networks={"regressor": chain(layers)}), tmp_path)
    (problem,) = found.values()
    assert problem.where == "networks.regressor.nodes.end"
    assert problem.severity == "warning"
