"""Losses as formulas on tensors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, huber_loss, log_softmax

from engine.data.base import NO_TARGET

TINY = 1e-12


@dataclass(frozen=True)
class ClassLoss:
    """Cross-entropy and what is made of it, over the targets that there are.

    With ``p`` the probability of the right class ``y`` and ``w`` its weight, an example costs
    ``−w_y (1 − p)^γ log p``, and a batch ``Σ costs / Σ w_y``. γ = 0 is the cross-entropy, above it the
    focal loss (Lin et al. 2017, *Focal loss for dense object detection*, section 3). Smoothing ε puts
    ``(1 − ε)`` of the target on the right class and ``ε / K`` on each of all K (Szegedy et al. 2016,
    *Rethinking the Inception architecture*, section 7). Targets of
    :data:`~engine.data.base.NO_TARGET` count nothing.

    Attributes:
        weights: ``(classes,)``, or None where every class counts alike.
        smoothing: ε.
        focus: γ.
    """

    weights: Tensor | None = None
    smoothing: float = 0.0
    focus: float = 0.0

    @classmethod
    def of(
        cls,
        weights: Sequence[float] | None,
        smoothing: float,
        focus: float,
        device: torch.device,
    ) -> ClassLoss:
        """Return the loss with its weights on a device."""
        tensor = None if weights is None else torch.tensor(weights, device=device)
        return cls(tensor, smoothing, focus)

    def changed(self, name: str, value: float) -> ClassLoss:
        """Return the loss with another number.

        Args:
            name: ``label_smoothing``, ``focal``, or ``weights.0`` for the weight of the first class.
            value: What it is to be.
        """
        if name == "label_smoothing":
            return replace(self, smoothing=value)
        if name == "focal":
            return replace(self, focus=value)
        assert self.weights is not None
        weights = self.weights.clone()
        weights[int(name.partition(".")[2])] = value
        return replace(self, weights=weights)

    def mean(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Return the loss of a batch in which every target is there.

        Args:
            logits: ``(examples, classes)``.
            targets: ``(examples,)``.
        """
        if self.focus:
            total, weight = self.sums(logits, targets)
            return total / weight.clamp_min(TINY)
        return cross_entropy(logits, targets, self.weights, label_smoothing=self.smoothing)

    def mean_of_there(self, logits: Tensor, targets: Tensor) -> Tensor:
        """Return the loss over the targets that there are; 0 where there are none.

        Args:
            logits: ``(…, classes)``.
            targets: ``(…)``.
        """
        total, weight = self.sums(logits.flatten(0, -2), targets.flatten())
        return total / weight.clamp_min(TINY)

    def sums(self, logits: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        """Return the sum of all costs and the sum of the weights.

        Args:
            logits: ``(examples, classes)``.
            targets: ``(examples,)``.
        """
        there = targets != NO_TARGET
        if self.weights is None:
            weight = there.sum().to(logits.dtype)
        else:
            weight = (self.weights[targets.clamp_min(0)] * there).sum()
        if self.focus:
            return self._focal(logits, targets, there), weight
        total = cross_entropy(
            logits,
            targets,
            self.weights,
            ignore_index=NO_TARGET,
            reduction="sum",
            label_smoothing=self.smoothing,
        )
        return total, weight

    def blind(self, targets: Tensor, classes: int) -> float:
        """Return the loss of the best answer that is the same for every input.

        That is each class by its share, weighted as it is in the loss, and smoothed. For a focal loss it is
        only near the best. What a target costs follows from its class, so the classes are counted and no more.

        Args:
            targets: ``(targets,)``.
            classes: How many there are.
        """
        named = targets[targets != NO_TARGET]
        counts = torch.bincount(named, minlength=classes).double()
        weights = torch.ones_like(counts) if self.weights is None else self.weights.double()
        smoothed = self.smoothing / classes
        shares = weights * ((1 - self.smoothing) * counts + smoothed * counts.sum())
        shares = (shares / shares.sum().clamp_min(TINY)).clamp_min(TINY)
        right = shares.log()
        if self.focus:
            total = (counts * weights * -right * (1 - shares).clamp_min(TINY) ** self.focus).sum()
        else:
            total = -(1 - self.smoothing) * (counts * weights * right).sum()
            total = total - smoothed * counts.sum() * (weights * right).sum()
        return float(total / (counts * weights).sum().clamp_min(TINY))

    def _focal(self, logits: Tensor, targets: Tensor, there: Tensor) -> Tensor:
        named = targets.clamp_min(0)
        right = log_softmax(logits, dim=1).gather(1, named[:, None])[:, 0]
        # A power below 1 has no slope at 0, where the answer is certain.
        costs = -right * (-torch.expm1(right)).clamp_min(TINY) ** self.focus
        if self.weights is not None:
            costs = costs * self.weights[named]
        return costs.masked_fill(~there, 0.0).sum()


@dataclass(frozen=True)
class NumberLoss:
    """The loss between numbers and what was foretold of them, averaged over all.

    With ``e`` the truth minus the answer: ``e²`` (``mse``), ``|e|`` (``mae``); ``½e²`` up to ``|e| = δ``
    and ``δ (|e| − ½δ)`` beyond (``huber``; Huber 1964, *Robust estimation of a location parameter*);
    ``max(q e, (q − 1) e)`` for each quantile ``q`` (``quantile``; Koenker & Bassett 1978, *Regression
    quantiles*).

    Attributes:
        kind: Which.
        delta: δ.
        quantiles: ``(quantiles,)`` on the device; empty but for ``quantile``.
    """

    kind: str
    delta: float
    quantiles: Tensor

    def mean(self, answers: Tensor, targets: Tensor) -> Tensor:
        """Return the mean loss.

        Args:
            answers: ``(…)``, or ``(…, quantiles)``.
            targets: ``(…)``.
        """
        if self.kind == "huber":
            return huber_loss(answers, targets, delta=self.delta)
        if self.kind == "quantile":
            error = targets.unsqueeze(-1) - answers
            return torch.maximum(self.quantiles * error, (self.quantiles - 1) * error).mean()
        error = targets - answers
        return error.abs().mean() if self.kind == "mae" else error.square().mean()

    def blind(self, targets: Tensor) -> float:
        """Return the loss of the best answer that is the same for every input.

        That is the mean, the median or the quantiles of each number; for Huber's loss the median, which is near.

        Args:
            targets: ``(examples, …)``.
        """
        if self.kind == "quantile":
            levels = self.quantiles.to(targets.dtype)
            found = torch.quantile(targets, levels, dim=0)
            answers = found.movedim(0, -1).expand(*targets.shape, len(levels))
        elif self.kind == "mse":
            answers = targets.mean(dim=0).expand(targets.shape)
        else:
            answers = targets.median(dim=0).values.expand(targets.shape)
        return float(self.mean(answers, targets))
