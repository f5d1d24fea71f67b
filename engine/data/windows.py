"""From a series to examples: what was seen is a window, what follows is foretold."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from msgspec import Meta
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from engine.data.base import Dataset, Source
from engine.declare import own_first
from projects.errors import DataError, did_you_mean
from projects.fields import Field, shown
from projects.translation import gettext as _

MOST_NUMBERS = 200_000_000


class Windowed(Source, frozen=True, kw_only=True):
    """What sources of series have in common: how examples are cut and which columns are foretold."""

    category: ClassVar[str] = "Series"

    foretell: Annotated[
        str,
        Meta(
            title="Foretell",
            description="Columns, with commas between them; nothing: all of them.",
            max_length=2000,
        ),
    ] = ""
    window: Annotated[
        int, Meta(ge=1, le=100_000, title="Window", description="So many values are seen.")
    ] = 24
    horizon: Annotated[
        int, Meta(ge=1, le=10_000, title="Horizon", description="So many are foretold.")
    ] = 1
    stride: Annotated[
        int,
        Meta(
            ge=1,
            le=100_000,
            title="Stride",
            description="From the start of one window to the next.",
        ),
    ] = 1
    transform: Annotated[
        Literal["none", "log", "difference", "log difference"],
        Meta(
            title="Before cutting",
            description="Logarithms make growth a slope, differences take a trend away.",
        ),
    ] = "none"

    @classmethod
    def fields(cls) -> tuple[Field, ...]:
        """What is read comes first, how it is cut after that; see :meth:`Declared.fields`."""
        return own_first(cls, Windowed)

    def cut(self, values: NDArray[np.float64], columns: tuple[str, ...], title: str) -> Dataset:
        """Return the windows of a series as a data set, the oldest first.

        Args:
            values: ``(times, columns)``, finite.
            columns: Names of the columns.
            title: Name that people read.

        Raises:
            DataError: The series is too short, no column has that name, or it has no logarithm.
        """
        wanted = [columns.index(name) for name in named_columns(self.foretell, columns)]
        changed = transformed(values, self.transform, columns)
        inputs, following = cut(changed, self.window, self.horizon, self.stride)
        targets = following[:, :, wanted]
        if len(wanted) == 1:
            targets = targets[:, :, 0]
        shared = self.window + self.horizon + ("difference" in self.transform)
        return Dataset(
            kind="series",
            inputs=np.ascontiguousarray(inputs, np.float32),
            targets=np.ascontiguousarray(targets, np.float32),
            names=tuple(columns[i] for i in wanted),
            features=columns,
            overlap=-(-shared // self.stride) - 1,
            title=title,
        )


def named_columns(text: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns that a text names; nothing names them all.

    Args:
        text: A name, or several with commas between them.
        columns: Names that there are.

    Raises:
        DataError: There is no such column.
    """
    if not text.strip():
        return columns
    if text.strip() in columns:
        return (text.strip(),)
    names = tuple(dict.fromkeys(part for part in map(str.strip, text.split(",")) if part))
    for name in names:
        if name not in columns:
            raise DataError(
                _("there is no column {name}.").format(name=shown(name)),
                where="data.source.foretell",
                hint=did_you_mean(name, columns)
                or _("Columns: {names}.").format(names=shown(", ".join(columns))),
            )
    return names


def transformed(
    values: NDArray[np.float64], how: str, columns: tuple[str, ...]
) -> NDArray[np.float64]:
    """Return logarithms or differences of ``(times, columns)``; a difference has one time less.

    Raises:
        DataError: A value has no logarithm; names its time and column.
    """
    if how.startswith("log"):
        if (values <= 0).any():
            time, column = np.argwhere(values <= 0)[0]
            raise DataError(
                _("value {time:,} of {column} is {value:g}, which has no logarithm.").format(
                    time=int(time) + 1, column=shown(columns[column]), value=values[time, column]
                ),
                where="data.source.transform",
                hint=_("Choose “none” or “difference”."),
            )
        values = np.log(values)
    return np.diff(values, axis=0) if how.endswith("difference") else values


def cut(
    values: NDArray[np.float64], window: int, horizon: int, stride: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return windows ``(examples, window, columns)`` and what follows ``(examples, horizon, columns)``.

    Raises:
        DataError: The series is shorter than one window and its horizon, or makes too many numbers.
    """
    span = window + horizon
    if len(values) < span:
        raise DataError(
            _("the series has {count:,} values; a window and its horizon take {span:,}.").format(
                count=len(values), span=span
            ),
            where="data.source.window",
            hint=_("Choose a shorter window."),
        )
    examples = (len(values) - span) // stride + 1
    if examples * span * values.shape[1] > MOST_NUMBERS:
        raise DataError(
            _("{examples:,} windows of {span:,} values are too many.").format(
                examples=examples, span=span
            ),
            where="data.source.stride",
            hint=_("Choose a greater stride or a shorter window."),
        )
    views = sliding_window_view(values, span, axis=0)[::stride].transpose(0, 2, 1)
    return views[:, :window], views[:, window:]
