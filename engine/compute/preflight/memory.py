"""How much memory a step needs, and how large a batch could be."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from engine.compute.batches import Batch
from engine.compute.training import Training

SPARE = 0.8  # the share of what is free that a training should take at most


@dataclass(frozen=True)
class Memory:
    """Bytes that a training needs.

    Attributes:
        weights: Weights and buffers, averages included.
        gradients: Gradients of all weights.
        optimizer: What the optimisers remember.
        activations: What autograd keeps from forward to backward for one batch.
        peak: All of it at the worst moment of a step.
        measured: Whether the peak was read from the device; otherwise it is the sum of the parts.
    """

    weights: int
    gradients: int
    optimizer: int
    activations: int
    peak: int
    measured: bool


def step_memory(training: Training, batch: Batch) -> Memory:
    """Make a step and return what it needed.

    On a GPU the peak is what torch's allocator counted. On the CPU, which counts nothing, it is the sum
    of weights, gradients, the optimisers' memory and everything that autograd saved for the backward pass of
    the largest update, each storage once.

    Args:
        training: Is moved by one step.
        batch: What the step looks at.
    """
    device = training.session.device
    modules = [*training.task.networks.values(), *training.task.averages().values()]
    weights = sum(t.nbytes for module in modules for t in module.state_dict().values())
    gradients = sum(learner.flat.gradient.nbytes for learner in training.learners.values())
    optimizer = sum(t.nbytes for one in training.learners.values() for t in one.memory.values())
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
    activations = _saved(training, batch)
    if device.type == "cuda":
        peak = torch.cuda.max_memory_allocated(device)
        return Memory(weights, gradients, optimizer, activations, peak, True)
    total = weights + gradients + optimizer + activations
    return Memory(weights, gradients, optimizer, activations, total, False)


def _saved(training: Training, batch: Batch) -> int:
    """Make a step; return the bytes that autograd kept in it, weights left out."""
    own = {
        tensor.untyped_storage().data_ptr()
        for network in training.task.networks.values()
        for tensor in network.state_dict().values()
    }
    kept: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    def give(tensor: Any) -> Any:
        return tensor

    # A batch is a view of a chunk of many; a copy has a storage of its own size.
    targets = batch.targets.clone() if batch.targets is not None else None
    alone = Batch(batch.inputs.clone(), targets)
    with torch.autograd.graph.saved_tensors_hooks(keep, give):
        training.make_step(alone)
    training.task.kept.clear()
    return sum(kept.values())


def largest_batch(memory: Memory, size: int, most: int, device: torch.device) -> int | None:
    """Return about how many examples fit into a batch; None where that is unknown.

    A power of two, or the whole training part where that fits.

    Reckoned from what is free now and what an example keeps; nothing is tried out.

    Args:
        memory: What a step with ``size`` examples needs.
        size: Examples in that step.
        most: Examples in the training part.
        device: Where the training runs.
    """
    free = _free(device)
    if free is None or not memory.activations:
        return None
    fixed = memory.weights + memory.gradients + memory.optimizer
    room = SPARE * (free + (memory.peak if memory.measured else 0)) - fixed
    fits = int(room / (memory.activations / size))
    if fits >= most:
        return most
    return 1 << (fits.bit_length() - 1) if fits >= 1 else 0


def _free(device: torch.device) -> int | None:
    """Bytes that are free on a device; None where the system does not say."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
