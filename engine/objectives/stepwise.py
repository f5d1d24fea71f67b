"""What objectives have in common that answer at every step of a sequence with a number for each class."""

from __future__ import annotations

from engine.data.base import DataInfo
from engine.layers.base import Shape
from engine.objectives.fitting import unended
from projects.errors import Problem
from projects.schema import Project
from projects.translation import gettext as _


def answers(data: DataInfo) -> Shape | None:
    """Return what a network ends in, steps × classes; None where the data name no steps.

    Args:
        data: What the data look like.
    """
    return Shape((*data.target.dims, len(data.classes))) if data.target is not None else None


def step_problems(
    project: Project, network: str, output: Shape | None, wanted: Shape
) -> list[Problem]:
    """Return the problem of a network that does not answer at every step.

    Args:
        project: The project.
        network: Name of the network.
        output: What it ends in; None when that is not known, and then nothing is said.
        wanted: Steps × classes.
    """
    if output is None or output.dims == wanted.dims:
        return []
    message = _(
        "the output is {{shape}}; it has to be {wanted}: {count} numbers at each of {steps} steps."
    ).format(wanted=wanted, count=wanted.features, steps=wanted.dims[0])
    hint = _(
        "End with a Linear layer of {count} units, and let recurrent layers return every state."
    ).format(count=wanted.features)
    return unended(project, network, output, message, hint)
