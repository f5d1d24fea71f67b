"""What is drawn at random: the right spread, from torch's generator, in training alone."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.compute.ops import Reparameterise, namespace
from engine.layers.base import LAYERS, Shape

DRAWING: dict[str, dict[str, Any]] = {
    "dropout": {},
    "alpha_dropout": {},
    "gaussian_dropout": {},
    "gaussian_noise": {},
    "stochastic_depth": {"p": 0.5},
    "reparameterise": {},
}


def built(tag: str, *shapes: Shape, **params: Any) -> nn.Module:
    module: nn.Module = LAYERS.make(tag, params).build(namespace, *shapes)
    return module


@pytest.mark.parametrize("tag", DRAWING)
def test_it_draws_from_torchs_generator_and_only_while_training(tag: str) -> None:
    module, x = built(tag, Shape((20,)), **DRAWING[tag]), torch.randn(32, 20)
    torch.manual_seed(1)
    first, second = module(x), module(x)
    assert not torch.equal(first, second)
    torch.manual_seed(1)
    assert torch.equal(module(x), first)
    module.eval()
    before = torch.get_rng_state()
    out = module(x)
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(out, x[:, :10] if tag == "reparameterise" else x)


@pytest.mark.parametrize("p", [0.5, 0.1, 0.9])
def test_dropout_keeps_its_share_and_the_mean(p: float) -> None:
    torch.manual_seed(0)
    module, x = built("dropout", Shape((500,)), p=p), torch.ones(1001, 500, requires_grad=True)
    out = module(x)
    zero, kept = out.unique().tolist()
    assert zero == 0
    assert kept == pytest.approx(1 / (1 - p), rel=1e-3)
    share = float((out == 0).double().mean())
    assert share == pytest.approx(p, abs=5 * (p * (1 - p) / x.numel()) ** 0.5)
    assert (1 - round(p * 2**16) / 2**16) * kept == pytest.approx(1, abs=1e-6)
    neighbours = (out[:, ::2] == 0) & (out[:, 1::2] == 0)  # four share a number of 64 bits
    assert float(neighbours.double().mean()) == pytest.approx(p * p, abs=0.003)
    out.sum().backward()
    assert x.grad is not None
    assert torch.equal(x.grad, out.detach())


def test_dropout_is_exported_as_torchs_own_and_takes_what_torchs_own_takes() -> None:
    assert isinstance(built("dropout", Shape((3,))), nn.Dropout)
    x = torch.randn(2, 3, 4, 4).to(memory_format=torch.channels_last)
    assert built("dropout", Shape((3, 4, 4)))(x).shape == x.shape
    assert (
        built("dropout", Shape((3,)))(torch.ones(5, 3, dtype=torch.bfloat16)).dtype
        == torch.bfloat16
    )
    assert torch.equal(nn.Dropout(0.0)(x), built("dropout", Shape((3, 4, 4)), p=0)(x))


def test_stochastic_depth_drops_whole_examples_and_keeps_the_mean() -> None:
    torch.manual_seed(0)
    module, count = built("stochastic_depth", Shape((2, 3)), p=0.3), 20_000
    out = module(torch.ones(count, 2, 3)).flatten(1)
    assert bool((out == out[:, :1]).all())
    assert out.unique().tolist() == pytest.approx([0, 1 / 0.7])
    assert float((out[:, 0] == 0).double().mean()) == pytest.approx(0.3, abs=0.015)
    assert float(out.mean()) == pytest.approx(1, abs=0.03)


def test_without_probability_nothing_is_drawn() -> None:
    before = torch.get_rng_state()
    x = torch.randn(4, 3)
    torch.set_rng_state(before)
    for tag, params in (("stochastic_depth", {"p": 0}), ("gaussian_noise", {"sd": 0})):
        assert torch.equal(built(tag, Shape((3,)), **params)(x), x)
        assert torch.equal(torch.get_rng_state(), before)


def test_gaussian_dropout_spreads_as_widely_as_dropout() -> None:
    torch.manual_seed(0)
    x = torch.full((200_000,), 2.0)
    for tag in ("dropout", "gaussian_dropout"):
        out = built(tag, Shape(()), p=0.2)(x) if tag != "dropout" else nn.Dropout(0.2)(x)
        assert float(out.mean()) == pytest.approx(2, abs=0.02)
        assert float(out.std()) == pytest.approx(2 * (0.2 / 0.8) ** 0.5, abs=0.02)


def test_gaussian_noise_has_the_spread_that_is_told() -> None:
    torch.manual_seed(0)
    out = built("gaussian_noise", Shape((1,)), sd=0.3)(torch.full((100_000, 1), 5.0))
    assert float(out.mean()) == pytest.approx(5, abs=0.01)
    assert float(out.std()) == pytest.approx(0.3, abs=0.01)


def test_alpha_dropout_keeps_mean_and_variance() -> None:
    torch.manual_seed(0)
    out = built("alpha_dropout", Shape((1,)), p=0.3)(torch.randn(300_000, 1))
    assert float(out.mean()) == pytest.approx(0, abs=0.01)
    assert float(out.std()) == pytest.approx(1, abs=0.01)


def halves(x: Tensor) -> tuple[Tensor, Tensor]:
    mean, log_variance = x.chunk(2, 1)
    return mean, log_variance


def test_reparameterise_draws_the_normal_distribution_that_it_is_told() -> None:
    torch.manual_seed(0)
    told = torch.tensor([[1.0, -2.0, 0.0, 2 * torch.tensor(3.0).log()]])
    module = built("reparameterise", Shape((4,)))
    z = module(told.expand(100_000, 4))
    assert z.shape == (100_000, 2)
    assert z.mean(0).tolist() == pytest.approx([1, -2], abs=0.03)
    assert z.std(0).tolist() == pytest.approx([1, 3], abs=0.03)
    assert float(torch.corrcoef(z.T)[0, 1]) == pytest.approx(0, abs=0.01)


def left(module: Reparameterise) -> tuple[Tensor | None, Tensor | None]:
    return module.mean, module.log_variance


@pytest.mark.parametrize("sizes", [(6,), (4, 3, 3)])
def test_reparameterise_leaves_its_distribution_to_be_read(sizes: tuple[int, ...]) -> None:
    module = built("reparameterise", Shape(sizes))
    assert isinstance(module, Reparameterise)
    assert left(module) == (None, None)
    x = torch.randn(5, *sizes, requires_grad=True)
    module(x)
    mean, log_variance = left(module)
    assert mean is not None
    assert log_variance is not None
    assert torch.equal(torch.cat((mean, log_variance), 1), x)
    (mean.square().sum() + log_variance.exp().sum()).backward()  # type: ignore[no-untyped-call]
    assert x.grad is not None
    assert bool((x.grad != 0).all())
    assert not module.state_dict()


def test_reparameterise_passes_gradients_to_mean_and_variance() -> None:
    module = built("reparameterise", Shape((6,)))
    x = torch.randn(5, 6, requires_grad=True)
    z = module(x)
    z.sum().backward()
    mean, log_variance = halves(x)
    noise = (z - mean) / (0.5 * log_variance).exp()
    assert x.grad is not None
    assert torch.allclose(x.grad[:, :3], torch.ones(5, 3))
    assert torch.allclose(x.grad[:, 3:], 0.5 * noise * (0.5 * log_variance).exp(), atol=1e-6)


def test_a_network_that_has_drawn_can_be_copied() -> None:
    module = nn.Sequential(nn.Linear(6, 6), built("reparameterise", Shape((6,))))
    module(torch.randn(5, 6))
    copied = copy.deepcopy(module)
    assert isinstance(copied[1], Reparameterise)
    assert copied[1].mean is None
    assert isinstance(module[1], Reparameterise)
    assert module[1].mean is not None
