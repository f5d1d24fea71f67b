"""Every plug of a project made through its catalogue."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from engine.validate import plug_problems, validate
from projects.errors import ProblemsError
from projects.schema import Data, Plug, Project, Recipe
from tests.engine.drawn import chain, node


def project(**changes: Any) -> Project:
    right = Project(
        networks={"classifier": chain(node("flatten"), node("linear", units=10))},
        data=Data(source=Plug("digits")),
        objective=Plug("classification"),
        probes=(),
    )
    return replace(right, **changes)


def places(wrong: Project) -> list[str]:
    with pytest.raises(ProblemsError) as caught:
        validate(wrong)
    return [problem.where for problem in caught.value.problems]


def test_a_right_project_passes() -> None:
    validate(project())


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"data": Data(source=Plug("digit"))}, "data.source.type"),
        ({"objective": Plug("classify")}, "objective.type"),
        ({"recipe": Recipe(optimizer=Plug("adam", {"lr": -1}))}, "recipe.optimizer.lr"),
        ({"recipe": Recipe(optimizer=Plug("adan"))}, "recipe.optimizer.type"),
        ({"recipe": Recipe(schedule=Plug("constantly"))}, "recipe.schedule.type"),
        ({"recipe": Recipe(optimizers={"critic": Plug("sgd")})}, "recipe.optimizers.critic"),
        ({"probes": (Plug("helth"),)}, "probes.0.type"),
        ({"networks": {"classifier": chain(init="hee")}}, "networks.classifier.init.type"),
        ({"networks": {}}, "networks.classifier"),
    ],
)
def test_one_wrong_plug_is_named_in_place(changes: dict[str, Any], where: str) -> None:
    assert places(project(**changes)) == [where]


def test_everything_wrong_is_said_at_once() -> None:
    wrong = project(
        networks={"classifier": chain(node("linear", units=10**12), node("reul"))},
        objective=Plug("nonsense"),
    )
    assert places(wrong) == [
        "networks.classifier.nodes.n0.units",
        "networks.classifier.nodes.n1.type",
        "objective.type",
    ]


def test_a_network_without_use_is_a_warning() -> None:
    spare = project(networks={"classifier": chain(), "clasifier": chain()})
    validate(spare)
    (problem,) = plug_problems(spare)
    assert (problem.where, problem.severity) == ("networks.clasifier", "warning")
    assert "classifier" in problem.hint
