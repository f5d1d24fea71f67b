"""A checkpoint put back into a training, once it is known to belong to it."""

from __future__ import annotations

from pathlib import Path

from engine.compute import checkpoint, facts
from engine.compute.checkpoint import Snapshot
from engine.compute.training import Begun, Training
from engine.runs.folder import RunFolder
from engine.runs.known_data import changed_data


def start_of(run: Path) -> Snapshot | None:
    """Return what a branch begins with; None for a run that begins at its first step.

    Raises:
        RunError: It is damaged.
    """
    folder = RunFolder(run).start
    return checkpoint.load_newest(folder)[0] if checkpoint.checkpoints(folder) else None


def begun_of(start: Snapshot | None) -> Begun:
    """Return what was done before a branch began.

    Raises:
        RunError: The values are not what they have to be.
    """
    if start is None:
        return Begun()
    known = facts.checked(start)
    return Begun(known.step, known.epoch, known.offset)


def put_back(training: Training, found: Snapshot) -> bool:
    """Let a training go on from a checkpoint; return whether it does so bit for bit.

    Args:
        training: A training of the project that the checkpoint is of.
        found: The checkpoint.

    Raises:
        RunError: The data is not what it was, or the checkpoint does not fit.
    """
    known = facts.checked(found)
    same = same_environment(training, found)
    if known.offset > training.steps_per_epoch:
        raise facts.unfit(found, f"offset {known.offset}")
    facts.check_best(found)
    try:
        training.restore(found)
    except (RuntimeError, LookupError, TypeError, ValueError) as error:
        raise facts.unfit(found, str(error)) from error
    return same


def same_environment(training: Training, found: Snapshot) -> bool:
    """Return whether a checkpoint was made by the same device, version and number of threads.

    Raises:
        RunError: The data is not what it was.
    """
    before, now = facts.checked(found).run.environment, training.environment()
    if before.get("data") != now["data"]:
        raise changed_data()
    return bool(before == now)
