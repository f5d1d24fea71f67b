"""What a person may want to vary: the paths of a project, and values that can stand at each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.objectives.base import objective_of
from projects.fields import Field, fields_of
from projects.paths import paths_of, value_at
from projects.plain import plug_to
from projects.schema import Plug, Project, Recipe
from workbench.values import CATALOGUES

OPEN_KINDS = ("struct", "mapping")


def wanted_paths(project: Project) -> list[str]:
    """Return paths that can be varied, what is declared of objective and recipe first.

    Places on the canvas, wires and frames are no settings; the seeds of a study have a list of their own.
    """
    paths: dict[str, None] = {}
    for head, fields in _heads(project).items():
        for field in fields:
            if field.kind == "plug":
                paths[f"{head}.{field.name}.type"] = None
            elif field.kind not in OPEN_KINDS:
                paths[f"{head}.{field.name}"] = None
    for path in paths_of(project):
        parts = path.split(".")
        drawn = {"at", "wires", "frames", "size"} & set(parts[2:]) and parts[0] == "networks"
        if not drawn and not isinstance(value_at(project, path), dict | list):
            paths[path] = None
    paths.pop("recipe.seed", None)
    return list(paths)


def options_at(project: Project, path: str) -> list[Any]:
    """Return plain values that can stand at a path: every one of a choice, else the one that stands there."""
    head, *rest = path.split(".")
    now = value_at(project, path)
    fields = _heads(project).get(head)
    found = _options(fields, value_at(project, head), rest) if fields is not None else None
    if found:
        return found
    return [] if now is None or isinstance(now, dict | list) else [now]


def field_at(project: Project, path: str) -> Field | None:
    """Return the declaration of a setting of the objective or of the recipe; None for other paths."""
    head, _dot, name = path.removesuffix(".type").partition(".")
    return next((f for f in _heads(project).get(head, ()) if f.name == name), None)


def _heads(project: Project) -> Mapping[str, tuple[Field, ...]]:
    return {"objective": objective_of(project).fields(), "recipe": fields_of(Recipe)}


def _options(fields: Iterable[Field], values: Any, rest: list[str]) -> list[Any] | None:
    if not rest:
        return None
    field = next((field for field in fields if field.name == rest[0]), None)
    if field is None:
        return None
    catalogue = CATALOGUES.get(str(field.extra.get("catalogue", "")))
    inside = values.get(field.name) if isinstance(values, Mapping) else None
    if field.kind == "plug" and catalogue is not None:
        if inside is None and isinstance(field.default, Plug):
            inside = plug_to(field.default)
        if rest[1:] == ["type"]:
            return list(catalogue.entries)
        if len(rest) == 1:
            return [{"type": tag} for tag in catalogue.entries]
        tag = str(inside.get("type")) if isinstance(inside, Mapping) else ""
        return _options(catalogue.get(tag).fields(), inside, rest[1:]) if tag in catalogue else None
    if len(rest) > 1:
        return None
    if field.kind == "plugs" and catalogue is not None:
        return [[], *([{"type": tag}] for tag in catalogue.entries)]
    if field.kind == "bool":
        return [False, True]
    return list(field.choices) if field.kind == "choice" else None
