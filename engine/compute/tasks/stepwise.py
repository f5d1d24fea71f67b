"""What tasks have in common that answer with a class at every step of a sequence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy, softmax

from engine.compute.batches import Batch, rows
from engine.compute.losses import ClassLoss
from engine.compute.task import TaskContext
from engine.compute.tasks.supervised import ROWS_AT_ONCE, SupervisedTask
from engine.data.base import NO_TARGET
from engine.data.prepare import Part
from engine.data.texts import Tokens

LOGITS_AT_ONCE = 2**23


class StepwiseTask(SupervisedTask):
    """Trains a network to name the class of every step; steps without a class count nothing.

    Args:
        context: What it is built from.
        name: Name of the network.
        loss: What mistakes cost.

    Attributes:
        tokens: What indices that flow in stand for.
    """

    def __init__(self, context: TaskContext, name: str, loss: ClassLoss) -> None:
        super().__init__(context, name)
        self.cost = loss
        self.classes = len(context.data.info.classes)
        self.tokens = Tokens(context.data.info)
        steps = context.data.info.input.dims[0]
        self.at_once = max(1, min(ROWS_AT_ONCE, LOGITS_AT_ONCE // (steps * self.classes)))

    def loss(self, batch: Batch) -> Tensor:
        """Return the loss over all steps of a batch that have a class."""
        assert batch.targets is not None
        logits = self.network(batch.inputs)
        loss = self.cost.mean_of_there(logits, batch.targets)
        with torch.no_grad():
            hits = (logits.argmax(dim=-1) == batch.targets).sum()
            there = batch.targets != NO_TARGET
            self.kept.append((loss.detach(), hits, there.sum()))
        return self.taught(loss, logits, batch.inputs, there)

    def set_weight(self, name: str, value: float) -> None:
        """Let a weight, the smoothing or the focus be another one from the next step on."""
        self.cost = self.cost.changed(name, value)

    def read(self, kept: Sequence[tuple[Tensor, ...]]) -> dict[str, NDArray[np.float64]]:
        """Return ``train_loss`` and ``train_accuracy`` of every step."""
        losses, hits, counts = (
            torch.stack(column).double().cpu().numpy() for column in zip(*kept, strict=True)
        )
        return {"train_loss": losses, "train_accuracy": hits / np.maximum(counts, 1)}

    def blind_loss(self) -> float:
        """Each class by its share of all steps."""
        targets = self.context.data.train.targets
        assert targets is not None
        flat = torch.from_numpy(targets.reshape(-1)).to(self.context.device)
        return self.cost.blind(flat, self.classes)

    def share_right(self, network: str, batch: Batch) -> float | None:
        """The share of steps that are named right."""
        assert batch.targets is not None
        hits = (self.network(batch.inputs).argmax(dim=-1) == batch.targets).sum()
        return float(hits) / max(1, int((batch.targets != NO_TARGET).sum()))

    def answers(self, part: Part) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield logits ``(examples, steps, classes)`` and targets of a part, some at a time."""
        for inputs, targets in self.examples(part, self.at_once):
            yield self.outputs(inputs), targets

    def predict(self, inputs: Tensor) -> dict[str, NDArray[Any]]:
        """Return ``probabilities`` ``(examples, steps, classes)`` and ``predicted`` of each step."""
        parts = [softmax(self.outputs(some), dim=-1).cpu() for some in rows(inputs, self.at_once)]
        probabilities = torch.cat(parts).numpy()
        return {"probabilities": probabilities, "predicted": probabilities.argmax(axis=-1)}


def step_costs(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the cross-entropy of every step ``(examples, steps)``, 0 where there is no class."""
    flat = cross_entropy(
        logits.flatten(0, 1), targets.flatten(), ignore_index=NO_TARGET, reduction="none"
    )
    return flat.view(targets.shape)
