"""ONNX models that tests write: by hand, or exported from torch."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from engine.compute.imported import named
from engine.compute.network import GraphModule, build
from engine.imports.drawing import Drawn
from projects.schema import Data, Plug, Project


def model(
    nodes: list[Any],
    shape: tuple[int | str, ...] = ("n", 4),
    result: tuple[int | str, ...] | None = None,
    weights: dict[str, NDArray[Any]] | None = None,
    kind: int = TensorProto.FLOAT,
    opset: int = 21,
) -> Any:
    """Return a model that takes ``x`` and gives ``y``."""
    graph = helper.make_graph(
        nodes,
        "test",
        [helper.make_tensor_value_info("x", kind, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, result)],
        [numpy_helper.from_array(value, name) for name, value in (weights or {}).items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=10)


def saved(made: Any, path: Path) -> Path:
    """Write a model and return where it is."""
    onnx.save(made, path)
    return path


def exported(module: nn.Module, example: torch.Tensor, path: Path) -> Path:
    """Write a torch module as ONNX, as its older exporter does; examples may be many or few."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(),
            (example,),
            path,
            input_names=["x"],
            output_names=["y"],
            dynamic_axes={"x": {0: "n"}},
            dynamo=False,
        )
    return path


def network_of(drawn: Drawn) -> GraphModule:
    """Build a drawn network with its weights."""
    module = build(drawn.network, {"input": drawn.input})
    project = Project(
        networks={"net": drawn.network},
        data=Data(source=Plug("random")),
        objective=Plug("classification"),
    )
    weights = named(project, "net", drawn.weights)
    module.load_state_dict({k: torch.from_numpy(np.array(v)) for k, v in weights.items()})
    return module.eval()


def answers(path: Path, x: NDArray[Any]) -> NDArray[Any]:
    """What ONNX Runtime gives for an input."""
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return np.asarray(session.run(None, {"x": x})[0])


def difference(path: Path, drawn: Drawn, count: int = 3) -> float:
    """The largest difference between the drawn network and ONNX Runtime on random inputs."""
    generator = np.random.default_rng(0)
    shape = (count, *drawn.input.dims)
    if drawn.input.kind == "index":
        x: NDArray[Any] = generator.integers(drawn.input.classes or 2, size=shape)
    else:
        x = generator.standard_normal(shape, dtype=np.float32)
    with torch.no_grad():
        ours = network_of(drawn)(torch.from_numpy(x)).numpy()
    theirs = answers(path, x)
    assert ours.shape == theirs.shape
    return float(np.abs(ours - theirs).max())
