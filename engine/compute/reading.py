"""Examples that probes let a network read, the same ones every time, with what their steps are called."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.compute import pictures
from engine.compute.network import GraphModule, random_input
from engine.compute.task import Task
from engine.data.prepare import Part, Prepared
from engine.data.texts import Tokens

LATENT_SEED = 0x6A7E5
MOST_FEATURES = 64
MOST_PIXELS = 64 * 64


@dataclass(frozen=True)
class Steps:
    """What stands at the steps of examples.

    Attributes:
        count: How many steps the examples have; 0 where they are no sequences.
        words: Of texts, what stands at every step of each example.
        values: Of sequences of numbers, in their own units ``(examples, steps, features)``.
    """

    count: int = 0
    words: list[list[str]] = field(default_factory=list)
    values: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class Reading:
    """Examples for a network.

    Attributes:
        inputs: ``(examples, …)``, on the device.
        labels: What the network is told of each, or None.
        steps: What stands at their steps.
        truths: The class of each, where they have one.
        images: Of images, what they look like ``(examples, height, width, channels)``.
    """

    inputs: Tensor
    labels: Tensor | None
    steps: Steps = Steps()
    truths: list[str] = field(default_factory=list)
    images: NDArray[np.uint8] | None = None


def reading(task: Task, name: str, first: int, count: int) -> Reading | None:
    """Return examples of the validation part for a network; random vectors follow from a seed.

    Args:
        task: What is being trained.
        name: The network.
        first: Which example of the part is the first.
        count: How many there are at most.

    Returns:
        None where no example fits the network.
    """
    network = task.networks[name]
    device = task.context.device
    if network.entry_kind == "noise":
        generator = torch.Generator().manual_seed(LATENT_SEED)
        latents = random_input(network, count, generator).to(device)
        return Reading(latents, _labels(network, count, device))
    data = task.context.data
    part = data.validation if len(data.validation.inputs) else data.train
    if not len(part.inputs) or part.inputs.shape[1:] != network.in_shape.dims:
        return None
    places = (first + np.arange(min(count, len(part.inputs)))) % len(part.inputs)
    inputs = np.ascontiguousarray(part.inputs[places])
    labels = _labels(network, len(inputs), device)
    moved = torch.from_numpy(inputs).to(device)
    images = pictures.images_of(inputs, data)
    if images is not None:
        images = pictures.smaller(images, MOST_PIXELS)
    return Reading(moved, labels, _steps(inputs, data), _truths(part, places, data), images)


def _labels(network: GraphModule, count: int, device: torch.device) -> Tensor | None:
    """Classes, the same every time, for a network that is told one."""
    labels = network.any_labels(count, torch.Generator().manual_seed(LATENT_SEED))
    return None if labels is None else labels.to(device)


def _steps(inputs: NDArray[np.generic], data: Prepared) -> Steps:
    """How many steps examples have, and what stands at each."""
    if inputs.dtype.kind == "i" and inputs.ndim == 2:
        tokens = Tokens(data.info)
        words = [[tokens.names[index] for index in row] for row in inputs.tolist()]
        return Steps(inputs.shape[1], words)
    if inputs.ndim != 3:
        return Steps()
    values = data.scaler.invert(inputs)[:, :, :MOST_FEATURES]
    return Steps(inputs.shape[1], values=np.ascontiguousarray(values, np.float32))


def _truths(part: Part, places: NDArray[np.int64], data: Prepared) -> list[str]:
    if part.targets is None or part.targets.ndim != 1 or not data.info.classes:
        return []
    return [data.info.classes[int(index)] for index in part.targets[places]]
