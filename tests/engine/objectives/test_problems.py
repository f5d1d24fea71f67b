"""What objectives say of networks and data that do not suit them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from engine.compute.check import check
from projects.errors import Problem
from projects.schema import Data, Network, Node, Plug, Project, Wire
from tests.engine.drawn import chain, drawn, node
from tests.engine.training.support import digits, ring


def problems(project: Project, folder: Path) -> dict[str, Problem]:
    return {problem.where: problem for problem in check(project, folder).problems}


def classifier(*end: Node) -> Project:
    return replace(digits(), networks={"classifier": chain(node("linear", units=10), *end)})


def discriminator(*end: Node) -> Project:
    judge = chain(node("linear", units=1), *end)
    return replace(ring(), networks={**ring().networks, "discriminator": judge})


@pytest.mark.parametrize(
    ("end", "place"),
    [
        ([node("softmax")], "n1"),
        ([node("sigmoid")], "n1"),
        ([node("softmax"), node("flatten")], "n1"),
        ([node("relu"), node("softmax"), node("dropout"), node("reshape", sizes=[10])], "n2"),
    ],
)
def test_a_classifier_is_not_squashed_twice(tmp_path: Path, end: list[Node], place: str) -> None:
    found = problems(classifier(*end), tmp_path)
    assert list(found) == [f"networks.classifier.nodes.{place}"]
    (problem,) = found.values()
    assert problem.severity == "warning"
    assert "raw numbers" in problem.message
    assert "Remove" in problem.hint
    assert check(classifier(*end), tmp_path).ok


@pytest.mark.parametrize("end", [[], [node("tanh")], [node("softmax"), node("linear", units=10)]])
def test_other_ends_are_fine(tmp_path: Path, end: list[Node]) -> None:
    assert problems(classifier(*end), tmp_path) == {}


def test_a_gate_inside_is_fine(tmp_path: Path) -> None:
    gated = drawn(
        "x > a > mul > b > y, x > g > s > mul",
        x=node("input"),
        a=node("linear", units=8),
        g=node("linear", units=8),
        s=node("sigmoid"),
        mul=node("multiply"),
        b=node("linear", units=10),
        y=node("output"),
    )
    assert problems(replace(digits(), networks={"classifier": gated}), tmp_path) == {}


def test_every_branch_of_the_end_is_looked_at(tmp_path: Path) -> None:
    nodes = {"x": node("input"), "s": node("softmax"), "y": node("output"), "lost": node("add")}
    wires = (Wire("x", "s"), Wire("s", "y"), Wire("y", "s"), Wire("nowhere", "y"))
    found = problems(
        replace(digits(), networks={"classifier": Network(nodes=nodes, wires=wires)}), tmp_path
    )
    assert found["networks.classifier.nodes.s"].severity in ("warning", "error")


@pytest.mark.parametrize(
    ("end", "says"),
    [(node("sigmoid"), "applies the sigmoid itself"), (node("softmax"), "always 1")],
)
def test_a_discriminator_is_not_squashed_twice(tmp_path: Path, end: Node, says: str) -> None:
    found = problems(discriminator(end, node("flatten")), tmp_path)
    problem = found["networks.discriminator.nodes.n1"]
    assert problem.severity == "warning"
    assert says in problem.message
    assert problem.hint


def test_a_raw_discriminator_is_fine(tmp_path: Path) -> None:
    assert problems(discriminator(), tmp_path) == {}


def data(folder: Path, labels: Any) -> Data:
    np.savez(folder / "a.npz", x=np.ones((len(labels), 64)), y=np.array(labels))
    return Data(source=Plug("npz", {"path": "a.npz"}))


def test_one_class_alone_cannot_be_told_apart(tmp_path: Path) -> None:
    project = replace(digits(), data=data(tmp_path, [7] * 20))
    found = problems(project, tmp_path)
    assert "only one class, “7”" in found["data.source"].message
    assert found["data.source"].hint
    assert found["data.source"].severity == "error"


def test_values_are_no_classes(tmp_path: Path) -> None:
    found = problems(replace(digits(), data=data(tmp_path, [0.5] * 20)), tmp_path)
    assert "no classes" in found["data.source"].message


def test_the_number_of_outputs_is_that_of_the_classes(tmp_path: Path) -> None:
    found = problems(replace(digits(), data=data(tmp_path, [0, 1, 2] * 7)), tmp_path)
    (place,) = (where for where in found if where.startswith("networks.classifier.nodes."))
    assert "3 classes need 3 numbers" in found[place].message
    assert "3 units" in found[place].hint
