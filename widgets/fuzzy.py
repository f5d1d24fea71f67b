"""Finding words by a few of their letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


def score(query: str, text: str) -> float | None:
    """Return how well a text answers a query, or None if it does not.

    The letters of the query must occur in order. Whole beginnings count most, then beginnings of
    words, then runs of letters; short texts before long ones.
    """
    wanted, given = query.casefold().strip(), text.casefold()
    if not wanted:
        return 0.0
    if given.startswith(wanted):
        return 100.0 - len(given) * 0.1
    inside = given.find(wanted)
    if inside >= 0:
        at_word = not given[inside - 1].isalnum()
        return (80.0 if at_word else 60.0) - len(given) * 0.1
    return _scattered(wanted.replace(" ", ""), given)


def _scattered(wanted: str, given: str) -> float | None:
    """Score letters that are not together: fewer gaps and more beginnings of words are better."""
    total, place = 0.0, -1
    for letter in wanted:
        found = given.find(letter, place + 1)
        if found < 0:
            return None
        begins = found == 0 or not given[found - 1].isalnum()
        total += 3.0 if begins else 2.0 if found == place + 1 else 0.5
        place = found
    return total / len(wanted) * 10 - len(given) * 0.1


def best(query: str, items: Iterable[T], texts: Callable[[T], Sequence[str]]) -> list[T]:
    """Return the items that answer a query, best first; equal ones keep their order.

    Args:
        query: What was typed; empty: every item.
        items: What to choose from.
        texts: The texts of an item, the most important first.
    """
    found: list[tuple[float, T]] = []
    for item in items:
        scores = [(score(query, text), place) for place, text in enumerate(texts(item))]
        values = [value - 15 * place for value, place in scores if value is not None]
        if values:
            found.append((max(values), item))
    if query.strip():
        found.sort(key=lambda pair: -pair[0])
    return [item for _value, item in found]
