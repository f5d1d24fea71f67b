"""Classification: one network, cross-entropy, accuracy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy, softmax

from engine.clinic.learning import SURE
from engine.compute import answers, measures, pictures
from engine.compute.batches import Batch, rows
from engine.compute.losses import TINY, ClassLoss
from engine.compute.task import Evaluation, Pictures, TaskContext
from engine.compute.tasks.supervised import ROWS_AT_ONCE, SupervisedTask, lead_of
from engine.data.prepare import Part
from engine.data.texts import Tokens

NETWORK = "classifier"
SHOWN_FROM = 512
PLANE_SIDE = 64
PLANE_POINTS = 1000
KEPT_BYTES = 8 * 2**20


class ClassificationTask(SupervisedTask):
    """Trains a network to name the class of an example.

    Args:
        context: What it is built from.
        loss: What mistakes cost.
    """

    def __init__(self, context: TaskContext, loss: ClassLoss) -> None:
        super().__init__(context, NETWORK)
        self._loss = loss
        self._tokens = Tokens(context.data.info)
        self._classes = len(context.data.info.classes)
        step_bytes = context.project.recipe.batch_size * self._classes * 4
        self.most_kept = max(1, min(512, KEPT_BYTES // step_bytes))

    # ------------------------------------------------------------------------------- a step

    def loss(self, batch: Batch) -> Tensor:
        """Return the loss of a batch."""
        assert batch.targets is not None
        logits = self.network(batch.inputs)
        loss = self._loss.mean(logits, batch.targets)
        if batch.other is not None and batch.share is not None:  # mixed: Zhang et al. 2018
            share = batch.share[0]
            loss = share * loss + (1 - share) * self._loss.mean(logits, batch.other)
        self.kept.append((loss.detach(), logits.detach(), batch.targets))
        return self.taught(loss, logits, batch.inputs)

    def set_weight(self, name: str, value: float) -> None:
        """Let a weight, the smoothing or the focus be another one from the next step on."""
        self._loss = self._loss.changed(name, value)

    def read(self, kept: Sequence[tuple[Tensor, ...]]) -> dict[str, NDArray[np.float64]]:
        """Return ``train_loss`` and ``train_accuracy`` of every step."""
        losses = torch.stack([loss for loss, _logits, _targets in kept])
        logits = torch.cat([logits for _loss, logits, _targets in kept])
        targets = torch.cat([targets for _loss, _logits, targets in kept])
        hits = (logits.argmax(dim=1) == targets).cpu().numpy()
        sizes = np.array([len(targets) for _loss, _logits, targets in kept])
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        return {
            "train_loss": losses.double().cpu().numpy(),
            "train_accuracy": np.add.reduceat(hits.astype(np.float64), starts) / sizes,
        }

    def share_right(self, network: str, batch: Batch) -> float | None:
        """The share of examples that are named right."""
        assert batch.targets is not None
        answers = self.network(batch.inputs).argmax(dim=1)
        return float((answers == batch.targets).double().mean())

    # ------------------------------------------------------------------------------- measuring

    def evaluate(self, part: Part, split: str) -> Evaluation:
        """Return loss, accuracy and macro F1 with the confusion matrix."""
        total, weight = 0.0, 0.0
        counts = np.zeros((self._classes, self._classes), np.int64)
        sureness, right = [], []
        picker = answers.Picker(answers.choice(part, answers.kept_of(self._classes)))
        for inputs, targets in self.examples(part):
            logits = self.outputs(inputs)
            picker.take(logits)
            costs, weights = self._loss.sums(logits, targets)
            total, weight = total + float(costs), weight + float(weights)
            predicted, true = logits.argmax(dim=1).cpu().numpy(), targets.cpu().numpy()
            counts += measures.confusion(true, predicted, self._classes)
            sureness.append(lead_of(logits))
            right.append(predicted == true)
        metrics = {
            f"{split}_loss": total / max(weight, TINY),
            f"{split}_accuracy": measures.accuracy(counts),
            f"{split}_macro_f1": measures.macro_f1(counts),
        }
        signs = {SURE: measures.surest_errors(np.concatenate(sureness), np.concatenate(right))}
        told = picker.told("classes", answers.of_classes(picker.taken(), picker.targets(part)))
        return Evaluation(split, metrics, counts, signs=signs, answers=told)

    def blind_loss(self) -> float:
        """Each class by its share."""
        targets = self.context.data.train.targets
        assert targets is not None
        return self._loss.blind(torch.from_numpy(targets).to(self.context.device), self._classes)

    def predict(self, inputs: Tensor) -> dict[str, NDArray[Any]]:
        """Return ``probabilities`` ``(examples, classes)`` and ``predicted`` ``(examples,)``."""
        parts = [softmax(self.outputs(some), dim=1).cpu() for some in rows(inputs, ROWS_AT_ONCE)]
        probabilities = torch.cat(parts).numpy()
        return {"probabilities": probabilities, "predicted": probabilities.argmax(axis=1)}

    # ------------------------------------------------------------------------------- showing

    def show(self, count: int) -> Pictures | None:
        """Return the worst mistakes, or for two features the plane with the classes' regions."""
        data = self.context.data
        part = data.validation if len(data.validation.inputs) else data.train
        assert part.targets is not None
        if data.info.input.dims == (2,) and data.info.input.kind == "float":
            return self._plane(data.train)
        inputs, labels = part.inputs[:SHOWN_FROM], part.targets[:SHOWN_FROM]
        logits = self.outputs(torch.from_numpy(inputs))
        losses = cross_entropy(
            logits, torch.from_numpy(labels).to(logits.device), reduction="none"
        ).cpu()
        confidence, predicted = softmax(logits, dim=1).max(dim=1)
        worst = losses.argsort(descending=True, stable=True)[:count].numpy()
        arrays: dict[str, NDArray[Any]] = {
            **pictures.of_examples(inputs[worst], data),
            "labels": labels[worst].astype(np.int64),
            "predicted": predicted.cpu().numpy()[worst],
            "confidence": confidence.cpu().numpy()[worst],
            "loss": losses.numpy()[worst],
        }
        info: dict[str, Any] = {
            "kind": "predictions",
            "classes": list(data.info.classes),
            "features": list(data.info.features),
            **self._tokens.of_examples(inputs[worst]),
        }
        return arrays, info

    def _plane(self, part: Part) -> Pictures:
        """The answer at every place of a square grid, ``surface[y, x]``, ``y`` growing upwards."""
        data = self.context.data
        points = data.scaler.invert(part.inputs[:PLANE_POINTS])
        low, high = pictures.extent(data.scaler.invert(part.inputs))
        xs, ys = (np.linspace(low[i], high[i], PLANE_SIDE, dtype=np.float32) for i in (0, 1))
        grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
        scaled = np.ascontiguousarray(data.scaler.apply(grid), dtype=np.float32)
        certainty, surface = softmax(self.outputs(torch.from_numpy(scaled)), dim=1).max(dim=1)
        assert part.targets is not None
        arrays: dict[str, NDArray[Any]] = {
            "points": np.asarray(points, np.float32),
            "labels": part.targets[:PLANE_POINTS].astype(np.int64),
            "surface": surface.cpu().numpy().reshape(PLANE_SIDE, PLANE_SIDE),
            "certainty": certainty.cpu().numpy().reshape(PLANE_SIDE, PLANE_SIDE),
        }
        extent = [float(low[0]), float(high[0]), float(low[1]), float(high[1])]
        info: dict[str, Any] = {
            "kind": "plane",
            "extent": extent,
            "classes": list(data.info.classes),
        }
        return arrays, info
