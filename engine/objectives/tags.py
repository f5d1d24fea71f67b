"""Entities in sequences of tags: what begins with B-, goes on with I-, and lies outside at O."""

from __future__ import annotations

from collections.abc import Sequence

OUTSIDE = "O"
Span = tuple[str, int, int]


def are_bio(classes: Sequence[str]) -> bool:
    """Whether these tags mark entities: all are ``O``, ``B-…`` or ``I-…``, and something begins."""
    marked = [name for name in classes if name != OUTSIDE]
    return (
        OUTSIDE in classes
        and any(name.startswith("B-") for name in marked)
        and all(name[:2] in ("B-", "I-") for name in marked)
    )


def spans(tags: Sequence[str]) -> set[Span]:
    """Return the entities of a sequence of tags: kind, first step, and the step after the last.

    An ``I-`` that goes on with nothing of its kind begins an entity, as in the script of the CoNLL
    shared tasks (Tjong Kim Sang & Buchholz 2000).
    """
    found: set[Span] = set()
    kind, start = "", 0
    for step, tag in enumerate([*tags, OUTSIDE]):
        goes_on = tag.startswith("I-") and tag[2:] == kind
        if kind and not goes_on:
            found.add((kind, start, step))
            kind = ""
        if tag != OUTSIDE and not goes_on:
            kind, start = tag[2:], step
    return found


class EntityScore:
    """Counts entities that were found whole.

    Attributes:
        hits: Found, with the right kind, beginning and end.
        true: There.
        said: Answered.
    """

    def __init__(self) -> None:
        self.hits = self.true = self.said = 0

    def take(self, true: Sequence[str], said: Sequence[str]) -> None:
        """Count one sequence."""
        there, answered = spans(true), spans(said)
        self.hits += len(there & answered)
        self.true += len(there)
        self.said += len(answered)

    @property
    def f1(self) -> float:
        """``2 · hits / (true + said)``; 0 where there is nothing."""
        return 2 * self.hits / (self.true + self.said) if self.true + self.said else 0.0
