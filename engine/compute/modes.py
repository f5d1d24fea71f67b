"""Looking at a network without changing it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import torch
from torch import nn


@contextlib.contextmanager
def evaluating(*modules: nn.Module) -> Iterator[None]:
    """Hold modules in evaluation mode, without gradients, and give every mode back after."""
    before = [module.training for module in modules]
    for module in modules:
        if module.training:
            module.eval()
    try:
        with torch.no_grad():
            yield
    finally:
        for module, training in zip(modules, before, strict=True):
            if training:
                module.train()


@contextlib.contextmanager
def same_randomness(device: torch.device) -> Iterator[None]:
    """Give torch's random state back after the block, so that what it draws changes no training."""
    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        yield
