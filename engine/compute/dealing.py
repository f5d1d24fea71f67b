"""Who deals the training part of a session in batches."""

from __future__ import annotations

from typing import Any

import torch

from engine.compute.batches import Batches
from engine.compute.session import Session
from engine.compute.streamed_batches import StreamedBatches
from engine.data.streaming import Streamed


def batches_of(session: Session, seed: int) -> Batches:
    """Return the batches of a session's training part, each of what a step looks at.

    Args:
        session: The project in memory.
        seed: Seed of the order.
    """
    recipe, train, task = session.project.recipe, session.data.train, session.task
    device = session.device
    targets = None if train.targets is None else torch.from_numpy(train.targets)
    size = recipe.batch_size * recipe.accumulate * task.batches_a_step
    whole = task.whole_batches
    streamed: Any = train.inputs
    if isinstance(streamed, Streamed):
        return StreamedBatches(streamed, targets, size=size, seed=seed, device=device, whole=whole)
    inputs = torch.from_numpy(train.inputs)
    if _fits(train.inputs.nbytes, device):
        inputs = inputs.to(device)
        targets = None if targets is None else targets.to(device)
    return Batches(inputs, targets, size=size, seed=seed, device=device, whole=whole)


def _fits(size: int, device: torch.device) -> bool:
    """Whether the data may live on the device: it takes at most a quarter of what is free."""
    if device.type != "cuda":
        return True
    free, _total = torch.cuda.mem_get_info(device)
    return size < free // 4
