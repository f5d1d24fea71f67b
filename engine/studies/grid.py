"""From a study to its trainings: every cell with its changes, every run with its project and its name."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from typing import NamedTuple

import msgspec

from engine.studies.declaration import Change, Study
from engine.validate import validate
from projects.errors import ProblemsError, ProjectError
from projects.paths import put_value
from projects.schema import Project
from projects.translation import gettext as _

MOST_SLUG = 48


class Cell(NamedTuple):
    """One combination of choices.

    Attributes:
        labels: A label for each axis.
        changes: What it changes in the project, the study's common changes first.
    """

    labels: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def title(self) -> str:
        """What people call it: ``hinge · r1``."""
        return " · ".join(self.labels)


class Planned(NamedTuple):
    """One training of a study.

    Attributes:
        name: Name of its run folder: readable, and the same whenever the same settings are asked for.
        cell: Its cell.
        seed: Its seed.
        project: What it trains.
    """

    name: str
    cell: Cell
    seed: int
    project: Project

    @property
    def title(self) -> str:
        """What people call it: ``hinge · r1 · seed 2``."""
        seed = _("seed {seed}").format(seed=self.seed)
        return f"{self.cell.title} · {seed}" if self.cell.labels else seed


def cells_of(study: Study) -> list[Cell]:
    """Return every cell of a study, the last axis running fastest."""
    combinations = itertools.product(*(axis.choices for axis in study.axes))
    return [
        Cell(
            tuple(choice.label for choice in choices),
            (*study.common, *(change for choice in choices for change in choice.changes)),
        )
        for choices in combinations
    ]


def plan(study: Study, project: Project) -> list[Planned]:
    """Return every training of a study, cell by cell.

    Args:
        study: The study.
        project: The project that it varies.

    Raises:
        ProjectError: A path leads nowhere or a value does not fit; names the place in the project.
    """
    found = []
    for cell in cells_of(study):
        changed = _changed(project, cell)
        for seed in study.seeds:
            recipe = msgspec.structs.replace(changed.recipe, seed=seed)
            one = msgspec.structs.replace(changed, recipe=recipe)
            found.append(Planned(_name(cell, seed), cell, seed, one))
    return found


def _changed(project: Project, cell: Cell) -> Project:
    try:
        for change in cell.changes:
            project = put_value(project, change.path, lambda value=change.value: value)  # type: ignore[misc]
        validate(project)
    except ProjectError as error:
        words = _("{message} (cell “{cell}”)")
        raise ProblemsError(
            msgspec.structs.replace(
                problem, message=words.format(message=problem.message, cell=cell.title)
            )
            for problem in error.problems
        ) from error
    return project


def _name(cell: Cell, seed: int) -> str:
    """A name for a run folder; settings that look alike in letters and digits get names of their own."""
    said = json.dumps([sorted(map(list, dict(cell.changes).items())), seed], default=str)
    mark = hashlib.blake2s(said.encode(errors="replace"), digest_size=4).hexdigest()
    slug = "-".join(re.findall(r"[a-z0-9_.]+", cell.title.lower()))[:MOST_SLUG].strip("-.")
    return "-".join(filter(None, (slug, f"seed{seed}", mark)))
