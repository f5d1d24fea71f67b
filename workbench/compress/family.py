"""A run, the variants that were made of it, and the runs that were trained on from those."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.compression.variant import Size
from engine.runs.branch import parent_path
from engine.runs.summary import COMPRESSED, Summary
from projects.translation import gettext as _
from workbench.compress.fair import with_fair_times, with_times_of
from workbench.rundata import run_title
from workbench.variant_words import steps_words, variant_of

RUN, VARIANT, TRAINED = "run", "variant", "trained"
WEIGHTS = ("best.safetensors", "weights.safetensors")
NOTHING: Mapping[Path, tuple[Size, Size]] = {}


@dataclass(frozen=True)
class Member:
    """One of a family.

    Attributes:
        path: The run folder.
        title: What the run is called.
        kind: ``run`` for the first of all, ``variant`` or ``trained`` for one that was trained on from a variant.
        done: What was done, in words.
        size: What it costs and is worth; None where that was never measured.
        origin: The one that it was made of, or trained on from; None for the first of all.
        beside: What that cost when both were timed in turns; None where they never were.
        fair: The size with times that can be compared within the family; None where they cannot be.
        stored: Bytes of the file that its training has left, where that packs nothing; 0 for a variant.
    """

    path: Path
    title: str
    kind: str
    done: str
    size: Size | None = None
    origin: Path | None = None
    beside: Size | None = None
    fair: Size | None = None
    stored: int = 0


def family_of(
    run: Path,
    runs: Sequence[tuple[Path, Summary]],
    known: Mapping[Path, Size],
    beside: Mapping[Path, tuple[Size, Size]] = NOTHING,
) -> tuple[Member, ...]:
    """Return the family that a run belongs to: the first of all, then the others by age.

    Args:
        run: One of them.
        runs: All listed runs.
        known: What was measured of runs that keep no such figures themselves.
        beside: What such runs and those that they were trained on from cost, timed in turns.
    """
    summaries = dict(runs)
    first = _first_of(run, summaries)
    found: list[Member] = []
    for path in sorted(summaries, key=lambda path: (path != first, path.name)):
        if _first_of(path, summaries) != first:
            continue
        variant = variant_of(path) if summaries[path].state == COMPRESSED else None
        origin = _origin_of(path, summaries)
        kind, size, then = TRAINED, known.get(path), None
        if size is not None and path in beside:
            own, then = beside[path]
            size = with_times_of(size, own)
        words = _("trained on from {run}").format(run=run_title(origin)) if origin else ""
        if variant is not None:
            kind, size, words = VARIANT, variant.size, steps_words(variant.steps)
            then = variant.parent
            if origin == first and found and found[0].size is None:
                found[0] = replace(found[0], size=variant.parent)
        elif summaries[path].state == COMPRESSED:
            continue  # damaged
        if path == first:
            kind, words = RUN, words if variant is not None else _("as it was trained")
        origin = None if path == first else origin
        stored = 0 if variant is not None else _stored(path)
        found.append(Member(path, run_title(path), kind, words, size, origin, then, stored=stored))
    return with_fair_times(found)


def _stored(run: Path) -> int:
    """Bytes of the best weights in the newest checkpoint, or of the last ones; 0 where there are none."""
    folders = sorted(run.glob("checkpoints/step-*"), reverse=True)
    for path in [folder / name for folder in folders[:1] for name in WEIGHTS]:
        with contextlib.suppress(OSError):
            return path.stat().st_size
    return 0


def _origin_of(path: Path, summaries: Mapping[Path, Summary]) -> Path | None:
    """The run that a variant was made of, or with whose weights a run began, if that is listed."""
    summary = summaries.get(path)
    if summary is None:
        return None
    name = summary.parent if summary.state == COMPRESSED else summary.weights_from
    origin = parent_path(path, name) if name else None
    return origin if origin in summaries else None


def _first_of(path: Path, summaries: Mapping[Path, Summary]) -> Path:
    """The run behind the first variant of a line; a run itself where its line has no variant.

    Files may say anything: no run is passed twice.
    """
    line: list[Path] = []
    place: Path | None = path
    while place is not None and place not in line:
        line.append(place)
        place = _origin_of(place, summaries)
    variants = [
        i for i, one in enumerate(line) if one in summaries and summaries[one].state == COMPRESSED
    ]
    return line[min(variants[-1] + 1, len(line) - 1)] if variants else path
