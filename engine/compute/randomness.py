"""The state of every random generator that a training may draw from."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import torch
from torch import Tensor

_TORCH, _NUMPY, _DEVICE = "rng.torch", "rng.numpy", "rng.device"


def seed_everything(seed: int) -> None:
    """Start every generator anew."""
    torch.manual_seed(seed)
    seed_libraries(seed)


def seed_libraries(seed: int) -> None:
    """Start Python's and NumPy's generators anew; libraries draw from them when they are imported."""
    random.seed(seed)
    np.random.seed(seed % 2**32)


def state(device: torch.device) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Return copies of all states: tensors by name, and plain values."""
    kind, keys, *rest = np.random.get_state(legacy=True)
    version, words, gauss = random.getstate()
    tensors = {
        _TORCH: torch.get_rng_state(),
        _NUMPY: torch.from_numpy(np.asarray(keys).astype(np.int64)),
    }
    if device.type in ("cuda", "mps"):
        tensors[_DEVICE] = getattr(torch, device.type).get_rng_state()
    facts = {"numpy": [kind, *rest], "python": [version, list(words), gauss]}
    return tensors, facts


def restore(tensors: dict[str, Tensor], facts: dict[str, Any], device: torch.device) -> None:
    """Go back to what :func:`state` returned."""
    torch.set_rng_state(tensors[_TORCH].clone())
    kind, position, has_gauss, gauss = facts["numpy"]
    keys = tensors[_NUMPY].numpy().astype(np.uint32)
    np.random.set_state((kind, keys, int(position), int(has_gauss), float(gauss)))
    version, words, last = facts["python"]
    random.setstate((version, tuple(words), last))
    if device.type in ("cuda", "mps") and _DEVICE in tensors:
        getattr(torch, device.type).set_rng_state(tensors[_DEVICE].clone())
