"""Reading weights that were stored in as few bytes as they need; whoever may have made the file."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import load as read_tensors
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

# which safetensors may hold and NumPy doesn't know
UNKNOWN = (torch.bfloat16, torch.float8_e4m3fn, torch.float8_e5m2)


@dataclass(frozen=True)
class Unpacked:
    """What a file holds.

    Attributes:
        tensors: By name; they share no memory.
        grids: On which grid the numbers of a tensor lie, for those that are stored so.
    """

    tensors: dict[str, Tensor]
    grids: dict[str, Grid]


def unpack(content: bytes) -> Unpacked:
    """Return what :func:`~engine.compute.compression.packing.pack` was given.

    Args:
        content: Of the file; one without layouts holds tensors as they are.

    Raises:
        ValueError: It is damaged, or would be larger than one of its size may be; nothing of that size is made then.
    """
    try:
        stored = read_tensors(content)
        layouts = _layouts(_head(content))
    except (SafetensorError, msgspec.MsgspecError) as error:
        raise ValueError(str(error)) from error
    if layouts:
        sizes = {name: tuple(part.shape) for name, part in stored.items()}
        numbers = sum(math.prod(shape) for shape in _shapes(sizes, layouts).values())
        if is_too_much(numbers + sum(part.numel() for part in stored.values()), len(content)):
            raise ValueError("more numbers than a file of this size may hold")
    grids: dict[str, Grid] = {}
    made = {
        name: _Stored(name, layout, stored).whole(grids)
        for name, layout in layouts.items()
        if layout.kind != SAME
    }
    whole = stored | made
    for name, layout in layouts.items():
        if layout.kind == SAME:
            whole[name] = whole[layout.of].clone()
            if layout.of in grids:
                grids[name] = grids[layout.of]
    return Unpacked(whole, grids)


def shapes_in(path: Path) -> dict[str, tuple[int, ...]]:
    """Return the sizes of the tensors that a file stands for, by name, read from its head alone.

    Raises:
        ValueError: It is damaged.
        OSError: It cannot be read.
    """
    try:
        with safe_open(path, framework="pt") as file:
            sizes = {key: tuple(file.get_slice(key).get_shape()) for key in file.keys()}  # noqa: SIM118
            return _shapes(sizes, _layouts(file.metadata()))
    except (SafetensorError, msgspec.MsgspecError) as error:
        raise ValueError(str(error)) from error


def _head(content: bytes) -> dict[str, str] | None:
    """What the head of a safetensors file tells beside its tensors."""
    size = int.from_bytes(content[:8], "little")
    found: dict[str, str] | None = json.loads(content[8 : 8 + size]).get("__metadata__")
    return found


def _layouts(head: dict[str, str] | None) -> dict[str, Layout]:
    """How tensors are stored, by name; those that are not named are stored as they are."""
    said = (head or {}).get(LAYOUTS)
    found = {} if said is None else msgspec.json.decode(said, type=dict[str, Layout])
    for name, layout in found.items():
        if layout.kind != SAME and not (layout.shape and min(layout.shape) > 0):
            raise ValueError(f"{name} has no shape")
    return found


def _shapes(
    sizes: dict[str, tuple[int, ...]], layouts: dict[str, Layout]
) -> dict[str, tuple[int, ...]]:
    """The sizes of the tensors that a file stands for, from the sizes of what it stores."""
    parts = {
        f"{name}{part}"
        for name, layout in layouts.items()
        for part in (VALUES, SCALES, *PLACES.get(layout.kind, ()))
    }
    found = {name: size for name, size in sizes.items() if name not in parts}
    found |= {name: one.shape for name, one in layouts.items() if one.kind != SAME}
    originals = dict(found)
    for name, layout in layouts.items():
        if layout.kind == SAME:
            if layout.of not in originals:
                raise ValueError(f"{name} is the same as nothing")
            found[name] = originals[layout.of]
    return found


@dataclass(frozen=True)
class _Stored:
    """One tensor in its layout; its parts are taken out of what is stored."""

    name: str
    layout: Layout
    stored: dict[str, Tensor]

    def whole(self, grids: dict[str, Grid]) -> Tensor:
        """Return the tensor; a grid that its numbers lie on is put with the others."""
        count = math.prod(self.layout.shape)
        given = self._part(VALUES).numpy()
        places = self._places(count)
        wanted = count if places is None else len(places)
        if self.layout.bits:
            values: NDArray[np.generic] = bits.spread(given, self.layout.bits, wanted)
        elif given.dtype == np.float32 and given.shape == (wanted,):
            values = given
        else:
            raise ValueError(f"{self.name} has other values than places for them")
        if places is None:
            row = np.array(values)
        else:
            row = np.zeros(count, values.dtype)
            row[places] = values
        tensor = torch.from_numpy(row).reshape(self.layout.shape)
        if not self.layout.bits:
            return tensor
        grids[self.name] = self._grid()
        return grids[self.name].numbers(tensor)

    def _grid(self) -> Grid:
        axis, shape = self.layout.axis, self.layout.shape
        scales = self._part(SCALES)
        fits = 0 <= axis < len(shape) and scales.shape == (shape[axis],)
        if not fits or scales.dtype != torch.float32:
            raise ValueError(f"{self.name} has no scale for each entry of an axis")
        return Grid(self.layout.bits, axis, scales)

    def _places(self, count: int) -> NDArray[np.int64] | None:
        """Where numbers belong, row after row; None where there is one for every place."""
        kind, height = self.layout.kind, self.layout.shape[0]
        width = count // height
        if kind == DENSE:
            return None
        if kind == MASK:
            (part,) = PLACES[MASK]
            given = self._part(part).numpy()
            if given.dtype != np.uint8 or given.shape != (-(-count // 8),):
                raise ValueError(f"{self.name}{part} has another size")
            return np.flatnonzero(np.unpackbits(given, count=count)).astype(np.int64)
        if kind == CSR:
            columns, starts = (self._index(part) for part in PLACES[CSR])
            each = np.diff(starts)
            if len(starts) != height + 1 or starts[0] or starts[-1] != len(columns):
                raise ValueError(f"{self.name} has other rows than its shape")
            if (each < 0).any():
                raise ValueError(f"{self.name} has a row that ends before it begins")
            rows = np.repeat(np.arange(height), each)
        elif kind == COO:
            rows, columns = (self._index(part) for part in PLACES[COO])
        else:
            raise ValueError(f"{self.name} is stored in an unknown way")
        if len(rows) != len(columns):
            raise ValueError(f"{self.name} has more rows than columns")
        if len(rows) and not (rows.max() < height and columns.max() < width):
            raise ValueError(f"{self.name} has numbers outside of its shape")
        return rows * width + columns

    def _index(self, part: str) -> NDArray[np.int64]:
        given = self._part(part).numpy()
        if given.ndim != 1 or given.dtype.kind != "u" or given.itemsize > 4:
            raise ValueError(f"{self.name}{part} are no places")
        return given.astype(np.int64)

    def _part(self, part: str) -> Tensor:
        if self.name + part not in self.stored:
            raise ValueError(f"{self.name}{part} is missing")
        given = self.stored.pop(self.name + part)
        if given.dtype in UNKNOWN:
            raise ValueError(f"{self.name}{part} holds no numbers that are used here")
        return given
