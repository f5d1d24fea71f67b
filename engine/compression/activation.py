"""What a checkpoint says of how networks round the numbers that they compute with; needs no torch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

Bits = Annotated[int, Meta(ge=2, le=8)]


class Activation(msgspec.Struct, frozen=True, kw_only=True):
    """Which numbers may enter a layer.

    Attributes:
        low: The least of them; None where it is found anew for every example, as the other end is.
        high: The largest.
        bits: Of a code.
    """

    low: float | None = None
    high: float | None = None
    bits: Bits = 8

    def __post_init__(self) -> None:
        """Refuse what is no range: what is read may be a stranger's."""
        low, high = self.low, self.high
        if low is None and high is None:
            return
        if low is None or high is None or not math.isfinite(high - low) or low > high:
            raise ValueError("low and high are two finite numbers in order, or neither is given")

    @property
    def is_dynamic(self) -> bool:
        """Whether the range is found anew for every example."""
        return self.low is None


Activations = Mapping[str, Mapping[str, Activation]]
"""By network and by the path of the layer in it, for those whose inputs are rounded."""


class Rounded(msgspec.Struct, frozen=True, kw_only=True):
    """How the networks of a checkpoint round.

    Attributes:
        activations: By network and layer, which numbers may enter it.
        bits: Of the weights, which are put on grids before they are used; None where they are used as they are.
        works: Whether anything is rounded yet.
    """

    activations: dict[str, dict[str, Activation]] = {}
    bits: Bits | None = None
    works: bool = True


KEY = "rounded"  # among the facts of a checkpoint


def rounded_to(rounded: Rounded) -> dict[str, Any]:
    """Return what is put among the facts of a checkpoint."""
    return {KEY: msgspec.to_builtins(rounded)}


def rounded_in(facts: Mapping[str, Any]) -> Rounded:
    """Return how the networks of a checkpoint round.

    Raises:
        ValueError: That is damaged.
    """
    return msgspec.convert(facts.get(KEY, {}), Rounded)
