"""What a person may want to vary: the paths of a project, and values that can stand at each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.layers.base import LAYERS
from engine.objectives.base import OBJECTIVES, objective_of
from engine.studies.declaration import Axis, label_of
from projects.fields import Field, fields_of
from projects.paths import paths_of, value_at
from projects.plain import plug_to
from projects.schema import Data, Network, Plug, Project, Recipe
from projects.translation import gettext as _
from workbench.forms import struct_of
from workbench.values import catalogue_of

OPEN_KINDS = ("struct", "mapping")
MEASURED = "probes."
SOURCE = "data.source"  # most of what there is needs files


def wanted_paths(project: Project) -> list[str]:
    """Return paths that can be varied, what is declared of objective and recipe first.

    Places on the canvas, wires and frames are no settings, and what is measured changes nothing; the seeds of a study have
    a list of their own.
    """
    paths: dict[str, None] = {}
    for head, fields in _heads(project).items():
        for field in fields:
            if field.kind == "plug":
                paths[f"{head}.{field.name}.type"] = None
                paths.update(dict.fromkeys(_inside(project, f"{head}.{field.name}", field)))
            elif field.kind not in OPEN_KINDS:
                paths[f"{head}.{field.name}"] = None
    for path in paths_of(project):
        parts = path.split(".")
        drawn = {"at", "wires", "frames", "size"} & set(parts[2:]) and parts[0] == "networks"
        if not drawn and not isinstance(value_at(project, path), dict | list):
            paths[path] = None
    paths.pop("recipe.seed", None)
    return [path for path in paths if not path.startswith(MEASURED)]


def options_at(project: Project, path: str) -> list[Any]:
    """Return plain values that can stand at a path: every one of a choice, else the one that stands there."""
    found = _declared(project, path)
    options = _options(*found) if found is not None else None
    if options and not path.startswith(SOURCE):
        return options
    now = value_at(project, path)
    if now is None and found is not None and not found[1]:
        now = found[0].default  # a file need not say it
    return [now] if isinstance(now, bool | int | float | str) else []


def words_of(project: Project, path: str, value: Any) -> str:
    """Return what forms call a value at a path; empty for numbers and the like, which have no words.

    Files and the command line keep the values.
    """
    return next((words for words, v in _words_at(project, path).items() if v == value), "")


def value_of(project: Project, path: str, words: str) -> Any | None:
    """Return the value at a path that forms call so; None where they call none so."""
    return _words_at(project, path).get(words)


def in_words(project: Project, axis: Axis) -> Axis:
    """Return an axis of one path whose choices are called as forms call their values."""
    known = _words_at(project, axis.title)
    labels = {label_of(value): words for words, value in known.items()}
    choices = (c._replace(label=labels.get(c.label, c.label)) for c in axis.choices)
    return axis._replace(choices=tuple(choices))


def field_at(project: Project, path: str) -> Field | None:
    """Return the declaration of a setting of the objective or of the recipe; None for other paths."""
    head, _dot, name = path.removesuffix(".type").partition(".")
    return next((f for f in _heads(project).get(head, ()) if f.name == name), None)


def _words_at(project: Project, path: str) -> dict[str, Any]:
    """What can stand at a path by the words that forms have for it."""
    found = _declared(project, path)
    if found is None:
        return _types_at(path)
    return {words: v for v in _options(*found) or () if (words := _words(found[0], v))}


def _types_at(path: str) -> dict[str, Any]:
    """Layers or objectives by what forms call them, where a path names the type of one."""
    match path.split("."):
        case ["objective", "type"]:
            return {cls.title: tag for tag, cls in OBJECTIVES.entries.items()}
        case ["networks", _, "nodes", _, "type"]:
            return {cls.title: tag for tag, cls in LAYERS.entries.items()}
    return {}


def _inside(project: Project, path: str, field: Field) -> list[str]:
    """Paths of what can be chosen of the plug that stands at a path."""
    catalogue, plug = catalogue_of(field), value_at(project, path)
    if plug is None and isinstance(field.default, Plug):
        plug = plug_to(field.default)
    tag = str(plug.get("type")) if isinstance(plug, Mapping) else ""
    if catalogue is None or tag not in catalogue:
        return []
    inner = catalogue.get(tag).fields()
    return [f"{path}.{f.name}" for f in inner if f.kind not in (*OPEN_KINDS, "plug")]


def _heads(project: Project) -> Mapping[str, tuple[Field, ...]]:
    return {"objective": objective_of(project).fields(), "recipe": fields_of(Recipe)}


def _declared(project: Project, path: str) -> tuple[Field, bool] | None:
    """The field that a path leads to, and whether it is its type alone that the path names."""
    head, *rest = path.split(".")
    if head == "networks" and len(rest) == 4 and rest[1] == "nodes":
        node = value_at(project, ".".join((head, *rest[:3])))
        tag = str(node.get("type")) if isinstance(node, Mapping) else ""
        return _field(LAYERS.get(tag).fields(), node, rest[3:]) if tag in LAYERS else None
    if head == "networks" and len(rest) > 1 and rest[1] != "nodes":
        return _field(fields_of(Network), value_at(project, f"{head}.{rest[0]}"), rest[1:])
    fields = fields_of(Data) if head == "data" else _heads(project).get(head)
    return _field(fields, value_at(project, head), rest) if fields is not None else None


def _field(fields: Iterable[Field], values: Any, rest: list[str]) -> tuple[Field, bool] | None:
    field = next((field for field in fields if rest and field.name == rest[0]), None)
    if field is None:
        return None
    if len(rest) == 1 or (field.kind == "plug" and rest[1:] == ["type"]):
        return field, len(rest) > 1
    inside = values.get(field.name) if isinstance(values, Mapping) else None
    if field.kind == "struct":
        return _field(fields_of(struct_of(field)), inside, rest[1:])
    catalogue = catalogue_of(field)
    if field.kind != "plug" or catalogue is None:
        return None
    if inside is None and isinstance(field.default, Plug):
        inside = plug_to(field.default)
    tag = str(inside.get("type")) if isinstance(inside, Mapping) else ""
    return _field(catalogue.get(tag).fields(), inside, rest[1:]) if tag in catalogue else None


def _options(field: Field, type_alone: bool) -> list[Any] | None:
    catalogue = catalogue_of(field)
    if field.kind == "plug" and catalogue is not None:
        tags = list(catalogue.entries)
        return tags if type_alone else [{"type": tag} for tag in tags]
    if field.kind == "plugs" and catalogue is not None:
        return [[], *([{"type": tag}] for tag in catalogue.entries)]
    if field.kind == "bool":
        return [False, True]
    return list(field.choices) if field.kind == "choice" else None


def _words(field: Field, value: Any) -> str:
    """What forms call a value of a choice or a switch, or a plug of which nothing else is said; empty for all others."""
    if field.kind == "choice":
        return field.words_of(value)
    if field.kind == "bool":
        return _("yes") if value else _("no")
    if field.kind == "plugs" and not value:
        return _("nothing")
    catalogue = catalogue_of(field)
    only = value[0] if isinstance(value, list) and value else value
    tag = only["type"] if isinstance(only, Mapping) else only
    if catalogue is None or not isinstance(tag, str):
        return ""
    return str(catalogue.get(tag).title)
