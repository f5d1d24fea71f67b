"""The guided experiments: valid projects, checks of the catalogue, and nothing that is done before it is done."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from engine.clinic.base import AILMENTS
from engine.guides.base import CHECKS, LAYERS, Check, Facts, Trained
from engine.guides.beats import Beats
from engine.guides.diagnosed import Diagnosed
from engine.guides.drawn import Drawn
from engine.guides.reaches import Reaches
from engine.layers.base import LAYERS as LAYER_CATALOGUE
from engine.validate import validate
from projects.errors import ProjectError
from projects.guides import Guide, Step, guide, heads
from projects.paths import put_value, value_at
from projects.schema import Project

ALL = tuple(guide(head.name) for head in heads())
WANTED = (
    *("perceptron", "depth", "activations", "initialisation", "overfitting", "optimisers"),
    *("features", "forgetting", "latents", "collapse", "curing"),
)
NODE_WIDTH, NODE_HEIGHT, GRID = 170, 60, 20
LONGEST = 21


def checked(step: Step) -> Check | None:
    return None if step.check is None else CHECKS.make_plug(step.check)


def wheres(check: Check) -> list[dict[str, Any]]:
    """What a check asks of projects."""
    if isinstance(check, Beats):
        return [check.better, check.worse]
    assert isinstance(check, Reaches | Diagnosed | Drawn)
    return [check.where]


def _put(project: Project, path: str, value: object) -> Project:
    return put_value(project, path, lambda: value)


def stations(one: Guide) -> list[Project]:
    """The project at the beginning, and as the buttons of the steps make it."""
    found = [one.project]
    for step in one.steps:
        made = found[-1]
        for path, value in step.set.items():
            made = _put(made, path, value)
        found.append(made)
    return found


def test_the_promised_experiments_are_there_in_order() -> None:
    assert [one.name for one in ALL] == list(WANTED)
    for what in ("order", "title"):
        assert len({getattr(one, what) for one in ALL}) == len(ALL)


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_an_experiment_begins_with_a_valid_project(one: Guide) -> None:
    validate(one.project)
    assert one.project.guide == one.name
    assert one.summary.endswith(".")
    assert 3 <= len(one.steps) <= 6
    for step in one.steps:
        assert 80 <= len(step.text) <= 700, step.title
        assert len(step.title) <= LONGEST, step.title  # of the card's head, which has one line


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_layers_lie_on_the_grid_beside_each_other(one: Guide) -> None:
    for network in one.project.networks.values():
        places = [node.at for node in network.nodes.values()]
        assert all(value % GRID == 0 for at in places for value in at)
        for (x, y), (other_x, other_y) in itertools.combinations(places, 2):
            assert abs(x - other_x) >= NODE_WIDTH + GRID or abs(y - other_y) >= NODE_HEIGHT + GRID


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_what_buttons_set_is_valid(one: Guide) -> None:
    for project in stations(one):
        validate(project)


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_checks_ask_for_what_can_be(one: Guide) -> None:
    """A path or a tag that is misspelt would leave a step open for ever."""
    there = stations(one)
    checks = [check for step in one.steps if (check := checked(step)) is not None]
    assert checks
    for check in checks:
        if isinstance(check, Diagnosed) and check.ailment:
            assert check.ailment in AILMENTS
        if isinstance(check, Reaches):
            assert (check.at_least, check.at_most) != (None, None)
        for path, wanted in (pair for where in wheres(check) for pair in where.items()):
            if path.startswith(LAYERS):
                assert path.removeprefix(LAYERS) in LAYER_CATALOGUE
            else:
                accepted = wanted if isinstance(wanted, list) else [wanted]
                assert any(value_at(project, path) in accepted for project in there), path


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_nothing_is_done_before_something_was_done(one: Guide) -> None:
    untrained = Facts(one.project)
    running = Facts(one.project, [Trained(one.project, "running", {})])
    for step in one.steps:
        check = checked(step)
        if check is not None:
            assert not check.look(untrained).done, step.title
            assert not check.look(running).done, step.title


def test_an_experiment_that_is_not_there_names_the_nearest() -> None:
    with pytest.raises(ProjectError, match="activations"):
        guide("activation")
