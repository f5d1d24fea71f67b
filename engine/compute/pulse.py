"""The gradient's norm of every network at fixed steps, for whoever judges how a training goes.

Probes look when the clock allows it, so what they see depends on the machine. A judgement that is the same
live and read back needs numbers from steps that do not depend on anything but the project.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.clinic.pace import stretch_at
from engine.clinic.track import FINE
from engine.compute.steady import Steady, counted

if TYPE_CHECKING:
    from engine.compute.learner import Learner
    from engine.compute.task import Task

CURVE = "gradient_norm"  # of a network: gradient_norm/NETWORK


class Pulse(Steady):
    """Takes ``‖g‖``, of all weights of a network together and before any clipping, five times for every round of the doctor.

    At the beginning that is at every fifth step, and later, where rounds become rarer, as rarely.

    A network that is updated several times a step counts with the last one. Nothing is read from the device
    before :meth:`read`.

    Args:
        task: What is being trained.
    """

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self._taken: dict[str, Tensor] = {}
        self._kept: dict[str, list[tuple[int, Tensor]]] = {}

    @staticmethod
    def is_due(step: int) -> bool:
        """Whether the step that follows ``step`` steps is one of those that are looked at."""
        return (step + 1) % (stretch_at(step) // FINE) == 0

    @counted
    def after_backward(self, learner: Learner, step: int) -> None:
        """Take the norm of a gradient."""
        self._taken[learner.name] = torch.linalg.vector_norm(learner.flat.gradient)

    @counted
    def keep(self, step: int) -> None:
        """Keep what was taken during a step, the ``step``-th."""
        for name, norm in self._taken.items():
            self._kept.setdefault(name, []).append((step, norm))
        self._taken.clear()

    def forget(self) -> None:
        """Drop what was not read: the training went back."""
        self._taken.clear()
        self._kept.clear()

    @counted
    def read(self) -> dict[str, tuple[NDArray[np.int64], NDArray[np.float64]]]:
        """Return steps and norms since the last time, by curve."""
        kept, self._kept = self._kept, {}
        return {
            f"{CURVE}/{name}": (
                np.array([step for step, _norm in taken], np.int64),
                torch.stack([norm for _step, norm in taken]).double().cpu().numpy(),
            )
            for name, taken in kept.items()
        }
