"""Declared fields: what a form, a validator and the documentation read of a struct.

A parameter is declared once, as an annotated field of a ``msgspec.Struct``::

    kernel: Annotated[int, Meta(ge=1, le=31, title="Kernel", description="Side in pixels")] = 3

``fields_of`` turns such a class into plain :class:`Field` values and ``read_struct`` turns a
plain mapping into an instance, with errors that say where, what was expected and what was given.
``Meta(extra=...)`` may hold ``catalogue`` (the field is a plug of that catalogue), ``widget``
(``"path"``, ``"folder"``, ``"multiline"``), ``unit``, ``names`` (words for values of a choice that do not say it
themselves), and ``when`` (``{"other": value}``: shown only then).
"""

from __future__ import annotations

import functools
import math
import re
import typing
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

import msgspec
from msgspec import inspect as shapes

from projects.errors import ProjectError, did_you_mean
from projects.translation import gettext as _
from projects.translation import per_language

T = TypeVar("T", bound=msgspec.Struct)

REQUIRED = msgspec.NODEFAULT


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One declared parameter.

    Attributes:
        name: The key in the project file.
        kind: ``int``, ``float``, ``bool``, ``text``, ``choice``, ``numbers`` (a list), ``struct``,
            ``plug``, ``plugs`` (a list) or ``mapping``.
        title: What a form writes beside it.
        help: One or two sentences.
        default: The value it has when a file does not name it, or ``REQUIRED``.
        optional: Whether ``None`` is allowed.
        minimum: Least value allowed, or None.
        maximum: Greatest value allowed, or None; of a text the greatest length.
        exclusive: Whether the minimum itself is excluded.
        exclusive_maximum: Whether the maximum itself is excluded.
        choices: The values of a ``choice``.
        length: For ``numbers`` of a fixed length, that length.
        integers: For ``numbers``, whether each must be whole.
        type: The declared type, for conversion.
        extra: What ``Meta(extra=...)`` held.
    """

    name: str
    kind: str
    title: str
    help: str
    default: Any
    optional: bool
    minimum: float | None
    maximum: float | None
    exclusive: bool
    choices: tuple[Any, ...]
    length: int | None
    integers: bool
    type: Any
    extra: dict[str, Any]
    exclusive_maximum: bool = False

    def words_of(self, value: Any) -> str:
        """Return a value of a choice as people read it, in the language of the moment; files keep the value.

        ``zero_to_one`` is *zero to one*, and what the field names (``names``) is called so.
        """
        return _(str(self.extra.get("names", {}).get(value, str(value).replace("_", " "))))

    def expectation(self) -> str:
        """What may stand here in a file, as words: ``a whole number from 1 to 31``."""
        words = _EXPECTATIONS[self.kind](self)
        return _("{words}, or nothing").format(words=words) if self.optional else words


def applies(field: Field, values: Mapping[str, Any]) -> bool:
    """Whether a parameter has a say, given the values of the others (its ``when``)."""
    return all(
        bool(wanted(values.get(other))) if callable(wanted) else values.get(other) == wanted
        for other, wanted in field.extra.get("when", {}).items()
    )


def _range_words(field: Field, noun: str) -> str:
    low, high = _digits(field.minimum), _digits(field.maximum)
    above, below = bool(low) and field.exclusive, bool(high) and field.exclusive_maximum
    words = _RANGES[bool(low), above, bool(high), below]()
    return words.format(noun=noun, low=low, high=high)


# Least value given, itself excluded, greatest value given, itself excluded.
_RANGES: dict[tuple[bool, bool, bool, bool], Callable[[], str]] = {
    (False, False, False, False): lambda: "{noun}",
    (True, False, False, False): lambda: _("{noun} of at least {low}"),
    (True, True, False, False): lambda: _("{noun} above {low}"),
    (False, False, True, False): lambda: _("{noun} of at most {high}"),
    (False, False, True, True): lambda: _("{noun} below {high}"),
    (True, False, True, False): lambda: _("{noun} from {low} to {high}"),
    (True, False, True, True): lambda: _("{noun} of at least {low} and below {high}"),
    (True, True, True, False): lambda: _("{noun} above {low} and up to {high}"),
    (True, True, True, True): lambda: _("{noun} above {low} and below {high}"),
}


def _digits(bound: float | None) -> str:
    """A bound as people write it: ``0.5``, ``1,000,000``; empty when there is none."""
    if bound is None:
        return ""
    return f"{int(bound):,}" if float(bound).is_integer() else f"{bound:g}"


def _text_words(field: Field) -> str:
    if field.maximum is None:
        return _("text")
    return _("text of at most {most} characters").format(most=_digits(field.maximum))


def _numbers_words(field: Field) -> str:
    noun = _("whole numbers") if field.integers else _("numbers")
    words = _range_words(field, noun)
    if field.length:
        return _("a list of {count} {numbers}").format(count=field.length, numbers=words)
    return _("a list of {numbers}").format(numbers=words)


_EXPECTATIONS: dict[str, Callable[[Field], str]] = {
    "int": lambda field: _range_words(field, _("a whole number")),
    "float": lambda field: _range_words(field, _("a number")),
    "bool": lambda field: _("true or false"),
    "text": _text_words,
    "choice": lambda field: _("one of {words}").format(words=", ".join(map(str, field.choices))),
    "numbers": _numbers_words,
    "struct": lambda field: _("a group of settings"),
    "plug": lambda field: _("a group of settings with a type"),
    "plugs": lambda field: _("a list of groups of settings with a type"),
    "mapping": lambda field: _("a group of named settings"),
}


def _unwrap(kind: shapes.Type) -> tuple[shapes.Type, dict[str, Any], dict[str, Any]]:
    schema: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    while isinstance(kind, shapes.Metadata):
        schema = {**(kind.extra_json_schema or {}), **schema}
        extra = {**(kind.extra or {}), **extra}
        kind = kind.type
    return kind, schema, extra


def _kind_of(kind: shapes.Type, extra: Mapping[str, Any]) -> str:
    if "catalogue" in extra and isinstance(kind, shapes.StructType):
        return "plug"
    if "catalogue" in extra and isinstance(kind, shapes.VarTupleType):
        return "plugs"
    table: list[tuple[Any, str]] = [
        (shapes.BoolType, "bool"),
        (shapes.IntType, "int"),
        (shapes.FloatType, "float"),
        (shapes.StrType, "text"),
        (shapes.LiteralType, "choice"),
        ((shapes.TupleType, shapes.VarTupleType, shapes.ListType), "numbers"),
        (shapes.StructType, "struct"),
        (shapes.DictType, "mapping"),
    ]
    for types, name in table:
        if isinstance(kind, types):
            return name
    raise TypeError(f"no form field for {kind!r}")


class _Bounds(NamedTuple):
    """Least and greatest value, and whether each is itself excluded."""

    low: float | None
    high: float | None
    above: bool
    below: bool


def _bounds(kind: Any) -> _Bounds:
    if isinstance(kind, (shapes.TupleType, shapes.VarTupleType, shapes.ListType)):
        item = kind.item_types[0] if isinstance(kind, shapes.TupleType) else kind.item_type
        return _bounds(_unwrap(item)[0])
    if isinstance(kind, shapes.StrType):
        return _Bounds(None, kind.max_length, False, False)
    low, above = getattr(kind, "ge", None), getattr(kind, "gt", None)
    high, below = getattr(kind, "le", None), getattr(kind, "lt", None)
    return _Bounds(
        above if low is None else low,
        below if high is None else high,
        low is None and above is not None,
        high is None and below is not None,
    )


@per_language
@functools.cache
def fields_of(cls: type[msgspec.Struct]) -> tuple[Field, ...]:
    """Return the declared fields of a struct class, in their order of declaration."""
    info = shapes.type_info(cls)
    assert isinstance(info, shapes.StructType)
    types = {field.name: field.type for field in msgspec.structs.fields(cls)}
    return tuple(_field(entry, types[entry.name]) for entry in info.fields)


def _field(entry: shapes.Field, declared: Any) -> Field:
    kind, schema, extra = _unwrap(entry.type)
    optional = False
    if isinstance(kind, shapes.UnionType):
        some = [_unwrap(t) for t in kind.types if not isinstance(_unwrap(t)[0], shapes.NoneType)]
        optional = kind.includes_none
        kind, inner_schema, inner_extra = some[-1]
        schema, extra = {**inner_schema, **schema}, {**inner_extra, **extra}
    name = _kind_of(kind, extra)
    bounds = _bounds(kind)
    default = entry.default
    if default is msgspec.NODEFAULT and entry.default_factory is not msgspec.NODEFAULT:
        default = entry.default_factory()
    item = None
    if name == "numbers":
        item = kind.item_types[0] if isinstance(kind, shapes.TupleType) else kind.item_type  # type: ignore[attr-defined]
    return Field(
        name=entry.name,
        kind=name,
        title=_(schema.get("title") or entry.name.replace("_", " ").capitalize()),
        help=_(schema.get("description", "")),
        default=default,
        optional=optional,
        minimum=bounds.low,
        maximum=bounds.high,
        exclusive=bounds.above,
        exclusive_maximum=bounds.below,
        choices=_choices(declared) if isinstance(kind, shapes.LiteralType) else (),
        length=len(kind.item_types) if isinstance(kind, shapes.TupleType) else None,
        integers=item is not None and isinstance(_unwrap(item)[0], shapes.IntType),
        type=declared,
        extra=extra,
    )


def _choices(declared: Any) -> tuple[Any, ...]:
    """The values of a ``Literal`` in the order in which they were written; msgspec sorts them."""
    if typing.get_origin(declared) is typing.Literal:
        return typing.get_args(declared)
    return next(filter(None, map(_choices, typing.get_args(declared))), ())


def join(where: str, name: str) -> str:
    """Return the dotted path of ``name`` inside ``where``."""
    return f"{where}.{name}" if where else name


def shown(value: Any) -> str:
    """Return a value as an error message quotes it: short, on one line, control marks escaped."""
    text = repr(value) if not isinstance(value, str) else f"“{value}”"
    text = re.sub(
        r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]",
        lambda m: f"\\x{ord(m[0]):02x}",
        text,
    )
    return text if len(text) <= 60 else text[:57] + "…"


def _finite(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, (list, tuple)):
        return all(_finite(item) for item in value)
    return True


def read_field(field: Field, value: Any, where: str) -> Any:
    """Return ``value`` as the declared type of ``field``.

    Args:
        field: The declaration.
        value: What a file or a form gave.
        where: Dotted path of the struct that holds the field.

    Raises:
        ProjectError: The value is not what the field expects; names the place and both.
    """
    try:
        if not _finite(value):
            raise msgspec.ValidationError("not finite")
        return msgspec.convert(_unflattened(field, value), field.type)
    except (msgspec.ValidationError, OverflowError) as error:
        message = _("expected {what}, got {value}.").format(
            what=field.expectation(), value=shown(value)
        )
        hint = did_you_mean(value, map(str, field.choices)) if field.kind == "choice" else ""
        raise ProjectError(message, where=join(where, field.name), hint=hint) from error


def _unflattened(field: Field, value: Any) -> Any:
    """Values of plugs with their parameters in a mapping of their own; in files these lie beside the type."""
    if field.kind == "plugs" and isinstance(value, (list, tuple)):
        return [_plug(item) for item in value]
    return _plug(value) if field.kind == "plug" else value


def _plug(value: Any) -> Any:
    if not isinstance(value, Mapping) or "type" not in value:
        return value
    params = {name: inner for name, inner in value.items() if name != "type"}
    return {"type": value["type"], "params": params}


@per_language
@functools.cache
def _declared(cls: type[msgspec.Struct]) -> tuple[dict[str, Field], tuple[str, ...]]:
    """The fields of a struct by name, and those that must be given."""
    fields = {field.name: field for field in fields_of(cls)}
    return fields, tuple(f.name for f in fields.values() if f.default is REQUIRED)


def read_struct(cls: type[T], values: Mapping[str, Any], where: str) -> T:
    """Return an instance of ``cls`` from a plain mapping.

    Args:
        cls: A struct class with declared fields.
        values: Keys and plain values.
        where: Dotted path of the mapping, for messages.

    Raises:
        ProjectError: An unknown key (with the nearest known one), a missing key or a wrong value.
    """
    fields, required = _declared(cls)
    for key in values:
        if key not in fields:
            raise ProjectError(
                _("there is no setting of this name here."),
                where=join(where, str(key)),
                hint=did_you_mean(str(key), fields),
            )
    missing = [name for name in required if name not in values]
    if missing:
        raise ProjectError(
            _("is missing; expected {what}.").format(what=fields[missing[0]].expectation()),
            where=join(where, missing[0]),
        )
    return cls(**{key: read_field(fields[key], value, where) for key, value in values.items()})
