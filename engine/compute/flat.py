"""All weights of a network in one tensor, and all gradients in another.

The parameters of the module become views of the one tensor and their ``.grad`` views of the other.
So an optimiser step, clearing the gradients, a norm, a moving average and a snapshot are each one
kernel, whatever the number of layers, and a later reduction over several machines is one call.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.compute.kinds import kinds_of

_ALIGNMENT = 16  # floats: 64 bytes, a cache line, so that every view suits vector instructions


class Flat:
    """The weights and gradients of a module as two flat tensors.

    The places between two parameters (for alignment) stay zero in both.

    Args:
        module: Any module with float parameters on one device; its parameters are moved.
        learns: Whether it needs gradients (an average of another network does not).

    Attributes:
        weights: ``(elements,)``.
        gradient: ``(elements,)``; :meth:`torch.Tensor.backward` adds to it.
        views: By parameter name, its weights as a view of :attr:`weights`.
        gradients: By parameter name, its gradient as a view of :attr:`gradient`.
        kinds: By parameter name, what it is; see :mod:`engine.compute.kinds`.
    """

    def __init__(self, module: nn.Module, learns: bool = True) -> None:
        parameters = dict(module.named_parameters())
        first = next(iter(parameters.values()), None)
        device = first.device if first is not None else None
        total = sum(_padded(p.numel()) for p in parameters.values())
        self.weights = torch.zeros(total, device=device)
        self.gradient = torch.zeros(total if learns else 0, device=device)
        self.kinds = kinds_of(module)
        self.views: dict[str, Tensor] = {}
        self.gradients: dict[str, Tensor] = {}
        start = 0
        for name, parameter in parameters.items():
            stop = start + parameter.numel()
            view = self.weights[start:stop].view(parameter.shape)
            view.copy_(parameter.data)
            parameter.data = view
            self.views[name] = view
            if learns:
                parameter.grad = self.gradient[start:stop].view(parameter.shape)
                self.gradients[name] = parameter.grad
            start += _padded(parameter.numel())

    def cut(self, flat: Tensor) -> list[Tensor]:
        """Return the parts of a tensor shaped like :attr:`weights` that belong to the parameters."""
        base = self.weights.storage_offset()
        return [
            flat[view.storage_offset() - base :][: view.numel()] for view in self.views.values()
        ]

    def parts(self, flat: Tensor) -> dict[str, Tensor]:
        """Return the parts of a tensor shaped like :attr:`weights`, by parameter and in its shape."""
        cut = zip(self.views.items(), self.cut(flat), strict=True)
        return {name: part.view(view.shape) for (name, view), part in cut}


def _padded(count: int) -> int:
    return -(-count // _ALIGNMENT) * _ALIGNMENT
