"""What tasks have in common in which one network answers for an example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.compute.batches import Batch, rows
from engine.compute.modes import evaluating
from engine.compute.network import MOST_AT_ONCE, GraphModule
from engine.compute.task import Task, TaskContext, Update
from engine.data.prepare import Part

ROWS_AT_ONCE = MOST_AT_ONCE


class SupervisedTask(Task):
    """Trains one network by a loss between its answers and the targets.

    Args:
        context: What it is built from.
        name: Name of the network.

    Attributes:
        name: Name of the network.
        network: The network.
    """

    def __init__(self, context: TaskContext, name: str) -> None:
        super().__init__(context)
        self.name = name
        self.network = context.networks[name]
        self.updates = (Update(name, self.loss),)

    def loss(self, batch: Batch) -> Tensor:
        """Return the loss of a batch and keep what :meth:`read` needs of it."""
        raise NotImplementedError

    def answers_of(self, networks: Mapping[str, GraphModule], inputs: Tensor) -> Tensor:
        """Return what the network of this name answers."""
        answer: Tensor = networks[self.name](inputs)
        return answer

    def outputs(self, inputs: Tensor) -> Tensor:
        """Return what the network answers, as it does after training.

        Args:
            inputs: ``(examples, …)``, prepared; on any device.
        """
        device = self.context.device
        with evaluating(self.network):
            parts = [
                self.network(some.to(device)) for some in rows(inputs, self.network.at_once(device))
            ]
        return parts[0] if len(parts) == 1 else torch.cat(parts)

    def examples(self, part: Part, count: int = ROWS_AT_ONCE) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield inputs and targets of a part, some at a time, on the device.

        Args:
            part: A part of the data with targets.
            count: How many at a time.
        """
        assert part.targets is not None
        for start in range(0, len(part.inputs), count):
            some = slice(start, start + count)
            inputs = torch.from_numpy(part.inputs[some]).to(self.context.device)
            yield inputs, torch.from_numpy(part.targets[some]).to(self.context.device)


def lead_of(logits: Tensor) -> NDArray[np.floating[Any]]:
    """Return by how much the likeliest class leads before the next one ``(answers,)``: how sure an answer is.

    Args:
        logits: ``(answers, classes)``.
    """
    first, *others = logits.topk(min(2, logits.shape[-1]), dim=-1).values.unbind(-1)
    return (first - others[0] if others else first).cpu().numpy()
