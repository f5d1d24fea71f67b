"""Pairs of images as a network learns them: the output is scaled as the input is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.data import scaling
from engine.data.prepare import Part, Prepared


def scaled_alike(data: Prepared, scale: str) -> Prepared:
    """Return pairs whose outputs are scaled in the way of the inputs, fitted on the training part.

    Args:
        data: Prepared pairs, their outputs in the data's own units.
        scale: How; see :func:`engine.data.scaling.fit`.
    """
    assert data.train.targets is not None
    scaler = scaling.fit(scale, data.train.targets, "image")

    def scaled(part: Part) -> Part:
        assert part.targets is not None
        return Part(part.inputs, np.ascontiguousarray(scaler.apply(part.targets), np.float32))

    return replace(
        data,
        train=scaled(data.train),
        validation=scaled(data.validation),
        test=scaled(data.test),
        target_scaler=scaler,
    )
