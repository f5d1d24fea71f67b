"""Weights in as few bytes as they need, as a safetensors file: without their zeros, as codes of a grid, each once.

Every tensor gets the layout (:mod:`engine.compute.compression.layout`) that needs the fewest bytes, the file's own head counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save as tensors_to_bytes
from torch import Tensor

from engine.compute.compression import bits
from engine.compute.compression.grid import Grid
from engine.compute.compression.layout import (
    COO,
    CSR,
    DENSE,
    LAYOUTS,
    MASK,
    PLACES,
    SAME,
    SCALES,
    VALUES,
    Layout,
    is_too_much,
)

KINDS = (DENSE, CSR, COO, MASK)
# bytes that the head of a file needs for a part, and for a layout, beside the name
PART, SAID = 72, 64


def pack(
    tensors: Mapping[str, Tensor],
    grids: Mapping[str, Grid] | None = None,
    kinds: Sequence[str] = KINDS,
) -> bytes:
    """Return a file of tensors in as few bytes as they need; where zeros are left out, −0 becomes 0.

    Args:
        tensors: By name, on any device.
        grids: On which grid the numbers of a tensor lie; passed over where they don't.
        kinds: Layouts to choose from; plain numbers in a row are always among them.
    """
    parts: dict[str, Tensor] = {}
    layouts: dict[str, Layout] = {}
    known: dict[int, list[str]] = {}
    for name, tensor in tensors.items():
        plain = tensor.detach().cpu().contiguous()
        alike = known.setdefault(_mark(plain), [])
        twin = next((other for other in alike if _equal(tensors[other], plain)), None)
        if twin is not None:
            layouts[name] = Layout(kind=SAME, of=twin)
            continue
        alike.append(name)
        choice = _smallest(name, plain, (grids or {}).get(name), kinds)
        if choice is None:
            parts[name] = plain
        else:
            layouts[name] = choice.layout()
            parts |= choice.parts()
    head = {LAYOUTS: msgspec.json.encode(layouts).decode()} if layouts else None
    content = tensors_to_bytes(parts, head)
    if is_too_much(sum(tensor.numel() for tensor in tensors.values()), len(content)):
        return pack(tensors, grids, (DENSE, MASK))
    return content


def _mark(tensor: Tensor) -> int:
    """What equal tensors have in common."""
    start = tensor.flatten()[:64].view(torch.uint8)
    return hash((tensor.shape, tensor.dtype, start.numpy().tobytes()))


def _equal(tensor: Tensor, other: Tensor) -> bool:
    """Whether tensors are the same to the bit."""
    if (tensor.dtype, tensor.shape) != (other.dtype, other.shape):
        return False
    rows = (one.detach().cpu().flatten().view(torch.uint8) for one in (tensor, other))
    return torch.equal(*rows)


def _smallest(name: str, tensor: Tensor, grid: Grid | None, kinds: Sequence[str]) -> _Choice | None:
    """Return how a tensor is stored in the fewest bytes; None for plain numbers in a row."""
    if tensor.dtype != torch.float32 or not tensor.numel() or not tensor.dim():
        return None
    count = int(tensor.count_nonzero())
    held = [grid] if grid is not None and grid.holds(tensor) else []
    choices = [_Choice(name, tensor, kind, own, count) for kind in kinds for own in (None, *held)]
    others = [one for one in choices if one.kind != DENSE or one.grid is not None]
    best = min(others, key=lambda one: one.cost(), default=None)
    if best is None or best.cost() >= tensor.nbytes + PART + len(name):
        return None
    return best


@dataclass(frozen=True)
class _Choice:
    """One way to store a tensor of float32 numbers, some of which are not 0."""

    name: str
    tensor: Tensor
    kind: str
    grid: Grid | None
    count: int

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.tensor), self.tensor.numel() // len(self.tensor)

    def layout(self) -> Layout:
        """What the head of the file says."""
        shape = tuple(self.tensor.shape)
        if self.grid is None:
            return Layout(kind=self.kind, shape=shape)
        return Layout(kind=self.kind, shape=shape, bits=self.grid.bits, axis=self.grid.axis)

    def cost(self) -> int:
        """Bytes in the file: of numbers, and of what its head says of them."""
        height, width = self.size
        stored = height * width if self.kind == DENSE else self.count
        row, column = stored * _bytes(height - 1), stored * _bytes(width - 1)
        places = {
            DENSE: 0,
            CSR: column + (height + 1) * _bytes(stored),
            COO: row + column,
            MASK: -(-height * width // 8),
        }[self.kind]
        head = SAID + len(self.name) + (1 + len(PLACES[self.kind])) * (PART + len(self.name))
        if self.grid is None:
            return head + places + 4 * stored
        scales = self.grid.scales.nbytes + PART + len(self.name)
        return head + places + scales + -(-self.grid.bits * stored // 8)

    def parts(self) -> dict[str, Tensor]:
        """What is stored, by name in the file."""
        codes = self.tensor if self.grid is None else self.grid.codes(self.tensor)
        matrix = codes.reshape(self.size).numpy()
        there = matrix != 0
        kept = matrix.reshape(-1) if self.kind == DENSE else matrix[there]
        if self.grid is None:
            found = {VALUES: _tensor(kept)}
        else:
            squeezed = bits.squeezed(kept.astype(np.int8), self.grid.bits)
            found = {VALUES: _tensor(squeezed), SCALES: self.grid.scales.cpu().contiguous()}
        found |= dict(zip(PLACES[self.kind], self._places(there), strict=True))
        return {self.name + part: tensor for part, tensor in found.items()}

    def _places(self, there: NDArray[np.bool_]) -> tuple[Tensor, ...]:
        if self.kind == DENSE:
            return ()
        if self.kind == MASK:
            return (_tensor(np.packbits(there.reshape(-1))),)
        height, width = self.size
        rows, columns = np.nonzero(there)
        if self.kind == COO:
            return _index(rows, height - 1), _index(columns, width - 1)
        starts = np.concatenate([[0], np.cumsum(there.sum(1))])
        return _index(columns, width - 1), _index(starts, len(columns))


def _bytes(largest: int) -> int:
    """Of the smallest type that holds whole numbers up to the largest one there can be."""
    return np.min_scalar_type(largest).itemsize


def _index(values: NDArray[np.int64], largest: int) -> Tensor:
    return _tensor(values.astype(np.min_scalar_type(largest)))


def _tensor(values: NDArray[np.generic]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values))
