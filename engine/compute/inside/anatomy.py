"""What is known of the modules of a network from their kind: which work on single numbers, where channels lie."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from engine.compute.network import GraphModule

ACTIVATIONS = (
    nn.ReLU,
    nn.ReLU6,
    nn.LeakyReLU,
    nn.PReLU,
    nn.ELU,
    nn.SELU,
    nn.GELU,
    nn.SiLU,
    nn.Mish,
    nn.Sigmoid,
    nn.Tanh,
    nn.Softplus,
    nn.Softsign,
    nn.Hardtanh,
    nn.Hardsigmoid,
    nn.Hardswish,
)
IMAGES_FIRST = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose2d)
POOLS = (nn.MaxPool1d, nn.AvgPool1d, nn.MaxPool2d, nn.AvgPool2d)
KEEPS_AXES = (*ACTIVATIONS, *POOLS, nn.Identity, nn.modules.dropout._DropoutNd, _BatchNorm)


def channels_first(network: GraphModule, node: str) -> bool:
    """Whether what leaves a node has its channels first ``(channels, …)``, or last ``(steps, features)``.

    Images have them first. Of what has two sizes it follows from where it comes from: a convolution, or else
    a sequence.
    """
    calls = {name: (module, sources) for name, module, sources in network.calls()}
    while node in calls:
        module, sources = calls[node]
        if not isinstance(module, KEEPS_AXES):
            return isinstance(module, IMAGES_FIRST)
        node = sources[0]
    return network.in_shape.rank > 2


def units_of(values: Tensor, first: bool) -> Tensor:
    """Return what leaves a layer as ``(examples, units, places)``.

    Args:
        values: ``(examples, …)``.
        first: Whether channels come first where there are two sizes; see :func:`channels_first`.
    """
    if values.ndim < 3:
        return values.reshape(len(values), -1, 1)
    if values.ndim == 3 and not first:
        return values.transpose(1, 2)
    return values.flatten(2)


def owner_of(network: GraphModule, node: str) -> nn.Module | None:
    """Return the module of a node; None for the entry."""
    return next((module for name, module, _sources in network.calls() if name == node), None)


def weight_of(module: nn.Module | None) -> Tensor | None:
    """Return the weight of a module ``(units, …)``, as it works; None where it has none of more than one size."""
    weight = getattr(module, "weight", None)
    if not isinstance(weight, Tensor) or weight.ndim < 2:
        return None
    with torch.no_grad():
        found = weight.detach()
        return found.transpose(0, 1) if isinstance(module, nn.ConvTranspose2d) else found
