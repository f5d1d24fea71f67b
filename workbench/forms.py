"""Forms for everything that is declared: parameters of layers, sources, recipes.

Declared fields (:mod:`projects.fields`) become form fields; what forms show and what becomes of what they say is in
:mod:`workbench.values`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import msgspec

from engine.declare import Catalogue
from engine.layers.base import LAYERS
from projects.errors import ProjectError
from projects.fields import REQUIRED, Field, fields_of, read_field
from projects.translation import gettext as _
from projects.translation import per_language
from widgets.forms import FormField, Kind
from workbench.problem_words import capital
from workbench.values import CATALOGUES, catalogue_of, values_of


def form_fields(fields: Iterable[Field]) -> tuple[FormField, ...]:
    """Return form fields for declared fields; mappings and lists of plugs have forms of their own."""
    return tuple(form_field(field) for field in fields if field.kind not in ("mapping", "plugs"))


def form_field(field: Field) -> FormField:
    """Return the form field for a declared field."""
    catalogue = catalogue_of(field)
    return FormField(
        name=field.name,
        title=field.title,
        kind=_kind(field),
        help=field.help,
        unit=_(str(field.extra.get("unit", ""))),
        optional=field.optional,
        blank=_blank(field),
        choices=_choices(field),
        kinds=kinds_of(catalogue) if field.kind == "plug" and catalogue is not None else (),
        fields=form_fields(fields_of(struct_of(field))) if field.kind == "struct" else (),
        read=_reader(field),
        when=dict(field.extra.get("when", {})),
        topic=str(field.extra.get("page", "")),
        topics=dict(field.extra.get("pages", {})),
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


@per_language
@functools.cache
def kinds_of(catalogue: Catalogue[Any]) -> tuple[Kind, ...]:
    """Return every entry of a catalogue with its fields."""
    return tuple(
        Kind(
            cls.tag(),
            cls.title,
            first_words(cls.help()),
            form_fields(cls.fields()),
            catalogue.key(cls.tag()),
        )
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
            shared.append(replace(form_field(field), read=functools.partial(read_all, readers)))
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
    """Return a name in a file as people read it: ``image_features`` → ``image features``."""
    return value.replace("_", " ")


# ----------------------------------------------------------------------------------- declarations


def _kind(field: Field) -> str:
    widget = field.extra.get("widget")
    return widget if field.kind == "text" and widget in ("path", "folder") else field.kind


def _choices(field: Field) -> tuple[tuple[Any, str], ...]:
    return tuple((value, field.words_of(value)) for value in field.choices)


def struct_of(field: Field) -> Any:
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
        return values_of(struct_of(field)())
    if field.default is not REQUIRED and field.default is not None:
        return field.default
    if field.kind == "plug":
        return {"type": next(iter(CATALOGUES[field.extra["catalogue"]].entries))}
    number = {"int": 1, "float": 1.0}.get(field.kind)
    return number if number is not None else "" if field.kind == "text" else None


def _reader(field: Field) -> Callable[[Any], Any]:
    if field.kind in ("plug", "struct", "mapping"):
        return lambda value: value
    return functools.partial(_read, field)


def _read(field: Field, raw: Any) -> Any:
    expected = msgspec.structs.replace(field, optional=False)  # nothing is said by a switch
    if raw == "" and field.kind != "text":
        words = expected.expectation()
        raise ValueError(_("{words} is expected.").format(words=capital(words)))
    try:
        value = read_field(expected, raw, "")
    except ProjectError as error:
        raise ValueError(capital(error.problem.message)) from error
    return list(value) if isinstance(value, tuple) else value
