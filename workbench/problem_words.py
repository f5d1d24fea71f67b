"""How forms say what is wrong: one sentence or two, beginning with a capital."""

from __future__ import annotations

from projects.errors import Problem


def said(problem: Problem) -> str:
    """Return message and hint of a problem as they stand below a field."""
    return capital(f"{problem.message} {problem.hint}".strip())


def capital(text: str) -> str:
    """Return a text that begins with a capital."""
    return text[:1].upper() + text[1:]


def warns(problem: Problem) -> bool:
    """Return whether a problem stops nothing."""
    return problem.severity != "error"
