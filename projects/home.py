"""Where Ganvas keeps what belongs to the person and not to a project."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def home() -> Path:
    """Return the folder for settings, recovery files and runs of unsaved projects; made when new.

    ``GANVAS_HOME`` names another one.
    """
    named = os.environ.get("GANVAS_HOME")
    folder = Path(named) if named else Path(platformdirs.user_data_dir("ganvas", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
