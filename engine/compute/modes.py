"""States of torch that hold for a while: looking at a network without changing it, threads."""

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
def threads(count: int) -> Iterator[None]:
    """Compute with so many threads in the block."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextlib.contextmanager
def same_randomness(device: torch.device) -> Iterator[None]:
    """Give torch's random state back after the block, so that what it draws changes no training."""
    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        yield
