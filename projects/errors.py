"""The one tree of errors that are written for people: a place, what was wrong, and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import msgspec

from projects.translation import gettext as _


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong.

    Attributes:
        where: Dotted path of the value (``networks.generator.nodes.conv1.kernel``), a file
            with its row and column, or empty when the problem has no place.
        message: What was wrong, what was expected and what was given, as a sentence.
        hint: What to do about it; empty when the message says it already.
        severity: ``error`` stops a training, ``warning`` does not.
    """

    where: str
    message: str
    hint: str = ""
    severity: str = "error"

    def __str__(self) -> str:
        """``where: message hint`` on one line, as the command line prints it."""
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.message}{' ' + self.hint if self.hint else ''}"


class UserError(Exception):
    """Something a person can mend. A bug is never a ``UserError``.

    Args:
        message: What was wrong, as a sentence.
        where: The place, see :class:`Problem`.
        hint: What to do about it.
    """

    exit_code = 1

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.problem = Problem(where=where, message=message, hint=hint)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem this error carries, worst first."""
        return (self.problem,)

    def __str__(self) -> str:
        """The problems, one a line."""
        return "\n".join(str(problem) for problem in self.problems)


class ProjectError(UserError):
    """A project (its file, a network, a setting) is wrong."""


class ProblemsError(ProjectError):
    """A project has several problems at once.

    Args:
        problems: At least one problem.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        found = tuple(problems)
        super().__init__(found[0].message, where=found[0].where, hint=found[0].hint)
        self._problems = found

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem, in the order in which they were found."""
        return self._problems


class FileError(UserError):
    """A file cannot be read or written."""


class DataError(UserError):
    """A data set is missing, damaged or unsuitable."""


class RunError(UserError):
    """A run folder or checkpoint is missing, damaged or unsuitable."""


class CompressionError(UserError):
    """A trained network cannot be made smaller in this way."""


class TrainingError(UserError):
    """A training had to end: a loss that is not a number, or no memory left."""

    exit_code = 3


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Return ``Did you mean “x”?`` for the nearest known word, else the list of known words.

    Args:
        given: The word that was not found.
        known: Every word that would have been right.
    """
    words = list(known)
    near = difflib.get_close_matches(str(given), words, n=1, cutoff=0.5)
    if near:
        return _("Did you mean “{word}”?").format(word=near[0])
    if not words:
        return ""
    shown = ", ".join(words[:12]) + ("…" if len(words) > 12 else "")
    return _("Known here: {words}.").format(words=shown)
