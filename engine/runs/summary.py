"""The few facts of a run that lists show: ``summary.json``."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import msgspec

from engine.protocol import Finished
from engine.runs.folder import RunFolder
from engine.runs.lock import is_training
from projects.atomic import write
from projects.errors import FileError, RunError
from projects.files import read_bytes
from projects.translation import gettext as _

UNFINISHED = ("running", "paused", "stopping")
IMPORTED = "imported"
FOREIGN = "foreign"
COMPRESSED = "compressed"
DAMAGED = "damaged"


def was_never_trained(state: str) -> bool:
    """Whether a run in this state holds nothing but weights: there is no training to go on with or to look at."""
    return state in (IMPORTED, COMPRESSED)


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What ``summary.json`` holds.

    Attributes:
        project: The project's name.
        objective: What it trains for.
        state: ``running``, ``paused``, ``finished``, ``stopped`` or ``failed``; read back as
            ``interrupted`` when its process is gone. ``imported`` for weights that came from a file, ``compressed``
            for those that were made of another run's, ``foreign`` for curves of another program; lists say ``damaged``
            of a run whose summary is missing or cannot be read.
        steps: Steps made.
        epochs: Passes over the training part.
        seconds: Seconds of training, pauses left out.
        steps_per_second: Over all of them.
        metrics: Last value of every metric.
        best: The best evaluation: ``step`` and its metrics; empty when there was none.
        seed: Seed of the recipe.
        device: Where it ran.
        torch: Version of torch.
        started: When the run was begun, ISO 8601 in UTC.
        folder: Where the project file was, for data paths that are relative to it.
        seal: Proof that the folder was noted on this machine; see :mod:`engine.runs.origin`.
        message: Why it failed.
        begun: False of a training that failed before its first step: nothing of it can be gone on with.
        parent: The run that it branched off from: the name of a folder beside its own, or a path; empty
            for none.
        parent_step: After how many steps of that run.
        weights_from: The run with whose weights it began, named as a parent is; empty for none.
    """

    project: str
    objective: str
    state: str
    steps: int = 0
    epochs: float = 0.0
    seconds: float = 0.0
    steps_per_second: float = 0.0
    metrics: dict[str, float] = {}
    best: dict[str, Any] = {}
    seed: int = 0
    device: str = ""
    torch: str = ""
    started: str = ""
    folder: str = ""
    seal: str = ""
    message: str = ""
    begun: bool = True
    parent: str = ""
    parent_step: int = 0
    weights_from: str = ""

    def finished(self, run: Path) -> Finished:
        """The summary as the event that ends a training."""
        return Finished(
            run=str(run),
            state=self.state,
            steps=self.steps,
            epochs=self.epochs,
            seconds=self.seconds,
            steps_per_second=self.steps_per_second,
            metrics=self.metrics,
            best=self.best,
        )


def write_summary(run: Path, summary: Summary) -> None:
    """Replace a run's summary; numbers that are not finite are left out.

    Raises:
        FileError: It cannot be written.
    """
    finite = {name: value for name, value in summary.metrics.items() if math.isfinite(value)}
    whole = msgspec.json.encode(msgspec.structs.replace(summary, metrics=finite))
    content = msgspec.json.format(whole, indent=2) + b"\n"
    write(RunFolder(run).summary, content, follow_link=False)


def read_summary(run: Path) -> Summary:
    """Return a run's summary.

    Raises:
        RunError: There is none, or it is damaged.
    """
    folder = RunFolder(run)
    path = folder.summary
    try:
        summary = msgspec.json.decode(read_bytes(path), type=Summary)
    except FileError as error:
        if folder.is_run:
            message = _("the run's summary is missing, or cannot be read.")
            raise RunError(message, where=str(path)) from error
        message = _("this is not a run folder: it holds no summary.")
        raise RunError(message, where=str(run)) from error
    except (msgspec.MsgspecError, RecursionError) as error:
        raise RunError(_("the run's summary is damaged."), where=str(path)) from error
    if summary.state in UNFINISHED and not is_training(run):
        summary = msgspec.structs.replace(summary, state="interrupted")
    return summary


def summary_or_damage(run: Path) -> Summary:
    """Return a run's summary; where there is none to be read, one in the state :data:`DAMAGED` that says why."""
    try:
        return read_summary(run)
    except RunError as error:
        return Summary(project="", objective="", state=DAMAGED, message=str(error))


def state_of(run: Path) -> str:
    """Return the state of a run; empty where its summary is missing or damaged."""
    try:
        return read_summary(run).state
    except RunError:
        return ""
