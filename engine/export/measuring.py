"""How far outputs of what was written are from those of a run's networks, and how far they may be."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.compute.network import GraphModule
from engine.compute.rounding import round_nothing, rules_of
from engine.export.examples import Trial
from engine.export.writer import Answer, given
from projects.errors import RunError
from projects.translation import gettext as _

MOST_DIFFERENT = 1e-5
"""Share of the largest output, or of 1 where that is smaller: about eighty spacings of float32 (2⁻²³), as the order in
which thousands of numbers are added up may cost. What differs by more computes something else."""

SAME = 0.9
"""Share of outputs that have to be as close as this where a file, too, rounds what enters its layers: there a number
that lies between two codes may get the other one, and the outputs that it reaches differ by a step."""


@dataclass(frozen=True)
class Measured:
    """How far a file's outputs are from a network's.

    Attributes:
        difference: The largest one, on the inputs that count: real ones, where there are some.
        largest: The largest output of the network on these, by size.
        strange: The largest difference on random inputs besides; None where there were none.
        strange_largest: The largest output on those.
    """

    difference: float
    largest: float
    strange: float | None = None
    strange_largest: float | None = None


def measured(
    answer: Answer, networks: Mapping[str, GraphModule], tried: Mapping[str, Trial], rounds: bool
) -> dict[str, Measured]:
    """Return by network how far what was written is from it.

    Args:
        answer: Computes by the files that were written.
        networks: By name.
        tried: With what.
        rounds: Whether the files round what enters layers where a network does.

    Raises:
        RunError: It computes something else.
    """
    return {
        name: _Comparison(answer, name, module, rounds).measured(tried[name])
        for name, module in networks.items()
    }


def worst(found: Mapping[str, Measured]) -> Measured | None:
    """Return that of the network whose outputs differ most; None of no network."""
    return max(found.values(), key=lambda one: one.difference, default=None)


class _Comparison:
    """Compares outputs of one network with those of a file.

    A network that rounds is not asked about random inputs: it is made for real ones, whose range it knows. A file that
    doesn't round differs by the rounding, so what it has to be is the network without it.
    """

    def __init__(self, answer: Answer, name: str, module: GraphModule, rounds: bool) -> None:
        self._answer, self._name, self._module = answer, name, module
        self._rounding = bool(rules_of(module))
        self._share = SAME if self._rounding and rounds else 1.0
        self._like: torch.nn.Module = module
        if self._rounding and not rounds:
            self._like = copy.deepcopy(module)
            round_nothing(self._like)

    def measured(self, trial: Trial) -> Measured:
        """Compare in batches of one, of seven and of more; then with random inputs, in one."""
        found = [self._compared(*batch) for batch in trial.batches()]
        difference, largest = (max(values) for values in zip(*found, strict=True))
        if trial.strange is None or self._rounding:
            return Measured(difference, largest)
        return Measured(difference, largest, *self._compared(trial.strange, trial.strange_labels))

    def _compared(self, inputs: Tensor, labels: Tensor | None) -> tuple[float, float]:
        """The largest difference of outputs, and the largest output."""
        ours = _outputs(self._module, inputs, labels)
        theirs = np.asarray(self._answer(self._name, inputs, labels))
        if theirs.shape != ours.shape:
            raise RunError(
                _(
                    "what was written returns {theirs} for “{name}” and not {ours}; nothing was kept."
                ).format(theirs=theirs.shape, name=self._name, ours=ours.shape)
            )
        found = float(np.abs(ours - theirs).max(initial=0.0))
        like = ours if self._like is self._module else _outputs(self._like, inputs, labels)
        judged = float(np.quantile(np.abs(like - theirs), self._share)) if like.size else 0.0
        largest = float(np.abs(like).max(initial=0.0))
        if not judged <= MOST_DIFFERENT * max(1.0, largest) or not math.isfinite(found):
            raise RunError(
                _(
                    "what was written answers otherwise than “{name}”, by up to {found:.2g}; nothing was kept."
                ).format(name=self._name, found=found),
                hint=_("Choose another format, and report this with the project."),
            )
        return found, float(np.abs(ours).max(initial=0.0))


def _outputs(module: torch.nn.Module, inputs: Tensor, labels: Tensor | None) -> NDArray[Any]:
    with torch.no_grad():
        found: NDArray[Any] = module(*given(inputs, labels)).double().numpy()
    return found
