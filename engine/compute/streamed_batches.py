"""Batches of data that are streamed: read ahead by threads, in the very order that memory would give.

Threads and not the workers of torch's ``DataLoader``: Pillow and NumPy let others run while they read and
decode, nothing has to be started or sent between processes, and no random number is drawn, so a resumed
training sees the same batches.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.compute.batches import Batch, Batches
from engine.data.streaming import Streamed

AHEAD = 3


class StreamedBatches(Batches):
    """Deals a streamed training part in batches; see :class:`Batches`.

    Args:
        inputs: The training part.
        targets: ``(examples, …)`` or None.
        size: Examples in a batch.
        seed: Seed of the order.
        device: Where batches are wanted.
        whole: Whether every batch must be of the full size.
    """

    def __init__(
        self,
        inputs: Streamed,
        targets: Tensor | None,
        *,
        size: int,
        seed: int,
        device: torch.device,
        whole: bool = False,
    ) -> None:
        super().__init__(
            inputs,  # type: ignore[arg-type]
            targets,
            size=size,
            seed=seed,
            device=device,
            whole=whole,
        )
        self._streamed = inputs
        self._workers = max(1, min(8, (os.cpu_count() or 2) - 1))

    def epoch(self, epoch: int, offset: int = 0) -> Iterator[Batch]:
        """Yield the batches of an epoch; see :meth:`Batches.epoch`."""
        order = self.order(epoch)
        starts = iter(range(offset * self._size, self._count, self._size))
        pool = ThreadPoolExecutor(self._workers, thread_name_prefix="reader")
        coming: deque[Future[tuple[Tensor, Tensor | None]]] = deque()
        try:
            for start in starts:
                coming.append(pool.submit(self._read, order[start : start + self._size]))
                if len(coming) >= self._workers + AHEAD:
                    yield self._arrived(coming.popleft())
            while coming:
                yield self._arrived(coming.popleft())
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _read(self, places: NDArray[np.int64]) -> tuple[Tensor, Tensor | None]:
        inputs = torch.from_numpy(self._streamed[places])
        if self._device.type == "cuda":
            inputs = inputs.pin_memory()
        targets = self._targets
        return inputs, None if targets is None else targets[torch.from_numpy(places)]

    def _arrived(self, future: Future[tuple[Tensor, Tensor | None]]) -> Batch:
        inputs, targets = future.result()
        there = None if targets is None else targets.to(self._device, non_blocking=True)
        return Batch(inputs.to(self._device, non_blocking=True), there)
