"""A network that learns: its weights, its optimiser's memory and its learning rate."""

from __future__ import annotations

from typing import Any

import msgspec
from torch import Tensor

from engine.compute.flat import Flat
from engine.compute.pruning import Pruner
from engine.compute.rules import Rules
from engine.compute.scaling import Scaler
from engine.optimizers.base import Again, Optimizer
from engine.schedules.base import Schedule


class Learner:
    """One network with its optimiser.

    Args:
        name: Key of the network in the project.
        flat: The network's weights and gradients.
        optimizer: The update rule.
        schedule: What multiplies the learning rate over time.
        total_steps: Steps of the whole training, or None when it has no end.
        rules: What gradients and weights are held to.
        scaler: What keeps gradients of 16 bits from vanishing, where there are such.
        pruner: What takes weights away, where something does.

    Attributes:
        memory: The optimiser's tensors by name.
        updates: Updates made so far.
        scale: What a person's changes multiply the scheduled rate by.
        drop: What the schedule multiplies the rate by for what evaluations found.
    """

    def __init__(
        self,
        name: str,
        flat: Flat,
        optimizer: Optimizer,
        schedule: Schedule,
        total_steps: int | None,
        rules: Rules,
        scaler: Scaler | None = None,
        pruner: Pruner | None = None,
    ) -> None:
        self.name = name
        self.flat = flat
        self.optimizer = optimizer
        self.memory = optimizer.begin(flat)
        self.updates = 0
        self.scale = self.drop = 1.0
        self.scaler = scaler
        self.pruner = pruner
        self._schedule = schedule
        self._total_steps = total_steps
        self._rules = rules

    def rate(self, step: int) -> float:
        """Return the learning rate of the step that follows ``step`` steps."""
        return self.optimizer.lr * self.scale * self._scheduled(step)

    def set_rate(self, value: float, step: int) -> None:
        """Multiply the schedule so that the rate is ``value`` now."""
        scheduled = self.optimizer.lr * self._scheduled(step)
        self.scale = value / scheduled if scheduled else self.scale

    def _scheduled(self, step: int) -> float:
        return self._schedule.factor(step, self._total_steps) * self.drop

    @property
    def after_warmup(self) -> int:
        """The first step at which the schedule warms up no longer."""
        return self._schedule.warmup

    def change(self, optimizer: Optimizer) -> None:
        """Go on with other parameters of the same rule; what both remember stays."""
        fresh = optimizer.begin(self.flat)
        self.optimizer = optimizer
        self.memory = {name: self.memory.get(name, start) for name, start in fresh.items()}

    # ------------------------------------------------------------------------------- the step

    def update(self, step: int, again: Again | None = None) -> None:
        """Move the weights along the gradient that is there, then clear it.

        Args:
            step: Steps made before this one.
            again: For rules that look again at the loss; see :meth:`Optimizer.advance`.
        """
        self.updates += 1
        if self.pruner is not None:
            self.pruner.before(self.flat.gradient)
        if again is not None:
            self._move(step, self._rules.penalised(again))
        else:
            self._rules.before(self.flat.gradient)
            if self.scaler is None:
                self._move(step)
            else:
                kept = [self.flat.weights, *self.memory.values()]
                with self.scaler.unless_too_large(kept):
                    self._move(step)
        self._rules.after()
        if self.pruner is not None:
            self.pruner.after(step + 1)
        self.flat.gradient.zero_()

    def _move(self, step: int, again: Again | None = None) -> None:
        rule = self._in_force(step)
        rule.advance(self.flat, self.memory, self.updates, self.rate(step), again)

    def _in_force(self, step: int) -> Optimizer:
        """The rule with the momentum that the schedule gives it."""
        rule = self.optimizer
        value = self._schedule.inertia(step, self._total_steps)
        if value is None or not getattr(rule, rule.inertia or "lr"):
            return rule  # without momentum there is none to move
        return msgspec.structs.replace(rule, **{rule.inertia: value}) if rule.inertia else rule

    # ------------------------------------------------------------------------------- state

    def tensors(self) -> dict[str, Tensor]:
        """Return copies of the optimiser's tensors by name; how weights lie in memory doesn't show in them."""
        return {slot: self.flat.plain(tensor) for slot, tensor in self._all().items()}

    def facts(self) -> dict[str, Any]:
        """Return the rest of what decides the next update, as plain values."""
        return {"updates": self.updates, "scale": self.scale}

    def load(self, tensors: dict[str, Tensor], facts: dict[str, Any]) -> None:
        """Go back to what :meth:`tensors` and :meth:`facts` returned; copies both."""
        for slot, tensor in self._all().items():
            if tensors[slot].shape != tensor.shape:  # copying would stretch it
                raise ValueError(f"{slot} of {self.name} has another size")
            self.flat.take(tensor, tensors[slot])
        self.updates = int(facts["updates"])
        self.scale = float(facts["scale"])
        self.flat.gradient.zero_()

    def _all(self) -> dict[str, Tensor]:
        return self.memory if self.scaler is None else {**self.memory, **self.scaler.tensors()}
