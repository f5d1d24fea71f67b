"""One value of a project by its dotted path: ``recipe.optimizer.lr``.

Paths are those that errors name and that files show: a plug's or layer's parameters stand beside its
type (``networks.classifier.nodes.hidden1.units``), items of lists go by number (``probes.0.type``).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from projects.errors import ProjectError, did_you_mean
from projects.fields import shown
from projects.plain import project_from, project_to
from projects.schema import Averaging, Distillation, EarlyStopping, Project
from projects.translation import gettext as _
from projects.yaml_reader import read_value

_TEXTS = ("name", "description")
_OPTIONAL = {
    "early_stopping": EarlyStopping,
    "average": Averaging,
    "distillation": Distillation,
}  # settings of the recipe that may be missing as a whole
_GROUPS = ("scores",)  # settings of a plug that are a group without a type


def set_value(project: Project, path: str, text: str) -> Project:
    """Return a project with one value replaced.

    Args:
        project: The project.
        path: Dotted path of the value.
        text: The new value as a file would have it: ``0.01``, ``[8, 8]``, ``{type: sgd, lr: 0.1}``.

    Raises:
        ProjectError: There is no such path (names the nearest), or the value does not fit.
    """
    return put_value(project, path, lambda: text if path in _TEXTS else plain_value(text, path))


def put_value(project: Project, path: str, value: Callable[[], Any]) -> Project:
    """Return a project with one value replaced by a plain one; see :func:`set_value`.

    Args:
        project: The project.
        path: Dotted path of the value.
        value: Gives the new value; asked once the path is known to lead somewhere.
    """
    values = project_to(project)
    *groups, last = path.split(".")
    holder: Any = values
    for depth, name in enumerate(groups):
        holder = _step(values, holder, groups[:depth], name, path)
    _put(values, holder, groups, last, value(), path)
    return project_from(values)


def set_values(project: Project, assignments: list[str]) -> Project:
    """Return a project with several values replaced, one after the other.

    Args:
        project: The project.
        assignments: Texts such as ``recipe.optimizer.lr=0.01``.

    Raises:
        ProjectError: One has no ``=``, names no value, or does not fit.
    """
    for assignment in assignments:
        path, equals, text = assignment.partition("=")
        if not (equals and path.strip()):
            raise ProjectError(
                _("expected a path, = and a value, got {value}.").format(value=shown(assignment)),
                hint=_("For example recipe.optimizer.lr=0.01"),
            )
        project = set_value(project, path.strip(), text)
    return project


def paths_of(project: Project) -> list[str]:
    """Return the dotted path of every value of a project that can be replaced."""
    values = project_to(project)
    every = [path for path in _paths(values) if path != "format"]
    return [path for path in every if not path.startswith(("name", "description"))]


def value_at(project: Project, path: str) -> Any:
    """Return the plain value at a path; None where the project tells none."""
    holder: Any = project_to(project)
    for name in path.split("."):
        key = _key(holder, name) if isinstance(holder, dict | list) else None
        if key is None:
            return None
        holder = holder[key]
    return holder


def plain_value(text: str, path: str) -> Any:
    """Return the plain value that a person has typed behind an = sign, in YAML.

    Args:
        text: What was typed.
        path: What it is for, for messages.

    Raises:
        ProjectError: Nothing was typed, or it is no value.
    """
    if not text.strip():
        raise ProjectError(
            _("a value is missing after the = sign."),
            where=path,
            hint=_("Write null to leave it empty."),
        )
    return read_value(text, path)


def _step(values: Any, holder: Any, before: list[str], name: str, path: str) -> Any:
    """Return the group called ``name`` inside another one."""
    key = _key(holder, name)
    if key is None and _begins_group(holder, before, path):
        # It has its default; the catalogue knows whether it exists.
        holder[name] = {} if name in _GROUPS else {"type": ""}
        return holder[name]
    if key is None:
        raise _unknown(values, holder, before, name, path)
    if holder[key] is None and name in _OPTIONAL:
        holder[key] = msgspec.structs.asdict(_OPTIONAL[name]())
    if isinstance(holder[key], dict | list):
        return holder[key]
    place = ".".join([*before, name])
    raise ProjectError(
        _("{place} is a value and has no settings inside.").format(place=place), where=path
    )


def _put(values: Any, holder: Any, before: list[str], name: str, value: Any, path: str) -> None:
    key = _key(holder, name)
    if key is None and isinstance(holder, dict) and _open(holder, before) and name:
        key = name  # a parameter that has its default; the catalogue knows whether it exists
    if path == "format":
        raise ProjectError(_("the format of a project cannot be changed."), where=path)
    if key is None:
        raise _unknown(values, holder, before, name, path)
    holder[key] = value


def _key(holder: Any, name: str) -> Any:
    """Return ``name`` as a key of a mapping or an index of a list; None when it is neither."""
    if isinstance(holder, dict):
        return name if name in holder else None
    if name.isascii() and name.isdecimal() and len(name) < 7 and int(name) < len(holder):
        return int(name)
    return None


def _begins_group(holder: Any, before: list[str], path: str) -> bool:
    """Whether a path leads into settings that stand inside a plug and are not in the file yet.

    The type of another plug (``objective.loss.type``), or one of a group (``objective.scores.every``).
    """
    rest = path.split(".")[len(before) :]
    plug = isinstance(holder, dict) and "type" in holder and before[-2:-1] != ["nodes"]
    begun = rest[1:] == ["type"] or (rest[0] in _GROUPS and len(rest) == 2)
    return plug and begun and bool(rest[0])


def _open(holder: dict[str, Any], before: list[str]) -> bool:
    """Whether any name may stand in a group: parameters of plugs, optimisers by network."""
    group = before == ["recipe", "optimizers"] or before[-1:] == [*_GROUPS]
    return "type" in holder or group


def _unknown(values: Any, holder: Any, before: list[str], name: str, path: str) -> ProjectError:
    known = list(holder) if isinstance(holder, dict) else [str(i) for i in range(len(holder))]
    rest = path.split(".")[len(before) + 1 :]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        hint = did_you_mean(path, [".".join([*before, near[0], *rest])])
    else:
        every = [real for real in _paths(values) if real != "format"]
        ends = [real for real in every if real.endswith(f".{path}")]
        hint = did_you_mean(
            path, ends[:1] or difflib.get_close_matches(path, every, 1, 0.6) or known
        )
    return ProjectError(_("there is no value at this path."), where=path, hint=hint)


def _paths(values: Any, before: str = "") -> Iterator[str]:
    items = values.items() if isinstance(values, dict) else enumerate(values)
    for key, value in items:
        path = f"{before}.{key}" if before else str(key)
        yield path
        if isinstance(value, dict | list):
            yield from _paths(value, path)
