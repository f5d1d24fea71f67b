"""Scaling and limits of examples that are streamed, found out in one pass over the training part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.data.base import Kind
from engine.data.scaling import IDENTITY, Scaler, fit
from engine.data.streaming import Streamed
from projects.errors import DataError
from projects.translation import gettext as _

ENOUGH = 20_000


@dataclass(frozen=True)
class Limits:
    """What a pass over streamed examples found.

    Attributes:
        scaler: As :func:`engine.data.scaling.fit` would have it.
        low: Least value after scaling.
        high: Greatest value after scaling.
    """

    scaler: Scaler
    low: float
    high: float


def limits_of(train: Streamed, how: str, kind: Kind, bytes_: bool) -> Limits:
    """Return scaling and limits of a training part.

    Of images in bytes the limits are known; their mean and spread, and everything of other sets, come from
    the training examples, from the first 20,000 of very many.

    Args:
        train: The training part, unscaled.
        how: See :class:`projects.schema.Data`.
        kind: What an example is.
        bytes_: Whether examples are stored as bytes.

    Raises:
        DataError: An example holds a value that is missing or infinite.
    """
    if train.dtype.kind != "f":
        return Limits(IDENTITY, 0.0, 1.0)
    known = bytes_ and kind == "image" and how != "standardize"
    if known:
        edges = np.zeros((2, *train.shape[1:]), np.float32)
        edges[1] = 1
        scaler = fit(how, edges, kind)
        ends = scaler.apply(edges)
        return Limits(scaler, float(ends.min()), float(ends.max()))
    sample = np.asarray(train[: min(len(train), ENOUGH)])
    finite = np.isfinite(sample.reshape(len(sample), -1)).all(axis=1)
    if not finite.all():
        raise DataError(
            _("training example {row} holds a value that is missing or infinite.").format(
                row=int(np.argmin(finite)) + 1
            ),
            where="data.source",
            hint=_("Fill it in or take the example out."),
        )
    scaler = fit(how, sample, kind)
    ends = scaler.apply(sample)
    return Limits(scaler, float(ends.min()), float(ends.max()))
