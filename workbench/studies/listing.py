"""Which studies lie beside a project, and what they are called."""

from __future__ import annotations

import contextlib
from pathlib import Path

from engine.studies.folder import DECLARATION
from projects.errors import ProjectError
from projects.yaml_reader import read_value
from workbench.rundata import run_title

STUDIES = "studies"  # the folder beside a project
MOST_HEAD = 4096  # characters in which the title of a study stands


def studies_in(folder: Path) -> list[Path]:
    """Return the studies in a folder, newest first by the time in their names."""
    try:
        found = [path for path in folder.iterdir() if (path / DECLARATION).is_file()]
    except OSError:
        return []
    return sorted(found, key=lambda path: path.name, reverse=True)


def title_of(study: Path) -> str:
    """Return what a study is called, without reading all of it: ``Losses · 14:41``."""
    when = run_title(study).rpartition(" · ")[2]
    with contextlib.suppress(OSError, UnicodeDecodeError, ProjectError):
        with open(study / DECLARATION, encoding="utf-8") as file:
            head = file.read(MOST_HEAD).splitlines()
        line = next((line for line in head if line.startswith("study: ")), "")
        title = read_value(line.removeprefix("study: ")) if line else None
        if isinstance(title, str) and title:
            return f"{title} · {when}"
    return study.name
