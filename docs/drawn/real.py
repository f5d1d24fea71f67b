"""The things themselves: layers as the engine builds them, examples as sources give them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from drawn.paper import Numbers
from engine.compute.ops import namespace
from engine.data.base import SOURCES, Dataset, Place
from engine.layers.base import LAYERS, Shape

SEED = 7


def layer(tag: str, *shapes: Shape | tuple[int, ...], **params: Any) -> nn.Module:
    """Return a layer as the engine builds it, with weights drawn from the same seed each time.

    Args:
        tag: Which.
        shapes: What flows in.
        params: Its parameters.
    """
    torch.manual_seed(SEED)
    known = [shape if isinstance(shape, Shape) else Shape(shape) for shape in shapes]
    made = LAYERS.make(tag, params)
    made.admit(*known)
    module: nn.Module = made.build(namespace, *known)
    return module


@functools.cache
def dataset(tag: str, **params: Any) -> Dataset:
    """Return the data of a source that needs no file of a person's."""
    return SOURCES.make(tag, params).load(Place(Path.cwd()))


@functools.cache
def garment(kind: int = 9, which: int = 0) -> Tensor:
    """Return an image of Fashion-MNIST ``(1, 28, 28)``, from 0 to 1."""
    data = dataset("fashion_mnist")
    assert data.targets is not None
    index = np.flatnonzero(data.targets == kind)[which]
    return torch.from_numpy(np.asarray(data.inputs[index], np.float32)).reshape(1, 28, 28) / 255


@functools.cache
def digit(kind: int = 3, which: int = 1) -> Tensor:
    """Return a digit of 8 × 8 pixels ``(1, 8, 8)``, from 0 to 1."""
    data = dataset("digits")
    assert data.targets is not None
    index = np.flatnonzero(data.targets == kind)[which]
    return torch.from_numpy(np.asarray(data.inputs[index], np.float32)).reshape(1, 8, 8)


def normal(*shape: int, seed: int = SEED) -> Tensor:
    """Return random numbers of N(0, 1), the same each time."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def told(function: Callable[[], Tensor]) -> Numbers:
    """Return a result as numbers, without gradients."""
    with torch.no_grad():
        return plain(function())


def plain(tensor: Tensor) -> NDArray[np.float64]:
    """Return a tensor as numbers."""
    found: NDArray[np.float64] = tensor.detach().double().numpy()
    return found
