"""Quick fixes for encoders and decoders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from engine.compute.check import check
from projects.schema import Network, Project
from tests.engine.training.coding import layers, vae
from tests.engine.training.support import chain
from workbench.mender import mends
from workbench.mending import proposals, trouble_of

HERE = Path()


def fixes(project: Project) -> list[str]:
    """Titles of what mends the first problem."""
    before = check(project, HERE)
    problem = before.problems[0]
    trouble = trouble_of(project, before, problem)
    assert trouble is not None
    return [
        candidate.title
        for candidate in proposals(trouble)
        if mends(problem, before, check(candidate.project, HERE))
    ]


def changed(name: str, network: Network, **objective: Any) -> Project:
    project = vae(**objective)
    return replace(project, networks={**project.networks, name: network})


@pytest.mark.parametrize(
    ("project", "title"),
    [
        (changed("encoder", chain(layers(7))), "Give “last” 8 outputs"),
        (changed("decoder", chain(layers(9))), "Give “last” 64 outputs"),
        (
            changed("encoder", chain([("rows", "reshape", {"sizes": [8, 8]})])),
            "End with a Linear of 32 units",
        ),
    ],
)
def test_ends_are_mended(project: Project, title: str) -> None:
    assert title in fixes(project)
