"""Sequence labelling: one network, a class for every step."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import softmax

from engine.clinic.learning import SURE
from engine.compute import answers, measures
from engine.compute.losses import TINY
from engine.compute.task import Evaluation, Pictures
from engine.compute.tasks.stepwise import StepwiseTask, step_costs
from engine.compute.tasks.supervised import lead_of
from engine.data.base import NO_TARGET
from engine.data.prepare import Part
from engine.objectives.tags import EntityScore, are_bio

SHOWN_FROM = 256
MOST_VALUES = 3


class LabellingTask(StepwiseTask):
    """Trains a network to name the class of every step."""

    def evaluate(self, part: Part, split: str) -> Evaluation:
        """Return loss, accuracy and macro F1 of steps, and of whole entities where tags mark some."""
        total = weight = 0.0
        counts = np.zeros((self.classes, self.classes), np.int64)
        names = self.context.data.info.classes
        entities = EntityScore() if are_bio(names) else None
        sureness, right = [], []
        steps = self.context.data.info.input.dims[0]
        picker = answers.Picker(answers.choice(part, steps * answers.kept_of(self.classes)))
        for logits, targets in self.answers(part):
            picker.take(logits)
            costs, weights = self.cost.sums(logits.flatten(0, 1), targets.flatten())
            total, weight = total + float(costs), weight + float(weights)
            true, said = targets.cpu().numpy(), logits.argmax(dim=-1).cpu().numpy()
            there = true != NO_TARGET
            counts += measures.confusion(true[there], said[there], self.classes)
            sureness.append(lead_of(logits)[there])
            right.append((true == said)[there])
            if entities is not None:
                for row, answer, kept in zip(true, said, there, strict=True):
                    entities.take([names[i] for i in row[kept]], [names[i] for i in answer[kept]])
        metrics = {
            f"{split}_loss": total / max(weight, TINY),
            f"{split}_accuracy": measures.accuracy(counts),
            f"{split}_macro_f1": measures.macro_f1(counts),
        }
        if entities is not None:
            metrics[f"{split}_entity_f1"] = entities.f1
        signs = {SURE: measures.surest_errors(np.concatenate(sureness), np.concatenate(right))}
        told = picker.told("steps", answers.of_steps(picker.taken(), picker.targets(part)))
        return Evaluation(split, metrics, counts, signs=signs, answers=told)

    def show(self, count: int) -> Pictures | None:
        """Return sequences with their true tags and the answers, the worst first."""
        data = self.context.data
        part = data.validation if len(data.validation.inputs) else data.train
        assert part.targets is not None
        few = min(SHOWN_FROM, self.at_once)
        inputs, labels = part.inputs[:few], torch.from_numpy(part.targets[:few])
        logits = self.outputs(torch.from_numpy(inputs)).cpu()
        confidence, predicted = softmax(logits, dim=-1).max(dim=-1)
        losses = _means(step_costs(logits, labels), labels)
        worst = losses.argsort(descending=True, stable=True)[:count].numpy()
        arrays: dict[str, NDArray[Any]] = {
            "labels": labels.numpy()[worst].astype(np.int64),
            "predicted": predicted.numpy()[worst],
            "confidence": confidence.numpy()[worst],
            "loss": losses.numpy()[worst],
        }
        info: dict[str, Any] = {
            "kind": "tags",
            "classes": list(data.info.classes),
            "tokens": [self._words(inputs[index]) for index in worst],
        }
        return arrays, info

    def _words(self, row: NDArray[Any]) -> list[str]:
        """What stands at every step: its text, or its values where there are few."""
        if row.dtype.kind == "i":
            names, padding = self.tokens.names, self.tokens.padding
            return ["" if index == padding else names[index] for index in row.tolist()]
        values = self.context.data.scaler.invert(row[None])[0].reshape(len(row), -1)
        if values.shape[1] > MOST_VALUES:
            return [str(step + 1) for step in range(len(row))]
        return [" ".join(f"{value:.3g}" for value in step) for step in values]


def _means(costs: Tensor, labels: Tensor) -> Tensor:
    there = (labels != NO_TARGET).sum(dim=1)
    return costs.sum(dim=1) / there.clamp_min(1)
