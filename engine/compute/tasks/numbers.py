"""What tasks have in common in which one network foretells numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.compute.batches import Batch, rows
from engine.compute.losses import NumberLoss
from engine.compute.task import TaskContext
from engine.compute.tasks.supervised import ROWS_AT_ONCE, SupervisedTask
from engine.data.prepare import Part

MOST_NUMBERS = 2_000_000
F = TypeVar("F", np.float32, np.float64)


class NumbersTask(SupervisedTask):
    """Trains a network to foretell numbers, by default standardised ones.

    Args:
        context: What it is built from.
        name: Name of the network.
        loss: What errors cost.
        standardize: Whether the network learns the targets with mean 0 and standard deviation 1.

    Attributes:
        dims: Shape of one target.
        middle: Which quantile is the answer that is scored.
    """

    spread_over = 0
    """Mean and deviation are taken over so many dimensions after the examples."""

    def __init__(
        self, context: TaskContext, name: str, loss: NumberLoss, standardize: bool
    ) -> None:
        super().__init__(context, name)
        assert context.data.info.target is not None
        self.dims = context.data.info.target.dims
        self.cost = loss
        levels = loss.quantiles.tolist()
        self.middle = min(range(len(levels)), key=lambda i: abs(levels[i] - 0.5), default=0)
        self.shift, self.divisor = self._units() if standardize else (np.zeros(()), np.ones(()))
        self._shift = torch.tensor(self.shift, dtype=torch.float32, device=context.device)
        self._divisor = torch.tensor(self.divisor, dtype=torch.float32, device=context.device)

    def _units(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and standard deviation of the training part's targets; one that never changes: 1."""
        targets = self.context.data.train.targets
        assert targets is not None
        axes = tuple(range(1 + self.spread_over))
        mean = np.asarray(targets.mean(axis=axes, dtype=np.float64))
        deviation = np.asarray(targets.std(axis=axes, dtype=np.float64))
        return mean, np.where(deviation > 1e-12, deviation, 1.0)

    # ------------------------------------------------------------------------------- a step

    def loss(self, batch: Batch) -> Tensor:
        """Return the loss of a batch."""
        assert batch.targets is not None
        answers = self.network(batch.inputs)
        loss = self.cost.mean(self._shaped(answers), self._scaled(batch.targets))
        self.kept.append((loss.detach(),))
        return self.taught(loss, answers, batch.inputs)

    def set_weight(self, name: str, value: float) -> None:
        """Let δ of Huber's loss be another one from the next step on."""
        assert name == "delta"
        self.cost = replace(self.cost, delta=value)

    def read(self, kept: Sequence[tuple[Tensor, ...]]) -> dict[str, NDArray[np.float64]]:
        """Return ``train_loss`` of every step."""
        losses = torch.stack([loss for (loss,) in kept])
        return {"train_loss": losses.double().cpu().numpy()}

    def blind_loss(self) -> float:
        """What the numbers are in the middle."""
        targets = self.context.data.train.targets
        assert targets is not None
        step = max(1, targets.size // MOST_NUMBERS)
        some = torch.from_numpy(targets[::step].astype(np.float32)).to(self.context.device)
        return self.cost.blind(self._scaled(some))

    def _scaled(self, targets: Tensor) -> Tensor:
        return (targets - self._shift) / self._divisor

    def _shaped(self, outputs: Tensor) -> Tensor:
        """Outputs in the shape of the targets, with the quantiles last where there are some."""
        levels = self.cost.quantiles.shape[0]
        return outputs.reshape(len(outputs), *self.dims, *((levels,) if levels else ()))

    # ------------------------------------------------------------------------------- answers

    def answers(self, inputs: Tensor) -> NDArray[np.float64]:
        """Return what is foretold ``(examples, …)`` in the data's own units, quantiles last.

        Args:
            inputs: ``(examples, …)``, prepared.
        """
        parts = [self._shaped(self.outputs(some)).cpu() for some in rows(inputs, ROWS_AT_ONCE)]
        return self._own_units(torch.cat(parts).double().numpy())

    def _own_units(self, answers: NDArray[np.float64]) -> NDArray[np.float64]:
        if not len(self.cost.quantiles):
            return np.asarray(answers * self.divisor + self.shift)
        return np.asarray(answers * self.divisor[..., None] + self.shift[..., None])

    def scored(self, answers: NDArray[F]) -> NDArray[F]:
        """Return the answer that is scored: of quantiles the one next to a half."""
        return answers[..., self.middle] if len(self.cost.quantiles) else answers

    def measured(self, part: Part) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
        """Return the loss on a part, the truths and the answers in the data's own units."""
        total = 0.0
        found = []
        for inputs, targets in self.examples(part):
            shaped = self._shaped(self.outputs(inputs))
            total += float(self.cost.mean(shaped, self._scaled(targets))) * len(inputs)
            found.append(shaped.cpu())
        answers = self._own_units(torch.cat(found).double().numpy())
        assert part.targets is not None
        return total / len(part.inputs), part.targets.astype(np.float64), answers

    def coverage(self, true: NDArray[np.float64], answers: NDArray[np.float64]) -> dict[str, float]:
        """Return which share of truths lies between the lowest and the highest quantile."""
        if len(self.cost.quantiles) < 2:
            return {}
        inside = (answers[..., 0] <= true) & (true <= answers[..., -1])
        return {"coverage": float(inside.mean())}

    def predict(self, inputs: Tensor) -> dict[str, NDArray[Any]]:
        """Return ``predicted`` like the targets, in their own units, and ``quantiles`` if there are."""
        answers = self.answers(inputs).astype(np.float32)
        found = {"predicted": self.scored(answers)}
        return {**found, "quantiles": answers} if len(self.cost.quantiles) else found

    def shown(self, answers: NDArray[np.float64]) -> dict[str, NDArray[Any]]:
        """Return answers as panels show them: ``predicted``, ``lower`` and ``upper``."""
        arrays = {"predicted": np.asarray(self.scored(answers), np.float32)}
        if len(self.cost.quantiles) > 1:
            arrays["lower"] = np.asarray(answers[..., 0], np.float32)
            arrays["upper"] = np.asarray(answers[..., -1], np.float32)
        return arrays

    def constants(self) -> dict[str, Any]:
        """Return how outputs become numbers in the data's own units: output × scale + shift."""
        if not self.shift.ndim and self.shift == 0 and self.divisor == 1:
            return {}
        return {"TARGET_SHIFT": _plain(self.shift), "TARGET_SCALE": _plain(self.divisor)}


def _plain(values: NDArray[np.float64]) -> Any:
    return tuple(values.tolist()) if values.ndim else float(values)
