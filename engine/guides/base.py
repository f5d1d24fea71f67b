"""What a check of a guided experiment declares; :data:`CHECKS` is the catalogue of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from engine.declare import Catalogue, Declared
from projects.plain import project_to
from projects.schema import Project
from projects.translation import gettext as _

Where = Annotated[
    dict[str, Any],
    Meta(
        title="Of which",
        description="Settings that a project has to have: recipe.optimizer.type: sgd; layers.tanh: 2 (at least).",
    ),
]
ENDED = ("finished", "stopped")
LAYERS = "layers."


@dataclass(frozen=True)
class Trained:
    """What is known of one training.

    Attributes:
        project: What was trained.
        state: How it stands: ``finished``, ``running`` …
        metrics: The last value of every metric.
        verdicts: Tags of the ailments that the doctor confirmed, cured ones included.
    """

    project: Project
    state: str
    metrics: Mapping[str, float]
    verdicts: frozenset[str] = frozenset()

    @property
    def ended(self) -> bool:
        """Whether it is over, by itself or by a person."""
        return self.state in ENDED


def as_in_files(metric: str) -> str:
    """Return a metric's name in files with blanks between its words."""
    return metric.replace("_", " ")


@dataclass(frozen=True)
class Facts:
    """What checks look at.

    Attributes:
        project: The open project.
        trainings: Its trainings, the newest first.
        called: Says what a metric is called, whose name in files it is given.
    """

    project: Project
    trainings: Sequence[Trained] = ()
    called: Callable[[str], str] = as_in_files


@dataclass(frozen=True)
class Finding:
    """What a check found.

    Attributes:
        done: Whether what it looks for is there.
        words: The evidence, or what is missing, in a sentence.
        ready: Whether a person can say that they have seen it.
    """

    done: bool
    words: str
    ready: bool = True


class Check(Declared, frozen=True, kw_only=True):
    """Base of every check.

    Attributes:
        read: Whether what it finds is there to be read: then the step is done when a person has done so.
    """

    read: ClassVar[bool] = False

    def look(self, facts: Facts) -> Finding:
        """Say whether a step of an experiment is done."""
        raise NotImplementedError


def has(project: Project, where: Mapping[str, Any]) -> bool:
    """Whether a project has settings: by path, a value or one of several; layers by how many at least.

    ``layers.tanh: 0`` asks for none at all.
    """
    plain = project_to(project)
    return all(_agrees(project, plain, path, wanted) for path, wanted in where.items())


def _agrees(project: Project, plain: Mapping[str, Any], path: str, wanted: Any) -> bool:
    if path.startswith(LAYERS):
        count = layers_of(project, path.removeprefix(LAYERS))
        return count >= wanted if wanted else count == 0
    value: Any = plain
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value in wanted if isinstance(wanted, list) else bool(value == wanted)


def layers_of(project: Project, kind: str) -> int:
    """How many layers of a type the networks of a project have, muted ones left out."""
    return sum(
        node.type == kind and not node.mute
        for network in project.networks.values()
        for node in network.nodes.values()
    )


def fitting(facts: Facts, where: Mapping[str, Any], metric: str = "") -> list[Trained]:
    """Return the trainings that ended, have such settings, and measured a metric where one is named."""
    return [
        one
        for one in facts.trainings
        if one.ended and has(one.project, where)
        if not metric or math.isfinite(one.metrics.get(metric, math.nan))
    ]


def nothing_yet() -> Finding:
    """What is said before there is a training that fits."""
    return Finding(False, _("No training of this kind has ended yet."))


CHECKS: Catalogue[Check] = Catalogue("check", Check, "engine.guides")
