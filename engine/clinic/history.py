"""The looks at the layers of a training, as far back as judgement goes."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import numpy as np

from engine.clinic.vitals import Numbers, Record

KEPT = 40  # looks
SHORT = 16  # numbers that Python sorts before NumPy has begun

T = TypeVar("T")


class History:
    """Records of looks, handed on round by round; see :class:`engine.clinic.chart.Chart`.

    Attributes:
        first: The look at the first step, before anything was learned; None where the run began later.
        second: The one after it, when a few dozen steps were made.
        fresh: Whether the latest round knows a look that the one before did not.
    """

    def __init__(self) -> None:
        self.first: Record | None = None
        self.second: Record | None = None
        self.fresh = False
        self._waiting: deque[Record] = deque()
        self._known: deque[Record] = deque(maxlen=KEPT)
        self._stacked: Numbers | None = None
        self._known_of_look: dict[Hashable, Any] = {}

    def __len__(self) -> int:
        """How many looks can be judged by."""
        return len(self._known)

    def feed(self, record: Record) -> None:
        """Take the next look."""
        self._waiting.append(record)

    def close(self, before: int) -> None:
        """Let a round know what was seen before step ``before``."""
        self.fresh = False
        while self._waiting and self._waiting[0].step < before:
            record = self._waiting.popleft()
            if self._known and record.layers != self._known[-1].layers:
                self._known.clear()
            if record.step == 1:
                self.first = record
            elif self.second is None and self.first is not None:
                self.second = record
            self._known.append(record)
            self.fresh = True
        if self.fresh:
            self._stacked = None
            self._known_of_look.clear()

    @property
    def last(self) -> Record | None:
        """The newest look that the latest round knows."""
        return self._known[-1] if self._known else None

    def tables(self, looks: int) -> Numbers:
        """Return the last tables ``(looks or fewer, layers, measures)``."""
        if self._stacked is None:
            self._stacked = np.stack([record.table for record in self._known])
        return self._stacked[-looks:]

    def median(self, measure: int, looks: int) -> Numbers:
        """Return the median of a measure over the last looks, by layer ``(layers,)``; NaN where there is none."""
        return self.once(
            ("median", measure, looks), lambda: medians(self.tables(looks)[:, :, measure])
        )

    def once(self, what: Hashable, work: Callable[[], T]) -> T:
        """Return what follows from the looks alone; it is worked out once for every new one."""
        if what not in self._known_of_look:
            self._known_of_look[what] = work()
        found: T = self._known_of_look[what]
        return found

    def rows(self, network: str) -> list[int]:
        """Return the rows of one network, in working order."""
        record = self.last
        layers = record.layers if record is not None else ()
        return [row for row, layer in enumerate(layers) if layer.partition("/")[0] == network]

    @property
    def networks(self) -> list[str]:
        """Names of the networks."""
        record = self.last
        layers = record.layers if record is not None else ()
        return list(dict.fromkeys(layer.partition("/")[0] for layer in layers))

    def layer(self, row: int) -> str:
        """``network/node`` of a row."""
        record = self.last
        assert record is not None
        return record.layers[row]

    def name(self, row: int) -> str:
        """``network/node`` of a row, the network left out where there is only one."""
        layer = self.layer(row)
        return layer if len(self.networks) > 1 else layer.partition("/")[2]


def middle(values: Numbers) -> float:
    """The median of what was measured; NaN where nothing was."""
    finite: Any
    if len(values) <= SHORT:
        finite = sorted(filter(math.isfinite, values.tolist()))
    else:
        finite = np.sort(values[np.isfinite(values)])
    count = len(finite)
    return float(finite[(count - 1) // 2] + finite[count // 2]) / 2 if count else float("nan")


def medians(values: Numbers) -> Numbers:
    """Return the medians of what there is along the first axis; NaN where there is nothing.

    A page of sorting, because NumPy's own for arrays with gaps takes milliseconds.
    """
    ordered = np.sort(values.reshape(len(values), -1), axis=0)  # gaps come last
    count = np.count_nonzero(ordered == ordered, axis=0)
    columns = np.arange(len(count))
    low = ordered[np.maximum(count - 1, 0) // 2, columns]
    high = ordered[np.minimum(count // 2, len(values) - 1), columns]
    found: Numbers = ((low + high) / 2).reshape(values.shape[1:])  # NaN where there are gaps alone
    return found
