"""Layers with several ports in whole networks: wired by name, in any order, told where a wire is missing."""

from __future__ import annotations

import pytest
import torch

from engine.compute.network import build
from engine.compute.survey import survey
from engine.export.pytorch import document
from engine.layers.base import Shape
from projects.errors import ProblemsError
from projects.files import dumps, loads
from projects.schema import Data, Network, Node, Plug, Project, Wire
from tests.engine.drawn import node

ENTRY = {"input": Shape((5, 8))}


def translator() -> Network:
    """An encoder whose result a decoder of the same sequence reads; the memory is wired first."""
    nodes = {
        "input": node("input"),
        "places": node("sinusoidal_positions"),
        "encoder": node("transformer_encoder", width=16),
        "short": node("slice", stop=3),
        "decoder": node("transformer_decoder", width=16),
        "look": node("cross_attention"),
        "scale": node("film"),
        "mean": node("global_pool"),
        "output": node("output"),
    }
    wires = (
        Wire("input", "places"),
        Wire("places", "encoder"),
        Wire("encoder", "decoder", target_port="memory"),
        Wire("places", "short"),
        Wire("short", "decoder"),
        Wire("encoder", "look", target_port="memory"),
        Wire("decoder", "look", target_port="query"),
        Wire("encoder", "mean"),
        Wire("mean", "scale", target_port="condition"),
        Wire("look", "scale"),
        Wire("scale", "output"),
    )
    return Network(nodes=nodes, wires=wires)


def without(network: Network, target: str, port: str) -> Network:
    kept = tuple(w for w in network.wires if (w.target, w.target_port) != (target, port))
    return Network(nodes=network.nodes, wires=kept)


def test_shapes_arrive_at_the_ports_that_wires_name() -> None:
    found = survey(translator(), ENTRY)
    assert not found.errors
    assert [str(s) for s in found.incoming["decoder"]] == ["3×8", "5×8"]
    assert [str(s) for s in found.incoming["look"]] == ["3×8", "5×8"]
    assert [str(s) for s in found.incoming["scale"]] == ["3×8", "5"]
    assert str(found.shapes["output"]) == "3×8"


def test_the_network_and_its_exported_code_answer_alike() -> None:
    module = build(translator(), ENTRY).eval()
    text = document({"network": module}, "net.safetensors")
    room: dict[str, object] = {"__file__": "net.py", "__name__": "exported"}
    exec(compile(text, "net.py", "exec"), room)
    written = next(v for k, v in room.items() if k.startswith("Network") and k != "NETWORKS")
    assert isinstance(written, type)
    theirs = written().eval()
    theirs.load_state_dict(module.state_dict())
    x = torch.randn(4, 5, 8)
    assert torch.equal(module(x), theirs(x))
    assert "self.look(decoder, encoder)" in text


@pytest.mark.parametrize(
    ("target", "port"), [("decoder", "memory"), ("look", "query"), ("scale", "condition")]
)
def test_a_port_that_nothing_enters_is_named(target: str, port: str) -> None:
    found = survey(without(translator(), target, port), ENTRY)
    (problem,) = [p for p in found.errors if p.where == f"nodes.{target}"]
    assert port in problem.message
    with pytest.raises(ProblemsError):
        build(without(translator(), target, port), ENTRY)


def test_two_wires_at_one_port_are_refused() -> None:
    drawn = translator()
    more = (*drawn.wires, Wire("places", "look", target_port="memory"))
    found = survey(Network(nodes=drawn.nodes, wires=more), ENTRY)
    assert any("takes one" in p.message for p in found.errors if p.where == "nodes.look")


def test_a_port_that_is_not_there_is_named_with_the_nearest() -> None:
    drawn = translator()
    wires = (*drawn.wires, Wire("places", "look", target_port="memry"))
    found = survey(Network(nodes=drawn.nodes, wires=wires), ENTRY)
    assert any("memry" in p.message and "memory" in p.hint for p in found.errors)


def test_a_misfit_of_the_second_port_is_told_at_the_layer() -> None:
    drawn = translator()
    nodes = {**drawn.nodes, "mean": Node(type="relu")}
    found = survey(Network(nodes=nodes, wires=drawn.wires), ENTRY)
    assert [p.where for p in found.errors] == ["nodes.scale"]
    assert "expected a vector as condition" in found.errors[0].message


def test_ports_survive_being_written_and_read() -> None:
    project = Project(
        networks={"net": translator()},
        data=Data(source=Plug("digits")),
        objective=Plug("classification"),
    )
    text = dumps(project)
    assert "encoder -> decoder.memory" in text
    assert loads(text) == project


def test_real_numbers_where_an_index_has_to_be_are_told_apart_by_port() -> None:
    nodes = {
        "input": node("input"),
        "table": node("embedding", features=6),
        "norm": node("conditional_batch_norm"),
        "output": node("output"),
    }
    wires = (Wire("input", "table"), Wire("table", "norm"), Wire("norm", "output"))
    both = Network(nodes=nodes, wires=(*wires, Wire("input", "norm", target_port="condition")))
    entry = {"input": Shape((1,), "index", 9)}
    module = build(both, entry)
    assert module(torch.randint(9, (4, 1))).shape == (4, 1, 6)
    assert dict(module.named_parameters())["norm.maps.weight"].shape == (9, 2)
    swapped = (
        Wire("input", "table"),
        Wire("table", "norm", target_port="condition"),
        Wire("input", "norm"),
        Wire("norm", "output"),
    )
    found = survey(Network(nodes=nodes, wires=swapped), entry)
    assert "got indices" in found.errors[0].message
