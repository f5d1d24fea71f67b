"""What samples are compared with: the real examples, their features, and what these say of themselves."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.compute.generative import neighbours
from engine.compute.generative.frechet import Moments, moments
from engine.compute.generative.kernel import mean_kernel
from engine.compute.generative.neighbours import Nearest
from engine.compute.generative.shares import shares
from engine.compute.generative.spaces import (
    channel_classifier_for,
    channels_of,
    classifier_for,
    some_of,
    space_for,
)
from engine.data.base import NO_TARGET
from engine.data.prepare import Prepared

MOST_SEARCHED, MOST_REAL, MOST_HELD_OUT = 20_000, 10_000, 1000
NEAR, DENSE = 3, 5  # neighbours: of precision and recall, of density and coverage


class Compared(NamedTuple):
    """Real examples whose neighbours are counted.

    Attributes:
        features: ``(n, d)``.
        near: Squared distance to the third neighbour of each, ``(n,)``.
        dense: The same to the fifth.
        spread: Mean distance between two of them.
        kernel: Mean kernel of two of them.
    """

    features: Tensor
    near: Tensor
    dense: Tensor
    spread: float
    kernel: float


class Reference:
    """The training part as samples are compared with it; everything is worked out once, when it is needed.

    Args:
        data: The data.
        device: Where features are computed.

    Attributes:
        classifier: What names classes; None where the data has none.
        channel_classifier: What names the class of a channel; None where channels have none.
        space: The space that distances are of.
        places: Which training examples are searched for the nearest one, ``(n,)``.
        searched: Their features ``(n, d)``.
    """

    def __init__(self, data: Prepared, device: torch.device) -> None:
        self._data = data
        self.classifier = classifier_for(data, device)
        self.channel_classifier = channel_classifier_for(data, device)
        self.space = space_for(data, self.classifier)
        self.places = some_of(data.train, MOST_SEARCHED)
        self.searched = torch.cat(
            [
                self.space.features(data.train.inputs[self.places[start : start + 1024]])
                for start in range(0, len(self.places), 1024)
            ]
        )
        self._compared: dict[int, Compared] = {}

    def look(self, inputs: NDArray[Any]) -> tuple[Tensor, NDArray[np.int64] | None]:
        """Return features ``(n, d)`` of inputs ``(n, …)`` and, where there is a classifier, classes ``(n,)``."""
        if self.classifier is None:
            return self.space.features(inputs), None
        features, named = self.classifier.both(inputs)
        return features if self.space is self.classifier else self.space.features(inputs), named

    @cached_property
    def moments(self) -> Moments:
        """Mean and covariance of at most 10,000 training examples."""
        return moments(self.searched[:MOST_REAL])

    def compared(self, count: int) -> Compared:
        """Return so many training examples, or all that there are."""
        if count not in self._compared:
            features = self.searched[:count]
            within = neighbours.squared_distances(features, features)
            self._compared[count] = Compared(
                features,
                neighbours.radii(within, NEAR),
                neighbours.radii(within, DENSE),
                neighbours.spread(within),
                mean_kernel(features) if len(features) > 1 else 0.0,
            )
        return self._compared[count]

    @cached_property
    def held_out(self) -> Nearest:
        """Which training examples are nearest to held-out ones; to none without such a part."""
        part = next((p for p in (self._data.test, self._data.validation) if len(p.inputs)), None)
        if part is None:
            none = torch.empty(0, dtype=torch.float64)
            return Nearest(none.long(), none, none)
        features = self.space.features(part.inputs[some_of(part, MOST_HELD_OUT)])
        return neighbours.nearest(features, self.searched)

    @cached_property
    def class_shares(self) -> NDArray[np.float64]:
        """Share of every class in the training part."""
        targets = self._data.train.targets
        assert targets is not None
        return shares(targets[targets != NO_TARGET], len(self._data.info.classes))

    def combinations(self, inputs: NDArray[Any]) -> NDArray[np.int64]:
        """Return which combination of classes the channels of inputs ``(n, channels, …)`` show, ``(n,)``."""
        assert self.channel_classifier is not None
        _features, named = self.channel_classifier.both(channels_of(inputs))
        return self._combined(named.reshape(len(inputs), -1))

    def _combined(self, named: NDArray[np.int64]) -> NDArray[np.int64]:
        """The number of a combination, its first channel counting most."""
        told = self._data.source.channel_classes
        assert told is not None
        return np.asarray(
            named @ (int(told.max()) + 1) ** np.arange(named.shape[1])[::-1], np.int64
        )

    @cached_property
    def combination_shares(self) -> NDArray[np.float64]:
        """Share of every combination of classes among the examples of the set."""
        told = self._data.source.channel_classes
        assert told is not None
        return shares(self._combined(told), (int(told.max()) + 1) ** told.shape[1])

    @cached_property
    def mode_shares(self) -> NDArray[np.float64]:
        """Share of every mode of the mixture in the training part, each example of its nearest one."""
        source = self._data.source
        assert source.modes is not None
        real = self._data.scaler.invert(self._data.train.inputs[self.places])
        distances = np.linalg.norm(real[:, None, :] - source.modes[None, :, :], axis=2)
        return shares(distances.argmin(axis=1), len(source.modes))
