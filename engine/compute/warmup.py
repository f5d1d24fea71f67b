"""Pays once, before the engine says Ready, what the first step of a training would pay otherwise."""

from __future__ import annotations

import contextlib
import importlib

import torch
from torch import nn

MODULES = ("engine.compute.check", "engine.compute.trainer", "engine.data.prepare")


def warm_up() -> tuple[str, ...]:
    """Import what computes and make one small step; return the devices there are."""
    for name in MODULES:
        with contextlib.suppress(ModuleNotFoundError):
            importlib.import_module(name)
    torch.set_num_threads(1)
    model = nn.Sequential(
        nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(72, 3)
    )
    optimizer = torch.optim.Adam(model.parameters(), fused=True)
    loss = nn.functional.cross_entropy(model(torch.zeros(2, 1, 8, 8)), torch.tensor([0, 1]))
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    return devices()


def devices() -> tuple[str, ...]:
    """Return the names of the devices of this machine, the processor first."""
    found = ["cpu"]
    if torch.cuda.is_available():
        found += [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        found.append("mps")
    return tuple(found)
