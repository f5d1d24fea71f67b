"""Where a study keeps what: a folder with its declaration, its project and its runs.

The runs are ordinary run folders, and what has come of the study is read from them alone, so a kill loses
nothing: whoever opens the folder again sees which runs are done and which are still to go on.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from engine.runs.folder import RunFolder
from engine.runs.lock import RunLock
from engine.runs.origin import is_trusted, seal
from engine.runs.summary import Summary, read_summary
from engine.studies.declaration import Study, load_study, write_study
from engine.studies.grid import Planned, plan
from projects import files
from projects.atomic import PREFIX, explain, write
from projects.errors import FileError, ProjectError, RunError, UserError
from projects.files import read_bytes
from projects.schema import Project
from projects.translation import gettext as _

DECLARATION, PROJECT, RUNS, NOTES = "study.yaml", "project.yaml", "runs", "notes.json"
WAITING = "waiting"
KEPT = ("finished", "failed")  # what came of such a run stays; all others go on


class Notes(msgspec.Struct, frozen=True, kw_only=True):
    """What ``notes.json`` holds.

    Attributes:
        folder: Folder of the project file, where relative data paths start.
        seal: Proof that it was noted on this machine; see :mod:`engine.runs.origin`.
        failures: Why runs that left no summary of their own could not be trained, by name.
    """

    folder: str = ""
    seal: str = ""
    failures: dict[str, str] = {}


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What has become of one run.

    Attributes:
        planned: The run.
        path: Its folder.
        state: As of run folders, or ``waiting``.
        steps: Steps made.
        seconds: Seconds of training.
        metrics: Its metrics.
        message: Why it failed, as a sentence.
        begun: Whether its folder holds a run.
    """

    planned: Planned
    path: Path
    state: str = WAITING
    steps: int = 0
    seconds: float = 0.0
    metrics: dict[str, float] = {}
    message: str = ""
    begun: bool = False

    @property
    def left(self) -> bool:
        """Whether it is still to be trained; what failed before it began is tried again."""
        return self.state not in KEPT or not self.begun


class StudyFolder:
    """A study on the disk.

    Args:
        path: Its folder; need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(os.path.abspath(path))
        self.declaration = self.path / DECLARATION
        self.project_file = self.path / PROJECT
        self.runs = self.path / RUNS

    @property
    def exists(self) -> bool:
        """Whether a study was begun here."""
        return self.declaration.is_file()

    def begin(self, study: Study, project: Project, folder: Path) -> list[Planned]:
        """Make the folder, or go on with the study that is in it.

        A study may have grown since: runs that it had already are kept.

        Args:
            study: The study.
            project: The project that it varies.
            folder: Folder of the project file.

        Returns:
            Every training of the study.

        Raises:
            ProjectError: The study asks for something that the project does not have.
            FileError: The folder cannot be used.
        """
        planned = plan(study, project)
        self._refuse_links()
        if self.exists:
            self._need_same(planned, project)
        else:
            self._need_room(project)
        try:
            self.runs.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain(error, self.path, 0) from error
        if not self.exists:
            files.save(project, self.project_file)
        name = os.path.abspath(folder)
        self.note(msgspec.structs.replace(self.notes(), folder=name, seal=seal(name)))
        write(self.declaration, write_study(study).encode(), follow_link=False)
        return planned

    def read(self) -> tuple[Study, list[Planned]]:
        """Return the study that is kept here and its trainings.

        Raises:
            UserError: There is none, or it is damaged.
        """
        self._refuse_links()
        study = load_study(self.declaration)
        return study, plan(study, files.load(self.project_file).project)

    def lock(self) -> RunLock:
        """Keep others from training here.

        Raises:
            RunError: Another process trains this study.
        """
        try:
            return RunLock(self.path)
        except RunError as error:
            raise RunError(
                _("another process trains this study already."),
                where=str(self.path),
                hint=_("Stop it there first, or choose another folder."),
            ) from error

    def data_folder(self) -> Path:
        """Return the folder where relative data paths start; a stranger's study chooses none."""
        notes = self.notes()
        return Path(notes.folder) if is_trusted(self.path, notes.folder, notes.seal) else self.path

    def notes(self) -> Notes:
        """Return what is noted beside the runs; nothing where that is missing or damaged."""
        try:
            return msgspec.json.decode(read_bytes(self.path / NOTES), type=Notes)
        except (FileError, msgspec.MsgspecError, RecursionError):
            return Notes()

    def note(self, notes: Notes) -> None:
        """Replace what is noted.

        Raises:
            FileError: It cannot be written.
        """
        content = msgspec.json.format(msgspec.json.encode(notes), indent=2) + b"\n"
        write(self.path / NOTES, content, follow_link=False)

    def note_failure(self, name: str, message: str) -> None:
        """Note why a run could not be trained; an empty message takes that back."""
        notes = self.notes()
        failures = {key: why for key, why in notes.failures.items() if key != name}
        if message:
            failures[name] = message
        if failures != notes.failures:
            self.note(msgspec.structs.replace(notes, failures=failures))

    def run_of(self, planned: Planned) -> Path:
        """Return the folder of a run."""
        return self.runs / planned.name

    def rows(self, planned: list[Planned]) -> list[Row]:
        """Return what has become of every run so far."""
        failures = self.notes().failures
        return [self.row(one, failures.get(one.name, "")) for one in planned]

    def row(self, planned: Planned, failure: str = "") -> Row:
        """Return what has become of a run.

        Args:
            planned: The run.
            failure: Why it could not be trained, if that was noted.
        """
        path = self.run_of(planned)
        summary = _summary(path)
        if summary is None:
            state = "failed" if failure else WAITING
            return Row(planned=planned, path=path, state=state, message=failure)
        return Row(
            planned=planned,
            path=path,
            state=summary.state,
            steps=summary.steps,
            seconds=summary.seconds,
            metrics=summary.metrics,
            message=summary.message or (failure if summary.state not in KEPT else ""),
            begun=True,
        )

    def _need_same(self, planned: list[Planned], project: Project) -> None:
        kept = files.load(self.project_file).project
        if not files.same(kept, project):
            raise ProjectError(
                _("a study of another project is in this folder, or the project was edited since."),
                where=str(self.path),
                hint=_("Choose another folder, or train the project as it was: {file}.").format(
                    file=self.project_file
                ),
            )
        names = {one.name for one in planned}
        strange = [path.name for path in _folders(self.runs) if path.name not in names]
        if strange:
            raise ProjectError(
                _("another study is in this folder: it has the run “{name}”.").format(
                    name=strange[0]
                ),
                where=str(self.path),
                hint=_("Choose another folder; a study may only grow."),
            )

    def _need_room(self, project: Project) -> None:
        path = self.path
        try:
            there = {child.name for child in path.iterdir()} if path.is_dir() else set()
            taken = bool(there) and not self._was_broken_off(there, project)
            busy = taken or (path.exists() and not path.is_dir())
        except OSError as error:
            raise explain(error, path, 0) from error
        if busy:
            raise FileError(
                _("something else is there already."),
                where=str(path),
                hint=_("Choose a new or an empty folder."),
            )

    def _was_broken_off(self, there: set[str], project: Project) -> bool:
        """Whether what is there is what a kill leaves of the same study's beginning; see :meth:`begin`."""
        own = {name for name in there if not name.startswith(PREFIX)}
        if not own <= {RUNS, PROJECT, NOTES} or RUNS not in own or any(self.runs.iterdir()):
            return False
        return PROJECT not in own or files.same(files.load(self.project_file).project, project)

    def _refuse_links(self) -> None:
        """A study that somebody else made must not lead what is written to other files."""
        for path in (self.declaration, self.project_file, self.runs, self.path / NOTES):
            if path.is_symlink():
                raise RunError(
                    _("this is a link, and what a study writes must not end up elsewhere."),
                    where=str(path),
                    hint=_("Put the file itself there."),
                )


def _summary(run: Path) -> Summary | None:
    """What a run says of itself; None of one that has not begun."""
    try:
        summary = read_summary(run) if RunFolder(run).exists else None
    except UserError:
        return None
    return summary if summary is not None and summary.begun else None


def _folders(path: Path) -> list[Path]:
    try:
        return sorted(child for child in path.iterdir() if (child / PROJECT).is_file())
    except OSError:
        return []
