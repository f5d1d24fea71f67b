"""One move of a network's weights, what they are held to, and averages of them."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm


def move(
    network: nn.Module,
    optimizer: Any,
    rate: float,
    momentum: float | None = None,
    clip_value: float | None = None,
    clip_norm: float | None = None,
    held: Mapping[str, Mapping[str, Any]] | None = None,
    again: Callable[[], float] | None = None,
) -> None:
    """Let a network learn from its gradient: penalties are added, it is clipped, weights move and are held.

    Penalties are l1 ‖w‖₁ + ½ l2 ‖w‖²; after the step, weights into one output are no longer than max_norm. An optimiser
    that evaluates the loss again does nothing but that, and adds the penalties itself.
    """
    weights = dict(network.named_parameters())
    for group in optimizer.param_groups:
        group["lr"] = rate
        if momentum is None or group.get("steady"):
            continue
        if "betas" in group:
            group["betas"] = (momentum, group["betas"][1])
        elif group.get("momentum"):
            group["momentum"] = momentum
    if again is None:
        penalise(weights, held or {})
        if clip_value is not None:
            nn.utils.clip_grad_value_(weights.values(), clip_value)
        if clip_norm is not None:
            nn.utils.clip_grad_norm_(weights.values(), clip_norm)
        optimizer.step()
    else:
        optimizer.step(again)
    optimizer.zero_grad()
    for name, rules in (held or {}).items():
        if "max_norm" in rules:
            largest, axes = rules["max_norm"]
            view = weights[name].detach()
            norm = torch.linalg.vector_norm(view, dim=axes, keepdim=True).clamp_(min=1e-12)
            view.mul_((largest / norm).clamp_(max=1.0))


def penalise(weights: Mapping[str, Tensor], held: Mapping[str, Mapping[str, Any]]) -> None:
    """Add the gradients of penalties to those of weights."""
    for name, rules in held.items():
        gradient = weights[name].grad
        if gradient is not None and "l2" in rules:
            gradient.addcmul_(weights[name].detach(), torch.tensor(rules["l2"]))
        if gradient is not None and "l1" in rules:
            gradient.addcmul_(weights[name].detach().sign(), torch.tensor(rules["l1"]))


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
