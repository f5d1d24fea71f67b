"""What is kept of a training that failed before its first step: why, and nothing that could be gone on with.

Without its data a training has no networks, so there is neither a checkpoint nor a measurement. What is left is a project
and a summary that says what was wrong. Another training may take the place, as if there was nothing.
"""

from __future__ import annotations

import contextlib
import datetime
import shutil
import time
from pathlib import Path

from engine.runs.branch import Branch, name_of_parent
from engine.runs.folder import BEGUN_WITH, RunFolder
from engine.runs.lock import LOCK, is_training
from engine.runs.origin import seal
from engine.runs.summary import Summary, read_summary, write_summary
from projects.atomic import FORGOTTEN
from projects.errors import RunError, UserError
from projects.schema import Project


def is_false_start(run: Path) -> bool:
    """Whether a folder holds a training that failed before its first step, and nothing that was measured or learned."""
    folder = RunFolder(run)
    try:
        if read_summary(run).begun or folder.database.exists():
            return False
    except RunError:
        return False
    return next(folder.checkpoints.glob("*"), None) is None


def keep_false_start(
    folder: RunFolder,
    project: Project,
    source: Path,
    message: str,
    branch: Branch | None = None,
    weights_from: Path | None = None,
) -> None:
    """Keep why a training failed before its first step; where that can't be written nothing is left.

    Args:
        folder: The run's folder.
        project: What was to be trained.
        source: Folder of the project file.
        message: What was wrong.
        branch: Where it was to branch off from another run.
        weights_from: The run with whose weights it was to begin.
    """
    from projects.files import save  # whoever only reads runs needs no YAML

    clear(folder)
    parent = name_of_parent(folder.path, branch.run) if branch is not None else ""
    origin = name_of_parent(folder.path, weights_from) if weights_from is not None else ""
    where = str(source.resolve())
    summary = Summary(
        project=project.name,
        objective=project.objective.type,
        state="failed",
        seed=project.recipe.seed,
        started=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        folder=where,
        seal=seal(where),
        message=message,
        begun=False,
        parent=parent,
        parent_step=max(0, branch.step) if branch is not None else 0,
        weights_from=origin,
    )
    try:
        folder.path.mkdir(parents=True, exist_ok=True)
        save(project, folder.project)
        write_summary(folder.path, summary)
    except (UserError, OSError):
        clear(folder)


def clear(folder: RunFolder) -> None:
    """Take away what a training leaves that has not begun; what a person has put there stays."""
    files = (folder.summary, folder.project, folder.log, folder.vocabulary, folder.data)
    measured = (folder.path / f"{folder.database.name}{end}" for end in ("", "-wal", "-shm"))
    for path in (*files, *measured, folder.path / BEGUN_WITH):
        with contextlib.suppress(OSError):
            path.unlink()
    for path in (folder.start, folder.teacher):
        shutil.rmtree(path, ignore_errors=True)
    for path in (folder.checkpoints, folder.samples):
        with contextlib.suppress(OSError):
            path.rmdir()


def sweep_beside(run: Path) -> None:
    """Take away what a kill has left of trainings beside this one that had not begun: folders with nothing in them.

    One that was changed in the last hour stays: somebody may be about to train there.
    """
    for other in sorted(run.parent.glob("*/" + LOCK)):
        with contextlib.suppress(OSError):
            if time.time() - other.stat().st_mtime > FORGOTTEN and not is_training(other.parent):
                _sweep_empty(RunFolder(other.parent))


def _sweep_empty(folder: RunFolder) -> None:
    if {child.name for child in folder.path.iterdir()} == {LOCK, "checkpoints", "samples"}:
        folder.checkpoints.rmdir()
        folder.samples.rmdir()
        leave_nothing(folder.path)


def leave_nothing(run: Path) -> None:
    """Take away a run folder in which nothing is but the lock, which nobody holds any more."""
    with contextlib.suppress(OSError):
        if {child.name for child in run.iterdir()} <= {LOCK}:
            (run / LOCK).unlink(missing_ok=True)
            run.rmdir()
