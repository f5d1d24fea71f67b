"""Multi-label classification: one network, a yes or no for every label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from engine.compute import answers, measures, pictures
from engine.compute.batches import Batch, rows
from engine.compute.losses import TINY
from engine.compute.task import Evaluation, Pictures, TaskContext
from engine.compute.tasks.supervised import ROWS_AT_ONCE, SupervisedTask
from engine.data.prepare import Part
from engine.data.texts import Tokens

NETWORK = "classifier"
SHOWN_FROM = 512


class MultiLabelTask(SupervisedTask):
    """Trains a network to say which labels an example has.

    Args:
        context: What it is built from.
        balanced: Whether rare labels count more where they are.
        threshold: A label is answered from this probability on.

    Attributes:
        weights: What a label counts where it is there ``(labels,)``, or None where all count alike.
    """

    def __init__(self, context: TaskContext, balanced: bool, threshold: float) -> None:
        super().__init__(context, NETWORK)
        self._threshold = threshold
        self.weights = self._balanced() if balanced else None
        self._tokens = Tokens(context.data.info)

    def _balanced(self) -> Tensor:
        """How many more times each label is absent than there, in the training part."""
        targets = self.context.data.train.targets
        assert targets is not None
        there = targets.sum(axis=0, dtype=np.float64)
        weights = (len(targets) - there) / np.maximum(there, 1)
        return torch.tensor(weights, dtype=torch.float32, device=self.context.device)

    def _cost(self, logits: Tensor, targets: Tensor, reduction: str = "mean") -> Tensor:
        return binary_cross_entropy_with_logits(
            logits, targets, pos_weight=self.weights, reduction=reduction
        )

    def _said(self, logits: Tensor) -> Tensor:
        return logits.sigmoid() >= self._threshold

    # ------------------------------------------------------------------------------- a step

    def loss(self, batch: Batch) -> Tensor:
        """Return the mean binary cross-entropy of a batch."""
        assert batch.targets is not None
        logits = self.network(batch.inputs)
        loss = self._cost(logits, batch.targets)
        with torch.no_grad():
            right = (self._said(logits) == batch.targets).float().mean()
        self.kept.append((loss.detach(), right))
        return self.taught(loss, logits, batch.inputs)

    def read(self, kept: Sequence[tuple[Tensor, ...]]) -> dict[str, NDArray[np.float64]]:
        """Return ``train_loss`` and ``train_mean_accuracy`` of every step."""
        losses, right = (
            torch.stack(column).double().cpu().numpy() for column in zip(*kept, strict=True)
        )
        return {"train_loss": losses, "train_mean_accuracy": right}

    def blind_loss(self) -> float:
        """Each label by its share, which a weight of those that are there makes larger."""
        targets = self.context.data.train.targets
        assert targets is not None
        truths = torch.from_numpy(targets).to(self.context.device)
        share = truths.double().mean(dim=0)
        odds = share / (1 - share).clamp_min(TINY)
        if self.weights is not None:
            odds = odds * self.weights
        logits = odds.clamp(TINY, 1 / TINY).log().to(truths.dtype)
        return float(self._cost(logits.expand(truths.shape), truths))

    def share_right(self, network: str, batch: Batch) -> float | None:
        """The share of labels that are right."""
        assert batch.targets is not None
        said = self._said(self.network(batch.inputs))
        return float((said == batch.targets).double().mean())

    # ------------------------------------------------------------------------------- measuring

    def evaluate(self, part: Part, split: str) -> Evaluation:
        """Return the loss, accuracies and F1."""
        total, said, true = 0.0, [], []
        picker = answers.Picker(answers.choice(part, len(self.context.data.info.labels)))
        for inputs, targets in self.examples(part):
            logits = self.outputs(inputs)
            picker.take(logits)
            total += float(self._cost(logits, targets)) * len(inputs)
            said.append(self._said(logits).cpu().numpy())
            true.append(targets.cpu().numpy() > 0.5)
        found = {
            "loss": total / len(part.inputs),
            **measures.label_scores(np.concatenate(true), np.concatenate(said)),
        }
        metrics = {f"{split}_{name}": value for name, value in found.items()}
        return Evaluation(split, metrics, answers=self._told(part, picker))

    def _told(self, part: Part, picker: answers.Picker) -> answers.Answers:
        """What was answered for chosen examples; the loss of each is the mean over its labels."""
        logits, true = picker.taken(), torch.from_numpy(picker.targets(part))
        losses = binary_cross_entropy_with_logits(logits, true, reduction="none").mean(dim=1)
        arrays: dict[str, NDArray[Any]] = {
            "labels": true.numpy().astype(np.uint8),
            "predicted": self._said(logits).numpy().astype(np.uint8),
            "probabilities": logits.sigmoid().numpy(),
            "loss": losses.numpy(),
        }
        labels = list(self.context.data.info.labels)
        return picker.told("labels", arrays, labels=labels, threshold=self._threshold)

    def predict(self, inputs: Tensor) -> dict[str, NDArray[Any]]:
        """Return ``probabilities`` and ``predicted`` (zeros and ones), both ``(examples, labels)``."""
        parts = [self.outputs(some).cpu() for some in rows(inputs, ROWS_AT_ONCE)]
        logits = torch.cat(parts)
        predicted = self._said(logits).numpy().astype(np.int64)
        return {"probabilities": logits.sigmoid().numpy(), "predicted": predicted}

    # ------------------------------------------------------------------------------- showing

    def show(self, count: int) -> Pictures | None:
        """Return examples with their labels and the answers, the worst first."""
        data = self.context.data
        part = data.validation if len(data.validation.inputs) else data.train
        assert part.targets is not None
        inputs, labels = part.inputs[:SHOWN_FROM], torch.from_numpy(part.targets[:SHOWN_FROM])
        logits = self.outputs(torch.from_numpy(inputs))
        losses = self._cost(logits, labels.to(logits.device), "none").mean(dim=1).cpu()
        worst = losses.argsort(descending=True, stable=True)[:count].numpy()
        arrays: dict[str, NDArray[Any]] = {
            **pictures.of_examples(inputs[worst], data),
            "labels": labels.numpy()[worst].astype(np.int64),
            "predicted": self._said(logits).cpu().numpy()[worst].astype(np.int64),
            "probabilities": logits.sigmoid().cpu().numpy()[worst],
            "loss": losses.numpy()[worst],
        }
        info: dict[str, Any] = {
            "kind": "labels",
            "labels": list(data.info.labels),
            "features": list(data.info.features),
            **self._tokens.of_examples(inputs[worst]),
        }
        return arrays, info
