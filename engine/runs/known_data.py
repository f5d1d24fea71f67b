"""What a run knows of the data that it learned from, kept in its folder.

A run reads its data again to answer, and takes scales and names of classes from there. Had the file changed meanwhile,
its networks would get numbers of another size, and their answers the names of other classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.data.prepare import Prepared
from engine.data.scaling import Scaler
from engine.runs.folder import RunFolder
from projects.atomic import write
from projects.errors import FileError, RunError
from projects.files import read_bytes
from projects.translation import N_
from projects.translation import gettext as _

LOOKED_AT = 64
CLOSE = 1e-5
"""Share of a scale, or of the largest value, up to which numbers count as the same: other machines round otherwise."""


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """See :class:`~engine.data.scaling.Scaler`."""

    shift: list[float]
    divisor: list[float]


class KnownData(msgspec.Struct, frozen=True, kw_only=True):
    """What ``data.json`` holds.

    Attributes:
        fingerprint: Changes when the data may have changed: sizes and times of files.
        input: Shape of an example.
        examples: How many there are, by part.
        classes: Names of the classes.
        labels: Names of yes-or-no answers.
        features: Names of the numbers of an example.
        targets: Names of the numbers that are answered.
        scaling: How inputs are scaled.
        target_scaling: How targets are.
        first: Means of the first examples of the training part: of the first numbers of each, then of all.
        first_targets: The same of their targets.
    """

    fingerprint: str
    input: tuple[int, ...]
    examples: dict[str, int]
    classes: tuple[str, ...]
    labels: tuple[str, ...]
    features: tuple[str, ...]
    targets: tuple[str, ...]
    scaling: Scale
    target_scaling: Scale
    first: list[float]
    first_targets: list[float]


NAMES = {
    "input": N_("the shape of an example"),
    "examples": N_("how many examples there are"),
    "classes": N_("the names of the classes"),
    "labels": N_("the names of the labels"),
    "features": N_("the names of the features"),
    "targets": N_("the names of the targets"),
}
NUMBERS = {
    "scaling": N_("the scale of the inputs"),
    "target_scaling": N_("the scale of the targets"),
    "first": N_("the examples"),
    "first_targets": N_("the targets"),
}


def known_of(data: Prepared) -> KnownData:
    """Return what a run keeps of its data.

    Args:
        data: As its objective sees it.
    """
    info = data.info
    targets = None if data.train.targets is None else data.train.targets[:LOOKED_AT]
    return KnownData(
        fingerprint=data.fingerprint,
        input=info.input.dims,
        examples=info.counts,
        classes=info.classes,
        labels=info.labels,
        features=info.features,
        targets=info.targets,
        scaling=_scale(data.scaler),
        target_scaling=_scale(data.target_scaler),
        first=_means(data.train.inputs[:LOOKED_AT]),
        first_targets=[] if targets is None else _means(targets),
    )


def write_known_data(run: Path, data: Prepared) -> None:
    """Keep what is known of a run's data beside the project.

    Raises:
        FileError: It cannot be written.
    """
    content = msgspec.json.format(msgspec.json.encode(known_of(data)), indent=2) + b"\n"
    write(RunFolder(run).data, content, follow_link=False)


def need_known_data(run: Path, data: Prepared) -> None:
    """Refuse to ask a run about data that are others than those it learned from.

    Files that were copied, or moved with their project, are the same data.

    Args:
        run: The run folder; of one that keeps nothing of its data, as older ones do, nothing is asked.
        data: The data as they are now, as its objective sees them.

    Raises:
        RunError: The file is damaged, or the data have changed; says what of them.
    """
    path = RunFolder(run).data
    if not path.is_file():
        return
    try:
        kept = msgspec.json.decode(read_bytes(path), type=KnownData)
    except (msgspec.MsgspecError, FileError, RecursionError) as error:
        raise RunError(
            _("what the run knows of its data is damaged: {reason}.").format(reason=error),
            where=str(path),
            hint=_("Without this file sizes and times of the data's files count."),
        ) from error
    if kept.fingerprint != data.fingerprint and (changed := _changed(kept, known_of(data))):
        raise changed_data(changed)


def changed_data(what: Sequence[str] = ()) -> RunError:
    """Return what is said where data are not those that a run learned from.

    Args:
        what: What of them is not as it was, in words.
    """
    message = _("the data has changed since this run was begun.")
    if what:
        message = _("the data has changed since this run was begun: {what}.").format(
            what=", ".join(what)
        )
    hint = _("Put the old data back, or start a new run.")
    return RunError(message, where="data.source", hint=hint)


def _changed(kept: KnownData, now: KnownData) -> list[str]:
    """What of the data is not as it was, in words."""
    found = [_(words) for name, words in NAMES.items() if getattr(kept, name) != getattr(now, name)]
    same = {
        "scaling": _same_scale(kept.scaling, now.scaling),
        "target_scaling": _same_scale(kept.target_scaling, now.target_scaling),
        "first": _same(kept.first, now.first),
        "first_targets": _same(kept.first_targets, now.first_targets),
    }
    return found + [_(words) for name, words in NUMBERS.items() if not same[name]]


def _scale(scaler: Scaler) -> Scale:
    return Scale(shift=scaler.shift.ravel().tolist(), divisor=scaler.divisor.ravel().tolist())


def _means(rows: NDArray[np.generic]) -> list[float]:
    if not rows.size:
        return []
    flat = np.asarray(rows).reshape(len(rows), -1).astype(np.float64)
    return [*flat[:, :LOOKED_AT].mean(axis=0).tolist(), float(flat.mean()), float(flat.std())]


def _same_scale(kept: Scale, now: Scale) -> bool:
    if len(kept.shift) != len(now.shift) or len(kept.divisor) != len(now.divisor):
        return False
    divisors = np.array(kept.divisor)
    apart = np.abs([np.subtract(kept.shift, now.shift), np.subtract(kept.divisor, now.divisor)])
    return bool((apart <= CLOSE * np.abs(divisors)).all())


def _same(kept: list[float], now: list[float]) -> bool:
    if len(kept) != len(now):
        return False
    apart = np.abs(np.subtract(kept, now))
    return bool((apart <= CLOSE * np.abs(kept).max(initial=1.0)).all())
