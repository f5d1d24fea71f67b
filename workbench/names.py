"""What people read for names that Ganvas has given itself; files, messages of files and the terminal keep the names."""

from __future__ import annotations

from functools import cache

from engine.objectives.base import OBJECTIVES
from projects.schema import UNTITLED
from projects.translation import gettext as _
from projects.translation import in_all_languages, per_language


@per_language
@cache
def network_words(name: str) -> str:
    """Return a network's name as people read it: *Language model*; one that somebody has given stays as it is."""
    return _roles().get(name, name)


def network_tip(name: str) -> str:
    """Return what a network is called in files, where that is not what people read; else nothing."""
    words = network_words(name)
    alike = name in (words, words.lower().replace(" ", "_"))
    return "" if alike else _("“{name}” in project files").format(name=name)


def project_words(name: str) -> str:
    """Return a project's name as people read it."""
    return _("Untitled") if is_untitled(name) else name


def is_untitled(name: str) -> bool:
    """Whether nobody has given a project its name: older versions wrote it in the language of the moment."""
    return name in _untitled()


@cache
def _untitled() -> frozenset[str]:
    return in_all_languages(UNTITLED)


@per_language
@cache
def _roles() -> dict[str, str]:
    return {role.name: _(role.title) for objective in OBJECTIVES for role in objective.networks}
