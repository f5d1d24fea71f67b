"""Throwing run folders away so that they can be taken back out of the system's bin."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFile

from engine.runs.folder import RunFolder


def throw_away(run: Path) -> bool:
    """Move a run folder to the system's bin; return whether that worked.

    Nothing but a run folder is ever touched.
    """
    if not RunFolder(run).exists or run.is_symlink():
        return False
    moved: object = QFile.moveToTrash(str(run))
    return bool(moved[0] if isinstance(moved, tuple) else moved)
