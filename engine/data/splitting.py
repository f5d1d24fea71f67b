"""Dealing examples to training, validation and test, by seed, with the share of every class kept."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from projects.errors import DataError
from projects.schema import Split
from projects.translation import gettext as _

Indices = NDArray[np.int64]


def split(
    count: int, labels: NDArray[np.generic] | None, rules: Split, test_from: int | None = None
) -> tuple[Indices, Indices, Indices]:
    """Return the indices of training, validation and test, each in a random order.

    Args:
        count: How many examples there are.
        labels: Class of every example, or None where there are no classes.
        rules: Shares, seed, and whether classes keep their share.
        test_from: First example of a test part of the set's own, or None.

    Raises:
        DataError: The shares leave nothing to train on.
    """
    if rules.validation + (rules.test if test_from is None else 0) >= 1:
        raise DataError(
            _(
                "validation and test take {share:.0%} of the data; nothing is left to train on."
            ).format(share=rules.validation + rules.test),
            where="data.split",
            hint=_("Make them smaller."),
        )
    random = np.random.default_rng(rules.seed)
    own = count if test_from is None else test_from
    shares = [rules.validation, rules.test if test_from is None else 0.0]
    groups = _groups(own, labels if rules.stratify else None)
    parts: list[list[Indices]] = [[], [], []]
    taken = [0, 0]
    seen = 0
    for group in groups:
        order = random.permutation(group)
        seen += len(order)
        start = 0
        for which, share in enumerate(shares):
            # Rounding the running total, not every class, keeps the parts as large as asked for;
            # one example of every class stays to learn from.
            size = min(round(share * seen) - taken[which], len(order) - 1 - start)
            size = max(size, 0)
            parts[which + 1].append(order[start : start + size])
            taken[which] += size
            start += size
        parts[0].append(order[start:])
    train, validation, test = (random.permutation(_joined(part)) for part in parts)
    if test_from is not None:
        test = np.arange(test_from, count, dtype=np.int64)
    return train, validation, test


def split_in_time(
    count: int, rules: Split, overlap: int, test_from: int | None = None
) -> tuple[Indices, Indices, Indices]:
    """Return training, validation and test of a series, in the order of time, the oldest first.

    Examples of a series are windows that overlap; those at a border share values with both parts and are
    left out, so that nothing of a later part is seen in an earlier one. Training examples come in a
    random order, the others as they follow each other.

    Args:
        count: How many examples there are, the oldest first.
        rules: Shares and seed.
        overlap: So many examples after one share values with it.
        test_from: First example of a test part of the set's own, which shares nothing, or None.

    Raises:
        DataError: The shares leave nothing to train on.
    """
    own = count if test_from is None else test_from
    sizes = [round(rules.validation * own), round(rules.test * own) if test_from is None else 0]
    last = own - sum(sizes)
    train = np.arange(last, dtype=np.int64)
    borders = [(last, last + sizes[0]), (last + sizes[0], own)]
    later = [np.arange(min(a + overlap, b), b, dtype=np.int64) for a, b in borders]
    if not len(train) or any(
        size and not len(part) for size, part in zip(sizes, later, strict=True)
    ):
        raise DataError(
            _(
                "the series is too short for these shares: windows of different parts may not overlap."
            ),
            where="data.split",
            hint=_("Choose shorter windows, or other shares."),
        )
    if test_from is not None:
        later[1] = np.arange(test_from, count, dtype=np.int64)
    return np.random.default_rng(rules.seed).permutation(train), later[0], later[1]


def only_new(
    parts: tuple[Indices, Indices, Indices], inputs: NDArray[np.generic]
) -> tuple[Indices, Indices, Indices]:
    """Return the parts without what a later one has of an earlier one: examples that are the same, number for number.

    Args:
        parts: Indices of training, validation and test.
        inputs: The examples ``(examples, …)``.

    Raises:
        DataError: A part that had examples has none left.
    """
    seen: set[bytes] = set()
    found = []
    for part in parts:
        names = [blake2b(inputs[index].tobytes(), digest_size=16).digest() for index in part]
        new = np.array([name not in seen for name in names], bool)
        seen.update(names)
        found.append(part if part is parts[0] else part[new])
        if len(part) and not len(found[-1]):
            raise DataError(
                _("every example of a later part is in an earlier one, too."),
                where="data.split.only_new",
                hint=_("Switch it off, or choose other shares."),
            )
    return found[0], found[1], found[2]


def _groups(count: int, labels: NDArray[np.generic] | None) -> list[Indices]:
    if labels is None:
        return [np.arange(count, dtype=np.int64)]
    own = labels[:count]
    return [np.flatnonzero(own == value).astype(np.int64) for value in np.unique(own)]


def _joined(parts: list[Indices]) -> Indices:
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)
