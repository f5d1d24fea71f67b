"""Averages of the weights over the steps, which are what is evaluated and handed out."""

from __future__ import annotations

import contextlib
import copy
import math
from collections.abc import Iterable, Iterator, Mapping

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from engine.compute.batches import Batch
from engine.compute.flat import Flat
from engine.compute.modes import same_randomness
from engine.compute.task import Task
from projects.schema import Averaging


def add_averages(task: Task) -> None:
    """Give every network of a task a copy that is to hold its average."""
    for name, network in task.networks.items():
        copied = copy.deepcopy(network)
        for parameter in copied.parameters():
            parameter.requires_grad_(False)
        task.averaged[name] = copied


def use_averages(task: Task) -> None:
    """Put the averages in the place of the weights, for good."""
    for name, average in task.averaged.items():
        task.networks[name].load_state_dict(average.state_dict())


class Averager:
    """Moves the averages after every step.

    *EMA*: ``a ← d·a + (1−d)·w`` with ``d`` the smaller of the set decay and ``t/(t+9)``, so that the first
    weights are soon forgotten (Polyak & Juditsky 1992). *SWA*: from the start on the mean of every so many
    steps' weights; until then the average is the weights (Izmailov et al. 2018, algorithm 1). Which weights
    count follows from the number of the step, so nothing but the average itself has to be kept.

    Args:
        setting: Which average.
        task: What is trained; has its averages (:func:`add_averages`).
        flats: The weights.
        total_steps: Steps of the whole training, or None when it has no end.
        device: Where it happens.
    """

    def __init__(
        self,
        setting: Averaging,
        task: Task,
        flats: Mapping[str, Flat],
        total_steps: int | None,
        device: torch.device,
    ) -> None:
        self._setting = setting
        self._task = task
        self._device = device
        self._start = math.ceil(setting.start * (total_steps or 0)) or 1
        self._weights = [
            (Flat(average, learns=False).weights, flats[name].weights)
            for name, average in task.averaged.items()
        ]
        self._buffers = [
            (mine, its)
            for name, average in task.averaged.items()
            for mine, its in zip(average.buffers(), task.networks[name].buffers(), strict=True)
        ]

    @torch.no_grad()
    def after_step(self, steps: int) -> None:
        """Take the weights after a step in.

        Args:
            steps: Steps made, this one included.
        """
        share = self._share(steps)
        for average, weights in self._weights if share else ():
            average.lerp_(weights, share) if share < 1 else average.copy_(weights)
        for mine, its in self._buffers:
            mine.copy_(its)

    def _share(self, steps: int) -> float:
        """What the present weights count in the average: from 0 to 1."""
        if self._setting.kind == "ema":
            return 1 - min(self._setting.decay, steps / (steps + 9))
        since = steps - self._start
        if since < 0:
            return 1.0
        return 0.0 if since % self._setting.every else 1 / (since // self._setting.every + 1)

    @contextlib.contextmanager
    def shown(self) -> Iterator[None]:
        """Hold the averages in the networks, and give these their own weights back after."""
        with torch.no_grad():
            before = [(its, its.clone()) for _mine, its in (*self._weights, *self._buffers)]
            for mine, its in (*self._weights, *self._buffers):
                its.copy_(mine)
            try:
                yield
            finally:
                for its, own in before:
                    its.copy_(own)

    def settle(self, batches: Iterable[Batch]) -> None:
        """Measure the statistics of batch norms anew: those of single weights do not fit their mean.

        Args:
            batches: A pass over the training part.
        """
        norms = _norms(self._task.networks)
        if self._setting.kind != "swa" or not norms:
            return
        momenta = [norm.momentum for norm in norms]
        kept = len(self._task.kept)
        with self.shown(), same_randomness(self._device):
            for norm in norms:
                norm.reset_running_stats()
                norm.momentum = None  # the mean of all batches
            for batch in batches:
                for update in self._task.updates:
                    update.loss(batch)
            for norm, momentum in zip(norms, momenta, strict=True):
                norm.momentum = momentum
            measured = [its.clone() for _mine, its in self._buffers]
        del self._task.kept[kept:]
        for (mine, _its), value in zip(self._buffers, measured, strict=True):
            mine.copy_(value)


def _norms(networks: Mapping[str, nn.Module]) -> list[_BatchNorm]:
    return [
        module
        for network in networks.values()
        for module in network.modules()
        if isinstance(module, _BatchNorm) and module.track_running_stats
    ]
