"""How long the layers of trained networks work, measured when a training has come to its end.

Copies of the networks are measured and every random state is given back, so nothing that a training could
go on with is touched.
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Iterator
from time import perf_counter

import torch

from engine.compute import randomness
from engine.compute.preflight.layers import fed, layer_times
from engine.compute.training import Training
from engine.protocol import LayerTime

SECONDS = 0.3
LONGEST = 1.0


def times_of(
    training: Training, wanted: Callable[[], bool] = lambda: True
) -> dict[str, dict[str, LayerTime]]:
    """Return the seconds that every layer takes for a batch of the training, by network and node.

    Turns are repeated for 0.3 s at most, over all networks. Who has pressed Stop waits for this, so it is
    given up when the first turns aren't through after a second, when it isn't wanted any more, or when memory
    runs out. Then nothing is returned.

    Args:
        training: A training between two steps, or after the last one; stays as it is.
        wanted: Asked before every layer; False gives it up.
    """
    try:
        with _untouched(training.session.device):
            return _times_of(training, wanted)
    except (RuntimeError, MemoryError):  # torch's: the copies had no room
        return {}


def _times_of(training: Training, wanted: Callable[[], bool]) -> dict[str, dict[str, LayerTime]]:
    batch = next(training.batches.epoch(0))  # the first batch of a pass is of the full size
    begun = perf_counter()
    found = {}
    for done, (name, network) in enumerate(training.task.networks.items(), start=1):
        until = begun + SECONDS * done / len(training.task.networks)
        copied = copy.deepcopy(network).train()
        found[name] = layer_times(
            copied,
            fed(copied, batch),
            go_on=lambda until=until: perf_counter() < until,  # type: ignore[misc]
            wanted=lambda: wanted() and perf_counter() < begun + LONGEST,
        )
        if not found[name]:
            return {}
    return found


@contextlib.contextmanager
def _untouched(device: torch.device) -> Iterator[None]:
    """Give the state of every random generator back after the block."""
    before = randomness.state(device)
    try:
        yield
    finally:
        randomness.restore(*before, device)
