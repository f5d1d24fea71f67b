"""Spectral norms whose weights were put in from outside."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.utils.parametrize import is_parametrized

STEPS = 15  # as many as torch makes when it puts a spectral norm on a layer


def settle(module: nn.Module) -> None:
    """Let the estimates of the largest singular values catch up with the weights.

    A spectral norm divides by an estimate that one step of power iteration in every forward pass of the
    training keeps near. After weights were drawn or copied it belongs to others: the layer would
    stretch without bounds at first. Draws nothing at random.

    Args:
        module: The module; its sub-modules are settled as well.
    """
    with torch.no_grad():
        for part in module.modules():
            if is_parametrized(part, "weight"):
                training = part.training
                part.train()
                for _step in range(STEPS):
                    part.weight  # noqa: B018 - computing it moves the estimate
                part.train(training)
