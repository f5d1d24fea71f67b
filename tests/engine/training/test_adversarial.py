"""Every adversarial loss, and the formulas of those that are there."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

from engine.adversarial.base import ADVERSARIAL
from tests.engine.training.support import Listener, ring, train


def gradient(value: torch.Tensor) -> torch.Tensor:
    """What reached a leaf; something must have."""
    assert value.grad is not None
    return value.grad


EXTREMES = torch.tensor([[-200.0], [-1.0], [0.0], [2.0], [200.0]])


@pytest.mark.parametrize("tag", ADVERSARIAL.entries)
def test_every_loss_is_finite_and_differentiable(tag: str) -> None:
    loss = ADVERSARIAL.make(tag, {})
    real, fake = (EXTREMES.clone().requires_grad_(True) for _ in range(2))
    critic = loss.discriminator(real, fake)
    assert critic.shape == ()
    assert torch.isfinite(critic)
    critic.backward()  # type: ignore[no-untyped-call]
    assert torch.isfinite(gradient(real)).all()
    assert torch.isfinite(gradient(fake)).all()
    assert gradient(real).sum() <= 0 <= gradient(fake).sum()
    fake = EXTREMES.clone().requires_grad_(True)
    generator = loss.generator(EXTREMES if loss.needs_real else None, fake)
    generator.backward()  # type: ignore[no-untyped-call]
    assert torch.isfinite(generator)
    assert torch.isfinite(gradient(fake)).all()
    assert gradient(fake).sum() < 0


@pytest.mark.parametrize("tag", ADVERSARIAL.entries)
def test_every_loss_trains(tmp_path: Path, tag: str) -> None:
    sink = Listener()
    assert train(ring(loss=tag), tmp_path / "run", sink, max_steps=5).steps == 5


def test_the_classic_losses_are_those_of_the_paper() -> None:
    real, fake = torch.tensor([0.3]), torch.tensor([-0.7])
    p_real, p_fake = real.sigmoid().item(), fake.sigmoid().item()
    expected = -math.log(p_real) - math.log(1 - p_fake)
    for tag in ("minimax", "non_saturating"):
        critic = ADVERSARIAL.make(tag, {}).discriminator(real, fake)
        assert critic.item() == pytest.approx(expected)
    minimax = ADVERSARIAL.make("minimax", {}).generator(None, fake)
    assert minimax.item() == pytest.approx(math.log(1 - p_fake))
    non_saturating = ADVERSARIAL.make("non_saturating", {}).generator(None, fake)
    assert non_saturating.item() == pytest.approx(-math.log(p_fake))
