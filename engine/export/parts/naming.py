"""Losses and measures of networks that name classes: of examples, of steps, or several at once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.export.parts.data import answers_of


def class_costs(
    logits: Tensor,
    targets: Tensor,
    weights: Sequence[float] | None = None,
    smoothing: float = 0.0,
    focus: float = 0.0,
) -> tuple[Tensor, Tensor]:
    """Return the sum of the costs and of the weights: cross-entropy, smoothed, weighted or focal."""
    table = None if weights is None else torch.tensor(weights)
    weight = torch.tensor(float(len(targets))) if table is None else table[targets].sum()
    if not focus:
        total = functional.cross_entropy(
            logits, targets, table, reduction="sum", label_smoothing=smoothing
        )
        return total, weight
    right = functional.log_softmax(logits, dim=1).gather(1, targets[:, None])[:, 0]
    costs = -right * (-torch.expm1(right)).clamp_min(1e-12) ** focus
    return (costs if table is None else costs * table[targets]).sum(), weight


def classify(
    networks: Mapping[str, nn.Module],
    inputs: Tensor,
    targets: Tensor,
    step: int,
    others: Tensor | None = None,
    share: float = 1.0,
    **options: Any,
) -> Tensor:
    """Return the loss of a batch: the mean cost of naming its classes; of mixed examples, of both in part."""
    logits = networks["classifier"](inputs)
    total, weight = class_costs(logits, targets, **options)
    loss = total / weight.clamp_min(1e-12)
    if others is None:
        return loss
    total, weight = class_costs(logits, others, **options)
    return share * loss + (1 - share) * total / weight.clamp_min(1e-12)


def measure_classes(
    networks: Mapping[str, nn.Module], inputs: Tensor, targets: Tensor, **options: Any
) -> dict[str, float]:
    """Return the loss, the share of examples that are named right, and the mean F1 of the classes."""
    logits = answers_of(networks["classifier"], inputs)
    total, weight = class_costs(logits, targets, **options)
    return {"loss": float(total / weight.clamp_min(1e-12)), **scores_of(confused(logits, targets))}


def confused(logits: Tensor, targets: Tensor) -> Tensor:
    """Return how often every class is named for every other one, (true, named)."""
    kinds = logits.shape[-1]
    pairs = targets * kinds + logits.argmax(1)
    return torch.bincount(pairs, minlength=kinds * kinds).view(kinds, kinds)


def scores_of(counts: Tensor) -> dict[str, float]:
    """Return the share that is named right, and the mean F1 of the classes that occur or are named."""
    hits, both = counts.diagonal().double(), counts.sum(0) + counts.sum(1)
    return {
        "accuracy": float(hits.sum() / counts.sum().clamp_min(1)),
        "macro_f1": float((2 * hits[both > 0] / both[both > 0]).mean()) if both.any() else 0.0,
    }


def name_steps(
    networks: Mapping[str, nn.Module],
    inputs: Tensor,
    targets: Tensor,
    step: int,
    name: str,
    **options: Any,
) -> Tensor:
    """Return the mean cost of naming the class of every step that has one; -1 stands for none."""
    logits, there = networks[name](inputs), targets != -1
    total, weight = class_costs(logits[there], targets[there], **options)
    return total / weight.clamp_min(1e-12)


def measure_steps(
    networks: Mapping[str, nn.Module], inputs: Tensor, targets: Tensor, name: str, **options: Any
) -> dict[str, float]:
    """Return the loss, its exponential, the share of steps that are named right, and the mean F1 of the classes."""
    total = weight = 0.0
    counts = torch.zeros(0, 0, dtype=torch.int64)
    for some, wanted in zip(inputs.split(64), targets.split(64), strict=True):  # type: ignore[no-untyped-call]
        logits, there = networks[name](some), wanted != -1
        costs, weights = class_costs(logits[there], wanted[there], **options)
        total, weight = total + float(costs), weight + float(weights)
        found = confused(logits[there], wanted[there])
        counts = counts + found if len(counts) else found
    loss = total / max(weight, 1e-12)
    return {"loss": loss, "perplexity": math.exp(min(loss, 700.0)), **scores_of(counts)}


def tick(
    networks: Mapping[str, nn.Module],
    inputs: Tensor,
    targets: Tensor,
    step: int,
    weights: Sequence[float] | None = None,
    threshold: float = 0.5,
) -> Tensor:
    """Return the mean binary cross-entropy of a batch, a yes or no for every label."""
    table = None if weights is None else torch.tensor(weights)
    return functional.binary_cross_entropy_with_logits(
        networks["classifier"](inputs), targets, pos_weight=table
    )


def measure_labels(
    networks: Mapping[str, nn.Module],
    inputs: Tensor,
    targets: Tensor,
    weights: Sequence[float] | None = None,
    threshold: float = 0.5,
) -> dict[str, float]:
    """Return the loss, the share of examples and of labels that are right, and F1."""
    logits = answers_of(networks["classifier"], inputs)
    table = None if weights is None else torch.tensor(weights)
    loss = functional.binary_cross_entropy_with_logits(logits, targets, pos_weight=table)
    said, true = logits.sigmoid() >= threshold, targets > 0.5
    hits, both = (said & true).sum(0).double(), said.sum(0) + true.sum(0)
    return {
        "loss": float(loss),
        "accuracy": float((said == true).all(1).double().mean()),
        "mean_accuracy": float((said == true).double().mean()),
        "macro_f1": float((2 * hits / both.clamp_min(1)).mean()),
        "micro_f1": float(2 * hits.sum() / both.sum().clamp_min(1)),
    }
