"""Which units of a network belong together: a walk along the wires with a number for every unit.

Every number that flows along a wire carries the number of the unit that made it, 0 where no unit may go. Layers
that only move numbers are asked themselves where they put them; where numbers meet, their units are joined: they
can only go together. So a channel is known again behind a Flatten, and the channels of a residual path belong to
all layers that add to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.compute.compression.drawn import State

Ids = NDArray[np.int64]
STAYS = 0


class Units:
    """Numbers of units, of which some are joined (union by the smaller number)."""

    def __init__(self) -> None:
        self._parents = [STAYS]

    def new(self, count: int) -> Ids:
        """Return numbers ``(count,)`` that nothing else has."""
        first = len(self._parents)
        self._parents += range(first, first + count)
        return np.arange(first, first + count)

    def join(self, one: Ids, other: Ids) -> None:
        """Let the units of two arrays of one shape go together only, place by place."""
        pairs = np.stack([one.ravel(), other.ravel()])
        for a, b in np.unique(pairs, axis=1).T.tolist():
            low, high = sorted((self._root(a), self._root(b)))
            self._parents[high] = low

    def keep(self, ids: Ids) -> bool:
        """Let no unit of an array go; return whether that is news of one."""
        found = np.unique(ids).tolist()
        news = any(self._root(one) != STAYS for one in found)
        for one in found:
            self._parents[self._root(one)] = STAYS
        return news

    def roots(self, ids: Ids) -> Ids:
        """Return for each place which units go together: equal numbers; 0 for those that stay."""
        found, places = np.unique(ids, return_inverse=True)
        roots = np.array([self._root(one) for one in found.tolist()], dtype=np.int64)
        return roots[places].reshape(ids.shape)

    def _root(self, one: int) -> int:
        while self._parents[one] != one:
            self._parents[one] = self._parents[self._parents[one]]
            one = self._parents[one]
        return one


@dataclass(frozen=True)
class Cut:
    """Where units lie in a parameter.

    Attributes:
        key: The parameter of the node.
        axis: The axis along which they lie.
        ids: ``(size of the axis,)``.
        makes: Whether the parameter makes them: what leads into a unit tells how much it counts.
        scales: Whether it only multiplies them, as a batch norm does.
    """

    key: str
    axis: int
    ids: Ids
    makes: bool = False
    scales: bool = False


@dataclass
class Walk:
    """What a walk through one network has found.

    Attributes:
        units: All of them.
        results: What leaves every node.
        cuts: By node whose weights these are.
        sizes: By node, how many units a setting counts.
        widths: By unit that is a head of attention, how many numbers it has.
        held: Titles of layers because of which units stay.
    """

    units: Units = field(default_factory=Units)
    results: dict[str, Ids] = field(default_factory=dict)
    cuts: dict[str, list[Cut]] = field(default_factory=dict)
    sizes: dict[str, dict[str, Ids]] = field(default_factory=dict)
    widths: dict[int, int] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)

    def along(self, ids: Ids, axis: int) -> Ids:
        """Join all units of one place of an axis; return those of the axis."""
        rows = np.moveaxis(ids, axis, 0).reshape(ids.shape[axis], -1)
        self.units.join(np.broadcast_to(rows[:, :1], rows.shape), rows)
        return rows[:, 0]

    def cut(self, node: str, state: State, cuts: Iterable[Cut]) -> None:
        """Say where units lie in the weights of a node; parameters that it does not have are passed over."""
        there = self.cuts.setdefault(node, [])
        for new in cuts:
            if new.key not in state:
                continue
            old = next((c for c in there if (c.key, c.axis) == (new.key, new.axis)), None)
            if old is None:
                there.append(new)
            else:  # weights that serve two nodes
                self.units.join(old.ids, new.ids)

    def count(self, node: str, setting: str, ids: Ids) -> None:
        """Say that a setting of a node counts these units."""
        self.sizes.setdefault(node, {}).setdefault(setting, ids)

    def heads(self, node: str, count: int, width: int) -> Ids:
        """Return numbers for the heads of a node ``(count,)``, each of so many features."""
        made = self.units.new(count)
        self.widths.update(dict.fromkeys(made.tolist(), width))
        self.count(node, "heads", made)
        return made

    def hold(self, title: str, arrays: Sequence[Ids]) -> None:
        """Let no unit of some arrays go, because of a layer."""
        news = [self.units.keep(ids) for ids in arrays]
        if any(news):
            self.held.add(title)


def spread(ids: Ids, shape: Sequence[int], axis: int) -> Ids:
    """Return units of one axis at every place of a shape."""
    lying = [1] * len(shape)
    lying[axis] = -1
    return np.broadcast_to(ids.reshape(lying), shape)


def lies_along(ids: Ids) -> bool:
    """Whether units lie along one axis alone, so that a box is left when some go."""
    for axis in range(ids.ndim):
        rows = np.moveaxis(ids, axis, 0).reshape(ids.shape[axis], -1)
        if (rows == rows[:, :1]).all():
            return True
    return False
