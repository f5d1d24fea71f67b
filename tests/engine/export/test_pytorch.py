"""Exported source rebuilds the networks, with no Ganvas in reach."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from engine.compute.network import GraphModule, build, random_input
from engine.export.pytorch import document
from engine.layers.base import Shape
from projects.schema import Network
from tests.engine.drawn import chain, drawn, node
from tests.engine.export.bare import export_pytorch

IMAGE = {"input": Shape((1, 12, 12))}


def winding() -> Network:
    """Branches, shared weights, ids that collide with Python, torch and the source's own names."""
    return drawn(
        "x > conv > relu > train > join > flat > lin > class > y, relu > join, "
        "x > pool > gate > side",
        nodes={
            "x": node("input"),
            "conv": node("conv2d", filters=4),
            "relu": node("relu"),
            "train": node("conv2d", filters=4),
            "join": node("concat"),
            "flat": node("flatten"),
            "lin": node("linear", units=8),
            "class": node("linear", units=8),
            "y": node("output"),
            "pool": node("global_pool"),
            "gate": node("sigmoid"),
            "side": node("tanh"),
        },
    )


def residual() -> Network:
    return drawn(
        "x > a > x_ > b > sum > gru > y, a > sum",
        x=node("input"),
        a=node("linear", units=5),
        x_=node("elu"),
        b=node("linear", shares="a"),
        sum=node("add"),
        gru=node("gru", units=3, layers=2, bidirectional=True, dropout=0.3),
        y=node("output"),
    )


def trained(module: GraphModule) -> GraphModule:
    """Weights and running averages other than the first ones."""
    module.train()
    for _ in range(2):
        module(random_input(module, 8))
    with torch.no_grad():
        for weight in module.parameters():
            weight.add_(torch.randn_like(weight) * 0.1)
    return module


def networks() -> dict[str, GraphModule]:
    torch.manual_seed(0)
    generator = chain(
        node("linear", units=2 * 9),
        node("batch_norm"),
        node("reshape", sizes=[2, 3, 3]),
        node("conv_transpose2d", filters=3),
        node("leaky_relu"),
        node("upsample", mode="linear"),
        node("conv2d", filters=1),
        node("tanh"),
        entry=node("noise", size=4, distribution="uniform"),
    )
    return {
        "generator": trained(build(generator, {})),
        "a_sequence": trained(build(residual(), {"input": Shape((6, 5))})),
        "add": trained(
            build(chain(node("dropout"), node("linear", units=3)), {"input": Shape((7,))})
        ),
    }


def test_the_written_file_gives_the_same_outputs(tmp_path: Path) -> None:
    ours = networks()
    worst = export_pytorch(ours, tmp_path / "nets.py", "Two nets", {"CLASSES": ("a", "b")})
    assert worst == 0.0
    assert all(module.training for module in ours.values())
    assert sorted(path.name for path in tmp_path.glob("nets*")) == ["nets.py", "nets.safetensors"]


ALONE = """
import sys, numpy as np, torch
torch.set_num_threads(1)
import nets
inputs = np.load("inputs.npz")
outputs = {name: nets.load(name)(torch.from_numpy(inputs[name])).detach().numpy() for name in nets.NETWORKS}
np.savez("outputs.npz", **outputs)
heavy = {"engine", "projects", "workbench", "widgets"} & {name.split(".")[0] for name in sys.modules}
sys.exit(f"imported {heavy}" if heavy else 0)
"""


def test_it_needs_no_ganvas(tmp_path: Path) -> None:
    ours = networks()
    export_pytorch(ours, tmp_path / "nets.py")
    inputs = {name: random_input(module, 5) for name, module in ours.items()}
    arrays: dict[str, Any] = {name: value.numpy() for name, value in inputs.items()}
    np.savez(tmp_path / "inputs.npz", **arrays)
    code = f"import sys; sys.path = [p for p in sys.path if p != ''] + ['.']\n{ALONE}"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    outputs = np.load(tmp_path / "outputs.npz")
    for name, module in ours.items():
        with torch.no_grad():
            expected = module.eval()(inputs[name]).numpy()
        assert np.array_equal(outputs[name], expected), name


def rebuilt(network: Network, entries: dict[str, Shape]) -> nn.Module:
    room: dict[str, object] = {"__file__": "x.py"}
    exec(document({"net": build(network, entries)}, "net.safetensors"), room)
    cls = room["Net"]
    assert isinstance(cls, type)
    module: nn.Module = cls()
    return module


@pytest.mark.parametrize(
    ("network", "entries"), [(winding(), IMAGE), (residual(), {"input": Shape((6, 5))})]
)
def test_weights_have_the_same_names_and_paths_meet_alike(
    network: Network, entries: dict[str, Shape]
) -> None:
    ours = build(network, entries).eval()
    theirs = rebuilt(network, entries)
    theirs.load_state_dict(ours.state_dict())
    x = random_input(ours, 3)
    assert torch.equal(theirs.eval()(x), ours(x))


def test_the_source_reads_like_one_written_by_hand() -> None:
    text = document({"tagger": build(residual(), {"input": Shape((6, 5))})}, "tagger.safetensors")
    assert "class Tagger(nn.Module):" in text
    assert "Takes (batch, 6, 5), returns (batch, 6)." in text
    assert "        self.a = nn.Linear(5, 5)\n" in text
    assert text.split("def forward(self, x: Tensor) -> Tensor:\n")[-1].split("\n\n")[
        0
    ] == "\n".join(
        [
            "        x = self.a(x)",
            "        x_ = self.x_(x)",
            "        x_ = self.a(x_)",
            "        sum = self.sum(x_, x)",
            "        sum = self.gru(sum)",
            "        return sum",
        ]
    )
    assert "import torch\n" in text
    assert "engine" not in text
    assert "type: ignore" not in text
    assert max(map(len, text.splitlines())) <= 100


def test_only_what_is_used_is_imported() -> None:
    module = build(chain(node("linear")), {"input": Shape((3,))})
    assert "import torch\n" not in document({"net": module}, "net.safetensors")


@pytest.mark.parametrize(
    "about", ['"""\nimport os #', "back\\", "nul\x00 and \u2028 line", "", "Ends."]
)
def test_names_cannot_become_code(about: str, tmp_path: Path) -> None:
    module = build(chain(node("relu"), node("linear", units=2)), {"input": Shape((3,))})
    out = tmp_path / 'it\'s "odd" ü.py'
    evil = {"none": module, "path": module, "class": module}
    export_pytorch(evil, out, about, {"CLASSES": ["');import os#", "\n"]})
    tree = ast.parse(out.read_text(encoding="utf-8"))
    classes = [item.name for item in tree.body if isinstance(item, ast.ClassDef)]
    assert len(set(classes)) == 3
    assert not {"None", "Path"} & set(classes)
    imports = [item for item in ast.walk(tree) if isinstance(item, ast.Import | ast.ImportFrom)]
    assert len(imports) == 4


def test_constants_are_plain_values_only(tmp_path: Path) -> None:
    module = build(chain(node("linear", units=2)), {"input": Shape((3,))})
    with pytest.raises(TypeError):
        export_pytorch({"net": module}, tmp_path / "net.py", "", {"BAD": object()})
    assert list(tmp_path.glob("net*")) == []
