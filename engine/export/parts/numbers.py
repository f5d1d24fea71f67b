"""Losses and measures of networks that foretell numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from engine.export.parts.data import answers_of


def number_loss(
    answers: Tensor, targets: Tensor, kind: str, delta: float, quantiles: Sequence[float]
) -> Tensor:
    """Return the mean of squared, absolute, Huber's or quantile errors."""
    if kind == "huber":
        return functional.huber_loss(answers, targets, delta=delta)
    if kind == "quantile":
        levels = torch.tensor(quantiles)
        error = targets.unsqueeze(-1) - answers
        return torch.maximum(levels * error, (levels - 1) * error).mean()
    error = targets - answers
    return error.abs().mean() if kind == "mae" else error.square().mean()


def shaped_like(outputs: Tensor, targets: Tensor, quantiles: Sequence[float]) -> Tensor:
    """Return outputs in the shape of the targets, quantiles last."""
    return outputs.reshape(*targets.shape, *((len(quantiles),) if quantiles else ()))


def foretell(
    networks: Mapping[str, nn.Module],
    inputs: Tensor,
    targets: Tensor,
    step: int,
    name: str,
    shift: Any,
    scale: Any,
    kind: str = "mse",
    delta: float = 1.0,
    quantiles: Sequence[float] = (),
) -> Tensor:
    """Return the loss of a batch: the error of its numbers, in standard deviations."""
    wanted = (targets - torch.tensor(shift)) / torch.tensor(scale)
    answers = shaped_like(networks[name](inputs), targets, quantiles)
    return number_loss(answers, wanted, kind, delta, quantiles)


def measure_numbers(
    networks: Mapping[str, nn.Module],
    inputs: Tensor,
    targets: Tensor,
    name: str,
    shift: Any,
    scale: Any,
    kind: str = "mse",
    delta: float = 1.0,
    quantiles: Sequence[float] = (),
) -> dict[str, float]:
    """Return the loss, and errors and R² in the data's own units."""
    answers = shaped_like(answers_of(networks[name], inputs), targets, quantiles)
    middle, unit = torch.tensor(shift), torch.tensor(scale)
    loss = number_loss(answers, (targets - middle) / unit, kind, delta, quantiles)
    if quantiles:
        nearest = min(range(len(quantiles)), key=lambda place: abs(quantiles[place] - 0.5))
        answers = answers[..., nearest]
    true = targets.double().reshape(len(targets), -1)
    errors = true - (answers * unit + middle).double().reshape(len(targets), -1)
    spread = (true - true.mean(0)).square().sum(0).clamp_min(1e-300)
    return {
        "loss": float(loss),
        "mse": float(errors.square().mean()),
        "rmse": float(errors.square().mean().sqrt()),
        "mae": float(errors.abs().mean()),
        "r2": float((1 - errors.square().sum(0) / spread).mean()),
    }
