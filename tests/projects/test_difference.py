"""The difference of two projects in words."""

from __future__ import annotations

import msgspec
import pytest

from projects.difference import difference
from projects.paths import set_value
from projects.schema import Frame, Node, Plug, Project, Wire
from tests.projects.samples import FULL, SMALL


def _with_network(project: Project, **changes: object) -> Project:
    network = msgspec.structs.replace(project.networks["classifier"], **changes)
    return msgspec.structs.replace(project, networks={**project.networks, "classifier": network})


@pytest.mark.parametrize("project", [SMALL, FULL], ids=["small", "full"])
def test_equal_projects_differ_in_nothing(project: Project) -> None:
    assert difference(project, project) == []


@pytest.mark.parametrize(
    ("path", "text", "sentence"),
    [
        ("recipe.seed", "7", "recipe.seed is 7 instead of 0."),
        ("recipe.clip_norm", "5", "recipe.clip_norm is 5.0 instead of nothing."),
        ("data.split.seed", "9", "data.split.seed is 9 instead of 0."),
    ],
)
def test_a_value_is_told_with_its_path_and_both_values(path: str, text: str, sentence: str) -> None:
    assert difference(SMALL, set_value(SMALL, path, text)) == [sentence]


def test_another_type_is_one_sentence_and_a_parameter_may_have_its_default() -> None:
    one = set_value(SMALL, "recipe.optimizer", "{type: adam, beta1: 0.5}")
    other = set_value(SMALL, "recipe.optimizer", "{type: sgd, lr: 0.1}")
    assert difference(one, other) == [
        "recipe.optimizer is {type: sgd, lr: 0.1} instead of {type: adam, beta1: 0.5}."
    ]
    plain = set_value(SMALL, "recipe.optimizer", "{type: adam}")
    assert difference(one, plain) == ["recipe.optimizer.beta1 has its default instead of 0.5."]
    assert difference(plain, one) == ["recipe.optimizer.beta1 is 0.5 instead of its default."]


def test_layers_and_wires_come_and_go() -> None:
    network = SMALL.networks["classifier"]
    first = network.wires[0]
    nodes = {**network.nodes, "extra": Node(type="relu", at=(5.0, 5.0))}
    wires = (
        *network.wires[1:],
        Wire(first.source, "extra"),
        Wire("extra", first.target),
    )
    after = _with_network(SMALL, nodes=nodes, wires=wires)
    assert difference(SMALL, after) == [
        "networks.classifier.nodes.extra is new: relu.",
        f"networks.classifier.wires: {first} is gone.",
        f"networks.classifier.wires: {first.source} -> extra is new.",
        f"networks.classifier.wires: extra -> {first.target} is new.",
    ]
    assert "networks.classifier.nodes.extra is gone: relu." in difference(after, SMALL)


def test_what_decides_no_run_is_passed_over() -> None:
    network = SMALL.networks["classifier"]
    nodes = {
        name: msgspec.structs.replace(node, at=(1.0, 2.0)) for name, node in network.nodes.items()
    }
    moved = _with_network(SMALL, nodes=nodes, frames={"f": Frame(title="here")})
    renamed = msgspec.structs.replace(moved, name="Other", description="Words")
    assert difference(SMALL, renamed) == []


def test_a_network_more_is_told_by_its_size() -> None:
    more = msgspec.structs.replace(
        SMALL, networks={**SMALL.networks, "judge": SMALL.networks["classifier"]}
    )
    count = len(SMALL.networks["classifier"].nodes)
    assert difference(SMALL, more) == [f"networks.judge is new: {count} layers."]


def test_lists_of_plugs_are_told_whole() -> None:
    bare = msgspec.structs.replace(SMALL, probes=())
    full = msgspec.structs.replace(SMALL, probes=(Plug("health"),))
    assert difference(bare, full) == ["probes is [{type: health}] instead of nothing."]
