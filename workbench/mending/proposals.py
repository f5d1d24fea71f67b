"""Which proposals a problem gets, the likeliest first."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from workbench.mending import locked, results, settings, shapes, wiring
from workbench.mending.base import Candidate, Trouble

MOST = 12
Proposer = Callable[[Trouble], Iterator[Candidate]]

_AT_SETTINGS: tuple[Proposer, ...] = (settings.setting,)
_AT_LAYERS: tuple[Proposer, ...] = (
    shapes.meeting,
    shapes.before,
    shapes.parameters,
    results.result,
    wiring.connected,
    wiring.joined,
    wiring.taken_away,
)
_AT_LOCKED: tuple[Proposer, ...] = (locked.bypassed, locked.healed)
_AT_WARNINGS: tuple[Proposer, ...] = (wiring.connected, wiring.taken_away)
_AT_WIRES: tuple[Proposer, ...] = (wiring.wire_away,)
_AT_NETWORKS: tuple[Proposer, ...] = (wiring.ends, results.result)


def proposals(trouble: Trouble) -> list[Candidate]:
    """Return edits that might mend a problem; whether they do is for a check to say.

    Args:
        trouble: The problem and what is known around it.
    """
    found = itertools.chain.from_iterable(propose(trouble) for propose in _proposers(trouble))
    changing = (candidate for candidate in found if candidate.project != trouble.project)
    return list(itertools.islice(changing, MOST))


def _proposers(trouble: Trouble) -> tuple[Proposer, ...]:
    if not trouble.node:
        return _AT_WIRES if trouble.rest[:1] == ("wires",) else _AT_NETWORKS
    if trouble.rest:
        return _AT_SETTINGS
    if locked.is_locked(trouble):
        return _AT_LOCKED
    return _AT_LAYERS if trouble.problem.severity == "error" else _AT_WARNINGS
