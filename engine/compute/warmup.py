"""Pays once, before the engine says Ready, what the first step of a training would pay otherwise."""

from __future__ import annotations

import gc

import torch
from torch import nn


def warm_up(training: bool) -> tuple[str, ...]:
    """Return the devices there are.

    Args:
        training: Also make one small step. The first use of an optimiser costs a second of imports,
            which an engine that only answers questions can do without.
    """
    if training:
        _one_step()
    return devices()


def settle() -> None:
    """Take what is there now, imported modules above all, out of the rounds of the garbage collector.

    It stays for good, and looking through it takes a sixth of a second, in the middle of a check or a step.
    """
    gc.freeze()


def _one_step() -> None:
    model = nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(72, 3)
    )
    optimizer = torch.optim.Adam(model.parameters(), fused=True)
    loss = nn.functional.cross_entropy(model(torch.zeros(2, 1, 8, 8)), torch.tensor([0, 1]))
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()


def devices() -> tuple[str, ...]:
    """Return the names of the devices of this machine, the processor first."""
    found = ["cpu"]
    if torch.cuda.is_available():
        found += [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        found.append("mps")
    return tuple(found)
