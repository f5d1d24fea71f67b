"""A network that learns: its weights, its optimiser's memory and its learning rate."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from engine.compute.flat import Flat
from engine.optimizers.base import Optimizer
from engine.schedules.base import Schedule


class Learner:
    """One network with its optimiser.

    Args:
        name: Key of the network in the project.
        flat: The network's weights and gradients.
        optimizer: The update rule.
        schedule: What multiplies the learning rate over time.
        total_steps: Steps of the whole training, or None when it has no end.
        clip_norm: Largest norm of the gradient, or None.

    Attributes:
        memory: The optimiser's tensors by name, shaped like the weights.
        updates: Updates made so far.
        scale: What a person's changes multiply the scheduled rate by.
    """

    def __init__(
        self,
        name: str,
        flat: Flat,
        optimizer: Optimizer,
        schedule: Schedule,
        total_steps: int | None,
        clip_norm: float | None,
    ) -> None:
        self.name = name
        self.flat = flat
        self.optimizer = optimizer
        self.memory = {slot: torch.zeros_like(self.flat.weights) for slot in optimizer.memory()}
        self.updates = 0
        self.scale = 1.0
        self._schedule = schedule
        self._total_steps = total_steps
        self._clip_norm = clip_norm

    def rate(self, step: int) -> float:
        """Return the learning rate of the step that follows ``step`` steps."""
        return self.optimizer.lr * self.scale * self._schedule.factor(step, self._total_steps)

    def set_rate(self, value: float, step: int) -> None:
        """Multiply the schedule so that the rate is ``value`` now."""
        scheduled = self.optimizer.lr * self._schedule.factor(step, self._total_steps)
        self.scale = value / scheduled if scheduled else self.scale

    @property
    def after_warmup(self) -> int:
        """The first step at which the schedule warms up no longer."""
        return self._schedule.warmup

    def update(self, step: int) -> None:
        """Move the weights along the gradient that is there, then clear it."""
        gradient = self.flat.gradient
        if self._clip_norm is not None:
            excess = gradient.norm().add_(1e-6).reciprocal_().mul_(self._clip_norm)
            gradient.mul_(excess.clamp_(max=1.0))
        self.updates += 1
        self.optimizer.update(
            self.flat.weights, gradient, self.memory, self.updates, self.rate(step)
        )
        gradient.zero_()

    def tensors(self) -> dict[str, Tensor]:
        """Return copies of the optimiser's tensors by name."""
        return {slot: tensor.clone() for slot, tensor in self.memory.items()}

    def facts(self) -> dict[str, Any]:
        """Return the rest of what decides the next update, as plain values."""
        return {"updates": self.updates, "scale": self.scale}

    def load(self, tensors: dict[str, Tensor], facts: dict[str, Any]) -> None:
        """Go back to what :meth:`tensors` and :meth:`facts` returned; copies both."""
        for slot, tensor in self.memory.items():
            tensor.copy_(tensors[slot])
        self.updates = int(facts["updates"])
        self.scale = float(facts["scale"])
        self.flat.gradient.zero_()
