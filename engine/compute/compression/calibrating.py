"""Which numbers enter the layers of networks: found out by looking at training examples."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator

import torch
from torch import Tensor, nn

from engine.compression.activation import Activation
from engine.compression.quantise_static import QuantiseStatic
from engine.compute.dealing import batches_of
from engine.compute.modes import same_randomness
from engine.compute.rounding import Hooks, Inputs, affine, quantisable, rounded
from engine.compute.session import Session

KEPT = 2**16  # numbers of a layer that are kept to find ends by
SHARES = 64  # of the whole range that are tried, down to a tenth
LEAST_SHARE = 0.1


class Watch:
    """Sees what enters a layer.

    Attributes:
        low: The least number so far.
        high: The largest.
        seen: Some of them, evenly spaced, ``(n,)`` a batch.
    """

    def __init__(self, most: int) -> None:
        self.low, self.high = 0.0, 0.0
        self.seen: list[Tensor] = []
        self._most = most

    def __call__(self, _layer: nn.Module, inputs: Inputs) -> None:
        """Take note of the first input."""
        x: Tensor = inputs[0].detach().flatten()
        low, high = x.aminmax()
        self.low, self.high = min(self.low, float(low)), max(self.high, float(high))
        self.seen.append(x[:: max(1, len(x) // self._most)].clone())


def ranges_of(session: Session, rule: QuantiseStatic) -> dict[str, dict[str, Activation]]:
    """Return by network and layer which numbers enter it.

    The examples go through the networks as in a step of training, with the seed's own order, but nothing learns
    and layers are in evaluation mode.

    Args:
        session: Networks with their weights.
        rule: How many examples, and how the ends are found.
    """
    batches = batches_of(session, rule.seed)
    size = -(-len(batches.order(0)) // batches.steps_per_epoch)
    count = min(batches.steps_per_epoch, -(-rule.examples // size))
    watches = {
        name: {path: Watch(max(1, KEPT // count)) for path in quantisable(network)}
        for name, network in session.task.networks.items()
    }
    hung = [
        (layer, watches[name][path])
        for name, network in session.task.networks.items()
        for path, layer in quantisable(network).items()
    ]
    with same_randomness(session.device), _in_evaluation(session), Hooks(hung):
        torch.manual_seed(rule.seed)
        for batch in itertools.islice(batches.epoch(0), count):
            for update in session.task.updates:
                update.loss(batch)
            session.task.kept.clear()
    return {
        name: {path: _range(watch, rule) for path, watch in found.items() if watch.seen}
        for name, found in watches.items()
    }


@contextlib.contextmanager
def _in_evaluation(session: Session) -> Iterator[None]:
    """Losses may need gradients (those of penalties do), but no layer is to behave as in training."""
    networks = session.task.networks.values()
    before = [network.training for network in networks]
    for network in networks:
        network.eval()
    try:
        yield
    finally:
        for network, training in zip(networks, before, strict=True):
            network.train(training)


def _range(watch: Watch, rule: QuantiseStatic) -> Activation:
    if rule.ends == "largest":
        return Activation(low=watch.low, high=watch.high)
    values = torch.cat(watch.seen)
    if rule.ends == "percentile":
        cut = (1 - rule.percent / 100) / 2
        low, high = torch.quantile(values[:KEPT], torch.tensor([cut, 1 - cut])).tolist()
        return Activation(low=min(low, 0.0), high=max(high, 0.0))
    return least_error(values, watch.low, watch.high)


def least_error(values: Tensor, low: float, high: float, bits: int = 8) -> Activation:
    """Return the range inside of another one that loses least of some numbers when they are rounded.

    Args:
        values: The numbers ``(n,)``.
        low: Lower end of the whole range.
        high: Upper end of it.
        bits: Of a code.
    """
    ends = torch.tensor([low, high])

    def error(share: float) -> float:
        scale, zero = affine(share * ends[0], share * ends[1], bits)
        lost = rounded(values, scale, zero, bits) - values
        return float(lost.square().sum(dtype=torch.float64))

    shares = torch.linspace(1, LEAST_SHARE, SHARES, dtype=torch.float64).tolist()
    best = min(shares, key=error)
    return Activation(low=best * low, high=best * high, bits=bits)
