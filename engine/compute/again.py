"""The same loss once more: for optimisers that look at it several times in a step."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from engine.compute.flat import Flat

if TYPE_CHECKING:
    from engine.compute.task import Task


class LookAgain:
    """Evaluates a loss again, of the same examples and with the same random numbers.

    What evaluations leave behind counts once: the buffers of the network (means of batch norms) and what
    the task keeps for its curves are those of the first one.

    Args:
        loss: Computes the loss.
        flat: Where its gradient goes.
        network: The network that learns.
        task: What is trained.
        device: Where it happens.
        held: Gives what weights are held for an evaluation by.
    """

    def __init__(
        self,
        loss: Callable[[], Tensor],
        flat: Flat,
        network: nn.Module,
        task: Task,
        device: torch.device,
        held: Callable[[], contextlib.AbstractContextManager[None]] = contextlib.nullcontext,
    ) -> None:
        self._loss = loss
        self._held = held
        self._flat = flat
        self._buffers = list(network.buffers())
        self._task = task
        self._device = device
        self._random = self._states()
        self._known: Tensor | None = None
        self._after: list[Tensor] = []
        self._kept = 0

    def know(self, loss: Tensor) -> None:
        """Take note of the first evaluation, whose gradient is there already."""
        self._known = loss
        self._after = [buffer.clone() for buffer in self._buffers]
        self._kept = len(self._task.kept)

    def __call__(self) -> Tensor:
        """Fill the gradient for the weights as they are now and return the loss."""
        if self._known is not None:
            known, self._known = self._known, None
            return known
        torch.set_rng_state(self._random[0])
        if len(self._random) > 1:
            getattr(torch, self._device.type).set_rng_state(self._random[1])
        self._flat.gradient.zero_()
        with torch.enable_grad(), self._held():
            loss = self._loss()
            loss.backward()  # type: ignore[no-untyped-call]
        del self._task.kept[self._kept :]
        return loss.detach()

    def settle(self) -> None:
        """Give the buffers back what the first evaluation made of them."""
        for buffer, value in zip(self._buffers, self._after, strict=True):
            buffer.copy_(value)

    def _states(self) -> list[Tensor]:
        states = [torch.get_rng_state()]
        if self._device.type in ("cuda", "mps"):
            states.append(getattr(torch, self._device.type).get_rng_state())
        return states
