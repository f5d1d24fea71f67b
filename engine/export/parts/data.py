"""How examples are dealt and looked at."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn


def split(
    count: int,
    labels: NDArray[np.int64] | None,
    validation: float,
    test: float,
    seed: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Deal examples to training, validation and test; with labels each class keeps its share."""
    random = np.random.default_rng(seed)
    everything = np.arange(count)
    groups = [everything]
    if labels is not None:
        groups = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    parts: list[list[NDArray[np.int64]]] = [[], [], []]
    taken = [0, 0]
    seen = 0
    for group in groups:
        order = random.permutation(group)
        seen += len(order)
        start = 0
        for which, share in enumerate((validation, test)):
            size = max(0, min(round(share * seen) - taken[which], len(order) - 1 - start))
            parts[which + 1].append(order[start : start + size])
            taken[which] += size
            start += size
        parts[0].append(order[start:])
    first, second, third = (random.permutation(np.concatenate(part)) for part in parts)
    return first, second, third


def batches(count: int, size: int, seed: int, epoch: int, whole: bool = False) -> Iterator[Tensor]:
    """Yield the indices of an epoch's batches; a rest of one example, or any if whole, is left out."""
    order = np.random.Generator(np.random.PCG64([seed, epoch])).permutation(count)
    size = min(size, count)
    rest = count % size
    kept = count - rest if whole or rest == 1 else count
    yield from torch.from_numpy(order[:kept]).split(size)  # type: ignore[no-untyped-call]


def dealt(count: int, size: int, seed: int, steps: int) -> Iterator[Tensor]:
    """Yield the indices of so many batches of a size, epoch after epoch."""
    epochs = (batches(count, size, seed, epoch, whole=True) for epoch in itertools.count())
    return itertools.islice(itertools.chain.from_iterable(epochs), steps)


def cut(batch: Sequence[Any], size: int) -> Iterator[list[Any]]:
    """Yield a batch in parts of at most so many examples; what is one number or nothing belongs to all of them."""
    count = len(batch[0])
    parts = -(-count // size)
    while parts > 1 and size > 1 and count // parts < 2:  # batch statistics need two
        parts -= 1
    for place in range(parts):
        yield [
            x.tensor_split(parts)[place] if isinstance(x, Tensor) and x.ndim else x for x in batch
        ]


def answers_of(network: nn.Module, inputs: Tensor) -> Tensor:
    """Return what a network answers, a thousand examples at a time."""
    parts = inputs.split(1024)  # type: ignore[no-untyped-call]
    return torch.cat([network(part) for part in parts])
