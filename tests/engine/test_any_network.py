"""Networks drawn at random, right and wrong: whatever is drawn gets an answer, and the answer holds."""

from __future__ import annotations

import itertools
import random
from typing import Any

import torch

from engine.compute.network import build, random_input
from engine.compute.survey import survey
from engine.layers.base import LAYERS, Shape
from projects.fields import Field
from projects.schema import Network, Node, Plug, Wire

INPUTS = (Shape((6,)), Shape((4, 8)), Shape((2, 8, 8)), Shape((5,), "index", 9))
ODD: list[Any] = [None, -1, 0, 1, 2, 10**12, 1.5, float("nan"), "", "last", [1, -1], {}, True]


def value(field: Field, luck: random.Random) -> Any:
    """Mostly a value that may stand there, sometimes anything."""
    if luck.random() < 0.05:
        return luck.choice(ODD)
    if field.kind == "choice":
        return luck.choice(field.choices)
    if field.kind == "bool":
        return luck.random() < 0.5
    if field.kind == "numbers":
        return luck.choice([[-1], [2, -1], [4, 4, -1], [2, 1], [3, 1, 2]])
    return luck.randint(1, 4) if field.kind == "int" else luck.random()


def anything(luck: random.Random) -> Network:
    """A chain with some detours, mostly well formed."""
    tags = [tag for tag, cls in LAYERS.entries.items() if cls.inputs and cls.outputs]
    count = luck.randint(0, 6)
    nodes = {"x": Node(type=luck.choice(["input"] * 9 + ["noise"]))}
    for index in range(count):
        tag = luck.choice(tags)
        params = {f.name: value(f, luck) for f in LAYERS.get(tag).fields() if luck.random() < 0.3}
        shares = luck.choice([*nodes, "nowhere"]) if luck.random() < 0.06 else None
        nodes[f"n{index}"] = Node(type=tag, params=params, shares=shares)
    nodes["y"] = Node(type="output")
    names = list(nodes)
    ports = {name: [p.name for p in LAYERS.get(nodes[name].type).inputs] for name in names}
    wires = [
        Wire(a, b, target_port=ports[b][0])
        for a, b in itertools.pairwise(names)
        if luck.random() < 0.98
    ]
    for index, name in enumerate(names[1:], 1):
        merges = LAYERS.get(nodes[name].type).fewest > 1
        more = ports[name][1:] or ports[name] * (merges or luck.random() < 0.03)
        for port in more:
            source = names[luck.randrange(index)] if luck.random() < 0.9 else luck.choice(names)
            wires.append(Wire(source, name, target_port=port))
    init = luck.choice(["default", "he", "xavier", "orthogonal", "normal"])
    return Network(nodes=nodes, wires=tuple(wires), init=Plug(init))


def test_every_drawing_gets_an_answer_and_the_answer_holds() -> None:
    luck = random.Random(7)
    right = 0
    for _ in range(1500):
        network = anything(luck)
        entries = {"input": luck.choice(INPUTS)}
        found = survey(network, entries, "networks.n")
        assert all(problem.where.startswith("networks.n") for problem in found.problems)
        assert all(problem.message for problem in found.problems)
        if found.errors:
            continue
        right += 1
        module = build(network, entries).eval()
        out = module(random_input(module, 3))
        assert found.output is not None
        assert tuple(out.shape) == (3, *found.output.dims)
        assert found.report().parameters == sum(weight.numel() for weight in module.parameters())
        assert torch.equal(out, out)
    assert right > 150
