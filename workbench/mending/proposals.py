"""Which proposals a problem gets, the likeliest first."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from engine.protocol import Checked
from projects.errors import Problem
from projects.schema import Project
from workbench.mending import games, locked, results, settings, shapes, wiring
from workbench.mending.base import Candidate, Trouble, trouble_of

MOST = 12
Proposer = Callable[[Trouble], Iterator[Candidate]]

_AT_SETTINGS: tuple[Proposer, ...] = (settings.setting,)
_AT_LAYERS: tuple[Proposer, ...] = (
    results.result,
    shapes.meeting,
    shapes.before,
    shapes.parameters,
    games.asked,
    wiring.connected,
    wiring.joined,
    wiring.taken_away,
)
_AT_LOCKED: tuple[Proposer, ...] = (locked.bypassed, locked.healed)
_AT_WARNINGS: tuple[Proposer, ...] = (games.unmixed, wiring.connected, wiring.taken_away)
_AT_WIRES: tuple[Proposer, ...] = (wiring.wire_away,)
_AT_NETWORKS: tuple[Proposer, ...] = (wiring.ends, results.result, games.told)


def proposals(trouble: Trouble) -> list[Candidate]:
    """Return edits that might mend a problem; whether they do is for a check to say.

    Args:
        trouble: The problem and what is known around it.
    """
    found = itertools.chain.from_iterable(propose(trouble) for propose in _proposers(trouble))
    changing = (candidate for candidate in found if candidate.project != trouble.project)
    return list(itertools.islice(changing, MOST))


def candidates(project: Project, checked: Checked, problem: Problem) -> list[Candidate]:
    """Return edits that might mend a problem of any place; see :func:`proposals`.

    Args:
        project: The project that was checked.
        checked: What the check found out.
        problem: One of its problems.
    """
    trouble = trouble_of(project, checked, problem)
    if trouble is not None:
        return proposals(trouble)
    chosen = games.choices(project, checked, problem)
    return [candidate for candidate in chosen if candidate.project != project]


def _proposers(trouble: Trouble) -> tuple[Proposer, ...]:
    if not trouble.node:
        return _AT_WIRES if trouble.rest[:1] == ("wires",) else _AT_NETWORKS
    if trouble.rest:
        return _AT_SETTINGS
    if locked.is_locked(trouble):
        return _AT_LOCKED
    return _AT_LAYERS if trouble.problem.severity == "error" else _AT_WARNINGS
