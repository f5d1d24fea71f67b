"""What looks inside a written network sees what leaves the node, and computes nothing after it."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.compute.judging import feature_node
from engine.compute.network import GraphModule, build, random_input
from engine.export.drawn import Drawn
from engine.export.pytorch import plain_networks
from engine.layers.base import Shape
from tests.engine.drawn import drawn, node

NODES = ("x", "network", "relu", "again", "join", "off", "last", "y", "")


def judge() -> GraphModule:
    """Branches, shared weights, a bypassed layer, a name that the function uses itself."""
    torch.manual_seed(0)
    design = drawn(
        "x > network > relu > again > join > off > last > y, relu > join",
        nodes={
            "x": node("input"),
            "network": node("linear", units=5),
            "relu": node("relu"),
            "again": node("linear", units=5),
            "join": node("concat"),
            "off": node("tanh", mute=True),
            "last": node("linear", units=1),
            "y": node("output"),
        },
    )
    return build(design, {"input": Shape((7,))}).eval()


def looked(module: GraphModule, at: str) -> Any:
    """The function, as its source defines it."""
    room: dict[str, Any] = {"Any": Any, "Tensor": Tensor}
    exec(Drawn("judge", module).inside("inside", at), room)
    return room["inside"]


@pytest.mark.parametrize("at", NODES)
def test_it_sees_what_leaves_a_node(at: str) -> None:
    module = judge()
    plain, inputs = plain_networks({"judge": module})["judge"], random_input(module, 4)
    wanted = module.forward_to(at or feature_node(module), inputs)
    assert torch.equal(looked(module, at)(plain, inputs), wanted)


def test_nothing_behind_it_is_computed() -> None:
    module = judge()
    plain: nn.Module = plain_networks({"judge": module})["judge"]
    del plain.last
    looked(module, "join")(plain, random_input(module, 4))
    with pytest.raises(AttributeError):
        looked(module, "y")(plain, random_input(module, 4))
