"""Weights that are set to zero and stay so: which ones, and what keeps them there.

Only matrices and embeddings are pruned: biases, and the scales and shifts of norms, are few.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor, nn

from engine.compute.flat import Flat
from engine.compute.kinds import VECTOR
from engine.pruning.base import Pruning
from engine.pruning.gradual import Gradual
from projects.translation import gettext as _

SEED = 0x9C07
GONE = -math.inf


def prunable(weights: Mapping[str, Tensor], kinds: Mapping[str, str]) -> dict[str, Tensor]:
    """Return the weights of a network that may be pruned, by parameter.

    Args:
        weights: All of them.
        kinds: What each is; see :mod:`engine.compute.kinds`.
    """
    return {name: weights[name] for name, kind in kinds.items() if kind != VECTOR}


def kept(scores: Mapping[str, Tensor], share: float, scope: str) -> dict[str, Tensor]:
    """Return which weights are kept where the least important ones are taken away.

    Of every parameter one is kept at least: a layer without weights would cut the network in two.

    Args:
        scores: How important every weight is, by parameter and in its shape; ``-inf`` for what is gone already.
        share: Which part of all of them is to be away, from 0 to 1.
        scope: ``network`` to compare all with each other, ``layer`` to take the same share of each.

    Returns:
        By parameter, whether each weight stays, bool.
    """
    if scope == "layer":
        return {
            name: _most(part.flatten(), share).view(part.shape) for name, part in scores.items()
        }
    whole = _most(torch.cat([part.flatten() for part in scores.values()]), share)
    found, start = {}, 0
    for name, part in scores.items():
        mask = whole[start : start + part.numel()].clone()
        if not mask.any():
            mask[part.flatten().argmax()] = True
        found[name] = mask.view(part.shape)
        start += part.numel()
    return found


def _most(scores: Tensor, share: float) -> Tensor:
    """Which of ``(n,)`` are not among the least ``share``; of equal ones the first go."""
    away = min(round(share * len(scores)), len(scores) - 1)
    stays = torch.ones(len(scores), dtype=torch.bool, device=scores.device)
    stays[scores.argsort(stable=True)[:away]] = False
    return stays


def by_chance(views: Mapping[str, Tensor], seed: int) -> dict[str, Tensor]:
    """Return random scores for weights, from a generator of their own: torch's state is left alone."""
    generator = torch.Generator().manual_seed(seed ^ SEED)
    return {
        name: torch.rand(view.shape, generator=generator).to(view.device)
        for name, view in views.items()
    }


def alone_words(network: str, parameter: str) -> str:
    """Return what is said of a parameter of which only one weight is left."""
    return _("“{place}”: only one weight is left, so that something flows on.").format(
        place=f"{network}.{parameter.removesuffix('.weight')}"
    )


class Pruner:
    """Takes the weights of one network away while it learns, and keeps them away.

    Args:
        rule: What the recipe says.
        flat: The network's weights and gradients.
        total: Steps of the whole training, or None.
        seed: The recipe's, for what is drawn.
    """

    def __init__(self, rule: Pruning, flat: Flat, total: int | None, seed: int) -> None:
        self._rule = rule
        self._flat = flat
        self._total = total
        self._seed = seed
        self._views = prunable(flat.views, flat.kinds)
        self._mask: Tensor | None = None
        moves = isinstance(rule, Gradual) and rule.criterion == "movement"
        self._moved = torch.zeros_like(flat.weights) if moves else None
        self._alone: list[str] = []

    def begin(self) -> None:
        """What is zero before the first step stays away."""
        if self._mask is not None:
            return
        self._mask = torch.ones_like(self._flat.weights)
        parts = self._flat.parts(self._mask)
        for name, view in self._views.items():
            parts[name].copy_(view != 0)

    def before(self, gradient: Tensor) -> None:
        """Note what is zero, and where a gradient pulls the weights, before they are moved."""
        self.begin()
        # A gradient of 16 bits may be too large, and the step is passed over then.
        if self._moved is not None:
            known = torch.where(gradient.isfinite().all(), gradient, torch.zeros_like(gradient))
            self._moved.addcmul_(self._flat.weights, known, value=-1.0)

    def after(self, step: int) -> None:
        """Take away what is due after a step, and what is away already.

        Args:
            step: Steps made, this one included.
        """
        assert self._mask is not None
        share = self._rule.share(step, self._total)
        if share is not None:
            self._cut(share)
        self._flat.weights.mul_(self._mask)

    @torch.no_grad()
    def apply_to(self, network: nn.Module) -> None:
        """Take the same weights away from a network of the same design."""
        if self._mask is not None:
            parts = self._flat.parts(self._mask)
            for name, weight in network.named_parameters():
                weight.mul_(parts[name])

    def _cut(self, share: float) -> None:
        assert isinstance(self._rule, Gradual)
        assert self._mask is not None
        there = self._flat.parts(self._mask)
        scores = {
            name: torch.where(there[name] > 0, score, torch.full_like(score, GONE))
            for name, score in self._scores().items()
        }
        for name, stays in kept(scores, share, self._rule.scope).items():
            before = there[name].count_nonzero()
            there[name].mul_(stays)
            if there[name].count_nonzero() == 1 < before:
                self._alone.append(name)

    def left_alone(self) -> list[str]:
        """Return of which parameters only one weight is left, each once."""
        found, self._alone = self._alone, []
        return found

    def _scores(self) -> dict[str, Tensor]:
        assert isinstance(self._rule, Gradual)
        if self._rule.criterion == "random":
            return by_chance(self._views, self._seed)
        if self._moved is not None:
            parts = self._flat.parts(self._moved)
            return {name: parts[name] for name in self._views}
        return {name: view.abs() for name, view in self._views.items()}

    # ------------------------------------------------------------------------------- state

    def tensors(self) -> dict[str, Tensor]:
        """Return copies of what decides the next cut; how weights lie in memory doesn't show in them."""
        found = {}
        if self._mask is not None:
            found["mask"] = self._flat.plain(self._mask).bool()
        if self._moved is not None:
            found["moved"] = self._flat.plain(self._moved)
        return found

    def load(self, tensors: Mapping[str, Tensor]) -> None:
        """Go back to what :meth:`tensors` returned; copies it."""
        self._mask = None
        if "mask" in tensors:
            self._mask = torch.ones_like(self._flat.weights)
            self._flat.take(self._mask, tensors["mask"].to(self._mask))
        if self._moved is not None:
            self._flat.take(self._moved, tensors["moved"].to(self._moved))
