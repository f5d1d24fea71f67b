"""Forecasting: one network, the next values of a series."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.compute import measures
from engine.compute.task import Evaluation, Pictures
from engine.compute.tasks.numbers import NumbersTask
from engine.data.base import DataInfo
from engine.data.prepare import Part

SHOWN = 12


class ForecastingTask(NumbersTask):
    """Trains a network to foretell the next values of a series; each feature has its own units."""

    spread_over = 1

    def evaluate(self, part: Part, split: str) -> Evaluation:
        """Return the loss, and errors and skill in the data's own units; details for each step."""
        loss, true, answers = self.measured(part)
        said, naive = self.scored(answers), self._naive(part)
        found = {
            "loss": loss,
            **measures.errors(true, said),
            **_skill(true, said, naive),
            **self.coverage(true, answers),
        }
        details: dict[str, float] = {}
        for step in range(self.dims[0]):
            here = measures.errors(true[:, step], said[:, step])
            there = naive[:, step] if naive is not None else None
            here |= _skill(true[:, step], said[:, step], there)
            details |= {f"{split}_{n}/{step + 1}": v for n, v in here.items() if n != "rmse"}
        metrics = {f"{split}_{name}": value for name, value in found.items()}
        return Evaluation(split, metrics, details=details)

    def _naive(self, part: Part) -> NDArray[np.float64] | None:
        """What is foretold by saying that everything stays as it was last."""
        columns = columns_of(self.context.data.info)
        if columns is None:
            return None
        last = self.context.data.scaler.invert(part.inputs[:, -1:, :])[:, :, list(columns)]
        last = last.astype(np.float64).reshape(len(last), 1, *self.dims[1:])
        return np.repeat(last, self.dims[0], axis=1)

    def show(self, count: int) -> Pictures | None:
        """Return windows with what followed and what was foretold, spread over the time."""
        data = self.context.data
        part = data.validation if len(data.validation.inputs) else data.train
        assert part.targets is not None
        size = len(part.inputs)
        chosen = np.unique(np.linspace(0, size - 1, min(count, SHOWN, size)).astype(int))
        inputs = part.inputs[chosen]
        answers = self.answers(torch.from_numpy(inputs))
        arrays: dict[str, NDArray[Any]] = {
            "window": np.asarray(data.scaler.invert(inputs), np.float32),
            "truth": _steps(part.targets[chosen].astype(np.float32)),
            **{name: _steps(array) for name, array in self.shown(answers).items()},
        }
        columns = columns_of(data.info)
        info: dict[str, Any] = {
            "kind": "forecasts",
            "features": list(data.info.features),
            "targets": list(data.info.targets),
            "columns": list(columns) if columns is not None else [],
        }
        return arrays, info


def columns_of(info: DataInfo) -> tuple[int, ...] | None:
    """Return which features of the window go on in the horizon; None where that is not known."""
    assert info.target is not None
    features, wanted = info.input.features, (*info.target.dims, 1)[1]
    if info.targets and all(name in info.features for name in info.targets[:wanted]):
        found = tuple(info.features.index(name) for name in info.targets[:wanted])
        return found if len(found) == wanted else None
    return tuple(range(wanted)) if wanted == features else None


def _skill(
    true: NDArray[np.float64], said: NDArray[np.float64], naive: NDArray[np.float64] | None
) -> dict[str, float]:
    if naive is None:
        return {}
    mse, other = (float(np.mean((answer - true) ** 2)) for answer in (said, naive))
    return {"skill": measures.skill(mse, other)} if other > 0 else {}


def _steps(values: NDArray[Any]) -> NDArray[Any]:
    """Values as ``(examples, horizon, features)``."""
    return values.reshape(*values.shape[:2], -1)
