"""Quick fixes: what is proposed for a broken network, and that it does mend it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.compute.check import check
from engine.protocol import Checked
from projects.errors import Problem
from projects.schema import Data, Network, Node, Plug, Project, Wire
from tests.engine.drawn import chain, drawn, node
from workbench.mender import MOST_FIXES, mends
from workbench.mending import Candidate, proposals, trouble_of

HERE = Path()
FLAT = node("flatten")
TEN = node("linear", units=10)
ENDS = {"x": node("input"), "y": node("output")}
NOISE = node("noise", size=8)


def net(wires: str, **nodes: Node) -> Network:
    """A network with an input ``x`` and an output ``y``."""
    return drawn(wires, nodes={**ENDS, **nodes})


def classifier(network: Network) -> Project:
    return Project(
        data=Data(source=Plug("digits")),
        objective=Plug("classification"),
        networks={"classifier": network},
    )


def gan(generator: Network, discriminator: Network) -> Project:
    return Project(
        data=Data(source=Plug("digits")),
        objective=Plug("gan"),
        networks={"generator": generator, "discriminator": discriminator},
    )


def residual(**inner: Any) -> Project:
    return classifier(
        net(
            "x > a > b > s, a > s > g > l > y",
            a=node("conv2d", filters=16),
            b=node("conv2d", **inner),
            s=node("add"),
            g=node("global_pool"),
            l=TEN,
        )
    )


def found(project: Project, index: int = 0) -> tuple[Problem, list[Candidate]]:
    """A problem and the proposals that mend it, as the window offers them."""
    before = check(project, HERE)
    problem = before.problems[index]
    trouble = trouble_of(project, before, problem)
    assert trouble is not None
    kept: list[Candidate] = []
    for candidate in proposals(trouble):
        most = 1 if candidate.last_resort else MOST_FIXES
        after = check(candidate.project, HERE)
        if len(kept) < most and mends(problem, before, after, candidate.strict):
            kept.append(candidate)
    return problem, kept


CASES = {
    "image into linear": (
        classifier(chain(TEN)),
        ["Insert Flatten before “n0”", "Insert Global pooling before “n0”"],
    ),
    "wrong number of classes": (
        classifier(chain(FLAT, node("linear", units=7))),
        ["Give “n1” 10 outputs", "End with a Linear of 10 units"],
    ),
    "image at the end": (classifier(chain(node("conv2d"))), ["End with a Linear of 10 units"]),
    "vector into convolution": (
        classifier(chain(FLAT, node("conv2d"), node("global_pool"), TEN)),
        ["Insert Reshape to 1×8×8 before “n1”", "Insert Reshape to 64×1×1 before “n1”"],
    ),
    "other channels": (
        residual(filters=32),
        ["Give “a” 32 outputs", "Match “a” with a 1×1 convolution of 32 filters"],
    ),
    "other size": (
        residual(filters=32, stride=2),
        ["Match “a” with a 1×1 convolution of stride 2", "Pool “a” 2 times", "Upsample “b” 2 times"],
    ),
    "kernel larger than the image": (
        classifier(chain(node("max_pool2d", kernel=20), FLAT, TEN)),
        ["Set the kernel of “n0” to 7", "Set the kernel of “n0” to 3"],
    ),
    "an operator that is not known": (
        classifier(chain(FLAT, node("unknown", op="Hardmax", result=[64]), TEN)),
        ["Bypass “n1”", "Delete “n1”"],
    ),
    "one that the network needs": (
        classifier(chain(node("unknown", op="Squash", result=[16]), TEN)),
        [],
    ),
    "no output": (classifier(drawn("x > f > l", x=ENDS["x"], f=FLAT, l=TEN)), ["Add an Output after “l”"]),
    "no input": (classifier(drawn("f > l > y", f=FLAT, l=TEN, y=ENDS["y"])), ["Add an Input before “f”"]),
    "a gap": (classifier(net("x > f, l > y", f=FLAT, l=TEN)), ["Connect “f” to “l”"]),
    "a squashed end": (classifier(chain(FLAT, TEN, node("softmax"))), ["Delete “n2”"]),
    "a loose layer": (
        classifier(net("x > f > l > y", f=FLAT, l=TEN, z=node("tanh"))),
        ["Delete “z”"],
    ),
    "a circle": (
        classifier(
            net("x > f > l > y, l > q > r > q", f=FLAT, l=TEN, q=node("add"), r=node("tanh"))
        ),
        ["Delete the wire q → r"],
    ),
    "a typo in a type": (classifier(chain(node("flaten"), TEN)), ["Make “n0” a Flatten"]),
    "a wrong value": (
        classifier(chain(FLAT, node("linear", units=-3), TEN)),
        ["Set “units” of “n1” to its default"],
    ),
    "a typo in a setting": (
        classifier(chain(FLAT, node("linear", unitz=3), TEN)),
        ["Call “unitz” of “n1” “units”", "Take “unitz” of “n1” away"],
    ),
    "a second output": (
        classifier(net("x > f > l > y, l > z", f=FLAT, l=TEN, z=node("output"))),
        ["Delete “z”"],
    ),
    "weights that are bypassed": (
        classifier(chain(FLAT, node("linear", mute=True), node("linear", shares="n1"), TEN)),
        ["Give “n2” its own weights"],
    ),
    "a bypassed end": (
        classifier(drawn("x > f > l > y", x=node("input", mute=True), f=FLAT, l=TEN, y=ENDS["y"])),
        ["Take the bypass of “x” away"],
    ),
    "a wire to nowhere": (
        classifier(
            Network(
                nodes={**ENDS, "f": FLAT, "l": TEN},
                wires=(Wire("x", "f"), Wire("f", "l"), Wire("l", "y"), Wire("l", "ghost")),
            )
        ),
        ["Delete the wire l → ghost"],
    ),
    "a crowded port": (
        classifier(net("x > f > a > l > y, f > l", f=FLAT, a=node("linear", units=64), l=TEN)),
        ["Add them up before “l”", "Concatenate them before “l”"],
    ),
    "a generator of vectors": (
        gan(chain(node("linear", units=32), entry=NOISE), chain(FLAT, node("linear", units=1))),
        ["End with a Linear of 64 units, reshaped to 1×8×8"],
    ),
    "a discriminator of three": (
        gan(
            chain(node("linear", units=64), node("reshape", sizes=[1, 8, 8]), entry=NOISE),
            chain(FLAT, node("linear", units=3)),
        ),
        ["Give “n1” 1 output", "End with a Linear of 1 unit"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_broken_networks_are_mended(name: str) -> None:
    project, expected = CASES[name]
    problem, fixes = found(project)
    assert [fix.title for fix in fixes][: len(expected)] == expected, problem
    for fix in fixes:
        after = check(fix.project, HERE)
        there = {(p.where, p.severity) for p in after.problems}
        assert (problem.where, problem.severity) not in there
        assert fix.project.data is project.data  # nothing else is touched
        assert fix.project.recipe is project.recipe


def test_the_first_fix_leaves_a_network_that_trains() -> None:
    for name in ("image into linear", "wrong number of classes", "other channels", "no output"):
        _problem, fixes = found(CASES[name][0])
        after = check(fixes[0].project, HERE)
        assert [p for p in after.problems if p.severity == "error"] in (
            [],
            list(after.problems)[:1],
        )


def test_deleting_is_for_where_nothing_else_helps() -> None:
    _problem, fixes = found(CASES["image into linear"][0])
    assert not any(fix.last_resort for fix in fixes)
    _problem, fixes = found(classifier(chain(node("embedding"), FLAT, TEN)))
    assert [(fix.title, fix.last_resort) for fix in fixes] == [("Delete “n0”", True)]


def test_problems_elsewhere_have_no_proposals() -> None:
    project = classifier(chain(FLAT, TEN))
    for where in ("data.source", "recipe.optimizer.lr", "", "networks", "networks.other.nodes.x"):
        assert trouble_of(project, Checked(ok=False), Problem(where, "is wrong.")) is None


def test_places_that_are_not_there_do_no_harm() -> None:
    project = classifier(chain(FLAT, TEN))
    for place in ("nodes.ghost", "wires.99", "wires.x", "init", "nodes"):
        problem = Problem(f"networks.classifier.{place}", "is wrong.")
        trouble = trouble_of(project, Checked(ok=False, problems=(problem,)), problem)
        assert trouble is not None
        proposals(trouble)


def checked(*problems: Problem) -> Checked:
    return Checked(ok=not problems, problems=problems)


def test_what_counts_as_mended() -> None:
    wrong, other = Problem("a.b", "is wrong."), Problem("a.c", "is wrong.")
    warning = Problem("a.b", "is odd.", severity="warning")
    assert mends(wrong, checked(wrong), checked())
    assert mends(wrong, checked(wrong), checked(other))  # found only now that shapes are known
    assert not mends(wrong, checked(wrong), checked(Problem("a.b", "is wrong otherwise.")))
    assert not mends(wrong, checked(wrong), checked(other, Problem("a.d", "too.")))
    assert not mends(wrong, checked(wrong), checked(other), strict=True)
    assert mends(wrong, checked(wrong, other), checked(other), strict=True)
    assert mends(warning, checked(warning), checked())
    assert not mends(warning, checked(warning), checked(other))
    assert not mends(warning, checked(warning), checked(Problem("a.z", "odd.", severity="warning")))
