"""Missing values of a table, filled in from its training part alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from projects.errors import DataError
from projects.fields import shown
from projects.translation import gettext as _


def filled(
    table: NDArray[np.float32], train: NDArray[np.int64], how: str, names: Sequence[str]
) -> NDArray[np.float32]:
    """Return a table without missing values.

    Args:
        table: ``(rows, columns)``; NaN is missing.
        train: Rows of the training part.
        how: ``mean`` or ``most frequent``.
        names: Names of the columns, for messages.

    Raises:
        DataError: A column with gaps has no value in the training part.
    """
    made = table.copy()
    for column in np.flatnonzero(np.isnan(table).any(axis=0)):
        seen = table[train, column]
        seen = seen[~np.isnan(seen)]
        if not len(seen):
            raise DataError(
                _("the column {name} has no value in the training part.").format(
                    name=shown(names[int(column)])
                ),
                where="data.source.missing",
                hint=_("Leave the column out of the file."),
            )
        if how == "mean":
            value = seen.mean(dtype=np.float64)
        else:
            values, counts = np.unique(seen, return_counts=True)
            value = values[counts.argmax()]
        made[np.isnan(made[:, column]), column] = value
    return made
