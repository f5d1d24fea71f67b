"""A place that is held: what follows it has shapes, and no network with it trains."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from engine.compute.check import check
from engine.compute.network import build
from engine.compute.survey import survey
from engine.layers.base import LAYERS, Shape
from projects.errors import ProblemsError, ProjectError
from projects.files import dumps, loads
from projects.schema import Data, Network, Node, Plug, Project, Wire

PARAMS = {"op": "Einsum", "attributes": "equation: ij,jk\naxis: 1", "result": [6]}


def network(**params: object) -> Network:
    nodes = {
        "input": Node(type="input"),
        "odd": Node(type="unknown", params={**PARAMS, **params}),
        "head": Node(type="linear", params={"units": 3}),
        "output": Node(type="output"),
    }
    names = list(nodes)
    wires = tuple(Wire(a, b) for a, b in itertools.pairwise(names))
    return Network(nodes=nodes, wires=wires)


def project(drawn: Network) -> Project:
    return Project(
        networks={"classifier": drawn},
        data=Data(source=Plug("random", {"shape": [4], "classes": 3})),
        objective=Plug("classification"),
    )


def test_what_follows_has_its_shape_and_the_layer_itself_is_an_error(tmp_path: Path) -> None:
    found = check(project(network()), tmp_path)
    nodes = found.networks["classifier"].nodes
    assert nodes["odd"].out_shape == Shape((6,))
    assert nodes["head"].parameters == 6 * 3 + 3
    (problem,) = [p for p in found.problems if p.severity == "error"]
    assert problem.where == "networks.classifier.nodes.odd"
    assert "Einsum" in problem.message
    assert problem.hint


def test_without_a_result_nothing_follows() -> None:
    found = survey(network(result=[]), {"input": Shape((4,))})
    assert set(found.shapes) == {"input"}
    assert [p.where for p in found.errors] == ["nodes.odd"]


def test_it_may_be_fed_by_none_or_many() -> None:
    drawn = network()
    wires = (*drawn.wires, Wire("input", "odd"))
    for chosen in (drawn.wires[1:], wires):
        found = survey(Network(nodes=drawn.nodes, wires=chosen), {"input": Shape((4,))})
        assert found.shapes["head"] == Shape((3,))


def test_no_network_with_it_is_built() -> None:
    with pytest.raises(ProblemsError, match="Einsum"):
        build(network(), {"input": Shape((4,))})


def test_bypassed_it_stands_in_nobodys_way() -> None:
    drawn = network()
    odd = Node(type="unknown", mute=True, params=PARAMS)
    muted = Network(nodes={**drawn.nodes, "odd": odd}, wires=drawn.wires)
    assert build(muted, {"input": Shape((4,))}).out_shape == Shape((3,))


def test_it_survives_being_written_and_read() -> None:
    before = project(network())
    assert loads(dumps(before)) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("op", 3),
        ("op", "x" * 65),
        ("attributes", ["a"]),
        ("attributes", "x" * 4001),
        ("result", [10**12]),
        ("result", [0]),
        ("result", "many"),
    ],
)
def test_wrong_values_are_named(field: str, value: object) -> None:
    with pytest.raises(ProjectError) as caught:
        LAYERS.make("unknown", {field: value}, "networks.n.nodes.odd")
    assert caught.value.problem.where == f"networks.n.nodes.odd.{field}"
