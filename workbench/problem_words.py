"""What is wrong, in words: below a field, and elsewhere with the place that it is about."""

from __future__ import annotations

import re
from pathlib import PurePath

from projects.errors import Problem

FILE = re.compile(r"(/|[A-Za-z]:[\\/]).*?(?=$|:\d+$|, row \d|, column )")


def said(problem: Problem) -> str:
    """Return message and hint of a problem as they stand below a field."""
    return capital(f"{problem.message} {problem.hint}".strip())


def placed(problem: Problem) -> str:
    """Return message and hint of a problem, and before them which file or field they are about."""
    place = f"{problem.where}: " if problem.where else ""
    return f"{place}{problem.message} {problem.hint}".strip()


def short(where: str) -> str:
    """Return a place; one in a file with the name of the file alone, without the folders it lies in."""
    found = FILE.match(where)
    return PurePath(found[0]).name + where[found.end() :] if found else where


def capital(text: str) -> str:
    """Return a text that begins with a capital."""
    return text[:1].upper() + text[1:]


def warns(problem: Problem) -> bool:
    """Return whether a problem stops nothing."""
    return problem.severity != "error"
