"""All weights of a network in one tensor, and all gradients in another.

The parameters of the module become views of the one tensor and their ``.grad`` views of the other.
So an optimiser step, clearing the gradients, a norm, a moving average and a snapshot are each one
kernel, whatever the number of layers, and a later reduction over several machines is one call.

A parameter keeps the order of memory that it has: the kernel of a convolution that lies with its channels
last lies so in the flat tensor too. What is saved has none of that; see :meth:`Flat.plain`.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.compute.kinds import kinds_of

ALIGNMENT = 16  # floats: 64 bytes, a cache line, so that every view suits vector instructions


@dataclass(frozen=True)
class Place:
    """Where one parameter lies in a flat tensor, and in which order.

    Attributes:
        start: Its first element.
        sizes: Sizes of its axes in the order in which they lie, the outermost first.
        axes: For each of its own axes, which of these it is.
    """

    start: int
    sizes: tuple[int, ...]
    axes: tuple[int, ...]

    @classmethod
    def of(cls, parameter: Tensor, start: int) -> Place:
        """Return the place of a parameter that is to keep its order of memory."""
        strides, sizes = parameter.stride(), parameter.shape
        order = sorted(range(parameter.ndim), key=lambda axis: (-strides[axis], -sizes[axis]))
        axes = tuple(order.index(axis) for axis in range(parameter.ndim))
        return cls(start, tuple(sizes[axis] for axis in order), axes)

    @property
    def stop(self) -> int:
        """The element behind its last one."""
        return self.start + torch.Size(self.sizes).numel()

    def view(self, flat: Tensor) -> Tensor:
        """Return its part of a tensor ``(…, elements)`` in its shape, ``(…, *shape)``."""
        before = flat.shape[:-1]
        lying = flat[..., self.start : self.stop].view(*before, *self.sizes)
        return lying.permute(*range(len(before)), *(len(before) + axis for axis in self.axes))


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
        self._places: dict[str, Place] = {}
        start = 0
        for name, parameter in parameters.items():
            place = self._places[name] = Place.of(parameter, start)
            view = place.view(self.weights)
            view.copy_(parameter.data)
            parameter.data = view
            self.views[name] = view
            if learns:
                parameter.grad = place.view(self.gradient)
                self.gradients[name] = parameter.grad
            start += _padded(parameter.numel())
        self._turned = [
            self._places[name] for name, view in self.views.items() if not view.is_contiguous()
        ]

    def cut(self, flat: Tensor) -> list[Tensor]:
        """Return the parts of a tensor shaped like :attr:`weights` that belong to the parameters."""
        return [flat[place.start : place.stop] for place in self._places.values()]

    def span(self, name: str) -> tuple[int, int]:
        """Return where a parameter begins and ends in the flat tensors."""
        place = self._places[name]
        return place.start, place.stop

    def parts(self, flat: Tensor) -> dict[str, Tensor]:
        """Return the parts of a tensor shaped like :attr:`weights`, by parameter and in its shape."""
        return {name: place.view(flat) for name, place in self._places.items()}

    def plain(self, tensor: Tensor) -> Tensor:
        """Return a copy in which every parameter lies in the order of its axes, wherever it lies here.

        Args:
            tensor: ``(…, elements)``; any other is copied as it is.
        """
        plain = tensor.clone()
        if self._covers(tensor):
            for place in self._turned:
                whole = place.view(tensor).flatten(tensor.ndim - 1)
                plain[..., place.start : place.stop] = whole
        return plain

    def take(self, own: Tensor, plain: Tensor) -> None:
        """Copy what :meth:`plain` returned, of this network or of one like it, into a tensor shaped alike."""
        own.copy_(plain)
        if self._covers(own):
            for place in self._turned:
                mine = place.view(own)
                mine.copy_(plain[..., place.start : place.stop].view(mine.shape))

    def _covers(self, tensor: Tensor) -> bool:
        return tensor.ndim > 0 and tensor.shape[-1] == len(self.weights)


def _padded(count: int) -> int:
    return -(-count // ALIGNMENT) * ALIGNMENT
