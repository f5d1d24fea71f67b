"""One loop over every layer: what the declaration says is what runs, and what is exported."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
import torch
from torch import Tensor, nn

from engine.compute.cost import measure
from engine.compute.ops import OPS, namespace
from engine.export.recorder import Recorder
from engine.layers.base import CATEGORIES, LAYERS, Layer, Shape
from projects.errors import ProjectError
from projects.fields import Field
from projects.files import dumps, loads
from projects.schema import Data, Network, Node, Plug, Project
from tests.engine.layers.cases import cases

ALL = [layer for layer in LAYERS if not layer.locked]
CASES = cases()
INNER = [case for case in CASES if case[1]]
SMOOTH = [case for case in INNER if case[0].parametric or case[1][0].kind == "float"]


def name(value: object) -> str:
    """Tag or shapes, as they stand in the name of a test."""
    return value.tag() if isinstance(value, Layer) else "+".join(map(str, value))  # type: ignore[call-overload]


each_layer = pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.tag())
each_case = pytest.mark.parametrize(("layer", "shapes"), CASES, ids=name)
each_inner_case = pytest.mark.parametrize(("layer", "shapes"), INNER, ids=name)
each_smooth_case = pytest.mark.parametrize(("layer", "shapes"), SMOOTH, ids=name)


def examples(shapes: tuple[Shape, ...], batch: int = 3) -> list[Tensor]:
    torch.manual_seed(1)
    return [
        torch.randn(batch, *s.dims)
        if s.kind == "float"
        else torch.randint(s.classes or 2, (batch, *s.dims))
        for s in shapes
    ]


def test_the_loop_reaches_every_layer() -> None:
    assert {layer.tag() for layer, _ in CASES} == set(LAYERS.entries) - {"unknown"}
    assert len(LAYERS.entries) >= 72


@each_inner_case
def test_the_shape_told_is_the_shape_that_comes_out(
    layer: Layer, shapes: tuple[Shape, ...]
) -> None:
    module: nn.Module = layer.build(namespace, *shapes)
    cost = measure(layer, shapes)
    out = module(*examples(shapes))
    assert tuple(out.shape) == (3, *cost.out_shape.dims)
    assert out.is_floating_point() == (cost.out_shape.kind == "float")
    assert cost.parameters == sum(weight.numel() for weight in module.parameters())
    assert cost.weights == tuple((n, tuple(p.shape)) for n, p in module.named_parameters())
    assert bool(cost.parameters) <= layer.parametric


@each_smooth_case
def test_gradients_reach_inputs_and_weights(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    module: nn.Module = layer.build(namespace, *shapes)
    inputs = examples(shapes, batch=16)
    for value in inputs:
        value.requires_grad_(value.is_floating_point())
    out = module(*inputs)
    (out * torch.randn_like(out)).sum().backward()
    wanted = [v for v in [*inputs, *module.parameters()] if v.requires_grad]
    assert all(v.grad is not None and bool(v.grad.isfinite().all()) for v in wanted)
    assert all(bool((v.grad != 0).any()) for v in wanted if v.grad is not None) or _flat(out)


def _flat(out: Tensor) -> bool:
    """Softmax or a norm over one number gives a constant: there the gradient is rightly zero."""
    return out.shape[-1] == 1 or out[0].numel() <= 2


@each_case
def test_exported_code_is_the_same_module(layer: Layer, shapes: tuple[Shape, ...]) -> None:
    text = repr(layer.build(Recorder(), *shapes))
    written: nn.Module = eval(text, {"nn": nn, **OPS, "__builtins__": {}})
    ours: nn.Module = layer.build(namespace, *shapes)
    written.load_state_dict(ours.state_dict())
    assert repr(written) == repr(ours)
    inputs = examples(shapes or (Shape((4,)),))
    assert torch.equal(written.eval()(*inputs), ours.eval()(*inputs))


@each_layer
def test_help_tells_what_it_does(cls: type[Layer]) -> None:
    help_text = cls.help()
    assert cls.title
    assert cls.category in CATEGORIES
    assert len(help_text.splitlines()[0]) > 15
    assert cls.use
    assert cls.trouble
    bare = {"Ends", "Shape"}
    assert cls.category in bare or (cls.formula and re.search(r"\d{4}", cls.source))


@each_layer
def test_every_parameter_has_a_title_a_help_and_bounds(cls: type[Layer]) -> None:
    assert not {"type", "at", "shares"} & {field.name for field in cls.fields()}
    for field in cls.fields():
        assert field.title, field.name
        assert field.help, field.name
        if field.kind in ("int", "float", "numbers"):
            assert None not in (field.minimum, field.maximum), field.name


@each_layer
def test_parameters_survive_being_written_and_read(cls: type[Layer]) -> None:
    layers = {layer for layer, _ in CASES if type(layer) is cls}
    nodes = {f"n{i}": Node(type=cls.tag(), params=plain(x)) for i, x in enumerate(layers)}
    project = Project(
        networks={"net": Network(nodes=nodes)},
        data=Data(source=Plug("digits")),
        objective=Plug("classification"),
    )
    read = loads(dumps(project)).networks["net"].nodes
    assert [LAYERS.make(n.type, n.params) for n in read.values()] == list(layers)
    assert all(isinstance(layer.summary(), str) for layer in layers)


def plain(layer: Layer) -> dict[str, Any]:
    """All parameters as a file gives them."""
    values: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(layer))
    del values["type"]
    return values


WRONG = {
    "int": [10**12, -(10**12), 1.5, "many", None, True],
    "float": [1e300, -1e300, "much", float("nan"), [1.0]],
    "bool": ["perhaps", 3],
    "choice": ["sideways", 4],
    "numbers": ["1×2", 7, [10**12], ["a"]],
}


@each_layer
def test_a_wrong_value_is_named_with_its_place(cls: type[Layer]) -> None:
    for field in cls.fields():
        below = (
            [int(field.minimum) - 1] if field.kind == "int" and field.minimum is not None else []
        )
        for value in WRONG[field.kind] + below:
            if value is None and field.optional:
                continue
            with pytest.raises(ProjectError) as caught:
                LAYERS.make(cls.tag(), {field.name: value}, "networks.n.nodes.a")
            assert caught.value.problem.where == f"networks.n.nodes.a.{field.name}"
            assert field.expectation() in caught.value.problem.message


@each_layer
def test_an_unknown_parameter_is_named_with_the_nearest(cls: type[Layer]) -> None:
    fields: tuple[Field, ...] = cls.fields()
    wrong = f"{fields[0].name}s" if fields else "sizes"
    with pytest.raises(ProjectError) as caught:
        LAYERS.make(cls.tag(), {wrong: 1}, "n")
    assert caught.value.problem.where == f"n.{wrong}"
    assert not fields or fields[0].name in caught.value.problem.hint
