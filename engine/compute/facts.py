"""What the plain values of a checkpoint have to be before a training goes on from them.

A run folder may come from a stranger, who can make the hashes of a manifest fit anything.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from engine.compute.checkpoint import Snapshot
from projects.errors import RunError
from projects.translation import gettext as _

Count = Annotated[int, Meta(ge=0, le=10**15)]
# Beyond its 624 words NumPy would read whatever lies behind the generator's memory.
Place = Annotated[int, Meta(ge=0, le=624)]


class LearnerFacts(msgspec.Struct):
    """See :meth:`engine.compute.learner.Learner.facts`."""

    updates: Count
    scale: float


class ScoreboardFacts(msgspec.Struct):
    """See :meth:`engine.compute.scoreboard.Scoreboard.facts`."""

    best: dict[str, float]
    stale: Count
    watched: float


class RandomFacts(msgspec.Struct):
    """See :func:`engine.compute.randomness.state`."""

    numpy: tuple[str, Place, Annotated[int, Meta(ge=0, le=1)], float]
    python: tuple[int, Annotated[list[int], Meta(max_length=1000)], float | None]


class RunFacts(msgspec.Struct):
    """What a run keeps beside its training."""

    environment: dict[str, str | int]
    seconds: Annotated[float, Meta(ge=0, le=1e12)] = 0.0
    started: Annotated[str, Meta(max_length=64)] = ""
    metrics: dict[str, float] = {}
    parent: Annotated[str, Meta(max_length=4096)] = ""


class Facts(msgspec.Struct):
    """See :meth:`engine.compute.training.Training.snapshot`."""

    step: Count
    epoch: Count
    offset: Count
    rolled_back: bool
    learners: dict[str, LearnerFacts]
    task: dict[str, Count]
    scoreboard: ScoreboardFacts
    random: RandomFacts
    run: RunFacts
    schedule: Annotated[dict[str, float], Meta(max_length=16)] = {}
    live: Annotated[dict[str, float], Meta(max_length=100_000)] = {}
    changes: Count | None = None
    scored: Count = 0


def checked(snapshot: Snapshot) -> Facts:
    """Return the facts of a snapshot as what they have to be.

    Raises:
        RunError: They are something else; names the value.
    """
    try:
        return msgspec.convert(snapshot.facts, Facts)
    except (msgspec.ValidationError, OverflowError) as error:
        raise unfit(snapshot, str(error)) from error


def check_best(snapshot: Snapshot) -> None:
    """Refuse best weights that are not shaped like the weights.

    Raises:
        RunError: They are not.
    """
    shapes = {name: tensor.shape for name, tensor in snapshot.weights.items()}
    best = {name: tensor.shape for name, tensor in snapshot.best.items()}
    if best and best != shapes:
        raise unfit(snapshot, _("its best weights have other shapes"))


def unfit(snapshot: Snapshot, reason: str) -> RunError:
    """Return the error of a checkpoint that cannot be gone on from."""
    lines = [line.strip() for line in reason.splitlines()]
    said = next((line for line in lines if line and not line.endswith(":")), "")
    return RunError(
        _("the checkpoint does not fit the run's project: {reason}.").format(
            reason=said.rstrip(".") or _("something is missing")
        ),
        where=str(snapshot.path or ""),
        hint=_("Start a new training."),
    )
