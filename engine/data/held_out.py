"""Classes that are kept from a training, so that they are anomalies in its test part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.data import scaling
from engine.data.base import DataInfo
from engine.data.prepare import Part, Prepared

NAMED_PARTS = ("train", "validation", "test")


def names_in(text: str, known: Sequence[str]) -> tuple[str, ...]:
    """Return the names in a text: the text itself where it is a known one, else parts between commas.

    Args:
        text: What a person wrote.
        known: Names that may contain commas themselves.
    """
    whole = text.strip()
    if whole in known:
        return (whole,)
    return tuple(part for part in map(str.strip, whole.split(",")) if part)


def is_held_out(
    targets: NDArray[Any] | None, info: DataInfo, names: Sequence[str]
) -> NDArray[np.bool_]:
    """Return which examples belong to classes, or have labels, of these names.

    Args:
        targets: Targets ``(examples, …)`` of a part of the data.
        info: What the data look like.
        names: Names of classes or of yes-or-no labels.
    """
    assert targets is not None
    if info.labels:
        belongs = targets[:, [info.labels.index(name) for name in names]] > 0.5
    else:
        belongs = np.isin(targets, [info.classes.index(name) for name in names])
    return np.asarray(np.any(belongs.reshape(len(targets), -1), axis=1))


def without(data: Prepared, names: Sequence[str], scale: str) -> Prepared:
    """Return the data with classes taken out of training and validation; the test part keeps them.

    Scaling is fitted anew, on what is left to train on: nothing of an anomaly is known beforehand.

    Args:
        data: The prepared data.
        names: Names of classes or labels that are there.
        scale: How inputs are scaled; see :func:`engine.data.scaling.fit`.
    """
    parts = [getattr(data, name) for name in NAMED_PARTS]
    keep = [~is_held_out(part.targets, data.info, names) for part in parts[:2]]
    keep.append(np.ones(len(parts[2].inputs), bool))
    raw = [data.scaler.invert(part.inputs[kept]) for part, kept in zip(parts, keep, strict=True)]
    scaler = scaling.fit(scale, raw[0], data.info.kind)
    made = [
        Part(np.ascontiguousarray(scaler.apply(inputs)), part.targets[kept])
        for inputs, part, kept in zip(raw, parts, keep, strict=True)
    ]
    info = _info(data.info, made)
    train, validation, test = made
    return replace(data, info=info, scaler=scaler, train=train, validation=validation, test=test)


def _info(info: DataInfo, parts: Sequence[Part]) -> DataInfo:
    made = dict(zip(NAMED_PARTS, parts, strict=True))
    counts = {name: len(part.inputs) for name, part in made.items()}
    per_class = {}
    if info.classes:
        for name, part in made.items():
            assert part.targets is not None
            named = part.targets[part.targets >= 0]
            found = np.bincount(named, minlength=len(info.classes))
            per_class[name] = tuple(int(count) for count in found)
    train = made["train"].inputs
    low, high = (float(train.min()), float(train.max())) if train.size else (info.low, info.high)
    return msgspec.structs.replace(info, counts=counts, class_counts=per_class, low=low, high=high)
