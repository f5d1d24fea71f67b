"""Batches, flat weights and formulas."""

from __future__ import annotations

import copy

import numpy as np
import pytest
import torch
from torch import nn

from engine.compute import batches as module
from engine.compute import measures
from engine.compute.batches import Batches
from engine.compute.flat import Flat

CPU = torch.device("cpu")


def dealt(count: int, size: int, whole: bool = False, seed: int = 0) -> Batches:
    inputs = torch.arange(count, dtype=torch.float32)[:, None]
    return Batches(inputs, torch.arange(count), size=size, seed=seed, device=CPU, whole=whole)


@pytest.mark.parametrize(
    ("count", "size", "whole", "sizes"),
    [
        (10, 4, False, [4, 4, 2]),
        (10, 4, True, [4, 4]),
        (9, 4, False, [4, 4]),
        (3, 8, True, [3]),
        (1, 8, False, [1]),
        (8, 4, False, [4, 4]),
    ],
)
def test_an_epoch_is_cut_into_batches(count: int, size: int, whole: bool, sizes: list[int]) -> None:
    made = dealt(count, size, whole)
    epoch = list(made.epoch(0))
    assert [len(batch.inputs) for batch in epoch] == sizes
    assert made.steps_per_epoch == len(sizes)
    seen = torch.cat([batch.targets for batch in epoch if batch.targets is not None])
    assert len(set(seen.tolist())) == sum(sizes)
    assert torch.equal(torch.cat([batch.inputs[:, 0] for batch in epoch]).long(), seen)


def test_the_order_follows_from_seed_and_epoch() -> None:
    made = dealt(50, 8)
    assert np.array_equal(made.order(3), dealt(50, 8).order(3))
    others = [made.order(4), dealt(50, 8, seed=1).order(3)]
    assert not any(np.array_equal(made.order(3), other) for other in others)


@pytest.mark.parametrize("chunk", [1, 64, 10**6])
def test_an_epoch_goes_on_where_it_was_left(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    whole = [batch.inputs for batch in dealt(50, 8).epoch(2)]
    monkeypatch.setattr(module, "CHUNK_BYTES", chunk)
    for offset in range(8):
        rest = [batch.inputs for batch in dealt(50, 8).epoch(2, offset)]
        assert len(rest) == len(whole[offset:])
        assert all(map(torch.equal, rest, whole[offset:]))


def test_flat_weights_are_the_modules_own() -> None:
    net = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 2))
    before = {k: v.clone() for k, v in net.state_dict().items()}
    flat = Flat(net)
    assert all(torch.equal(v, before[k]) for k, v in net.state_dict().items())
    net(torch.ones(4, 3)).sum().backward()
    expected = torch.cat([p.grad.flatten() for p in net.parameters() if p.grad is not None]).norm()
    assert flat.gradient.norm() == pytest.approx(expected.item())
    flat.weights.zero_()
    assert all(not p.any() for p in net.parameters())
    net.load_state_dict(before)
    assert flat.weights.norm() > 0
    assert all(view.data_ptr() % 64 == flat.weights.data_ptr() % 64 for view in flat.views.values())
    sizes = [part.numel() for part in flat.cut(flat.gradient)]
    assert sizes == [p.numel() for p in net.parameters()]


@pytest.mark.parametrize("channels", [1, 3])
def test_kernels_with_their_channels_last_stay_so(channels: int) -> None:
    net = nn.Sequential(
        nn.Conv2d(channels, 4, 3), nn.Conv2d(4, 2, 1), nn.ConvTranspose2d(2, channels, 2)
    )
    turned = copy.deepcopy(net).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    strides = [p.stride() for p in turned.parameters()]
    plain, flat = Flat(net), Flat(turned)
    assert [p.stride() for p in turned.parameters()] == strides
    assert [p.stride() for p in copy.deepcopy(turned).parameters()] == strides
    for name, own in net.state_dict().items():
        assert torch.equal(flat.views[name], own)
        assert flat.gradients[name].stride() == flat.views[name].stride()
        assert torch.equal(flat.parts(flat.weights)[name], own)
    x = torch.randn(2, channels, 6, 6)
    assert turned(x).is_contiguous(memory_format=torch.channels_last)
    for network in (net, turned):
        network(x).square().sum().backward()
    for name, gradient in plain.gradients.items():
        torch.testing.assert_close(flat.gradients[name], gradient)
    assert torch.equal(flat.plain(flat.weights), plain.weights)


def test_what_is_put_away_does_not_show_how_weights_lie() -> None:
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(16, 2))
    flat = Flat(net.to(memory_format=torch.channels_last))  # type: ignore[call-overload]
    for own in (torch.randn(len(flat.weights)), torch.randn(5, len(flat.weights)), torch.randn(3)):
        plain, back = flat.plain(own), torch.empty_like(own)
        flat.take(back, plain)
        assert torch.equal(back, own)
        if own.shape[-1] == len(flat.weights):
            assert not torch.equal(plain, own)
            kernel = plain[..., : 4 * 3 * 9].reshape(*own.shape[:-1], 4, 3, 3, 3)
            one = own if own.ndim == 1 else own[2]
            assert torch.equal(kernel if own.ndim == 1 else kernel[2], flat.parts(one)["0.weight"])


def test_tied_weights_lie_there_once() -> None:
    first, second = nn.Linear(4, 4), nn.Linear(4, 4)
    second.weight = first.weight
    flat = Flat(nn.Sequential(first, second))
    assert second.weight.data_ptr() == first.weight.data_ptr() == flat.weights.data_ptr()
    assert len(flat.views) == 3


def test_metrics_of_a_confusion_matrix_are_those_of_scikit_learn() -> None:
    from sklearn.metrics import confusion_matrix, f1_score

    random = np.random.default_rng(0)
    true, predicted = random.integers(0, 4, 200), random.integers(0, 5, 200)
    counts = measures.confusion(true, predicted, 6)
    assert np.array_equal(counts, confusion_matrix(true, predicted, labels=range(6)))
    assert measures.accuracy(counts) == pytest.approx((true == predicted).mean())
    assert measures.macro_f1(counts) == pytest.approx(f1_score(true, predicted, average="macro"))


def test_modes_are_counted_by_the_published_protocol() -> None:
    angles = 2 * np.pi * np.arange(8) / 8
    centres = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    random = np.random.default_rng(0)
    perfect = centres[np.arange(2500) % 8] + 0.01 * random.standard_normal((2500, 2))
    modes, quality = measures.modes_and_quality(perfect, centres, 0.01)
    assert modes == 8
    assert quality == pytest.approx(1 - np.exp(-4.5), abs=0.01)
    three = centres[np.arange(2500) % 3]
    assert measures.modes_and_quality(three, centres, 0.01) == (3, 1.0)
    assert measures.modes_and_quality(centres * 2, centres, 0.01) == (0, 0.0)
