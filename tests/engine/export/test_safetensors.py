"""The weights alone."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from engine.compute.network import build
from engine.export.safetensors import export_safetensors
from engine.layers.base import Shape
from projects.errors import FileError
from tests.engine.drawn import chain, node


def test_every_weight_and_buffer_is_there_by_name(tmp_path: Path) -> None:
    module = build(chain(node("linear", units=4), node("batch_norm")), {"input": Shape((3,))})
    out = tmp_path / "weights.safetensors"
    assert export_safetensors({"net": module}, out, {"project": "p"}) == 0.0
    with safe_open(out, "pt") as stored:
        assert stored.metadata()["project"] == "p"
        assert set(stored.keys()) == {f"net.{name}" for name in module.state_dict()}
        assert torch.equal(stored.get_tensor("net.n0.weight"), module.state_dict()["n0.weight"])


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    module = build(chain(node("linear", units=4)), {"input": Shape((3,))})
    with pytest.raises(FileError):
        export_safetensors({"net": module}, tmp_path / "none" / "w.safetensors")
