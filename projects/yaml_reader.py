"""The strict YAML of project files: plain values only, each with the line that it stands on.

A project comes from strangers, so what YAML can do beyond plain values is refused: anchors, aliases,
tags, merge keys, keys that are there twice, several documents. Scalars are read as YAML 1.2 says (the
core schema): ``1e-3`` is a number, ``no``, ``on`` and ``1:30`` are text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml

from projects.errors import ProjectError
from projects.fields import shown
from projects.translation import gettext as _

MOST_BYTES = 4 * 2**20
MOST_VALUES = 250_000
MOST_DEPTH = 24
LARGEST_INTEGER = 2**63 - 1

Path = tuple[str | int, ...]

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = {"", "~", "null", "Null", "NULL"}
_TRUE = {"true", "True", "TRUE"}
_FALSE = {"false", "False", "FALSE"}
_INTEGER = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL = re.compile(r"0o[0-7]+\Z")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_NOT_FINITE = re.compile(r"([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\Z")


@dataclass(frozen=True)
class Tree:
    """A file as plain values.

    Attributes:
        value: Mappings, lists, texts, numbers, booleans and None.
        lines: The line, from 1, on which the value of each path begins.
    """

    value: Any
    lines: dict[Path, int]

    def line_of(self, where: str) -> int | None:
        """Return the line of a dotted path, or of the nearest thing around it; None at the top."""
        path: Path = tuple(
            int(part) if part.isascii() and part.isdigit() else part for part in where.split(".")
        )
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return None


def decode(content: bytes, name: str = "") -> str:
    """Return the text of a file.

    Args:
        content: Its bytes.
        name: Its name, for messages.

    Raises:
        ProjectError: It is too large, or not UTF-8.
    """
    if len(content) > MOST_BYTES:
        raise ProjectError(
            _("is larger than a project file may be, {most:,} bytes.").format(most=MOST_BYTES),
            where=name,
            hint=_("Is it a project at all?"),
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ProjectError(
            _("is not a text file in UTF-8 (byte {position:,} is not part of one).").format(
                position=error.start
            ),
            where=name,
            hint=_("Save it as UTF-8 in a text editor, if it is a project at all."),
        ) from error


def read(text: str, name: str = "") -> Tree:
    """Return the plain values of a strict YAML text.

    Args:
        text: The text.
        name: Name of the file, for messages.

    Raises:
        ProjectError: It is not strict YAML, or too large; names line and column.
    """
    if len(text) > MOST_BYTES:
        decode(text.encode(errors="replace"), name)
    return _Composer(text, name).compose()


def read_value(text: str, where: str = "") -> Any:
    """Return the value of a short text, such as ``0.01``, ``[1, 2]`` or ``{type: sgd}``.

    Raises:
        ProjectError: It is not strict YAML.
    """
    return read(text, where).value


def scalar(text: str) -> Any:
    """Return what an unquoted word means.

    Raises:
        ValueError: It is a number that is infinite, not a number, or beyond 64 bits.
    """
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INTEGER.match(text):
        return _integer(text, 10)
    if _OCTAL.match(text) or _HEXADECIMAL.match(text):
        return _integer(text[2:], 8 if text[1] == "o" else 16)
    if _FLOAT.match(text) or _NOT_FINITE.match(text):
        number = float(text) if _FLOAT.match(text) else math.inf
        if not math.isfinite(number):
            raise ValueError(_("numbers have to be finite"))
        return number
    return text


def _integer(digits: str, base: int) -> int:
    number = int(digits, base) if len(digits) <= 64 else LARGEST_INTEGER + 1
    if not -LARGEST_INTEGER <= number <= LARGEST_INTEGER:
        raise ValueError(_("whole numbers have at most 63 bits"))
    return number


class _Composer:
    """Builds values from the events of the parser, counting as it goes."""

    def __init__(self, text: str, name: str) -> None:
        self._name = name
        self._events: Iterator[Any] = yaml.parse(text, Loader=_Loader)
        self._count = 0
        self._lines: dict[Path, int] = {}

    def compose(self) -> Tree:
        try:
            next(self._events)  # the stream begins
            start = next(self._events)
            if isinstance(start, yaml.StreamEndEvent):
                raise ProjectError(_("there is nothing in it."), where=self._name)
            if start.tags:
                self._refuse(start, _("tags are not allowed in a project."))
            value = self._value(next(self._events), ())
            next(self._events)  # the document ends
            more = next(self._events)
            if not isinstance(more, yaml.StreamEndEvent):
                self._refuse(more, _("a project is one document; here another one begins."))
        except yaml.YAMLError as error:
            raise self._explain(error) from error
        return Tree(value, self._lines)

    def _value(self, event: Any, path: Path) -> Any:
        self._count += 1
        if self._count > MOST_VALUES:
            self._refuse(event, _("there are more than {most:,} values.").format(most=MOST_VALUES))
        if len(path) > MOST_DEPTH:
            self._refuse(event, _("it is nested deeper than {most}.").format(most=MOST_DEPTH))
        self._plain(event)
        self._lines[path] = event.start_mark.line + 1
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(path)
        return self._mapping(path)

    def _list(self, path: Path) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._value(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event)
            if key in values:
                first = self._lines[(*path, key)]
                self._refuse(
                    event,
                    _("the key {key} is there twice (first in line {first}).").format(
                        key=shown(key), first=first
                    ),
                    _("Keep one of the two."),
                )
            values[key] = self._value(next(self._events), (*path, key))
            self._lines[(*path, key)] = event.start_mark.line + 1
        return values

    def _key(self, event: Any) -> str:
        self._plain(event)
        if not isinstance(event, yaml.ScalarEvent):
            self._refuse(event, _("a key has to be a word, not a list or a group."))
        if event.value == "<<" and not event.style:
            self._refuse(
                event, _("merge keys (<<) are not allowed in a project."), _("Write it out.")
            )
        return str(event.value)

    def _scalar(self, event: Any) -> Any:
        if event.style:  # quoted, or a block
            return event.value
        try:
            return scalar(event.value)
        except ValueError as error:
            self._refuse(event, f"{error}; {shown(event.value)}.")

    def _plain(self, event: Any) -> None:
        """Refuse what is more than a plain value."""
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            self._refuse(
                event,
                _("anchors (&) and aliases (*) are not allowed in a project."),
                _("Write the value out, or quote a text that begins with & or *."),
            )
        if event.tag is not None:
            self._refuse(
                event,
                _("tags (!) are not allowed in a project."),
                _("Take it out, or quote a text that begins with !."),
            )

    def _refuse(self, event: Any, message: str, hint: str = "") -> NoReturn:
        raise ProjectError(message, where=self._place(event.start_mark), hint=hint)

    def _place(self, mark: Any) -> str:
        place = _("line {line}, column {column}").format(line=mark.line + 1, column=mark.column + 1)
        return f"{self._name}, {place}" if self._name else place

    def _explain(self, error: yaml.YAMLError) -> ProjectError:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        if mark is None:
            return ProjectError(
                _("holds characters that are not allowed in a text file ({reason}).").format(
                    reason=shown(" ".join(str(getattr(error, "reason", error)).split()))
                ),
                where=self._name,
            )
        reason = getattr(error, "problem", None) or getattr(error, "context", None) or ""
        return ProjectError(
            _("this is not YAML: {reason}.").format(reason=reason),
            where=self._place(mark),
            hint=_("Look for a missing quote, bracket or space at the beginning of the line."),
        )
