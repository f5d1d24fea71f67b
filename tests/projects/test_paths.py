"""Values by their dotted paths."""

from __future__ import annotations

from typing import Any

import pytest

from projects.errors import ProjectError
from projects.paths import paths_of, set_value, set_values, value_at
from projects.plain import project_from, project_to
from projects.schema import Project
from tests.projects.samples import FULL, SMALL


def _leaves(values: Any, path: str = "") -> list[str]:
    if isinstance(values, dict | list) and values:
        items = values.items() if isinstance(values, dict) else enumerate(values)
        return [leaf for k, v in items for leaf in _leaves(v, f"{path}.{k}" if path else str(k))]
    return [path]


def _at(values: Any, path: str) -> Any:
    for name in path.split("."):
        values = values[int(name)] if isinstance(values, list) else values[name]
    return values


@pytest.mark.parametrize("project", [SMALL, FULL], ids=["small", "full"])
def test_every_value_of_a_project_is_reached_by_its_path(project: Project) -> None:
    from projects.yaml_writer import flow

    values = project_to(project)
    for path in _leaves(values):
        if path == "format":
            continue
        old = _at(values, path)
        text = old if path in ("name", "description") else flow(old)
        assert set_value(project, path, text) == project, path


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("recipe.optimizer.lr", "0.01", 0.01),
        ("recipe.optimizer.lr", "1e-4", 1e-4),
        ("recipe.optimizer.type", "sgd", "sgd"),
        ("recipe.epochs", "null", None),
        ("recipe.early_stopping.patience", "3", 3),
        ("recipe.clip_norm", "5", 5.0),
        ("recipe.optimizers.classifier.type", None, None),
        ("data.split.seed", "9", 9),
        ("networks.classifier.nodes.hidden.units", "128", 128),
        ("networks.classifier.nodes.hidden.bias", "false", False),
        ("networks.classifier.wires.0", "input -> output", "input -> output"),
        ("probes.1.type", "confusion", "confusion"),
        ("name", "Yes: 1", "Yes: 1"),
        ("description", "", ""),
    ],
)
def test_a_value_is_replaced(path: str, text: str | None, value: Any) -> None:
    if text is None:
        project = set_value(SMALL, "recipe.optimizers.classifier", "{type: sgd, lr: 0.1}")
        assert project.recipe.optimizers["classifier"].params == {"lr": 0.1}
        return
    assert _at(project_to(set_value(SMALL, path, text)), path) == value


@pytest.mark.parametrize(
    ("assignment", "words"),
    [
        ("recipe.optimiser.lr=1", "Did you mean “recipe.optimizer.lr”?"),
        ("epochs=3", "Did you mean “recipe.epochs”?"),
        ("recipe.epoch=3", "Did you mean “recipe.epochs”?"),
        ("networks.clasifier.nodes.hidden.units=3", "“networks.classifier.nodes.hidden.units”?"),
        ("networks.classifier.nodes.hiden.units=3", "“networks.classifier.nodes.hidden.units”?"),
        ("networks.classifier.wires.7=input -> output", "there is no value at this path"),
        ("recipe.epochs.x=1", "recipe.epochs is a value"),
        ("recipe.epochs=x", "from 1 to 1,000,000"),
        ("recipe.epochs=", "a value is missing"),
        ("recipe.seed=&a 1", "anchors"),
        ("recipe.seed=[1", "not YAML"),
        ("recipe.seed=1e999", "finite"),
        ("format=ganvas/2", "cannot be changed"),
        ("nonsense", "expected a path, = and a value"),
        ("=3", "expected a path, = and a value"),
        (".=3", "there is no value at this path"),
        ("a..b=3", "there is no value at this path"),
        ("recipe.=3", "there is no value at this path"),
        ("probes.-1.type=x", "there is no value at this path"),
        ("probes.٣.type=x", "there is no value at this path"),
        ("probes." + "9" * 50 + "=x", "there is no value at this path"),
    ],
)
def test_a_path_or_value_that_does_not_fit(assignment: str, words: str) -> None:
    with pytest.raises(ProjectError) as caught:
        set_values(SMALL, [assignment])
    assert words in str(caught.value)


def test_several_are_set_in_their_order() -> None:
    texts = ["recipe.optimizer={type: sgd}", "recipe.optimizer.lr=0.5", "recipe.optimizer.lr=0.25"]
    assert set_values(SMALL, texts).recipe.optimizer.params == {"lr": 0.25}


def test_the_plain_form_is_read_back() -> None:
    for project in (SMALL, FULL):
        assert project_from(project_to(project)) == project


def test_a_plug_inside_another_one_may_be_begun_by_its_type() -> None:
    after = set_value(SMALL, "objective.loss.type", "hinge")
    assert after.objective.params["loss"] == {"type": "hinge"}
    begun = set_value(set_value(SMALL, "objective.scores.every", "9"), "objective.scores.kid", "no")
    assert begun.objective.params["scores"] == {"every": 9, "kid": "no"}
    with pytest.raises(ProjectError):
        set_value(SMALL, "networks.classifier.nodes.missing.type", "relu")


def test_every_path_that_is_told_leads_to_a_value() -> None:
    paths = paths_of(FULL)
    assert "recipe.optimizer.type" in paths
    assert "format" not in paths
    assert value_at(FULL, "recipe.optimizer.type") == FULL.recipe.optimizer.type
    assert value_at(FULL, "recipe.optimizer.nothing") is None
    assert value_at(FULL, "recipe.seed.nothing") is None


def test_the_project_that_is_changed_stays_as_it_was() -> None:
    before = set_value(SMALL, "objective.loss", "{type: hinge, inner: [{type: a}]}")
    kept = repr(before)
    set_value(before, "objective.loss.type", "minimax")
    set_value(before, "objective.loss.inner.0.type", "b")
    assert repr(before) == kept
