"""Whole projects looked at before they train: right ones, wrong ones, never an exception."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
import torch
from msgspec.structs import replace

from engine.compute.check import check
from engine.compute.cost import measure
from engine.protocol import Checked
from projects.files import load
from projects.schema import Data, Network, Plug, Project, Recipe, Wire
from tests.engine.drawn import chain, node

EXAMPLES = sorted((Path(__file__).parents[2] / "projects" / "examples").glob("*.yaml"))


def classifier(units: int = 10) -> Network:
    return chain(node("flatten"), node("linear"), node("relu"), node("linear", units=units))


def project(**changes: Any) -> Project:
    right = Project(
        networks={"classifier": classifier()},
        data=Data(source=Plug("digits")),
        objective=Plug("classification"),
    )
    return replace(right, **changes)


def errors(found: Checked) -> dict[str, str]:
    assert found.ok == all(problem.severity != "error" for problem in found.problems)
    return {
        problem.where: f"{problem.message} {problem.hint}"
        for problem in found.problems
        if problem.severity == "error"
    }


def test_a_right_project_has_shapes_and_counts(tmp_path: Path) -> None:
    found = check(project(), tmp_path)
    assert errors(found) == {}
    assert found.data is not None
    assert found.data.input.dims == (1, 8, 8)
    report = found.networks["classifier"]
    assert report.nodes["n1"].in_shapes[0].dims == (64,)
    assert report.parameters == 64 * 64 + 64 + 64 * 10 + 10
    assert report.flops == 2 * (64 * 64 + 64 * 10)


def test_a_device_that_is_not_there_is_said_before_training(tmp_path: Path) -> None:
    missing: Literal["mps", "cuda"] = "mps" if torch.cuda.is_available() else "cuda"
    found = errors(check(project(recipe=Recipe(device=missing)), tmp_path))
    assert list(found) == ["recipe.device"]
    assert missing in found["recipe.device"]


def test_batches_of_one_have_no_variance(tmp_path: Path) -> None:
    vector = {"classifier": chain(node("flatten"), node("linear", units=10), node("batch_norm"))}
    image = {"classifier": chain(node("batch_norm"), node("flatten"), node("linear", units=10))}
    for networks, places in ((vector, ["networks.classifier.nodes.n2"]), (image, [])):
        assert errors(check(project(networks=networks), tmp_path)) == {}
        alone = project(networks=networks, recipe=Recipe(batch_size=1))
        assert list(errors(check(alone, tmp_path))) == places


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_right(path: Path) -> None:
    found = check(load(path).project, path.parent)
    assert found.problems == ()
    assert all(report.parameters > 0 for report in found.networks.values())


def test_classes_and_outputs_have_to_agree(tmp_path: Path) -> None:
    found = errors(check(project(networks={"classifier": classifier(12)}), tmp_path))
    ((place, words),) = found.items()
    assert place.startswith("networks.classifier.nodes.")  # at the layer that decides the result
    assert "12" in words
    assert "10" in words


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"data": Data(source=Plug("digit"))}, "data.source.type"),
        ({"data": Data(source=Plug("csv", {"path": "nowhere.csv"}))}, ""),
        ({"objective": Plug("classify")}, "objective.type"),
        ({"recipe": Recipe(optimizer=Plug("adam", {"lr": "fast"}))}, "recipe.optimizer.lr"),
        ({"networks": {"clasifier": classifier()}}, "networks.classifier"),
        (
            {"networks": {"classifier": chain(node("conv2d", kernel=0))}},
            "networks.classifier.nodes.n0.kernel",
        ),
        ({"networks": {"classifier": chain(entry=node("noise"))}}, "networks.classifier.nodes.x"),
    ],
)
def test_what_is_wrong_is_answered(changes: dict[str, Any], where: str, tmp_path: Path) -> None:
    found = check(project(**changes), tmp_path)
    assert not found.ok
    assert not where or where in errors(found)


def test_unknown_data_say_nothing_of_the_networks(tmp_path: Path) -> None:
    found = check(project(data=Data(source=Plug("digit"))), tmp_path)
    assert list(errors(found)) == ["data.source.type"]
    assert found.data is None
    assert found.networks["classifier"].nodes == {}


def test_a_hopeless_project_is_answered_too(tmp_path: Path) -> None:
    network = Network(
        init=Plug("none"),
        nodes={"": node("linear", units=10**12), "y": node("output", a=1), "z": node("")},
        wires=(Wire("a", "b"), Wire("", ""), Wire("y", "y", "?", "?")),
    )
    hopeless = Project(
        networks={"": network, "classifier": Network()},
        data=Data(source=Plug("", {"x": [None]})),
        objective=Plug("nothing"),
        recipe=Recipe(optimizers={"": Plug("")}),
        probes=(Plug(""),),
    )
    found = check(hopeless, tmp_path)
    assert not found.ok
    assert len(found.problems) > 8


def test_errors_come_before_warnings(tmp_path: Path) -> None:
    network = classifier(12)
    network.nodes["spare"] = node("relu")
    found = check(project(networks={"classifier": network}), tmp_path)
    assert [problem.severity for problem in found.problems] == ["error", "warning"]


def test_checking_again_measures_no_layer_anew(tmp_path: Path) -> None:
    check(project(), tmp_path)
    before = measure.cache_info().misses
    found = check(project(), tmp_path)
    assert found.ok
    assert measure.cache_info().misses == before
