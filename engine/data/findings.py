"""What looks odd about data that can be trained on: rare classes, leaks, columns that tell nothing.

Nothing here is wrong for certain, so these are warnings with figures. What would take long on large sets is
done on a part of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.prepare import Prepared
from projects.errors import Problem
from projects.fields import shown
from projects.translation import gettext as _
from projects.translation import ngettext

MOST_ROWS = 20_000
MOST_COLUMNS = 2000
UNEVEN = 10
NAMED = 3
PARTS = ("validation", "test")


def findings(data: Prepared) -> tuple[Problem, ...]:
    """Return what a person should look at, the gravest first.

    Args:
        data: A prepared set.
    """
    if data.source.reader is not None:  # to look at every example would take too long
        return (*_absent(data), *_uneven(data))
    return (
        *_leaks(data),
        *_duplicates(data),
        *_absent(data),
        *_uneven(data),
        *_gaps(data),
        *_strays(data),
        *_constant(data),
    )


def _warning(where: str, message: str, hint: str) -> Problem:
    return Problem(where, message, hint, "warning")


def _some(names: list[str]) -> str:
    """The first few names, and how many more."""
    words = ", ".join(shown(name) for name in names[:NAMED])
    more = len(names) - NAMED
    return _("{words} and {more:,} more").format(words=words, more=more) if more > 0 else words


def _is_table(data: Prepared) -> bool:
    return data.info.kind in ("table", "points") and data.train.inputs.ndim == 2


def _feature(data: Prepared, column: int) -> str:
    names = data.info.features
    return names[column] if column < len(names) else str(column + 1)


def readable(data: Prepared) -> list[str]:
    """Return the features that are the target under another name."""
    targets = data.train.targets
    if data.source.reader is not None or not _is_table(data) or targets is None:
        return []
    if targets.ndim != 1 or len(targets) < 3:
        return []
    rows, answers = data.train.inputs[:MOST_ROWS, :MOST_COLUMNS], targets[:MOST_ROWS]
    same = _same_classes if data.info.classes else _same_values
    return [_feature(data, i) for i in range(rows.shape[1]) if same(rows[:, i], answers)]


def _leaks(data: Prepared) -> Iterator[Problem]:
    """Features that are the target under another name."""
    if names := readable(data):
        yield _warning(
            "data.source.target",
            _("the target can be read off {names}: it is the same under another name.").format(
                names=_some(names)
            ),
            _("Take the column out, if it is not known when the network is asked."),
        )


def _same_classes(column: NDArray[Any], classes: NDArray[Any]) -> bool:
    """Whether every class has one value of its own."""
    values, codes = np.unique(column, return_inverse=True)
    count = len(np.unique(classes))
    return count > 1 and len(values) == count and len(np.unique(codes * count + classes)) == count


def _same_values(column: NDArray[Any], targets: NDArray[Any]) -> bool:
    """Whether a column is the target, scaled and shifted."""
    a = column.astype(np.float64) - column.mean(dtype=np.float64)
    b = targets.astype(np.float64) - targets.mean(dtype=np.float64)
    size = float(np.sqrt((a @ a) * (b @ b)))
    return size > 0 and abs(float(a @ b)) / size > 1 - 1e-9


def _duplicates(data: Prepared) -> Iterator[Problem]:
    """Examples of later parts that are learned from, too."""
    for name, (count, looked_at) in data.known.items():
        if count:
            yield _warning(
                "data.split",
                ngettext(
                    "{count:,} of {all:,} examples in {part} is in training, too.",
                    "{count:,} of {all:,} examples in {part} are in training, too.",
                    count,
                ).format(count=count, all=looked_at, part=_part(name)),
                _("Let the split keep only what is new for validation and test."),
            )


def _part(name: str) -> str:
    return _("validation") if name == "validation" else _("test")


def _absent(data: Prepared) -> Iterator[Problem]:
    """Classes of which a part has no example; characters of a text come as they come."""
    info = data.info
    if not info.classes or info.classes == info.tokens:
        return
    for name in ("train", *PARTS):
        counts = info.class_counts.get(name, ())
        absent = [info.classes[i] for i, count in enumerate(counts) if not count]
        if absent and info.counts.get(name):
            part = _("training") if name == "train" else _part(name)
            yield _warning(
                "data.split",
                _("{part} has no example of {names}.").format(part=part, names=_some(absent)),
                _("Choose another seed or larger shares, or add examples."),
            )


def _uneven(data: Prepared) -> Iterator[Problem]:
    info = data.info
    counts = info.class_counts.get("train", ())
    steps = info.target is not None and info.target.dims
    if steps or len(counts) < 2 or min(counts) * UNEVEN > max(counts):
        return
    rare, common = int(np.argmin(counts)), int(np.argmax(counts))
    yield _warning(
        "data.source",
        _("the classes are uneven: {most:,} of {common}, {least:,} of {rare}.").format(
            most=counts[common],
            common=shown(info.classes[common]),
            least=counts[rare],
            rare=shown(info.classes[rare]),
        ),
        _("Accuracy says little then; look at the macro F1, or let rare classes count more."),
    )


def _gaps(data: Prepared) -> Iterator[Problem]:
    if not data.source.fill:
        return
    gaps = np.isnan(np.asarray(data.source.inputs, np.float32))
    columns = [_feature(data, int(i)) for i in np.flatnonzero(gaps.any(axis=0))]
    if columns:
        count = int(gaps.sum())
        yield _warning(
            "data.source.missing",
            ngettext(
                "{count:,} value is missing ({share:.1%}), in {names}.",
                "{count:,} values are missing ({share:.1%}), in {names}.",
                count,
            ).format(count=count, share=float(gaps.mean()), names=_some(columns)),
            _("They are filled in from the training part."),
        )


def _strays(data: Prepared) -> Iterator[Problem]:
    """The first few columns that are words only because of a few among their numbers."""
    for found in data.source.strays[:NAMED]:
        yield _warning(
            "data.source.words",
            ngettext(
                "{name} holds {count:,} word among {numbers:,} numbers: {word} in row {row}.",
                "{name} holds {count:,} words among {numbers:,} numbers, first {word} in row {row}.",
                found.words,
            ).format(
                name=shown(found.column),
                count=found.words,
                numbers=found.numbers,
                word=shown(found.word),
                row=found.row,
            ),
            _("Each of its values is a feature of 0 or 1 then; correct what is a slip."),
        )


def _constant(data: Prepared) -> Iterator[Problem]:
    if not _is_table(data) or data.info.picture or len(data.train.inputs) < 2:
        return
    rows = data.train.inputs[:, :MOST_COLUMNS]
    names = [_feature(data, int(i)) for i in np.flatnonzero((rows == rows[0]).all(axis=0))]
    if names:
        yield _warning(
            "data.source",
            ngettext(
                "{count:,} feature never changes in training: {names}.",
                "{count:,} features never change in training: {names}.",
                len(names),
            ).format(count=len(names), names=_some(names)),
            ngettext(
                "It tells nothing and can be left out.",
                "They tell nothing and can be left out.",
                len(names),
            ),
        )
