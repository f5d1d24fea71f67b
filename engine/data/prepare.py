"""From a data set as its source gives it to three parts that networks take."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.data import scaling
from engine.data.base import NO_TARGET, SOURCES, DataInfo, Dataset, Place
from engine.data.filling import filled
from engine.data.overlap import shared
from engine.data.scaling import IDENTITY, Scaler
from engine.data.splitting import only_new, split, split_in_time
from engine.data.stream_fit import limits_of
from engine.data.streaming import Reader, Streamed, as_networks_take
from engine.layers.base import Shape
from projects.errors import DataError
from projects.schema import Data
from projects.translation import gettext as _

REMEMBERED = 2


@dataclass(frozen=True)
class Part:
    """One part of the data.

    Attributes:
        inputs: ``(examples, …)`` float32 or int64, contiguous, scaled; where the data are streamed a
            :class:`~engine.data.streaming.Streamed`, which answers for slices and indices alike.
        targets: As in :class:`~engine.data.base.Dataset`, or None.
    """

    inputs: NDArray[Any]
    targets: NDArray[Any] | None = None


@dataclass(frozen=True)
class Prepared:
    """A data set ready to train on.

    Attributes:
        info: What the designer and the panels need to know.
        train: What is learned from.
        validation: What is watched.
        test: What is held back.
        source: The set as its source gave it.
        scaler: What was done to the inputs, fitted on the training part.
        fingerprint: Changes when the data change.
        target_scaler: What an objective did to the targets.
    """

    info: DataInfo
    train: Part
    validation: Part
    test: Part
    source: Dataset
    scaler: Scaler
    fingerprint: str
    target_scaler: Scaler = IDENTITY

    @cached_property
    def known(self) -> dict[str, tuple[int, int]]:
        """By later part, how many of its examples are learned from, too, and of how many that is known.

        Found out once: who reads the data ahead of a training looks at this as well, so that no first step waits for it.
        """
        if self.source.reader is not None or self.source.overlap is not None:
            return {}
        later = {"validation": self.validation.inputs, "test": self.test.inputs}
        return shared(self.train.inputs, later)


_memory: OrderedDict[tuple[bytes, str, str], Prepared] = OrderedDict()
_lock = threading.Lock()


def prepare(data: Data, folder: Path, outside: Iterable[Path] = ()) -> Prepared:
    """Load, split and scale; the last few answers are remembered.

    Args:
        data: Source, scaling and split.
        folder: Folder of the project file, where relative paths start.
        outside: Paths outside of it that the person has allowed.

    Raises:
        ProjectError: A parameter of the source is wrong.
        DataError: The data is missing, damaged or unsuitable.
    """
    place = Place(Path(folder), frozenset(outside), data.loading)
    source = SOURCES.make_plug(data.source, "data.source")
    stamp = source.fingerprint(place)
    key = (msgspec.msgpack.encode(data), str(place.folder), stamp)
    with _lock:
        if key in _memory:
            _memory.move_to_end(key)
            return _memory[key]
        try:
            made = _prepared(data, source.load(place), stamp)
        except MemoryError as error:
            raise DataError(
                _("the data set needs more memory than there is."),
                where="data.source",
                hint=_("Choose fewer or smaller examples."),
            ) from error
        _memory[key] = made
        while len(_memory) > REMEMBERED:
            _memory.popitem(last=False)
        return made


def describe(data: Data, folder: Path, outside: Iterable[Path] = ()) -> DataInfo:
    """Return what the designer needs to know of a data set; see :func:`prepare`."""
    return prepare(data, folder, outside).info


def _prepared(data: Data, found: Dataset, stamp: str) -> Prepared:
    if found.reader is not None:
        return _streamed(data, found, found.reader, stamp)
    if not found.inputs.size:
        raise DataError(
            _("the data set holds no example."), where="data.source", hint=_("Choose another one.")
        )
    raw = as_networks_take(found.inputs)
    if not found.fill:
        message = _("in {title}, value {place} of example {row} is missing or infinite.")
        _need_finite(raw, message, found)
    if found.targets is not None:
        message = _("in {title}, the target of example {row} is missing or infinite.")
        _need_finite(found.targets, message, found)
    chosen = _dealt(data, found, len(raw))
    if data.split.only_new:
        chosen = only_new(chosen, raw)
    if found.fill:
        raw = filled(raw, chosen[0], found.fill, found.features)
    scaler = scaling.fit(data.scale, raw[chosen[0]], found.kind)
    parts = [_part(raw, found.targets, indices, scaler) for indices in chosen]
    return Prepared(
        info=_info(found, parts),
        train=parts[0],
        validation=parts[1],
        test=parts[2],
        source=found,
        scaler=scaler,
        fingerprint=stamp or _fingerprint(found),
    )


def _dealt(
    data: Data, found: Dataset, count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Which examples are for training, validation and test."""
    single = found.classes and found.targets is not None and found.targets.ndim == 1
    labels = found.targets if single else None
    if found.overlap is None:
        chosen = split(count, labels, data.split, found.test_from)
    else:
        chosen = split_in_time(count, data.split, found.overlap, found.test_from)
    if not len(chosen[0]):
        raise DataError(
            _("the data set holds no example to train on."),
            where="data.source",
            hint=_("Add examples or make the validation and test shares smaller."),
        )
    return chosen


def _streamed(data: Data, found: Dataset, reader: Reader, stamp: str) -> Prepared:
    """Prepare a set whose examples stay where they are until they are asked for."""
    if data.split.only_new:
        raise DataError(
            _("which examples are new is found out in memory, and these are read piece by piece."),
            where="data.split.only_new",
            hint=_("Switch it off, or read all into memory."),
        )
    chosen = _dealt(data, found, reader.shape[0])
    limits = limits_of(
        Streamed(reader, chosen[0]), data.scale, found.kind, reader.dtype == np.uint8
    )
    parts = []
    for places in chosen:
        targets = None if found.targets is None else np.ascontiguousarray(found.targets[places])
        inputs: Any = Streamed(reader, places, limits.scaler)
        parts.append(Part(inputs, targets))
    return Prepared(
        info=_info(found, parts, (limits.low, limits.high)),
        train=parts[0],
        validation=parts[1],
        test=parts[2],
        source=found,
        scaler=limits.scaler,
        fingerprint=stamp,
    )


def _need_finite(values: NDArray[Any], message: str, found: Dataset) -> None:
    """Refuse ``(examples, …)`` values that are not numbers; ``message`` names the first one's place."""
    if values.dtype.kind != "f":
        return
    finite = np.isfinite(values.reshape(len(values), -1))
    whole = finite.all(axis=1)
    if not whole.all():
        row = int(np.argmin(whole))
        place = int(np.argmin(finite[row]))
        name = found.features[place] if place < len(found.features) else place + 1
        raise DataError(
            message.format(row=row + 1, place=name, title=found.title or _("the data")),
            where="data.source",
            hint=_("Fill it in or take the example out."),
        )


def _part(
    raw: NDArray[Any], targets: NDArray[Any] | None, indices: NDArray[np.int64], scaler: Scaler
) -> Part:
    inputs = np.ascontiguousarray(scaler.apply(raw[indices]))
    return Part(inputs, None if targets is None else np.ascontiguousarray(targets[indices]))


def _info(found: Dataset, parts: list[Part], ends: tuple[float, float] | None = None) -> DataInfo:
    names = ("train", "validation", "test")
    train = parts[0].inputs
    kind: Literal["index", "float"] = "index" if train.dtype.kind == "i" else "float"
    if ends is None:
        ends = (float(train.min()), float(train.max())) if train.size else (0.0, 1.0)
    low, high = ends
    per_class: dict[str, tuple[int, ...]] = {}
    if found.classes:
        for name, part in zip(names, parts, strict=True):
            assert part.targets is not None
            named = part.targets[part.targets != NO_TARGET]
            counts = np.bincount(named, minlength=len(found.classes))
            per_class[name] = tuple(int(count) for count in counts)
    target = None
    if found.targets is not None:
        dims = found.targets.shape[1:]
        classes = len(found.classes) or None
        target = Shape(dims, "index" if classes else "float", classes)
    return DataInfo(
        kind=found.kind,
        input=Shape(tuple(train.shape[1:]), kind, found.vocabulary),
        target=target,
        classes=found.classes,
        labels=found.labels,
        targets=found.names,
        padding=found.padding,
        tokens=found.tokens,
        tokenizer=found.tokenizer,
        lowercase=found.lowercase,
        features=found.features,
        counts={name: len(part.inputs) for name, part in zip(names, parts, strict=True)},
        class_counts=per_class,
        low=low,
        high=high,
        title=found.title,
        picture=found.picture or (train.shape[1:] if found.kind == "image" else ()),
    )


def _fingerprint(found: Dataset) -> str:
    """A checksum of sets that come without files."""
    import zlib

    total = zlib.crc32(np.ascontiguousarray(found.inputs).view(np.uint8).reshape(-1).data)
    if found.targets is not None:
        total = zlib.crc32(np.ascontiguousarray(found.targets).view(np.uint8).data, total)
    return f"{found.inputs.shape}-{total:08x}"
