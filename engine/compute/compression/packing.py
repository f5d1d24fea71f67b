"""Weights in as few bytes as they need: as they are, or without their zeros."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor


def packed_bytes(weights: Mapping[str, Mapping[str, Tensor]]) -> int:
    """Return the bytes of numbers that a file of these weights needs.

    Args:
        weights: By network and by parameter.
    """
    return sum(tensor.nbytes for state in weights.values() for tensor in state.values())
