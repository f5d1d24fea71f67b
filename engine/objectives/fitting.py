"""Saying that data or the end of a network do not suit an objective, and what would."""

from __future__ import annotations

from engine.data.base import DataInfo
from engine.layers.base import Shape
from engine.objectives.base import OBJECTIVES
from engine.objectives.ends import end_of
from projects.errors import Problem
from projects.schema import Project
from projects.translation import gettext as _
from projects.translation import ngettext


def unsuited(message: str, wanted: str, data: DataInfo) -> Problem:
    """Return the problem of data that an objective cannot learn from.

    Args:
        message: What they lack, as a sentence.
        wanted: What to choose instead, as a sentence.
        data: What they look like; objectives that are made for them are named.
    """
    titles = [entry.title for entry in OBJECTIVES if entry.made_for(data)]
    hint = wanted
    if titles:
        others = _("Or choose an objective that is made for them: {titles}.")
        hint = f"{wanted} {others.format(titles=', '.join(titles))}"
    return Problem("data.source", message, hint)


def unended(
    project: Project, network: str, output: Shape | None, message: str, hint: str
) -> list[Problem]:
    """Return the problem of a network that ends in the wrong shape.

    Args:
        project: The project.
        network: Name of the network.
        output: What it ends in; None when that is not known, and then nothing is said.
        message: What is wrong; ``{shape}`` stands for what it ends in.
        hint: What to end in.
    """
    if output is None:
        return []
    return [Problem(end_of(project, network), message.format(shape=output), hint)]


def linear_of(count: int) -> str:
    """Return what makes a network end in so many numbers, as a sentence.

    Args:
        count: How many.
    """
    words = ngettext(
        "End with a Linear layer of {count} unit.",
        "End with a Linear layer of {count} units.",
        count,
    )
    return words.format(count=count)


def same_numbers(output: Shape, wanted: Shape) -> bool:
    """Whether the numbers of a result are those that are wanted, if only in another layout.

    A single column or row is as good as a vector, and a vector may hold everything one after another.
    """
    if output.rank == 1:
        return output.elements == wanted.elements
    return _without_ones(output) == _without_ones(wanted)


def _without_ones(shape: Shape) -> tuple[int, ...]:
    return tuple(size for size in shape.dims if size != 1)


def is_per_step(data: DataInfo) -> bool:
    """Whether every step of an example has a class."""
    return bool(data.classes) and data.target is not None and data.target.rank == 1


def is_text_to_continue(data: DataInfo) -> bool:
    """Whether the class of every step is one of the indices that flow in: the next one."""
    return (
        is_per_step(data)
        and data.input.kind == "index"
        and data.target is not None
        and data.input.dims == data.target.dims
        and data.input.classes == len(data.classes)
    )


def are_numbers(data: DataInfo) -> bool:
    """Whether the targets are numbers to foretell."""
    return data.target is not None and data.target.kind == "float" and not data.labels
