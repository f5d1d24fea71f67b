"""What written files are tried out with: real examples of the run's data, and random ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.compute.modes import evaluating
from engine.compute.network import GraphModule, random_input
from engine.compute.session import Session
from engine.data.prepare import Part

REAL, RANDOM = 64, 8
BATCHES = (1, 7)


@dataclass(frozen=True)
class Trial:
    """Inputs for one network.

    Attributes:
        inputs: ``(examples, *in_shape)``: real ones, or random ones where none are real, as of networks that draw.
        labels: ``(examples,)`` for a network that is told a class, else None.
        part: The part of the data from which they are; empty where they are random.
        strange: Random inputs besides real ones, which reach further than those; none where all are random.
        strange_labels: Their labels.
    """

    inputs: Tensor
    labels: Tensor | None
    part: str
    strange: Tensor | None = None
    strange_labels: Tensor | None = None

    @property
    def real(self) -> int:
        """How many inputs are real."""
        return len(self.inputs) if self.part else 0

    def batches(self) -> Iterator[tuple[Tensor, Tensor | None]]:
        """Yield a batch of one, one of seven, and the rest."""
        first = 0
        for size in (*BATCHES, len(self.inputs)):
            some = slice(first, first + size)
            if len(self.inputs[some]):
                yield self.inputs[some], None if self.labels is None else self.labels[some]
            first += size


def trials(session: Session, networks: Mapping[str, GraphModule]) -> dict[str, Trial]:
    """Return what each network is tried out with.

    A network that takes examples of the data gets those of the validation part (of the training part, where
    there is none). One that takes what another network gives gets that.

    Args:
        session: The run, opened.
        networks: Its networks by name; all of them, so that what one gives can reach another.
    """
    generator = torch.Generator().manual_seed(0)
    part, chosen = ("validation", session.data.validation)
    if not len(chosen.inputs):
        part, chosen = ("train", session.data.train)
    found: dict[str, Trial] = {}
    for name, module in networks.items():
        random = random_input(module, RANDOM, generator)
        labels = module.any_labels(RANDOM, generator)
        real = _real(module, chosen)
        if real is None:
            real = _made(module, networks, found)
        if real is None or not len(real):
            inputs = random_input(module, REAL, generator)
            found[name] = Trial(inputs, module.any_labels(REAL, generator), "")
            continue
        own = _labels(module, chosen, len(real))
        if own is None:
            own = module.any_labels(len(real), generator)
        found[name] = Trial(real, own, part, random.to(real.dtype), labels)
    return found


def _real(module: GraphModule, part: Part) -> Tensor | None:
    """The first examples of a part, for a network that takes such."""
    shape = module.in_shape
    if module.latent is not None or tuple(part.inputs.shape[1:]) != shape.dims:
        return None
    some = np.ascontiguousarray(part.inputs[:REAL])
    if (some.dtype.kind == "i") != (shape.kind == "index"):
        return None
    return torch.from_numpy(some.copy())


def _labels(module: GraphModule, part: Part, count: int) -> Tensor | None:
    targets = part.targets
    if module.label is None or targets is None or targets.ndim != 1 or len(targets) < count:
        return None
    some = torch.from_numpy(np.asarray(targets[:count]).astype(np.int64))
    fine = bool(((some >= 0) & (some < (module.label.classes or 0))).all())
    return some if fine else None


def _made(
    module: GraphModule, networks: Mapping[str, GraphModule], found: Mapping[str, Trial]
) -> Tensor | None:
    """What another network that gets real examples gives this one."""
    if module.latent is not None:
        return None
    for name, trial in found.items():
        other = networks[name]
        if other.out_shape.dims == module.in_shape.dims and trial.real:
            told = [] if trial.labels is None else [trial.labels]
            with evaluating(other):
                made: Tensor = other(trial.inputs, *told)
            return made
    return None
