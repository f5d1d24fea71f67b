"""What the guided experiments ask of the window: settings that buttons can make, pages that links lead to."""

from __future__ import annotations

import re

import pytest

from projects.guides import Guide, guide, heads
from projects.paths import value_at
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
