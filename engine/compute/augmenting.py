"""Augmentations of a project, applied to its training batches on the device."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.augmentations.base import AUGMENTATIONS, Augmentation, Mixing
from engine.compute.batches import Batch
from engine.compute.modes import same_randomness
from engine.data.prepare import Prepared
from projects.schema import Data


class Augmenter:
    """Changes batches at random.

    Args:
        plugs: What is to be done, in order; pairs are mixed last.
        picture: Shape of an example as an image ``(channels, height, width)``; empty where it is none.
        fill: The value of black as networks get it.

    Attributes:
        plugs: What is done.
        picture: Shape of an example as an image; empty where it is none.
        fill: The value of black.
    """

    def __init__(self, plugs: list[Augmentation], picture: tuple[int, ...], fill: float) -> None:
        self.plugs = plugs
        self._plain = [plug for plug in plugs if not isinstance(plug, Mixing)]
        self._mixing = [plug for plug in plugs if isinstance(plug, Mixing)]
        self.picture = picture
        self.fill = fill

    def __call__(self, batch: Batch) -> Batch:
        """Return the batch changed; of several ways to mix, one is drawn for every batch."""
        inputs = batch.inputs
        for plug in self._plain:
            inputs = plug.apply(self._as_images(plug, inputs), self.fill)
            inputs = inputs.reshape(batch.inputs.shape)
        batch = batch._replace(inputs=inputs.contiguous())
        if not self._mixing or batch.targets is None:
            return batch
        return self._mixed(batch, batch.targets)

    def _as_images(self, plug: Augmentation, inputs: Tensor) -> Tensor:
        """Examples as images where that is needed, however they are laid out."""
        return inputs.reshape(-1, *self.picture) if plug.images else inputs

    def _mixed(self, batch: Batch, targets: Tensor) -> Batch:
        plug = self._mixing[0]
        if len(self._mixing) > 1:
            plug = self._mixing[int(torch.randint(len(self._mixing), ()))]
        order = torch.randperm(len(targets), device=targets.device)
        images = self._as_images(plug, batch.inputs)
        mixed, share = plug.mix(images, images[order])
        # The share stands beside every example, so that a batch can be cut.
        return Batch(
            mixed.reshape(batch.inputs.shape).contiguous(),
            targets,
            targets[order],
            share.expand(len(targets)),
        )


def augmenter_of(data: Data, prepared: Prepared) -> Augmenter | None:
    """Return what changes the batches of a project; None where nothing does.

    Args:
        data: The project's data.
        prepared: The same, prepared.

    Raises:
        ProjectError: An augmentation is wrong.
    """
    plugs = [
        AUGMENTATIONS.make_plug(plug, f"data.augment.{index}")
        for index, plug in enumerate(data.augment)
    ]
    if not plugs:
        return None
    picture = tuple(prepared.info.picture)
    fill = 0.0
    if picture and not prepared.scaler.identity:
        black = prepared.scaler.apply(torch.zeros(1, math.prod(picture)).numpy())
        fill = float(black.mean())
    return Augmenter(plugs, picture, fill)


def augmented(data: Data, prepared: Prepared, inputs: NDArray[Any]) -> NDArray[Any]:
    """Return training examples changed as a training would see them, the same every time.

    Args:
        data: The project's data.
        prepared: The same, prepared.
        inputs: Some of its examples.
    """
    augmenter = augmenter_of(data, prepared)
    if augmenter is None or not len(inputs) or inputs.dtype.kind != "f":
        return inputs
    if any(plug.images for plug in augmenter.plugs) and not prepared.info.picture:
        return inputs  # the check says that it does not go
    with same_randomness(torch.device("cpu")):
        torch.manual_seed(0)
        targets = torch.zeros(len(inputs), dtype=torch.int64)
        made = augmenter(Batch(torch.from_numpy(np.ascontiguousarray(inputs)), targets))
    return made.inputs.numpy()
