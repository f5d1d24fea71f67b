"""A game about pairs of images: what is given stands beside what is made of it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

import torch
from torch import Tensor

from engine.adversarial.choices import Choices
from engine.compute.batches import Batch
from engine.compute.flat import Flat
from engine.compute.game import Game
from engine.compute.network import GraphModule

APART = "train_l1"


class PairGame(Game):
    """A :class:`Game` whose examples are pairs, channels stacked, and whose generator is near the truth, too.

    Args:
        choices: What was chosen.
        networks: Generator and discriminator, by name.
        flats: Their weights.
        device: Where they are.
        channels: How many of an example are given.
        weight: What the mean distance of a made image from the real one counts, ``λ``.
        unit: What 1 is in the data's own units, for the curve.
    """

    def __init__(
        self,
        choices: Choices,
        networks: Mapping[str, GraphModule],
        flats: Mapping[str, Flat],
        device: torch.device,
        *,
        channels: int,
        weight: float,
        unit: float,
    ) -> None:
        super().__init__(choices, networks, flats, device, _nothing)
        self._channels = channels
        self._weight = weight
        self._unit = unit
        self._apart = torch.zeros((), device=device)
        self.columns = (*self.columns, APART)

    def noted(self, loss: Tensor) -> tuple[Tensor, ...]:
        """Return what a step leaves behind; see :meth:`Game.noted`."""
        return (*super().noted(loss), self._apart)

    def _generator_value(self, real: Tensor, fake: Tensor) -> Tensor:
        """The adversarial loss and ``λ E|y − G(x)|``."""
        loss = super()._generator_value(real, fake)
        apart = (fake[:, self._channels :] - real[:, self._channels :]).abs().mean()
        self._apart = self._unit * apart.detach()
        return loss + self._weight * apart

    def _part(self, number: int, batch: Batch) -> tuple[Tensor, Tensor | None]:
        """Pairs ``(x, y)`` of one of the discriminator's updates."""
        given, wanted = super()._part(number, batch)
        assert wanted is not None
        return torch.cat([given, wanted], 1), None

    def _deal(self, inputs: Tensor, labels: Tensor | None, last: bool) -> None:
        """Let the generator make ``(x, G(x))`` of pairs ``(x, y)``."""
        given = inputs[:, : self._channels]
        with contextlib.nullcontext() if last else torch.no_grad():
            self._fake = torch.cat([given, self._generator(given)], 1)


def _nothing(count: int) -> Tensor:
    """Latents of no numbers."""
    return torch.empty(count, 0)
