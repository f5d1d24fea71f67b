"""Examples of data as pictures: grey levels and curves."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.base import DataInfo
from widgets.plots.curve_grid import Line, Picture


def levels(images: NDArray[Any]) -> NDArray[np.uint8]:
    """Return values from 0 to 1 as grey levels."""
    return np.asarray(np.rint(np.clip(np.nan_to_num(images), 0, 1) * 255), np.uint8)


def stacked(parts: list[NDArray[Any]]) -> NDArray[np.uint8]:
    """Return images ``(n, h, w, c)`` of several parts above each other, a thin line between them.

    Grey ones become coloured where others are.
    """
    colors = max(part.shape[3] for part in parts)
    alike = [part.repeat(colors // part.shape[3], axis=3) for part in parts]
    height = max(1, alike[0].shape[1] // 14)
    line = np.full((len(alike[0]), height, *alike[0].shape[2:]), 128, np.uint8)
    pieces = [piece for part in alike for piece in (part, line)][:-1]
    return np.concatenate(pieces, axis=1)


def stretched(values: NDArray[Any]) -> NDArray[Any]:
    """Return values so that they reach from 0 to 1."""
    span = float(np.ptp(values)) if values.size else 0.0
    return np.asarray((values - values.min()) / span if span else np.zeros_like(values))


def pictures_of(
    info: DataInfo, inputs: NDArray[Any], targets: NDArray[Any] | None, words: list[str]
) -> list[Picture]:
    """Return examples ``(examples, steps, features)`` as curves; of series also what is foretold.

    Args:
        info: The set.
        inputs: The examples.
        targets: Their targets, or None.
        words: What stands below each, or none.
    """
    ahead: list[tuple[Line, ...]] = [()] * len(inputs)
    if info.kind == "series" and targets is not None:
        following = targets.reshape(len(targets), targets.shape[1], -1)
        colors = [info.features.index(n) if n in info.features else 0 for n in info.targets]
        ahead = [_ahead(row, inputs.shape[1], colors) for row in following]
    return [
        Picture(
            (*(Line(row[:, i], i) for i in range(row.shape[1])), *ahead[place]),
            words[place] if place < len(words) else "",
        )
        for place, row in enumerate(inputs)
    ]


def _ahead(row: NDArray[Any], steps: int, colors: list[int]) -> tuple[Line, ...]:
    """What follows ``steps`` of a series, each column in the colour that it has before."""
    return tuple(
        Line(row[:, i], color, start=steps, ahead=True)
        for i, color in enumerate(colors[: row.shape[1]])
    )
