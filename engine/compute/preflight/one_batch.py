"""Whether a network can learn one batch by heart: if not, it will hardly learn anything.

The oldest test before a long training (Karpathy, *A Recipe for Training Neural Networks*, 2019): with one
batch, always the same, a sound network, loss and optimiser bring the loss down fast.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable

import torch

from engine.compute.batches import Batch
from engine.compute.task import Task
from engine.compute.training import Training
from engine.protocol import OneBatch

STEPS = 300
LOOK_EVERY = 10
CALM = 5
HALF = 0.5


def learn_one_batch(
    training: Training, network: str, batch: Batch, seed: int, go_on: Callable[[], bool]
) -> OneBatch:
    """Train one network alone on one batch, with its own loss and optimiser.

    Random numbers (latent vectors, dropout) are drawn anew from the same seed at every step, so that
    the batch is the same in every respect. The learning rate is that after the warm-up. A network has
    learned the batch when every answer is right, where answers can be, or its loss has halved (one below
    zero: has fallen by half of its size). A task may ask for less: a generator plays against a
    discriminator that stands still and knows nothing yet, and its loss has to fall by a tenth.

    Args:
        training: A fresh training; is moved.
        network: Which network learns.
        batch: The batch.
        seed: Seed of the random numbers.
        go_on: Asked before every step; False ends the test early.
    """
    losses: list[float] = []
    accuracy: float | None = None
    while len(losses) < STEPS and go_on():
        losses.append(_step(training, network, batch, seed))
        if losses[-1] != losses[-1]:  # not a number any more
            break
        if len(losses) % LOOK_EVERY == 0:
            accuracy = _accuracy(training.task, network, batch, seed)
            if accuracy == 1.0:
                break
    least = training.task.lowered.get(network, HALF)
    ended = statistics.median(losses[-CALM:]) if losses else float("nan")
    fallen = bool(losses) and losses[0] - ended > (1 - least) * abs(losses[0])
    learned = fallen or accuracy == 1.0
    ended_by_itself = len(losses) == STEPS or ended != ended
    return OneBatch(
        losses=tuple(losses),
        learned=learned,
        accuracy=accuracy,
        complete=bool(losses) and (learned or ended_by_itself),
    )


def _step(training: Training, network: str, batch: Batch, seed: int) -> float:
    """Make the update of one network and those that move with it; losses before it are only evaluated."""
    torch.manual_seed(seed)
    for update, move in zip(training.task.updates, training.moves, strict=True):
        if network in update.networks:
            after = training.learners[network].after_warmup
            loss = move.make(training.parts(batch), after, lambda _stage: None)
            training.task.kept.clear()
            return float(loss)
        update.loss(batch)
    raise KeyError(network)


def _accuracy(task: Task, network: str, batch: Batch, seed: int) -> float | None:
    """The share of the batch that is answered right, with the dropout that it was learned with."""
    torch.manual_seed(seed)
    with torch.no_grad():
        return task.share_right(network, batch)
