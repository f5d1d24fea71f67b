"""Modules that stand in for torch's: the same function, its gradients and the gradients of those."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.compute.compiling import put_images_last
from engine.compute.ops import edges, narrow

LAST = torch.channels_last
SIZES = [
    (4, 2, 1, (7, 6)),
    (3, 1, 1, (5, 7)),
    (3, 2, 0, (9, 8)),
    (4, 3, 2, (8, 8)),
    (2, 2, 0, (6, 4)),
]


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Counts how often the fast way was taken."""
    calls: list[int] = []
    real = narrow.paint

    def paint(*given: Any) -> Tensor:
        calls.append(1)
        return real(*given)

    monkeypatch.setattr(narrow, "paint", paint)
    yield calls
    assert calls, "torch's own way was taken: nothing was tested"


def _image(*shape: int) -> Tensor:
    return torch.randn(shape, dtype=torch.float64).to(memory_format=LAST).requires_grad_()


def _pair(made: nn.Module, plain: nn.Module) -> tuple[nn.Module, nn.Module]:
    made, plain = made.double().to(memory_format=LAST), plain.double()  # type: ignore[call-overload]
    plain.load_state_dict(made.state_dict())
    return made, plain


def _same(made: nn.Module, plain: nn.Module, x: Tensor) -> None:
    """Compare values, gradients, and gradients of a gradient's length, which weights are pulled by."""
    found = []
    for module, given in ((made, x), (plain, x.detach().contiguous().requires_grad_())):
        out = module(given)
        (slope,) = torch.autograd.grad(out.pow(3).sum(), given, create_graph=True)
        wanted = (given, *module.parameters())
        twice = torch.autograd.grad(slope.pow(2).sum(), wanted, allow_unused=True)
        once = torch.autograd.grad(module(given).sin().sum(), wanted)
        if module is made:
            assert out.is_contiguous(memory_format=LAST)
            assert once[0].is_contiguous(memory_format=LAST)
        found.append((out, slope, *once, *twice))
    for ours, theirs in zip(*found, strict=True):
        if theirs is None or ours is None:  # a bias is missing from second gradients of linear maps
            assert theirs is ours is None or not (ours if theirs is None else theirs).any()
        else:
            torch.testing.assert_close(ours, theirs, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("upwards", [True, False], ids=["painting", "narrow input"])
@pytest.mark.parametrize("channels", [1, 2, 3])
@pytest.mark.parametrize(("kernel", "stride", "padding", "side"), SIZES)
@pytest.mark.parametrize("bias", [True, False])
def test_the_narrow_end_is_that_of_torchs_convolution(
    painted: list[int],
    upwards: bool,
    channels: int,
    kernel: int,
    stride: int,
    padding: int,
    side: tuple[int, int],
    bias: bool,
) -> None:
    if upwards:
        given = (5, channels, kernel, stride, padding, min(1, stride - 1), 1, bias)
        pair = narrow.ConvTranspose2d(*given), nn.ConvTranspose2d(*given)
        _same(*_pair(*pair), _image(3, 5, *side))
    else:
        taken = (channels, 5, kernel, stride, padding, 1, 1, bias)
        _same(*_pair(narrow.Conv2d(*taken), nn.Conv2d(*taken)), _image(3, channels, *side))


def test_a_coloured_image_is_painted_and_judged_the_fast_way(painted: list[int]) -> None:
    made = narrow.ConvTranspose2d(8, 3, 4, 2, 1)
    judged = narrow.Conv2d(3, 8, 4, 2, 1)
    x = torch.randn(2, 8, 5, 5).to(memory_format=LAST).requires_grad_()
    judged(made(x)).sum().backward()
    assert len(painted) == 2


def test_no_example_gives_no_image(painted: list[int]) -> None:
    layer = narrow.ConvTranspose2d(8, 2, 4, 2, 1)
    x = torch.empty(0, 8, 5, 5).to(memory_format=LAST).requires_grad_()
    assert layer(x).shape == (0, 2, 10, 10)


def test_gradients_are_those_of_numbers(painted: list[int]) -> None:
    weight = torch.randn(3, 2, 3, 3, dtype=torch.float64, requires_grad=True)

    def paint(x: Tensor, weight: Tensor) -> Tensor:
        return narrow.paint(x, weight, (2, 2), (1, 1), (7, 5))

    x = _image(2, 3, 4, 3)
    assert torch.autograd.gradcheck(paint, (x, weight))
    assert torch.autograd.gradgradcheck(paint, (x, weight))


@pytest.mark.parametrize(
    ("ours", "theirs", "shape"),
    [
        (narrow.Conv2d(1, 4, 3, dilation=2), nn.Conv2d(1, 4, 3, dilation=2), (2, 1, 8, 8)),
        (narrow.Conv2d(2, 4, 3, groups=2), nn.Conv2d(2, 4, 3, groups=2), (2, 2, 8, 8)),
        (narrow.Conv2d(1, 4, 3, padding="same"), nn.Conv2d(1, 4, 3, padding="same"), (2, 1, 8, 8)),
        (narrow.Conv2d(1, 4, 3).eval(), nn.Conv2d(1, 4, 3), (2, 1, 8, 8)),
        (narrow.ConvTranspose2d(4, 1, 4).eval(), nn.ConvTranspose2d(4, 1, 4), (2, 4, 8, 8)),
        (narrow.ConvTranspose2d(4, 4, 4), nn.ConvTranspose2d(4, 4, 4), (2, 4, 8, 8)),
        (narrow.ConvTranspose2d(4, 1, 9), nn.ConvTranspose2d(4, 1, 9), (2, 4, 8, 8)),
    ],
)
def test_what_it_does_not_do_is_torchs_bit_for_bit(
    ours: nn.Module, theirs: nn.Module, shape: tuple[int, ...]
) -> None:
    theirs.load_state_dict(ours.state_dict())
    x = torch.randn(shape).to(memory_format=LAST).requires_grad_()
    assert torch.equal(ours(x), theirs(x))


def test_a_flattened_image_gets_its_gradient_back_as_it_came() -> None:
    x = torch.randn(4, 3, 5, 5).to(memory_format=LAST).requires_grad_()
    came: list[Tensor] = []
    image = x * 2
    image.register_hook(came.append)  # type: ignore[no-untyped-call]
    weight = torch.randn(75)
    (edges.Flatten()(image) @ weight).sum().backward()
    assert came[0].is_contiguous(memory_format=LAST)
    assert x.grad is not None
    assert torch.equal(x.grad, (2 * weight).view(1, 3, 5, 5).expand(4, -1, -1, -1))


def test_images_that_are_made_lie_as_the_network_has_them() -> None:
    network = nn.Sequential(edges.Reshape(4, 3, 3), nn.Conv2d(4, 8, 3))
    x = torch.randn(2, 36)
    assert network[0](x).is_contiguous()
    put_images_last(network)
    assert network[0](x).is_contiguous(memory_format=LAST)
    assert torch.equal(network[0](x), x.view(2, 4, 3, 3))
