"""The weights alone."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load

from engine.compute.network import build
from engine.export.safetensors import weights_bytes
from engine.layers.base import Shape
from tests.engine.drawn import chain, node


def test_every_weight_and_buffer_is_there_by_name(tmp_path: Path) -> None:
    module = build(chain(node("linear", units=4), node("batch_norm")), {"input": Shape((3,))})
    out = tmp_path / "weights.safetensors"
    out.write_bytes(weights_bytes({"net": module}, {"project": "p"}))
    with safe_open(out, "pt") as stored:
        assert stored.metadata()["project"] == "p"
    found = load(out.read_bytes())
    assert found.keys() == {f"net.{name}" for name in module.state_dict()}
    assert all(torch.equal(found[f"net.{k}"], v) for k, v in module.state_dict().items())


def test_the_same_weights_are_the_same_bytes(tmp_path: Path) -> None:
    module = build(chain(node("linear", units=4)), {"input": Shape((3,))})
    texts = {"project": "Größe", "a": "1", "z": "2"}
    found = {weights_bytes({"net": module}, texts) for _time in range(20)}
    assert len(found) == 1
    (content,) = found
    assert int.from_bytes(content[:8], "little") % 8 == 0
    (tmp_path / "w.safetensors").write_bytes(content)
    with safe_open(tmp_path / "w.safetensors", "pt") as stored:
        assert stored.metadata() == {"format": "pt", **texts}
