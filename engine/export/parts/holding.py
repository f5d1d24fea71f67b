"""How the weights of networks are moved, what they are held to, and averages of them."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm


class Mover:
    """Moves networks by their gradients, at the rates and under the rules of a recipe.

    Args:
        networks: The networks by name.
        optimizers: One for each of them, by the same names.
        factor: Of the learning rates, by the number of a step and by ``total``.
        total: How many steps the schedule is for.
        momentum: That of a step, by the same two numbers as ``factor``; None for the optimisers' own.
        clip_norm: Largest norm of a network's gradient; None for no bound.
        clip_value: Largest size of a number in it; None for no bound.
        held: Penalties and bounds of weights, by network and weight.
    """

    def __init__(
        self,
        networks: Mapping[str, nn.Module],
        optimizers: Mapping[str, Any],
        factor: Callable[[int, int], float],
        *,
        total: int,
        momentum: Callable[[int, int], float] | None = None,
        clip_norm: float | None = None,
        clip_value: float | None = None,
        held: Mapping[str, Mapping[str, Mapping[str, Any]]] | None = None,
    ) -> None:
        self.total = total
        self._networks, self._optimizers = networks, optimizers
        self._factor, self._momentum = factor, momentum
        self._clip_norm, self._clip_value, self._held = clip_norm, clip_value, held or {}
        self._rates = {name: one.param_groups[0]["lr"] for name, one in optimizers.items()}

    def move(
        self,
        name: str,
        step: int,
        dropped: float = 1.0,
        again: Callable[[], float] | None = None,
    ) -> None:
        """Let a network learn from its gradient: penalties are added, it is clipped, weights move and are held.

        Penalties are l1 ‖w‖₁ + ½ l2 ‖w‖². An optimiser that evaluates the loss again does nothing but that, and adds
        the penalties itself.

        Args:
            name: The network.
            step: Steps that were made before.
            dropped: What a plateau has left of the learning rate.
            again: Evaluates the loss again; None where the optimiser looks once.
        """
        optimizer, held = self._optimizers[name], self._held.get(name, {})
        weights = dict(self._networks[name].named_parameters())
        rate = self._rates[name] * self._factor(step, self.total) * dropped
        steer(optimizer, rate, None if self._momentum is None else self._momentum(step, self.total))
        if again is None:
            penalise(weights, held)
            if self._clip_value is not None:
                nn.utils.clip_grad_value_(weights.values(), self._clip_value)
            if self._clip_norm is not None:
                nn.utils.clip_grad_norm_(weights.values(), self._clip_norm)
            optimizer.step()
        else:
            optimizer.step(again)
        optimizer.zero_grad()
        shorten(weights, held)


def steer(optimizer: Any, rate: float, momentum: float | None) -> None:
    """Give an optimiser its learning rate and, where one is told, its momentum."""
    for group in optimizer.param_groups:
        group["lr"] = rate
        if momentum is None or group.get("steady"):
            continue
        if "betas" in group:
            group["betas"] = (momentum, group["betas"][1])
        elif group.get("momentum"):
            group["momentum"] = momentum


def penalise(weights: Mapping[str, Tensor], held: Mapping[str, Mapping[str, Any]]) -> None:
    """Add the gradients of penalties to those of weights."""
    for name, rules in held.items():
        gradient = weights[name].grad
        if gradient is not None and "l2" in rules:
            gradient.addcmul_(weights[name].detach(), torch.tensor(rules["l2"]))
        if gradient is not None and "l1" in rules:
            gradient.addcmul_(weights[name].detach().sign(), torch.tensor(rules["l1"]))


def shorten(weights: Mapping[str, Tensor], held: Mapping[str, Mapping[str, Any]]) -> None:
    """Let weights into one output be no longer than their max_norm."""
    for name, rules in held.items():
        if "max_norm" in rules:
            largest, axes = rules["max_norm"]
            view = weights[name].detach()
            norm = torch.linalg.vector_norm(view, dim=axes, keepdim=True).clamp_(min=1e-12)
            view.mul_((largest / norm).clamp_(max=1.0))


def average_of(network: nn.Module) -> nn.Module:
    """Return a copy of a network that is to hold an average of its weights."""
    average = copy.deepcopy(network)
    return average.requires_grad_(False)


def fading_share(step: int, total: int, decay: float = 0.999) -> float:
    """Return what the weights after a step count in a moving average; more in the first steps."""
    return 1 - min(decay, step / (step + 9))


def even_share(step: int, total: int, start: int = 1, every: int = 1) -> float:
    """Return what the weights after a step count in the mean of those from a start on (Izmailov et al. 2018)."""
    since = step - start
    if since < 0:
        return 1.0
    return 0.0 if since % every else 1 / (since // every + 1)


def take_in(average: nn.Module, network: nn.Module, share: float) -> None:
    """Move an average towards the weights of a network; buffers are copied."""
    with torch.no_grad():
        for mine, its in zip(average.parameters(), network.parameters(), strict=True):
            if share:
                mine.lerp_(its, share) if share < 1 else mine.copy_(its)
        for buffer, its_own in zip(average.buffers(), network.buffers(), strict=True):
            buffer.copy_(its_own)


@contextlib.contextmanager
def measuring_norms(networks: Mapping[str, nn.Module]) -> Iterator[None]:
    """Measure the statistics of batch norms anew in the block: those of single weights do not fit a mean of them."""
    norms = [m for n in networks.values() for m in n.modules() if isinstance(m, _BatchNorm)]
    momenta = [norm.momentum for norm in norms]
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None  # the mean of all batches
        yield
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum


def copies_of(networks: Mapping[str, nn.Module]) -> dict[str, dict[str, Tensor]]:
    """Return copies of all weights and buffers."""
    return {
        name: {key: value.clone() for key, value in network.state_dict().items()}
        for name, network in networks.items()
    }
