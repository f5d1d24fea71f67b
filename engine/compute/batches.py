"""Batches by index: the order of an epoch follows from the seed and the epoch's number alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

CHUNK_BYTES = 16 * 2**20


class Batch(NamedTuple):
    """What one step looks at.

    Attributes:
        inputs: ``(batch, …)``.
        targets: ``(batch, …)``, or None.
        other: Of mixed examples, the class of what was mixed in ``(batch,)``.
        share: Of mixed examples, what part of each has the class ``targets`` ``(batch,)``; the same for
            all of a batch.
    """

    inputs: Tensor
    targets: Tensor | None
    other: Tensor | None = None
    share: Tensor | None = None


class Batches:
    """Deals the training part in batches, in another order every epoch.

    A chunk of many batches is gathered at once and then cut, which for small examples is several
    times faster than gathering every batch; its size is bounded.

    Args:
        inputs: ``(examples, …)``.
        targets: ``(examples, …)`` or None.
        size: Examples in a batch.
        seed: Seed of the order.
        device: Where batches are wanted.
        whole: Whether every batch must be of the full size; what is left over at the end of an
            epoch is then left out. Otherwise only a rest of one example is (batch statistics of one
            example have no variance).
    """

    def __init__(
        self,
        inputs: Tensor,
        targets: Tensor | None,
        *,
        size: int,
        seed: int,
        device: torch.device,
        whole: bool = False,
    ) -> None:
        self._inputs = inputs
        self._targets = targets
        self._seed = seed
        self._device = device
        count = len(inputs)
        self._size = min(size, count)
        rest = count % self._size
        dropped = rest if whole or rest == 1 else 0
        self._count = count - dropped
        self.steps_per_epoch = -(-self._count // self._size)
        one_batch = max(1, inputs[0].nbytes * self._size)
        self._chunk = self._size * max(1, CHUNK_BYTES // one_batch)

    def order(self, epoch: int) -> NDArray[np.int64]:
        """Return the indices of an epoch's examples, in order."""
        generator = np.random.Generator(np.random.PCG64([self._seed, epoch]))
        return generator.permutation(len(self._inputs))[: self._count]

    def epoch(self, epoch: int, offset: int = 0) -> Iterator[Batch]:
        """Yield the batches of an epoch.

        Args:
            epoch: Which epoch, from 0.
            offset: How many of its batches are done already.
        """
        order = torch.from_numpy(self.order(epoch))
        for start in range(offset * self._size, self._count, self._chunk):
            indices = order[start : start + self._chunk].to(self._inputs.device)
            inputs = self._gather(self._inputs, indices)
            if self._targets is None:
                for x in inputs:
                    yield Batch(x, None)
            else:
                for x, y in zip(inputs, self._gather(self._targets, indices), strict=True):
                    yield Batch(x, y)

    def _gather(self, source: Tensor, indices: Tensor) -> tuple[Tensor, ...]:
        gathered = source.index_select(0, indices).to(self._device, non_blocking=True)
        return rows(gathered, self._size)


def rows(tensor: Tensor, count: int) -> tuple[Tensor, ...]:
    """Return views of ``count`` rows each (the last may have fewer)."""
    return cast("tuple[Tensor, ...]", tensor.split(count))  # type: ignore[no-untyped-call]
