"""Where a run keeps what: the paths inside a run folder, how folders are named, which there are."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

from engine.runs.lock import is_training
from projects.errors import RunError
from projects.home import home
from projects.translation import gettext as _

_WORDS = [
    "amber",
    "ash",
    "aspen",
    "bay",
    "birch",
    "blue",
    "brook",
    "cedar",
    "clay",
    "cloud",
    "copper",
    "coral",
    "crane",
    "dawn",
    "delta",
    "dune",
    "elm",
    "ember",
    "fern",
    "field",
    "finch",
    "fir",
    "flint",
    "fox",
    "frost",
    "gale",
    "glade",
    "glen",
    "gold",
    "grove",
    "hawk",
    "hazel",
    "heath",
    "heron",
    "hill",
    "iris",
    "isle",
    "ivy",
    "jade",
    "juniper",
    "lake",
    "larch",
    "lark",
    "leaf",
    "lime",
    "linden",
    "lynx",
    "maple",
    "marsh",
    "meadow",
    "mint",
    "mist",
    "moon",
    "moss",
    "night",
    "oak",
    "ocean",
    "olive",
    "opal",
    "orchid",
    "otter",
    "owl",
    "pearl",
    "pebble",
    "pine",
    "plum",
    "pond",
    "quail",
    "quartz",
    "rain",
    "raven",
    "reed",
    "ridge",
    "river",
    "robin",
    "rose",
    "rowan",
    "ruby",
    "sage",
    "sand",
    "shore",
    "silver",
    "sky",
    "slate",
    "snow",
    "spruce",
    "star",
    "stone",
    "storm",
    "sun",
    "swan",
    "swift",
    "teal",
    "thistle",
    "tide",
    "topaz",
    "valley",
    "violet",
    "wave",
    "willow",
    "wind",
    "wren",
]


CARD = "card.json"
BEGUN_WITH = "start.safetensors"  # weights of another run with which one was begun


class RunFolder:
    """The paths of one run.

    Args:
        path: The run folder; need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self.project = self.path / "project.yaml"
        self.database = self.path / "run.sqlite"
        self.checkpoints = self.path / "checkpoints"
        self.live = self.path / "live.safetensors"
        self.samples = self.path / "samples"
        self.start = self.path / "start"
        self.teacher = self.path / "teacher"
        self.log = self.path / "log.txt"
        self.summary = self.path / "summary.json"
        self.vocabulary = self.path / "vocabulary.json"
        self.data = self.path / "data.json"
        self.card = self.path / CARD
        self.compression = self.path / "compression.json"

    def make(self) -> None:
        """Create the folder and its sub-folders."""
        for folder in (self.path, self.checkpoints, self.samples):
            folder.mkdir(parents=True, exist_ok=True)

    def refuse_links(self) -> None:
        """Refuse to write where links lead: a run from a stranger must not reach other files.

        Raises:
            RunError: One of the run's files or folders is a link.
        """
        for path in (
            self.project,
            self.database,
            self.checkpoints,
            self.live,
            self.samples,
            self.start,
            self.teacher,
            self.log,
            self.summary,
            self.vocabulary,
            self.data,
            self.compression,
        ):
            if path.is_symlink():
                raise RunError(
                    _("this is a link, and what a run writes must not end up elsewhere."),
                    where=str(path),
                    hint=_("Put the file itself there."),
                )

    @property
    def exists(self) -> bool:
        """Whether a run was begun here."""
        return self.project.is_file()

    @property
    def is_run(self) -> bool:
        """Whether this is a run: damaged or whole, its curves those of another program or not.

        A person's own ``project.yaml`` alone does not make one.
        """
        return _is_run(self.path)


def runs_folder(project_file: Path | None, name: str) -> Path:
    """Return the folder that holds a project's runs: ``runs/<project>`` beside its file.

    Args:
        project_file: The project's file; None when it was never saved: its runs go to the
            person's :func:`~projects.home.home`.
        name: The project's name, used when there is no file.
    """
    if project_file is not None:
        return project_file.parent / "runs" / _safe(project_file.stem)
    return home() / "runs" / _safe(name)


def new_run(project_file: Path | None, name: str) -> Path:
    """Return the path of a new run folder, ``<time>-<word>``; it is not made yet."""
    return new_run_in(runs_folder(project_file, name))


def new_run_in(parent: Path) -> Path:
    """Return the path of a new run folder in a folder of runs; it is not made yet."""
    stamp = time.strftime("%Y%m%d-%H%M%S")
    words = [word for word in _WORDS if not (parent / f"{stamp}-{word}").exists()]
    word = secrets.choice(words) if words else secrets.choice(_WORDS) + secrets.token_hex(4)
    return parent / f"{stamp}-{word}"


def list_runs(folder: Path) -> list[Path]:
    """Return every run folder in or below ``folder``, newest first (by the time in its name)."""
    found = [folder] if _is_run(folder) else list(_below(folder, depth=3))
    return sorted(found, key=lambda path: (path.name, str(path)), reverse=True)


def _below(folder: Path, depth: int) -> Iterator[Path]:
    try:
        children = [child for child in folder.iterdir() if not child.name.startswith(".")]
    except OSError:  # not a folder, or not ours to read
        return
    for child in children:
        if _is_run(child):
            yield child
        elif depth > 1:
            yield from _below(child, depth - 1)


def _is_run(folder: Path) -> bool:
    """The same as :attr:`RunFolder.is_run`, without the other paths: lists ask it of a thousand folders.

    Measurements without a summary are left where a process was killed before it had written one, or where somebody has
    deleted it; who is training will write it in a moment.
    """
    name = os.fspath(folder)
    if os.path.exists(f"{name}/summary.json"):
        return os.path.isfile(f"{name}/project.yaml") or os.path.isfile(f"{name}/run.sqlite")
    return os.path.isfile(f"{name}/run.sqlite") and not is_training(folder)


def _safe(name: str) -> str:
    return re.sub(r"[^\w\- .]+", "_", name).strip(" .")[:80] or "untitled"
