"""Project files: opened strictly, saved whole or not at all, and left alone where nothing changed."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

import msgspec

from projects import atomic, writer, yaml_reader
from projects.errors import FileError, Problem, ProblemsError, ProjectError
from projects.migrate import CURRENT, migrate, version_of
from projects.plain import project_from
from projects.schema import FORMAT, Project
from projects.translation import gettext as _

WHOLE = -1  # as many bytes as there are


@dataclass(frozen=True)
class Loaded:
    """An opened project file.

    Attributes:
        project: What it says. Of a newer format, what this version understands of it.
        text: The file's text as it is, comments and unknown fields included.
        readonly: Whether it is of a newer format, so that saving it would lose something.
        version: The format that the file is in: ``ganvas/1``.
    """

    project: Project
    text: str
    readonly: bool
    version: str


def load(path: Path) -> Loaded:
    """Open a project file.

    Args:
        path: The file.

    Raises:
        FileError: It cannot be read.
        ProjectError: It is not a project, or a wrong one; names place and line.
    """
    return parse(yaml_reader.decode(read_bytes(path), path.name), path.name)


def loads(text: str, name: str = "") -> Project:
    """Return the project that a text describes.

    Args:
        text: The text of a project file.
        name: Its name, for messages.

    Raises:
        ProjectError: It is not a project, or a wrong one; names place and line.
    """
    return parse(text, name).project


def parse(text: str, name: str = "") -> Loaded:
    """Return what a text describes together with the text; see :func:`load`."""
    tree = yaml_reader.read(text, name)
    try:
        version = version_of(tree.value)
        newer = version > CURRENT
        project = project_from(migrate(tree.value), lenient=newer)
    except ProjectError as error:
        raise _with_lines(error, tree) from error
    return Loaded(project, text, newer, f"ganvas/{version}")


def dumps(project: Project) -> str:
    """Return the canonical text of a project.

    Raises:
        ProjectError: It is of a newer format, of which this version knows only a part.
    """
    if project.format != FORMAT:
        raise ProjectError(
            _("this project is of a newer format ({format}) and can only be looked at.").format(
                format=project.format
            ),
            where="format",
            hint=_("Open it with a newer version of Ganvas; copy the file to keep all of it."),
        )
    return writer.write(project)


def same(one: Project, other: Project) -> bool:
    """Whether two projects would be written as the same text."""
    return one == other and writer.write(one) == writer.write(other)


def text_of(project: Project, original: Loaded | None = None) -> str:
    """Return the text to save: the original one while the project is what it describes.

    Args:
        project: The project as it is now.
        original: The file that it was opened from.
    """
    if original is not None and same(project, original.project):
        return original.text
    return dumps(project)


def save(project: Project, path: Path, original: Loaded | None = None) -> str:
    """Save a project so that the old or the new file is there, whole, whatever happens.

    A file that describes this very project already is not touched, however it is laid out, and
    nothing is written that could not be opened again.

    Args:
        project: What to save.
        path: Where; its folder exists.
        original: The file that it was opened from, when it is saved under another name.

    Returns:
        The text that the file holds now.

    Raises:
        FileError: It cannot be written; the old file is as it was.
        ProjectError: It is of a newer format, or holds what no file may hold; names the place.
    """
    present = _present(project, path)
    if present is not None:
        return present
    text = text_of(project, original)
    loads(text, path.name)
    atomic.write(path, text.encode())
    atomic.sweep(Path(os.path.realpath(path)).parent, older_than=3600)
    return text


def folder_of(path: Path) -> Path:
    """Return the folder in which a project's relative paths start."""
    return Path(os.path.abspath(path)).parent


def read_bytes(path: Path, most: int = yaml_reader.MOST_BYTES) -> bytes:
    """Return what an ordinary file holds, or its beginning where it is too large: one byte more than it may have.

    Args:
        path: The file.
        most: Bytes that it may have; :data:`WHOLE` where its size is its own affair.

    Raises:
        FileError: It is missing, not a file, or cannot be read.
    """
    try:
        facts = os.stat(path)
        if not stat.S_ISREG(facts.st_mode):
            raise FileError(_("is not a file."), where=str(path))
        with open(path, "rb") as file:
            return file.read(WHOLE if most == WHOLE else most + 1)
    except FileNotFoundError as error:
        raise FileError(
            _("there is no such file."), where=str(path), hint=_("Look at the spelling.")
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise FileError(
            _("cannot be read: {reason}.").format(reason=reason), where=str(path)
        ) from error


def _present(project: Project, path: Path) -> str | None:
    """Return the text of ``path`` if it describes this very project already."""
    try:
        loaded = load(path)
    except (FileError, ProjectError):
        return None
    unchanged = loaded.version == project.format and same(loaded.project, project)
    return loaded.text if unchanged else None


def _with_lines(error: ProjectError, tree: yaml_reader.Tree) -> ProjectError:
    return ProblemsError(_with_line(problem, tree) for problem in error.problems)


def _with_line(problem: Problem, tree: yaml_reader.Tree) -> Problem:
    line = tree.line_of(problem.where)
    if line is None:
        return problem
    message = _("{message} (line {line})").format(message=problem.message, line=line)
    return msgspec.structs.replace(problem, message=message)
