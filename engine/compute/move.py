"""One of the updates that make up a step: from a batch to moved weights."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from engine.compute.again import LookAgain
from engine.compute.batches import Batch
from engine.compute.fake_int8 import FakeInt8
from engine.compute.learner import Learner
from engine.compute.scaling import Scaler
from projects.translation import N_

if TYPE_CHECKING:
    from engine.compute.task import Task
    from engine.probes.base import Gauge

LOW = {"bf16": torch.bfloat16, "fp16": torch.float16}


class Move:
    """Computes a loss and its gradient, and lets networks learn from it.

    Args:
        task: What is trained.
        loss: Computes the loss of a batch.
        learners: The networks that it moves.
        device: Where it happens.
        precision: ``float32``, ``bf16`` or ``fp16``: what layers compute in where that is safe.
        rounding: What rounds weights and inputs of layers while they learn, where something does.
    """

    def __init__(
        self,
        task: Task,
        loss: Callable[[Batch], Tensor],
        learners: Sequence[Learner],
        device: torch.device,
        precision: str,
        rounding: FakeInt8 | None = None,
    ) -> None:
        self._task = task
        self._loss = loss
        self._learners = learners
        self._device = device
        self._rounding = rounding
        self._low = LOW.get(precision)
        self._scaler = Scaler(device) if precision == "fp16" else None
        for learner in learners:
            learner.scaler = self._scaler

    def make(
        self,
        parts: Sequence[Batch],
        step: int,
        tell: Callable[[str], None],
        gauges: Sequence[Gauge] = (),
    ) -> Tensor:
        """Make the update and return the loss.

        Args:
            parts: The batch, or what it was cut into.
            step: Steps made before this one.
            tell: Told what is being done, in words.
            gauges: Told of the moments.
        """
        again = self._look_again(parts[0])
        with self._rounding.learning(step) if self._rounding else contextlib.nullcontext():
            loss = self._backward(parts, tell)
        if again is not None:
            again.know(loss)
        if self._scaler is not None:
            for learner in self._learners:
                self._scaler.unscale(learner.flat.gradient)
        for learner in self._learners:
            for gauge in gauges:
                gauge.after_backward(learner, step)
            tell(N_("an update of the weights"))
            learner.update(step, again)
            for gauge in gauges:
                gauge.after_update(learner)
        if again is not None:
            again.settle()
        if self._scaler is not None:
            self._scaler.adapt()
        return loss

    def _backward(self, parts: Sequence[Batch], tell: Callable[[str], None]) -> Tensor:
        """Fill the gradient; losses are means, so each part counts by its examples."""
        total: Tensor | None = None
        whole = sum(len(part.inputs) for part in parts) if len(parts) > 1 else 0
        for part in parts:
            tell(N_("a forward pass"))
            with self._lowered():
                loss = self._loss(part)
            if whole:
                loss = loss * (len(part.inputs) / whole)
            tell(N_("a backward pass"))
            scaled = loss if self._scaler is None else self._scaler.scaled(loss)
            scaled.backward()  # type: ignore[no-untyped-call]
            total = loss.detach() if total is None else total + loss.detach()
        assert total is not None
        return total

    @contextlib.contextmanager
    def _autocast(self) -> Iterator[None]:
        with torch.autocast(self._device.type, dtype=self._low):
            yield

    def _lowered(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext() if self._low is None else self._autocast()

    def _look_again(self, batch: Batch) -> LookAgain | None:
        if not any(learner.optimizer.looks_again for learner in self._learners):
            return None
        (learner,) = self._learners
        network = self._task.networks[learner.name]
        held = self._rounding.again if self._rounding else contextlib.nullcontext
        return LookAgain(
            lambda: self._loss(batch), learner.flat, network, self._task, self._device, held
        )


def cut(batch: Batch, size: int) -> list[Batch]:
    """Return a batch in parts of about equal size, none larger than ``size``.

    No part has a single example unless ``size`` asks for it: batch statistics need several.

    Args:
        batch: Some examples.
        size: How many may be computed at once.
    """
    count = len(batch.inputs)
    parts = -(-count // size)
    while parts > 1 and size > 1 and count // parts < 2:
        parts -= 1
    if parts == 1:
        return [batch]
    columns = [[None] * parts if column is None else column.tensor_split(parts) for column in batch]
    return [Batch(*row) for row in zip(*columns, strict=True)]


def put_together(kept: Sequence[tuple[Tensor, ...]], sizes: Sequence[int]) -> tuple[Tensor, ...]:
    """Return what a step leaves behind, from what its parts left.

    Single numbers are means and are averaged, or whole numbers and are added; rows are put below one another.

    Args:
        kept: What every part left.
        sizes: How many examples each had.
    """
    columns = zip(*kept, strict=True)
    return tuple(
        _mean(column, sizes) if column[0].ndim == 0 else torch.cat(column) for column in columns
    )


def _mean(values: Sequence[Tensor], sizes: Sequence[int]) -> Tensor:
    if not values[0].is_floating_point():
        return torch.stack(tuple(values)).sum(dim=0)
    total = torch.zeros_like(values[0])
    for value, size in zip(values, sizes, strict=True):
        total += value * (size / sum(sizes))
    return total


def images_last(batch: Batch) -> Batch:
    """Return a batch whose images lie in memory place by place, all channels of a place together."""
    if batch.inputs.ndim != 4:
        return batch
    return batch._replace(inputs=batch.inputs.contiguous(memory_format=torch.channels_last))
