"""Layers against their formulas, written out with NumPy in double precision."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.compute.cost import measure
from engine.compute.network import build
from engine.compute.ops import namespace
from engine.layers.base import LAYERS, Shape
from projects.schema import Plug
from tests.engine.training.support import Layers, chain

Floats = NDArray[np.float64]


def built(tag: str, *shapes: Shape, **params: Any) -> nn.Module:
    """A layer in double precision, in evaluation mode."""
    torch.manual_seed(2)
    module: nn.Module = LAYERS.make(tag, params).build(namespace, *shapes)
    return module.double().eval()


def drawn(*sizes: int) -> Tensor:
    return torch.randn(*sizes, dtype=torch.float64)


def answer(module: nn.Module, *inputs: Tensor) -> Floats:
    with torch.no_grad():
        found: Floats = module(*inputs).numpy()
    return found


def weights(module: nn.Module) -> dict[str, Floats]:
    return {name: value.detach().numpy() for name, value in module.named_parameters()}


def test_rms_norm() -> None:
    module = built("rms_norm", Shape((5, 8)), epsilon=1e-3)
    x = drawn(3, 5, 8)
    size = np.sqrt((x.numpy() ** 2).mean(-1, keepdims=True) + 1e-3)
    assert np.allclose(answer(module, x), x.numpy() / size, atol=1e-12)
    whole = built("rms_norm", Shape((5, 8)), over="all", epsilon=1e-3)
    size = np.sqrt((x.numpy() ** 2).mean((1, 2), keepdims=True) + 1e-3)
    assert np.allclose(answer(whole, x), x.numpy() / size, atol=1e-12)


@pytest.mark.parametrize("features", [6, 7])
def test_sinusoidal_positions(features: int) -> None:
    module = built("sinusoidal_positions", Shape((9, features)), base=100.0)
    table = np.zeros((9, features))
    for t in range(9):
        for j in range(features):
            angle = t / 100.0 ** ((j - j % 2) / features)
            table[t, j] = np.cos(angle) if j % 2 else np.sin(angle)
    x = drawn(2, 9, features)
    assert np.allclose(answer(module, x), x.numpy() + table, atol=1e-6)
    assert not module.state_dict()


def test_learned_positions_start_small() -> None:
    module = built("learned_positions", Shape((100, 200)))
    weight = weights(module)["weight"]
    assert weight.std() == pytest.approx(0.02, rel=0.02)
    x = drawn(2, 100, 200)
    assert np.allclose(answer(module, x), x.numpy() + weight, atol=1e-12)


@pytest.mark.parametrize(
    ("tag", "params", "formula"),
    [
        ("selu", {}, lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * (np.exp(x) - 1))),
        ("softplus", {"beta": 2.0}, lambda x: np.log1p(np.exp(2 * x)) / 2),
        ("softsign", {}, lambda x: x / (1 + abs(x))),
        ("mish", {}, lambda x: x * np.tanh(np.log1p(np.exp(x)))),
        ("relu6", {}, lambda x: np.clip(x, 0, 6)),
        ("hard_sigmoid", {}, lambda x: np.clip(x / 6 + 0.5, 0, 1)),
        ("hard_tanh", {"low": -0.5, "high": 2.0}, lambda x: np.clip(x, -0.5, 2)),
        ("hard_swish", {}, lambda x: x * np.clip(x + 3, 0, 6) / 6),
        ("prelu", {"slope": 0.1}, lambda x: np.where(x > 0, x, 0.1 * x)),
        ("permute", {"dimensions": [2, 1]}, lambda x: x.transpose(0, 2, 1)),
        ("slice", {"axis": 2, "start": -5, "stop": -1, "step": 2}, lambda x: x[:, :, -5:-1:2]),
        ("slice", {"start": 2}, lambda x: x[:, 2:]),
    ],
)  # fmt: skip
def test_what_is_done_to_every_number(tag: str, params: dict[str, Any], formula: Any) -> None:
    x = drawn(3, 4, 7) * 4
    module = built(tag, Shape((4, 7)), **params)
    assert np.allclose(answer(module, x), formula(x.numpy()), atol=1e-9)


def test_every_channel_has_a_slope_of_its_own() -> None:
    module = built("prelu", Shape((4, 7)), slopes="channels")
    slopes = drawn(4)
    with torch.no_grad():
        module.get_parameter("weight").copy_(slopes)
    x = drawn(3, 4, 7)
    wanted = np.where(x.numpy() > 0, x.numpy(), slopes.numpy()[:, None] * x.numpy())
    assert np.allclose(answer(module, x), wanted, atol=1e-12)


def test_pixel_shuffle_is_its_equation_and_unshuffle_undoes_it() -> None:
    module = built("pixel_shuffle", Shape((12, 2, 3)), factor=2)
    x = drawn(2, 12, 2, 3)
    found = answer(module, x)
    for c, i, j, a, b in np.ndindex(3, 2, 3, 2, 2):
        wanted = x[:, c * 4 + 2 * a + b, i, j].numpy()
        assert np.array_equal(found[:, c, 2 * i + a, 2 * j + b], wanted)
    back = built("pixel_unshuffle", Shape((3, 4, 6)), factor=2)
    assert np.array_equal(answer(back, torch.from_numpy(found)), x.numpy())


def test_depthwise_keeps_channels_apart_and_separable_mixes_them() -> None:
    shape = Shape((3, 5, 5))
    module = built("depthwise_conv2d", shape, multiplier=2)
    weight, bias = weights(module)["weight"], weights(module)["bias"]
    x = drawn(2, 3, 5, 5)
    padded = np.pad(x.numpy(), ((0, 0), (0, 0), (1, 1), (1, 1)))
    wanted = np.empty((2, 6, 5, 5))
    for f, i, j in np.ndindex(6, 5, 5):
        window = padded[:, f // 2, i : i + 3, j : j + 3]
        wanted[:, f, i, j] = (window * weight[f, 0]).sum((1, 2)) + bias[f]
    assert np.allclose(answer(module, x), wanted, atol=1e-12)
    both = built("separable_conv2d", shape, filters=4)
    own = weights(both)
    assert own["0.weight"].shape == (3, 1, 3, 3)
    assert own["1.weight"].shape == (4, 3, 1, 1)
    assert isinstance(both, nn.Sequential)
    first = answer(both[0], x)
    mixed = np.einsum("fc,ncij->nfij", own["1.weight"][:, :, 0, 0], first)
    assert np.allclose(answer(both, x), mixed + own["1.bias"][:, None, None], atol=1e-12)


def test_adaptive_pooling_covers_everything() -> None:
    module = built("adaptive_pool1d", Shape((2, 7)), size=3)
    x = drawn(2, 2, 7)
    ends = [(0, 3), (2, 5), (4, 7)]
    wanted = np.stack([x.numpy()[:, :, a:b].mean(2) for a, b in ends], 2)
    assert np.allclose(answer(module, x), wanted, atol=1e-12)
    wide = measure(LAYERS.make("adaptive_pool2d", {"size": 2, "width": 5}), (Shape((3, 9, 8)),))
    assert wide.out_shape.dims == (3, 2, 5)


def test_bilinear_and_matrix_products() -> None:
    module = built("bilinear", Shape((3,)), Shape((4,)), units=2)
    own, x, z = weights(module), drawn(5, 3), drawn(5, 4)
    wanted = np.einsum("ni,kij,nj->nk", x.numpy(), own["weight"], z.numpy()) + own["bias"]
    assert np.allclose(answer(module, x, z), wanted, atol=1e-12)
    a, b = drawn(2, 3, 4), drawn(2, 5, 4)
    product = built("matmul", Shape((3, 4)), Shape((5, 4)), transposed=True)
    assert np.allclose(answer(product, a, b), a.numpy() @ b.numpy().transpose(0, 2, 1))
    plain = built("matmul", Shape((3, 4)), Shape((4, 5)))
    assert np.allclose(
        answer(plain, a, b.transpose(1, 2)), a.numpy() @ b.numpy().transpose(0, 2, 1)
    )


def test_squeeze_and_excite() -> None:
    module = built("squeeze_excite", Shape((8, 3, 5)), reduction=2)
    own, x = weights(module), drawn(2, 8, 3, 5)
    hidden = np.maximum(x.numpy().mean((2, 3)) @ own["squeeze.weight"].T + own["squeeze.bias"], 0)
    scale = 1 / (1 + np.exp(-(hidden @ own["excite.weight"].T + own["excite.bias"])))
    assert np.allclose(answer(module, x), x.numpy() * scale[:, :, None, None], atol=1e-12)


@pytest.mark.parametrize("sizes", [(6,), (6, 5), (6, 4, 5), (6, 2, 4, 5)])
def test_film(sizes: tuple[int, ...]) -> None:
    x, condition = drawn(3, *sizes), drawn(3, 2)
    for over, axis in (("channels", 1), ("features", -1)):
        module = built("film", Shape(sizes), Shape((2,)), over=over)
        own = weights(module)
        known = condition.numpy() @ own["maps.weight"].T + own["maps.bias"]
        scale, shift = np.split(known, 2, axis=1)
        wanted = np.moveaxis(x.numpy(), axis, 1)
        stretch = (slice(None), slice(None), *[None] * (len(sizes) - 1))
        wanted = np.moveaxis((1 + scale[stretch]) * wanted + shift[stretch], 1, axis)
        assert np.allclose(answer(module, x, condition), wanted, atol=1e-12)


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("kind", ["index", "float"])
def test_conditional_batch_norm(kind: Any, training: bool) -> None:
    shape = Shape((1,), "index", 5) if kind == "index" else Shape((3,))
    module = built("conditional_batch_norm", Shape((4, 6)), shape).train(training)
    x = drawn(8, 4, 6) * 3 + 2
    condition = torch.randint(5, (8, 1)) if kind == "index" else drawn(8, 3)
    own = dict(module.named_parameters())
    if kind == "index":
        assert not own["maps.weight"].any()
        with torch.no_grad():
            own["maps.weight"].normal_()
        known = weights(module)["maps.weight"][condition[:, 0].numpy()]
    else:
        known = condition.numpy() @ weights(module)["maps.weight"].T + weights(module)["maps.bias"]
    scale, shift = (part[:, :, None] for part in np.split(known, 2, axis=1))
    mean = x.numpy().mean((0, 2))[:, None] if training else 0.0
    variance = x.numpy().var((0, 2))[:, None] if training else 1.0
    wanted = (1 + scale) * (x.numpy() - mean) / np.sqrt(variance + 1e-5) + shift
    assert np.allclose(answer(module, x, condition), wanted, atol=1e-10)


def test_a_label_without_dimensions_is_a_condition_too() -> None:
    module = built("conditional_batch_norm", Shape((4, 6)), Shape((), "index", 5))
    assert answer(module, drawn(8, 4, 6), torch.randint(5, (8,))).shape == (8, 4, 6)


@pytest.mark.parametrize(("batch", "size"), [(8, 4), (6, 6), (4, 4)])
def test_minibatch_deviation(batch: int, size: int) -> None:
    module = built("minibatch_deviation", Shape((2, 3, 3)))
    x = drawn(batch, 2, 3, 3)
    found = answer(module, x)
    assert found.shape == (batch, 3, 3, 3)
    assert np.array_equal(found[:, :2], x.numpy())
    for one in range(batch):
        group = x.numpy()[one % (batch // size) :: batch // size]
        spread = np.sqrt(group.var(0) + 1e-8).mean()
        assert np.allclose(found[one, 2], spread, atol=1e-12)


def test_equal_examples_have_no_deviation() -> None:
    module = built("minibatch_deviation", Shape((5,)))
    alike = drawn(1, 5).expand(8, 5)
    assert answer(module, alike)[:, 5] == pytest.approx(1e-4)


def test_minibatch_discrimination() -> None:
    module = built("minibatch_discrimination", Shape((5,)), kernels=3, size=2)
    x = drawn(4, 5)
    found = answer(module, x)
    seen = (x.numpy() @ weights(module)["maps.weight"].T).reshape(4, 3, 2)
    assert np.array_equal(found[:, :5], x.numpy())
    for one, kernel in np.ndindex(4, 3):
        apart = [np.abs(seen[one, kernel] - seen[other, kernel]).sum() for other in range(4)]
        close = sum(np.exp(-gap) for other, gap in enumerate(apart) if other != one)
        assert found[one, 5 + kernel] == pytest.approx(close, abs=1e-9)


@pytest.mark.parametrize("kind", ["index", "float"])
def test_projection(kind: Any) -> None:
    label = Shape((), "index", 4) if kind == "index" else Shape((3,))
    module = built("projection", Shape((6,)), label)
    x, own = drawn(5, 6), weights(module)
    told = torch.randint(4, (5,)) if kind == "index" else drawn(5, 3)
    embedded = (
        own["embed.weight"][told.numpy()]
        if kind == "index"
        else told.numpy() @ own["embed.weight"].T
    )
    wanted = x.numpy() @ own["judge.weight"].T + own["judge.bias"]
    wanted += (embedded * x.numpy()).sum(1, keepdims=True)
    assert np.allclose(answer(module, x, told), wanted, atol=1e-9)


def test_one_hot() -> None:
    module = built("one_hot", Shape((2,), "index", 3))
    found = answer(module, torch.tensor([[0, 2]]))
    assert found.tolist() == [[[1, 0, 0], [0, 0, 1]]]


def test_a_volume_is_searched_along_all_three_sides() -> None:
    module = built("conv3d", Shape((2, 3, 4, 4)), filters=3, padding=0)
    own, x = weights(module), drawn(2, 2, 3, 4, 4)
    wanted = np.empty((2, 3, 1, 2, 2))
    for f, i, j in np.ndindex(3, 2, 2):
        window = x.numpy()[:, :, :, i : i + 3, j : j + 3]
        wanted[:, f, 0, i, j] = (window * own["weight"][f]).sum((1, 2, 3, 4)) + own["bias"][f]
    assert np.allclose(answer(module, x), wanted, atol=1e-12)


def test_operations_are_counted_where_meta_tensors_miss_them() -> None:
    def flops(tag: str, *shapes: Shape, **params: Any) -> int:
        return measure(LAYERS.make(tag, params), shapes).flops

    assert flops("matmul", Shape((3, 4)), Shape((4, 5))) == 2 * 3 * 4 * 5
    assert flops("bilinear", Shape((3,)), Shape((4,)), units=2) == 2 * 2 * (3 * 4 + 4)
    cross = flops("cross_attention", Shape((5, 8)), Shape((7, 6)), heads=2)
    assert cross == 2 * (2 * 5 * 8 * 8) + 2 * (2 * 7 * 6 * 8) + 2 * (2 * 5 * 7 * 8)
    own = flops("self_attention", Shape((5, 8)), heads=2)
    assert flops("transformer_encoder", Shape((5, 8)), heads=2, width=9) == own + 2 * (
        2 * 5 * 8 * 9
    )
    assert own == 4 * (2 * 5 * 8 * 8) + 2 * (2 * 5 * 5 * 8)
    few = flops("self_attention", Shape((5, 8)), heads=3, head_width=2)
    assert few == 4 * (2 * 5 * 8 * 6) + 2 * (2 * 5 * 5 * 6)
    fewer = flops("cross_attention", Shape((5, 8)), Shape((7, 6)), heads=1, head_width=2)
    assert fewer == 2 * (2 * 5 * 8 * 2) + 2 * (2 * 7 * 6 * 2) + 2 * (2 * 5 * 7 * 2)
    depthwise = flops("depthwise_conv2d", Shape((3, 5, 5)))
    assert depthwise == 2 * 3 * 9 * 25
    plain, spectral = (flops("linear", Shape((6,)), norm=norm) for norm in ("none", "spectral"))
    assert plain == spectral


@pytest.mark.parametrize("init", ["default", "he"])
def test_a_forget_bias_opens_the_forget_gates_of_the_start(init: str) -> None:
    def biases(amount: float) -> dict[str, Tensor]:
        layers: Layers = [("lstm", "lstm", {"units": 3, "layers": 2, "forget_bias": amount})]
        torch.manual_seed(0)
        drawn = msgspec.structs.replace(chain(layers), init=Plug(init))
        network = build(drawn, {"input": Shape((5, 2))})
        return {n: w.detach() for n, w in network.named_parameters()}

    plain, open_ = biases(0.0), biases(1.5)
    for name, weight in plain.items():
        wanted = weight.clone()
        if "bias_ih" in name:
            wanted[3:6] += 1.5  # input, forget, cell, output
        assert torch.equal(open_[name], wanted)
