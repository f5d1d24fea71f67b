"""Makes run folders of event files, and event files of runs."""

from __future__ import annotations

import calendar
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.events.messages import event_class
from engine.events.reading import MARK, Curve, folders_of_runs, read_curves
from engine.events.records import write_records
from engine.protocol import Array, Progress, Scalars, Started, State
from engine.runs.card import MOST_NAME, Card, write_card
from engine.runs.clock import is_due
from engine.runs.folder import RunFolder, new_run_in
from engine.runs.reader import Reader
from engine.runs.store import Store
from engine.runs.summary import FOREIGN, Summary, write_summary
from projects.atomic import whole_folder, write
from projects.errors import FileError, UserError
from projects.translation import gettext as _

VERSION = "brain.Event:2"
PIECE = 4096  # values of a row of the table


class Taken(NamedTuple):
    """What came of a folder of event files.

    Attributes:
        runs: The run folders that were made.
        refused: Why others could not be read, a sentence each.
    """

    runs: list[Path]
    refused: list[str]


def take_in(place: Path, runs: Path) -> Taken:
    """Make a run folder of every folder of event files.

    Args:
        place: A log folder of TensorBoard, or one event file.
        runs: The folder where they go.

    Raises:
        UserError: There are none, or none of them can be read.
    """
    taken = Taken([], [])
    for name, folder in folders_of_runs(place).items():
        try:
            curves = read_curves(folder)
        except UserError as error:
            taken.refused.append(str(error))
            if len(taken.refused) == 1:
                first = error
            continue
        run = new_run_in(runs)
        with whole_folder(run) as room:  # a list would take what has no summary yet for damaged
            _make(room, name, curves)
        taken.runs.append(run)
    if not taken.runs:
        raise first
    return taken


def _make(run: Path, name: str, curves: dict[str, Curve]) -> None:
    folder = RunFolder(run)
    folder.make()
    sorted_curves = {tag: curve.sorted() for tag, curve in curves.items()}
    last = max(int(steps[-1]) for steps, _values, _times in sorted_curves.values())
    clock = _clock(list(sorted_curves.values()))
    store = Store(folder.database)
    store.emit(Started(run=str(run), step=0, steps_per_epoch=0, total_steps=last, device=""))
    seconds, told = 0.0, None
    for step, seconds in clock:
        if is_due(seconds, told):
            store.emit(Progress(step=step, epoch=0.0, steps_per_second=0.0, seconds=seconds))
            told = seconds
    for tag, (steps, values, _times) in sorted_curves.items():
        for start in range(0, len(steps), PIECE):
            piece = slice(start, start + PIECE)
            store.emit(Scalars(series={tag: (Array.of(steps[piece]), Array.of(values[piece]))}))
            store.flush()
    store.emit(State(state=FOREIGN, step=last))
    store.close()
    metrics = {tag: float(values[-1]) for tag, (_steps, values, _times) in sorted_curves.items()}
    summary = Summary(
        project=name, objective="", state=FOREIGN, steps=last, seconds=seconds, metrics=metrics
    )
    write_summary(run, summary)
    write_card(run, Card(name=name[-MOST_NAME:], tags=("tensorboard",)))


def _clock(
    curves: list[tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]],
) -> list[tuple[int, float]]:
    """Seconds since the first value by step, told by the curve with the most values; rising only."""
    steps, _values, times = max(curves, key=lambda curve: len(curve[0]))
    begun = min(float(some.min()) for _steps, _some, some in curves)
    seconds = np.maximum.accumulate(times - begun)
    return list(zip(steps.tolist(), seconds.tolist(), strict=True))


def hand_out(run: Path, folder: Path) -> Path:
    """Write the curves of a run as an event file.

    Args:
        run: The run folder.
        folder: A folder, made when new, which holds no event file yet.

    Returns:
        The file.

    Raises:
        FileError: It cannot be written, or there is one already.
        RunError: The run cannot be read.
    """
    reader = Reader(run)
    begun = _begun(reader.summary())
    bodies = _bodies(reader, begun)
    path = folder / f"events.out.{MARK}.{int(begun)}.ganvas"
    if folder.is_dir() and any(MARK in other.name for other in folder.iterdir()):
        raise FileError(
            _("there is an event file in this folder already."),
            where=str(folder),
            hint=_("TensorBoard would show both as one run: choose another folder."),
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(error.strerror or str(error), where=str(folder)) from error
    write(path, write_records(bodies))
    return path


def _bodies(reader: Reader, begun: float) -> list[bytes]:
    """The curves of a run as events of an event file; ``begun`` is when, in seconds since 1970."""
    steps, seconds = [0], [0.0]
    series: dict[str, list[tuple[NDArray[np.int64], NDArray[np.float64]]]] = {}
    for event in reader.events(()):
        if isinstance(event, Progress) and event.step > steps[-1]:
            steps.append(event.step)
            seconds.append(event.seconds)
        elif isinstance(event, Started):  # what lies after this step was measured again
            for parts in series.values():
                parts[:] = [(s[s <= event.step], v[s <= event.step]) for s, v in parts]
        elif isinstance(event, Scalars):
            for name, (where, values) in event.series.items():
                series.setdefault(name, []).append((where.numpy(), values.numpy()))
    made = event_class()
    bodies = [made(wall_time=begun, file_version=VERSION).SerializeToString()]
    for tag, parts in series.items():
        places = np.concatenate([some for some, _numbers in parts])
        numbers = np.concatenate([some for _places, some in parts])
        times = begun + np.interp(places, steps, seconds)
        for step, when, number in zip(
            places.tolist(), times.tolist(), numbers.tolist(), strict=True
        ):
            told = {"value": [{"tag": tag, "simple_value": number}]}
            bodies.append(made(wall_time=when, step=step, summary=told).SerializeToString())
    return bodies


def _begun(summary: Summary) -> float:
    """When a run was begun, in seconds since 1970; now where it does not say."""
    try:
        return float(calendar.timegm(time.strptime(summary.started[:19], "%Y-%m-%dT%H:%M:%S")))
    except ValueError:
        return float(int(time.time()))
