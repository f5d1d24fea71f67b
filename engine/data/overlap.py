"""How many examples of the later parts of a data set are learned from, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

MOST_HASHED = 200_000
MOST_BYTES = 2**30


def shared(train: NDArray[Any], parts: Mapping[str, NDArray[Any]]) -> dict[str, tuple[int, int]]:
    """Return of each part how many examples are learned from, too, and of how many that is known.

    Parts without examples are left out, and so is everything where to look would take too long.

    Args:
        train: Inputs of the training part ``(examples, …)``.
        parts: Inputs of the later ones.
    """
    if train[0].nbytes * len(train) > MOST_BYTES:
        return {}
    learned = {hash(row.tobytes()) for row in train[:MOST_HASHED]}
    found = {}
    for name, inputs in parts.items():
        looked_at = inputs[:MOST_HASHED]
        if len(looked_at):
            count = sum(hash(row.tobytes()) in learned for row in looked_at)
            found[name] = (count, len(looked_at))
    return found
