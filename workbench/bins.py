"""Throwing run folders away so that they can be taken back."""

from __future__ import annotations

import contextlib
import shutil
import time
from pathlib import Path

from PySide6.QtCore import QFile

from engine.runs.folder import RunFolder

BIN = ".bin"  # lists of runs pass over names that begin with a dot


def throw_away(run: Path) -> Path | None:
    """Move a run folder to the system's bin, or where there is none into one beside it.

    Nothing but a run folder is ever touched.

    Args:
        run: The run folder.

    Returns:
        Where it lies now; None where it stayed.
    """
    if not RunFolder(run).is_run or run.is_symlink():
        return None
    file = QFile(str(run))
    if file.moveToTrash():
        moved = file.fileName()  # empty where the system doesn't tell
        return Path(moved) if moved != str(run) else Path()
    with contextlib.suppress(OSError):
        aside = run.parent / BIN
        aside.mkdir(exist_ok=True)
        target = aside / run.name
        if target.exists():
            target = aside / f"{run.name}-{time.time_ns()}"
        return run.rename(target)
    return None


def take_back(place: Path, run: Path) -> bool:
    """Move a run folder from a bin back to where it lay; return whether that worked.

    Args:
        place: Where it lies, as :func:`throw_away` answered.
        run: Where it lay.
    """
    if not place.name or not place.is_dir() or run.exists():
        return False
    try:
        run.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(place, run)
    except OSError:
        return False
    with contextlib.suppress(OSError):  # what bins of the freedesktop kind keep about it
        (place.parent.parent / "info" / f"{place.name}.trashinfo").unlink(missing_ok=True)
    return True
