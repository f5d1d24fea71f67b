"""Networks drawn from ONNX files give what ONNX Runtime gives; what has no equivalent is not dropped."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
import pytest
import torch
from onnx import helper
from torch import Tensor, nn

from engine.compute.evaluate import networks
from engine.compute.session import open_session
from engine.imports.drawing import draw_onnx
from engine.imports.project import project_of
from engine.layers.base import LAYERS, Layer
from projects.errors import FileError
from projects.files import dumps, loads
from projects.schema import Network
from projects.templates import template, templates
from tests.engine.imports.models import difference, exported, model, saved

EQUAL = 1e-5


class Residual(nn.Module):
    """Convolutions with a path around them, and a mean over all positions."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.second = nn.Conv2d(8, 8, 3, padding=1, groups=2, bias=False)
        self.pool = nn.MaxPool2d(2)
        self.head = nn.Linear(8, 5)

    def forward(self, x: Tensor) -> Tensor:
        y = torch.relu(self.norm(self.first(x)))
        y = self.pool(y + self.second(y)).mean((2, 3))
        return cast(Tensor, self.head(nn.functional.gelu(y)))


class Reader(nn.Module):
    """Words, a recurrent layer, and an answer from its last state or from all of them."""

    def __init__(self, kind: str, both: bool = False, layers: int = 1) -> None:
        super().__init__()
        self.words = nn.Embedding(20, 6)
        self.core = getattr(nn, kind)(6, 7, layers, batch_first=True, bidirectional=both)
        self.head = nn.Linear(14 if both else 7, 3)

    def forward(self, x: Tensor) -> Tensor:
        states, _ = self.core(self.words(x))
        return cast(Tensor, self.head(states if self.core.bidirectional else states[:, -1]))


class Excited(nn.Module):
    """Squeeze and excite: a gate for every channel."""

    def __init__(self) -> None:
        super().__init__()
        self.enter = nn.Conv2d(2, 4, 3)
        self.gate = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(4, 2, 1), nn.SiLU(), nn.Conv2d(2, 4, 1), nn.Sigmoid()
        )

    def forward(self, x: Tensor) -> Tensor:
        y = self.enter(x)
        return torch.cat((y * self.gate(y), y), 1)


MLP = nn.Sequential(
    nn.Flatten(), nn.Linear(64, 32), nn.LayerNorm(32), nn.LeakyReLU(0.1), nn.Linear(32, 10)
)
PAINTER = nn.Sequential(
    nn.Linear(8, 32),
    nn.Unflatten(1, (2, 4, 4)),
    nn.ConvTranspose2d(2, 4, 4, 2, 1),
    nn.ELU(0.5),
    nn.GroupNorm(2, 4),
    nn.Upsample(scale_factor=2),
    nn.Conv2d(4, 1, 3, padding=1),
    nn.Tanh(),
)
WORDS = torch.randint(0, 20, (2, 9))
MODELS: dict[str, tuple[nn.Module, Tensor, set[str]]] = {
    "mlp": (MLP, torch.randn(2, 1, 8, 8), {"flatten", "linear", "layer_norm", "leaky_relu"}),
    "residual": (
        Residual(),
        torch.randn(2, 3, 16, 16),
        {"conv2d", "add", "relu", "max_pool2d", "global_pool", "gelu", "linear"},
    ),
    "painter": (
        PAINTER,
        torch.randn(2, 8),
        {
            "linear",
            "reshape",
            "conv_transpose2d",
            "elu",
            "group_norm",
            "upsample",
            "conv2d",
            "tanh",
        },
    ),
    "excited": (
        Excited(),
        torch.randn(2, 2, 8, 8),
        {"conv2d", "global_pool", "reshape", "silu", "sigmoid", "multiply", "concat"},
    ),
    "lstm": (Reader("LSTM"), WORDS, {"embedding", "lstm", "linear"}),
    "two of gru": (Reader("GRU", layers=2), WORDS, {"embedding", "gru", "linear"}),
    "rnn both ways": (Reader("RNN", both=True), WORDS, {"embedding", "rnn", "linear"}),
}


@pytest.mark.parametrize("name", MODELS)
def test_models_of_torch_come_out_whole_and_equal(name: str, tmp_path: Path) -> None:
    module, example, kinds = MODELS[name]
    path = exported(module, example, tmp_path / "model.onnx")
    drawn = draw_onnx(path)
    assert not drawn.unknown
    assert {node.type for node in drawn.network.nodes.values()} == kinds | {"input", "output"}
    assert difference(path, drawn) <= EQUAL


def test_weights_and_names_are_those_of_the_file(tmp_path: Path) -> None:
    module = Residual()
    drawn = draw_onnx(exported(module, torch.randn(1, 3, 16, 16), tmp_path / "model.onnx"))
    assert np.array_equal(drawn.weights["second.weight"], module.second.weight.detach().numpy())
    assert np.array_equal(drawn.weights["head.bias"], module.head.bias.detach().numpy())


DRAWN_HERE = [t.name for t in templates() if t.objective == "classification"]


@pytest.mark.parametrize("name", DRAWN_HERE)
def test_examples_come_back_as_they_were_drawn(name: str, tmp_path: Path) -> None:
    project = template(name).project
    (module,) = networks(open_session(project, tmp_path)).values()
    shape = module.in_shape
    example = torch.randn(2, *shape.dims)
    if shape.kind == "index":
        example = torch.randint(shape.classes or 2, (2, *shape.dims))
    path = exported(module, example, tmp_path / "model.onnx")
    drawn = draw_onnx(path)
    assert not drawn.unknown
    assert difference(path, drawn) <= EQUAL
    assert _working(drawn.network) == _working(project.networks["classifier"])


def _working(network: Network) -> list[Layer]:
    """Layers that remain when a network is exported for use."""
    layers = [LAYERS.make(node.type, node.params) for node in network.nodes.values()]
    return [layer for layer in layers if layer.tag() not in ("dropout", "batch_norm")]


# ------------------------------------------------------------------------------- what is not known


def test_an_unknown_operator_keeps_its_name_settings_and_shape(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Relu", ["x"], ["a"]),
        helper.make_node("CumSum", ["a", "axis"], ["b"], reverse=1, name="sums"),
        helper.make_node("Tanh", ["b"], ["y"]),
    ]
    made = model(nodes, weights={"axis": np.array(1, np.int64)})
    drawn = draw_onnx(saved(made, tmp_path / "m.onnx"))
    (odd,) = drawn.unknown
    params = drawn.network.nodes[odd].params
    assert params["op"] == "CumSum"
    assert params["attributes"].splitlines() == ["reverse: 1", "input 2: 1"]
    assert params["result"] == [4]
    assert [str(wire) for wire in drawn.network.wires] == [
        "input -> relu",
        f"relu -> {odd}",
        f"{odd} -> tanh",
        "tanh -> output",
    ]
    assert any("CumSum" in note for note in drawn.notes)
    project = project_of(drawn, "Odd")
    assert loads(dumps(project)) == project


def test_each_used_result_of_an_unknown_operator_is_a_node(tmp_path: Path) -> None:
    nodes = [
        helper.make_node("Split", ["x"], ["a", "b", "c"], axis=1, num_outputs=3),
        helper.make_node("Add", ["a", "c"], ["y"]),
    ]
    drawn = draw_onnx(saved(model(nodes, ("n", 6)), tmp_path / "m.onnx"))
    assert len(drawn.unknown) == 2
    last = drawn.network.nodes[drawn.unknown[1]].params
    assert last["result"] == [2]
    assert "number 2" in last["attributes"]


def test_settings_without_an_equivalent_are_not_bent_to_fit(tmp_path: Path) -> None:
    weight = np.zeros((2, 1, 3, 3), np.float32)
    conv = helper.make_node("Conv", ["x", "w"], ["y"], strides=[1, 2])
    made = model([conv], ("n", 1, 8, 8), weights={"w": weight})
    drawn = draw_onnx(saved(made, tmp_path / "m.onnx"))
    params = drawn.network.nodes[drawn.unknown[0]].params
    assert "strides: [1, 2]" in params["attributes"]
    assert "input 2: numbers of shape 2×1×3×3" in params["attributes"]


def test_several_inputs_and_results_are_drawn_and_told(tmp_path: Path) -> None:
    made = model([helper.make_node("Add", ["x", "z"], ["y"])])
    made.graph.input.append(helper.make_tensor_value_info("z", 1, ["n", 4]))
    made.graph.output.append(helper.make_tensor_value_info("x", 1, ["n", 4]))
    drawn = draw_onnx(saved(made, tmp_path / "m.onnx"))
    kinds = [node.type for node in drawn.network.nodes.values()]
    assert (kinds.count("input"), kinds.count("output")) == (2, 2)
    assert len(drawn.notes) == 2


def test_open_sizes_are_assumed_and_told(tmp_path: Path) -> None:
    weight = np.zeros((2, 1, 3, 3), np.float32)
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["a"]),
        helper.make_node("GlobalAveragePool", ["a"], ["b"]),
        helper.make_node("Flatten", ["b"], ["y"]),
    ]
    made = model(nodes, ("n", 1, "h", "w"), weights={"w": weight})
    drawn = draw_onnx(saved(made, tmp_path / "m.onnx"))
    assert drawn.input.dims == (1, 32, 32)
    assert len(drawn.notes) == 2
    assert not drawn.unknown


def test_names_that_nobody_should_use_become_ids(tmp_path: Path) -> None:
    weight = {"<b>\n../é\u202e9.weight": np.zeros((3, 4), np.float32)}
    gemm = helper.make_node("Gemm", ["x", *weight], ["y"], transB=1)
    project = project_of(draw_onnx(saved(model([gemm], weights=weight), tmp_path / "m.onnx")), "x")
    assert loads(dumps(project)) == project
    (name,) = [n for n in project.networks["classifier"].nodes if n not in ("input", "output")]
    assert name.isidentifier()
    assert name.isascii()


def test_a_model_without_an_input_or_a_result_is_refused(tmp_path: Path) -> None:
    made = model([helper.make_node("Relu", ["x"], ["y"])])
    without = helper.make_model(helper.make_graph([], "g", [], list(made.graph.output)))
    loose = model([helper.make_node("Relu", ["c"], ["y"])], weights={"c": np.zeros(3, np.float32)})
    for number, bad in enumerate((without, loose)):
        with pytest.raises(FileError):
            draw_onnx(saved(bad, tmp_path / f"{number}.onnx"))
