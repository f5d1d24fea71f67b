"""What every loop is handed: the network as plain PyTorch source, the training part, and a clock."""

from __future__ import annotations

import importlib.util
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn


@dataclass
class Clock:
    """Notes when epochs end; the first one warms up and does not count.

    Attributes:
        steps: Steps of an epoch.
        ends: When epochs ended, in seconds of this process's processor time, all threads together.
    """

    steps: int
    ends: list[float] = field(default_factory=list)

    def tick(self) -> None:
        """An epoch is over."""
        self.ends.append(time.process_time())

    @property
    def rate(self) -> float:
        """Steps a second of processor time after the first epoch."""
        return self.steps * (len(self.ends) - 1) / (self.ends[-1] - self.ends[0])


class Task:
    """One benchmark.

    Args:
        folder: What ``prepare.py`` has written.

    Attributes:
        facts: Name, batch size, epochs, learning rate, betas and latent size.
        inputs: ``(examples, …)``.
        targets: ``(examples,)`` classes; None for a GAN.
        held_back: ``(others, …)``, to be measured on after every epoch; empty for a GAN.
        held_back_targets: ``(others,)`` classes.
    """

    def __init__(self, folder: Path) -> None:
        self.facts: dict[str, Any] = json.loads((folder / "facts.json").read_text("utf-8"))
        stored = np.load(folder / "data.npz")
        self.inputs: Tensor = torch.from_numpy(stored["inputs"])
        self.targets: Tensor | None = (
            torch.from_numpy(stored["targets"]) if "targets" in stored else None
        )
        self.held_back, self.held_back_targets = (
            torch.from_numpy(stored[name]) if name in stored else torch.empty(0)
            for name in ("held_back", "held_back_targets")
        )
        specification = importlib.util.spec_from_file_location("model", folder / "model.py")
        assert specification is not None
        assert specification.loader is not None
        self._source = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(self._source)
        torch.manual_seed(0)

    def network(self, name: str = "classifier") -> nn.Module:
        """Return a network with fresh weights."""
        made: nn.Module = self._source.NETWORKS[name]()
        return made

    @property
    def size(self) -> int:
        """Examples in a batch."""
        return int(self.facts["batch_size"])

    @property
    def epochs(self) -> int:
        """Passes to make, the first one to warm up."""
        return int(self.facts["epochs"])

    @property
    def rate(self) -> float:
        """The learning rate."""
        return float(self.facts["lr"])

    @property
    def betas(self) -> tuple[float, float]:
        """Both betas of Adam."""
        first, second = self.facts["betas"]
        return float(first), float(second)

    @property
    def clip_norm(self) -> float | None:
        """The longest that a gradient may be; None where it may be as long as it is."""
        longest = self.facts["clip_norm"]
        return None if longest is None else float(longest)

    @property
    def critic_steps(self) -> int:
        """Updates of the critic in a step of a game."""
        return int(self.facts["critic_steps"])

    @property
    def penalty(self) -> float:
        """The weight of the gradient penalty; 0 in games without one."""
        return float(self.facts["penalty"])

    @property
    def latent(self) -> int:
        """Numbers in a latent vector."""
        return int(self.facts["latent"])

    def clock(self, whole: bool = False) -> Clock:
        """Return a clock for epochs of all batches, or of whole ones alone."""
        count = len(self.inputs)
        whole_steps = count // self.size // self.critic_steps
        return Clock(whole_steps if whole else -(-count // self.size))
