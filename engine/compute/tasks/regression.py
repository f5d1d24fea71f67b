"""Regression: one network, numbers of an example."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.compute import answers, measures
from engine.compute.task import Evaluation, Pictures
from engine.compute.tasks.numbers import NumbersTask
from engine.data.prepare import Part

SHOWN = 1000
CURVE_POINTS = 256


class RegressionTask(NumbersTask):
    """Trains a network to foretell numbers of an example; each column has its own units."""

    def evaluate(self, part: Part, split: str) -> Evaluation:
        """Return the loss, and the errors and R² in the data's own units."""
        loss, true, given = self.measured(part)
        true, said = _columns(true), _columns(self.scored(given))
        found = {
            "loss": loss,
            **measures.errors(true, said),
            "r2": measures.r2(true, said),
            **self.coverage(true, given.reshape(*true.shape, -1)),
        }
        metrics = {f"{split}_{name}": value for name, value in found.items()}
        return Evaluation(split, metrics, answers=self._told(part, given))

    def _told(self, part: Part, given: NDArray[np.float64]) -> answers.Answers:
        """Truths and answers; the loss is the mean squared error in standard deviations of the targets."""
        picker = answers.Picker(answers.choice(part, 4 * given[:1].size))
        truth = picker.targets(part).astype(np.float32)
        shown = self.shown(given[picker.places])
        gaps = _columns((shown["predicted"] - truth) / np.asarray(self.divisor, np.float32))
        arrays: dict[str, NDArray[Any]] = {
            "truth": _columns(truth),
            **{name: _columns(array) for name, array in shown.items()},
            "loss": np.square(gaps).mean(axis=1),
        }
        return picker.told("numbers", arrays, targets=list(self.context.data.info.targets))

    def show(self, count: int) -> Pictures | None:
        """Return truths beside answers, and over a single feature the curve of all answers."""
        data = self.context.data
        part = data.validation if len(data.validation.inputs) else data.train
        assert part.targets is not None
        inputs = part.inputs[:SHOWN]
        given = self.answers(torch.from_numpy(inputs))
        arrays: dict[str, NDArray[Any]] = {
            "truth": _columns(part.targets[:SHOWN].astype(np.float32)),
            **{name: _columns(array) for name, array in self.shown(given).items()},
        }
        info: dict[str, Any] = {
            "kind": "regression",
            "targets": list(data.info.targets),
            "features": list(data.info.features),
        }
        if data.info.input.elements == 1 and data.info.input.kind == "float":
            arrays |= self._curve(inputs)
        return arrays, info

    def _curve(self, inputs: NDArray[Any]) -> dict[str, NDArray[Any]]:
        """The feature of the examples, and what is answered all along its range."""
        data = self.context.data
        x = data.scaler.invert(inputs).reshape(-1)
        xs = np.linspace(x.min(), x.max(), CURVE_POINTS, dtype=np.float32)
        shaped = xs.reshape(-1, *data.info.input.dims)
        prepared = np.ascontiguousarray(data.scaler.apply(shaped), dtype=np.float32)
        found = self.shown(self.answers(torch.from_numpy(prepared)))
        curves = {f"curve_{name}": _columns(array) for name, array in found.items()}
        return {"x": np.asarray(x, np.float32), "curve_x": xs, **curves}


def _columns(values: NDArray[Any]) -> NDArray[Any]:
    """Numbers of examples as ``(examples, columns)``."""
    return values.reshape(len(values), -1)
