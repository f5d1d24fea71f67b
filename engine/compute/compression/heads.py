"""Where the heads of attentions lie in their weights, and which of them are small."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from engine.compute.compression.drawn import State
from engine.compute.compression.units import Cut, Ids, Walk

MAPS = (("enter", 3), ("ask", 1), ("answer", 2))
"""Of attentions, those that make queries, keys or values, and how many of them."""


def new_heads(walk: Walk, owner: str, state: State, head: str, count: int) -> Ids:
    """Return numbers for the heads of a layer ``(count,)``.

    Args:
        walk: The walk.
        owner: The node whose weights these are.
        state: The weights.
        head: What the names of one of its attentions begin with.
        count: How many heads there are.
    """
    return walk.heads(owner, count, state[f"{head}leave.weight"].shape[1] // count)


def cut_heads(walk: Walk, owner: str, state: State, head: str, heads: Ids) -> None:
    """Say where the heads of one attention lie: each has its features side by side in every map.

    Args:
        walk: The walk.
        owner: The node whose weights these are.
        state: The weights.
        head: What the names of the attention begin with.
        heads: Their numbers, in order.
    """
    inside = np.repeat(heads, state[f"{head}leave.weight"].shape[1] // len(heads))
    cuts = [Cut(f"{head}leave.weight", 1, inside)]
    for name, parts in MAPS:
        made = np.tile(inside, parts)
        cuts.append(Cut(f"{head}{name}.weight", 0, made, makes=True))
        cuts.append(Cut(f"{head}{name}.bias", 0, made))
    walk.cut(owner, state, cuts)


def by_size(state: State, head: str, count: int) -> NDArray[np.int64]:
    """Return the places of the heads of one attention, those with the smallest weights first.

    Args:
        state: The weights.
        head: What the names of the attention begin with.
        count: How many heads it has.
    """
    sizes = torch.zeros(count, dtype=torch.float64)
    for name, parts in MAPS:
        if (rows := state.get(f"{head}{name}.weight")) is not None:
            sizes += rows.double().square().sum(1).view(parts, count, -1).sum((0, 2))
    return sizes.argsort(stable=True).numpy()
