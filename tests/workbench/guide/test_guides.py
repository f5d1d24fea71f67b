"""What the guided experiments ask of the window: settings that buttons can make, pages that links lead to."""

from __future__ import annotations

import re
from typing import Any

import pytest

from engine.guides.base import LAYERS, has
from projects.guides import Guide, guide, heads
from projects.paths import value_at
from projects.schema import Project
from workbench.textbook.book import book
from workbench.values import set_at

ALL = tuple(guide(head.name) for head in heads())
LINK = re.compile(r"\]\(([^)]+)\)")


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_every_link_leads_to_a_page(one: Guide) -> None:
    links = {link for step in one.steps for link in LINK.findall(step.text)}
    assert {*links, *one.read} <= book().pages.keys()
    assert one.read


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_every_setting_can_be_made(one: Guide) -> None:
    project = one.project
    for step in one.steps:
        before = project
        for path, value in step.set.items():
            project = set_at(project, path, value)
            assert value_at(project, path) in (value, value or None), path
        assert not step.set or project != before, step.title


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_what_a_person_sets_counts_as_well(one: Guide) -> None:
    """Forms leave out of a project what is the default; a check has to take that, too."""
    stations = [one.project]
    for step in one.steps:
        made = stations[-1]
        for path, value in step.set.items():
            made = set_at(made, path, value)
        stations.append(made)
    for where in _wheres(one):
        settings = {path: _first(value) for path, value in where.items()}
        assert any(_set_by_hand(project, settings, where) for project in stations), where


def _wheres(one: Guide) -> list[dict[str, Any]]:
    params = [step.check.params for step in one.steps if step.check is not None]
    found = [
        given[name] for given in params for name in ("where", "better", "worse") if name in given
    ]
    return [{p: value for p, value in where.items() if not p.startswith(LAYERS)} for where in found]


def _first(value: object) -> object:
    return value[0] if isinstance(value, list) else value


def _set_by_hand(project: Project, settings: dict[str, Any], where: dict[str, Any]) -> bool:
    for path, value in settings.items():
        project = set_at(project, path, value)
    return has(project, where)


def test_a_setting_of_a_network_leaves_the_others_as_they_are() -> None:
    before = next(one for one in ALL if one.name == "latents").project
    after = set_at(before, "networks.encoder.nodes.latents.units", 4)
    assert after.networks["encoder"].nodes["latents"].params["units"] == 4
    assert after.networks["decoder"] is before.networks["decoder"]
    assert after.recipe is before.recipe
    assert (
        set_at(before, "networks.encoder.init", {"type": "he"}).networks["encoder"].init.type
        == "he"
    )
