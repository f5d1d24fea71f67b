"""The spaces that samples are compared in, each with a name: what a distance means depends on it."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.compute.batches import rows
from engine.compute.generative.classifier import Classifier, Examples, classifier_of
from engine.data.base import NO_TARGET
from engine.data.prepare import Part, Prepared

ROWS_AT_ONCE = 1024
FEW = 3  # numbers in an example that are their own best features
MOST_LEARNED = 20_000
FITTED, MOST_COMPONENTS = 1000, 64
MOST_BYTES = 2**28
ORDER_SEED = 0x0DE5


class Space:
    """Examples as networks see them, as they are.

    Attributes:
        name: ``coordinates``, ``components`` or ``classifier``; see ``docs/protocol.md``.
    """

    name = "coordinates"

    def features(self, inputs: NDArray[Any]) -> Tensor:
        """Return features ``(n, d)`` in float64 on the CPU, of inputs ``(n, …)`` as networks see them."""
        return torch.from_numpy(np.ascontiguousarray(inputs)).flatten(1).double()


class Components(Space):
    """The first principal components of the training part: at most 64, fitted on 1,000 examples.

    Args:
        inputs: Training examples ``(n, …)``.
    """

    name = "components"

    def __init__(self, inputs: NDArray[Any]) -> None:
        x = super().features(inputs)
        self._mean = x.mean(dim=0)
        centred = x - self._mean
        values, vectors = torch.linalg.eigh(centred @ centred.T)
        lengths = values.clamp(min=0).sqrt()
        there = int((lengths > 1e-6 * lengths[-1:]).sum())
        last = slice(-min(MOST_COMPONENTS, max(1, there)), None)
        self._axes = centred.T @ (vectors[:, last] / lengths[last].clamp(min=1e-12))

    def features(self, inputs: NDArray[Any]) -> Tensor:
        """Return the components ``(n, d)``."""
        centred = super().features(inputs) - self._mean
        return torch.mm(centred, self._axes)


class Learned(Space):
    """Features of a classifier that learned the training part.

    Args:
        classifier: The classifier.
        device: Where to compute.
    """

    name = "classifier"

    def __init__(self, classifier: Classifier, device: torch.device) -> None:
        self._classifier = classifier.to(device)
        self._device = device

    def both(self, inputs: NDArray[Any]) -> tuple[Tensor, NDArray[np.int64]]:
        """Return features ``(n, 64)``, and the class ``(n,)`` that each is taken for."""
        features, named = [], []
        with torch.no_grad():
            for some in rows(torch.from_numpy(np.ascontiguousarray(inputs)), ROWS_AT_ONCE):
                found, logits = self._classifier(some.to(self._device))
                features.append(found.cpu())
                named.append(logits.argmax(dim=1).cpu())
        return torch.cat(features).double(), torch.cat(named).numpy()

    def features(self, inputs: NDArray[Any]) -> Tensor:
        """Return features ``(n, 64)``."""
        return self.both(inputs)[0]


def classifier_for(data: Prepared, device: torch.device) -> Learned | None:
    """Return a classifier of the classes of the data; None where examples are not of one class each."""
    targets, info = data.train.targets, data.info
    if len(info.classes) < 2 or targets is None or targets.ndim != 1:
        return None
    chosen = some_of(data.train, MOST_LEARNED)
    chosen = chosen[targets[chosen] != NO_TARGET]
    if not len(chosen):
        return None
    examples = Examples(
        torch.from_numpy(np.ascontiguousarray(data.train.inputs[chosen])),
        torch.from_numpy(np.ascontiguousarray(targets[chosen])),
        len(info.classes),
        tuple(info.picture),
    )
    return Learned(classifier_of(examples), device)


def channel_classifier_for(data: Prepared, device: torch.device) -> Learned | None:
    """Return a classifier of single channels; None where channels are no images with classes of their own."""
    told = data.source.channel_classes
    if told is None:
        return None
    stacks = np.asarray(data.source.inputs[: MOST_LEARNED // told.shape[1]], np.float32)
    examples = Examples(
        torch.from_numpy(channels_of(data.scaler.apply(stacks))),
        torch.from_numpy(told[: len(stacks)].reshape(-1)),
        int(told.max()) + 1,
        (1, *stacks.shape[2:]),
    )
    return Learned(classifier_of(examples), device)


def channels_of(stacks: NDArray[Any]) -> NDArray[np.float32]:
    """Return every channel ``(n · channels, 1, height, width)`` of images ``(n, channels, height, width)``."""
    return np.ascontiguousarray(stacks.reshape(-1, 1, *stacks.shape[2:]), np.float32)


def space_for(data: Prepared, classifier: Learned | None) -> Space:
    """Return the space to compare samples of some data in: the best that there is."""
    if data.info.input.elements <= FEW:
        return Space()
    if classifier is not None:
        return classifier
    return Components(data.train.inputs[some_of(data.train, FITTED)])


def some_of(part: Part, most: int) -> NDArray[np.int64]:
    """Return the places of some examples of a part, always the same ones, in random order.

    Args:
        part: The part.
        most: How many at most; fewer where so many would need more than 256 MiB.
    """
    count = len(part.inputs)
    size = part.inputs.nbytes // max(1, count)
    order = np.random.default_rng(ORDER_SEED).permutation(count)
    return np.asarray(order[: min(most, max(2, MOST_BYTES // max(1, size)))], np.int64)
