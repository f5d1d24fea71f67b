"""How two projects differ, in sentences that name every difference by its dotted path, or as somebody wants it called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from projects.fields import join
from projects.plain import project_to
from projects.schema import Project
from projects.translation import gettext as _
from projects.translation import ngettext
from projects.yaml_writer import flow

MOST_SHOWN = 80
UNKNOWN = object()
# What no run depends on: where things lie on the canvas, and how the project calls itself.
UNSEEN = ("format", "name", "description", "frames", "at")


class Words(Protocol):
    """Says what sentences call places and values."""

    def place(self, path: str) -> str:
        """Return what a dotted path is called."""

    def value(self, path: str, value: Any) -> str:
        """Return what a value that stands there is called."""

    def usual(self, path: str) -> Any:
        """Return what stands there where a file says nothing; :data:`UNKNOWN` where nobody knows."""


class AsFiles:
    """Calls places and values as project files do."""

    def place(self, path: str) -> str:
        """Return the path."""
        return path

    def value(self, path: str, value: Any) -> str:
        """Return the value on one line."""
        return shown(value)

    def usual(self, path: str) -> Any:
        """Files don't say what they leave out."""
        return UNKNOWN


AS_FILES = AsFiles()


def difference(one: Project, other: Project, words: Words = AS_FILES) -> list[str]:
    """Return what is different in the second of two projects, a sentence each.

    Where layers lie on the canvas, frames, names and descriptions decide no run and are passed over.

    Args:
        one: The project to compare with.
        other: The project that is described.
        words: What places and values are called; as in files by itself.

    Returns:
        Sentences such as ``recipe.optimizer.lr is 0.01 instead of 0.001.``; none for equal projects.
    """
    return list(_groups(project_to(one), project_to(other), "", words))


def _groups(
    one: Mapping[str, Any], other: Mapping[str, Any], where: str, words: Words
) -> Iterator[str]:
    for name in dict.fromkeys((*one, *other)):
        if name in UNSEEN and _layout(name, where):
            continue
        place = join(where, name)
        if name not in other:
            yield from _gone(one, name, place, words)
        elif name not in one:
            yield from _new(other, name, place, words)
        else:
            yield from _values(one[name], other[name], place, words)


def _layout(name: str, where: str) -> bool:
    """Whether a name stands at the top of a project, a graph or a node, where it decides nothing."""
    parts = where.split(".") if where else []
    if not parts:
        return name != "at"
    if parts[0] not in ("networks", "blocks"):
        return False
    depth = {"at": 4, "frames": 2, "description": 2}.get(name)
    return len(parts) == depth


def _values(one: Any, other: Any, where: str, words: Words) -> Iterator[str]:
    if one == other:
        return
    groups = isinstance(one, Mapping) and isinstance(other, Mapping)
    if groups and one.get("type") == other.get("type"):
        yield from _groups(one, other, where, words)
    elif where.endswith(".wires"):
        yield from _wires(one, other, words.place(where))
    else:
        yield _("{place} is {after} instead of {before}.").format(
            place=words.place(where),
            after=words.value(where, other),
            before=words.value(where, one),
        )


def _wires(one: list[str], other: list[str], place: str) -> Iterator[str]:
    for wire in one:
        if wire not in other:
            yield _("{place}: {wire} is gone.").format(place=place, wire=wire)
    for wire in other:
        if wire not in one:
            yield _("{place}: {wire} is new.").format(place=place, wire=wire)
    if sorted(one) == sorted(other):
        yield _("{place} stand in another order.").format(place=place)


def _gone(holder: Mapping[str, Any], name: str, where: str, words: Words) -> Iterator[str]:
    if (usual := words.usual(where)) is not UNKNOWN:
        yield from _values(holder[name], usual, where, words)
        return
    place, before = words.place(where), words.value(where, holder[name])
    told = _("{place} is gone: {before}.")
    if "type" in holder:  # a parameter that is not told has its default
        told = _("{place} has its default instead of {before}.")
    yield told.format(place=place, before=before)


def _new(holder: Mapping[str, Any], name: str, where: str, words: Words) -> Iterator[str]:
    if (usual := words.usual(where)) is not UNKNOWN:
        yield from _values(usual, holder[name], where, words)
        return
    place, after = words.place(where), words.value(where, holder[name])
    told = _("{place} is new: {after}.")
    if "type" in holder:
        told = _("{place} is {after} instead of its default.")
    yield told.format(place=place, after=after)


def shown(value: Any) -> str:
    """Return a value on one line; a layer without its place, a network or block by what it holds."""
    if value is None or value == []:
        return _("nothing")
    if isinstance(value, Mapping) and "nodes" in value:
        count = len(value["nodes"])
        return ngettext("{count} layer", "{count} layers", count).format(count=count)
    if isinstance(value, Mapping) and "type" in value:
        value = {key: item for key, item in value.items() if key != "at"}
        if len(value) == 1:
            value = value["type"]
    text = flow(value)
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"
