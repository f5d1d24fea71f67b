"""Forms for everything that is declared: parameters of layers, sources, recipes.

Declared fields (:mod:`projects.fields`) become form fields, projects become the plain values that forms
show, and what a form says becomes a new project.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from gettext import gettext as _
from typing import Any

import msgspec

from engine.adversarial.base import ADVERSARIAL
from engine.adversarial.conditioning.base import CONDITIONING
from engine.adversarial.penalties.base import PENALTIES
from engine.adversarial.tricks.base import TRICKS
from engine.augmentations.base import AUGMENTATIONS
from engine.data.base import SOURCES
from engine.declare import Catalogue
from engine.initializers.base import INITIALIZERS
from engine.layers.base import LAYERS
from engine.objectives.base import OBJECTIVES
from engine.optimizers.base import OPTIMIZERS
from engine.schedules.base import SCHEDULES
from projects.errors import ProjectError
from projects.fields import REQUIRED, Field, fields_of, read_field
from projects.plain import plug_to, project_from, project_to
from projects.schema import Plug, Project
from widgets.forms import FormField, Kind

CATALOGUES: dict[str, Catalogue[Any]] = {
    "adversarial": ADVERSARIAL,
    "augmentations": AUGMENTATIONS,
    "conditioning": CONDITIONING,
    "initializers": INITIALIZERS,
    "objectives": OBJECTIVES,
    "optimizers": OPTIMIZERS,
    "penalties": PENALTIES,
    "schedules": SCHEDULES,
    "sources": SOURCES,
    "tricks": TRICKS,
}


def form_fields(fields: Iterable[Field]) -> tuple[FormField, ...]:
    """Return form fields for declared fields; mappings and lists of plugs have forms of their own."""
    return tuple(form_field(field) for field in fields if field.kind not in ("mapping", "plugs"))


def form_field(field: Field) -> FormField:
    """Return the form field for a declared field."""
    catalogue = field.extra.get("catalogue")
    return FormField(
        name=field.name,
        title=field.title,
        kind=_kind(field),
        help=field.help,
        unit=str(field.extra.get("unit", "")),
        optional=field.optional,
        blank=_blank(field),
        choices=tuple((value, words(str(value))) for value in field.choices),
        kinds=kinds_of(CATALOGUES[catalogue]) if field.kind == "plug" and catalogue else (),
        fields=form_fields(fields_of(_struct_of(field))) if field.kind == "struct" else (),
        read=_reader(field),
        when=dict(field.extra.get("when", {})),
    )


def plug_field(
    name: str, title: str, catalogue: str, help: str = "", optional: bool = False
) -> FormField:
    """Return a field that chooses an entry of a catalogue and sets its parameters."""
    kinds = kinds_of(CATALOGUES[catalogue])
    return FormField(
        name=name,
        title=title,
        kind="plug",
        help=help,
        optional=optional,
        blank={"type": kinds[0].tag},
        kinds=kinds,
    )


def kinds_of(catalogue: Catalogue[Any]) -> tuple[Kind, ...]:
    """Return every entry of a catalogue with its fields."""
    return tuple(
        Kind(cls.tag(), cls.title, first_words(cls.help()), form_fields(cls.fields()))
        for cls in catalogue
    )


def common_fields(types: Iterable[str]) -> tuple[FormField, ...]:
    """Return the fields that layers of these types have in common.

    A value has to be good for each of them; fields of one name that offer other choices, or mean
    something else, are not common.
    """
    declared = [_settable(tag) for tag in dict.fromkeys(types)]
    shared = []
    for field in declared[0] if declared else ():
        twins = [other for fields in declared for other in fields if _alike(field, other)]
        if len(twins) == len(declared):
            readers = [form_field(twin).read for twin in twins]
            shared.append(replace(form_field(field), read=partial(read_all, readers)))
    return tuple(shared)


def _settable(layer: str) -> tuple[Field, ...]:
    """The settings of a layer type that people may change."""
    cls = LAYERS.get(layer) if layer in LAYERS else None
    return cls.fields() if cls is not None and not cls.locked else ()


def _alike(one: Field, other: Field) -> bool:
    names = ("name", "kind", "title", "choices", "optional", "length", "integers")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def read_all(readers: Iterable[Callable[[Any], Any]], raw: Any) -> Any:
    """Return what was entered, read by every reader: it has to be good for all of them."""
    value = raw
    for read in readers:
        value = read(raw)
    return value


def first_words(help: str) -> str:
    """Return the first paragraph of a docstring on one line."""
    return help.split("\n\n")[0].replace("\n", " ").replace("``", "")


def words(value: str) -> str:
    """Return a value of a choice as people read it: ``zero_to_one`` → ``zero to one``."""
    return value.replace("_", " ")


# ----------------------------------------------------------------------------------- values


def values_of(struct: msgspec.Struct) -> dict[str, Any]:
    """Return the values of a struct as its form shows them."""
    return {
        field.name: _plain(field, getattr(struct, field.name)) for field in fields_of(type(struct))
    }


def plug_values(plug: Plug, catalogue: Catalogue[Any]) -> dict[str, Any]:
    """Return a plug as its form shows it: type, defaults, and what differs from them."""
    if plug.type not in catalogue:
        return plug_to(plug)
    fields = catalogue.get(plug.type).fields()
    inner = {
        field.name: _plug_inside(field, plug.params[field.name])
        for field in fields
        if field.kind == "plug" and field.name in plug.params
    }
    return {"type": plug.type, **defaults(fields), **plug.params, **inner}


def _plug_inside(field: Field, value: Any) -> Any:
    """A plug among the parameters of another one, as its form shows it."""
    if not isinstance(value, Mapping) or not isinstance(value.get("type"), str):
        return value
    params = {name: inner for name, inner in value.items() if name != "type"}
    return plug_values(Plug(value["type"], params), CATALOGUES[field.extra["catalogue"]])


def defaults(fields: Iterable[Field]) -> dict[str, Any]:
    """Return the default values of declared fields as forms show them."""
    return {f.name: _plain(f, f.default) for f in fields if f.default is not REQUIRED}


def _plain(field: Field, value: Any) -> Any:
    if isinstance(value, Plug):
        return plug_values(value, CATALOGUES[field.extra["catalogue"]])
    if isinstance(value, msgspec.Struct):
        return values_of(value)
    if field.kind == "plugs":
        return [plug_values(plug, CATALOGUES[field.extra["catalogue"]]) for plug in value]
    if field.kind == "mapping" and isinstance(value, Mapping):
        catalogue = CATALOGUES[field.extra["catalogue"]]
        return {name: plug_values(plug, catalogue) for name, plug in value.items()}
    return list(value) if isinstance(value, tuple) else value


# ----------------------------------------------------------------------------------- changes


def set_at(project: Project, path: str, value: Any) -> Project:
    """Return a project with what a form said about its data, objective or recipe.

    Args:
        project: The project.
        path: Dotted path: ``recipe.optimizer.lr``, ``data.source.type``.
        value: A value that the form has read. A new ``type`` keeps the parameters that both types
            have; a value that is the default of a plug's parameter is left out of the file.

    Raises:
        ProjectError: The value does not fit; names the place.
    """
    plain = project_to(msgspec.structs.replace(project, networks={}))
    *groups, last = path.split(".")
    holder: Any = plain
    holders = []
    for name in groups:
        if not isinstance(holder.get(name), dict):
            holder[name] = {}
        holder = holder[name]
        holders.append(holder)
    if last == "type":
        _retype(holder, value)
    else:
        holder[last] = list(value) if isinstance(value, tuple) else value
    for flat in reversed(holders):
        if isinstance(flat.get("type"), str):
            _leave_defaults_out(flat)
    return _sharing(project, project_from(plain))


def _sharing(before: Project, after: Project) -> Project:
    """Return ``after`` with the networks of ``before`` and the very parts that are equal to its own."""
    same = {"networks": before.networks}
    for name in before.__struct_fields__:
        if getattr(before, name) == getattr(after, name):
            same[name] = getattr(before, name)
    return msgspec.structs.replace(after, **same)


def _leave_defaults_out(flat: dict[str, Any]) -> None:
    """Take parameters that have their default out of a flat plug, in place."""
    for catalogue in CATALOGUES.values():  # no two of them have types of the same name
        if flat["type"] in catalogue:
            known = defaults(catalogue.get(flat["type"]).fields())
            for name in [key for key, value in flat.items() if known.get(key, REQUIRED) == value]:
                del flat[name]


def set_plug(plug: Plug, catalogue: Catalogue[Any], path: str, value: Any) -> Plug:
    """Return a plug with its type or one of its parameters changed; see :func:`set_at`."""
    flat = plug_to(plug)
    if path == "type":
        _retype(flat, value)
    else:
        flat[path] = list(value) if isinstance(value, tuple) else value
    known = defaults(catalogue.get(flat["type"]).fields()) if flat["type"] in catalogue else {}
    params = {k: v for k, v in flat.items() if k != "type" and known.get(k, REQUIRED) != v}
    return Plug(flat["type"], params)


def _retype(flat: dict[str, Any], tag: str) -> None:
    """Give a flat plug another type in place; parameters of the same name stay if they fit."""
    before = {key: value for key, value in flat.items() if key != "type"}
    flat.clear()
    flat["type"] = tag
    for catalogue in CATALOGUES.values():
        if tag not in catalogue:
            continue
        for field in catalogue.get(tag).fields():
            if field.name in before:
                try:
                    read_field(field, before[field.name], "")
                except ProjectError:
                    continue
                flat[field.name] = before[field.name]
        return


# ----------------------------------------------------------------------------------- declarations


def _kind(field: Field) -> str:
    widget = field.extra.get("widget")
    return widget if field.kind == "text" and widget in ("path", "folder") else field.kind


def _struct_of(field: Field) -> Any:
    """The struct class inside ``Annotated[X | None, Meta(...)]``."""
    info = msgspec.inspect.type_info(field.type)
    while isinstance(info, msgspec.inspect.Metadata):
        info = info.type
    if isinstance(info, msgspec.inspect.UnionType):
        info = next(t for t in info.types if isinstance(t, msgspec.inspect.StructType))
    assert isinstance(info, msgspec.inspect.StructType)
    return info.cls


def _blank(field: Field) -> Any:
    """What an optional field holds when it is switched on."""
    if "blank" in field.extra:
        return field.extra["blank"]
    if field.kind == "struct":
        return values_of(_struct_of(field)())
    if field.default is not REQUIRED and field.default is not None:
        return field.default
    if field.kind == "plug":
        return {"type": next(iter(CATALOGUES[field.extra["catalogue"]].entries))}
    number = {"int": 1, "float": 1.0}.get(field.kind)
    return number if number is not None else "" if field.kind == "text" else None


def _reader(field: Field) -> Callable[[Any], Any]:
    if field.kind in ("plug", "struct", "mapping"):
        return lambda value: value
    return partial(_read, field)


def _read(field: Field, raw: Any) -> Any:
    expected = msgspec.structs.replace(field, optional=False)  # nothing is said by a switch
    if raw == "" and field.kind != "text":
        words = expected.expectation()
        raise ValueError(_("{words} is expected.").format(words=f"{words[:1].upper()}{words[1:]}"))
    try:
        value = read_field(expected, raw, "")
    except ProjectError as error:
        message = error.problem.message
        raise ValueError(f"{message[:1].upper()}{message[1:]}") from error
    return list(value) if isinstance(value, tuple) else value
