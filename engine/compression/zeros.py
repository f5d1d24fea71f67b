"""Zeros that are meant to stay while a variant is trained on."""

from __future__ import annotations

from pathlib import Path

import msgspec

from engine.compression.base import COMPRESSIONS
from engine.compression.variant import Variant, read_variant
from engine.runs.lineage import line_of
from projects.errors import UserError
from projects.schema import Plug, Project

LEAST = 0.02  # of all numbers are to be 0: a few are so by chance


def has_zeros(run: Path) -> bool:
    """Whether a run is a variant with weights that were set to zero to stay so, by itself or before."""
    try:
        variant = read_variant(run)
        if variant is None or not _many(variant):
            return False
        for place, _summary in line_of(run):
            made = read_variant(place)
            if made is None:
                return False
            if any(_leaves_zeros(step) for step in made.steps):
                return True
    except UserError:
        pass
    return False


def _many(variant: Variant) -> bool:
    size = variant.size
    return size.parameters - size.nonzero >= LEAST * size.parameters


def _leaves_zeros(step: Plug) -> bool:
    return step.type in COMPRESSIONS and COMPRESSIONS.get(step.type).zeros


def with_zeros_kept(project: Project, run: Path) -> Project:
    """Return a project whose training keeps the zeros of a run that it begins with.

    Args:
        project: The project; itself where it says already what is pruned.
        run: The run; a project stays as it is where its weights have no zeros that are meant to stay.
    """
    if project.recipe.pruning.type != "none" or not has_zeros(run):
        return project
    recipe = msgspec.structs.replace(project.recipe, pruning=Plug("keep_zeros"))
    return msgspec.structs.replace(project, recipe=recipe)
