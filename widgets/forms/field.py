"""What one field of a form is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


class _Mixed:
    """The value of a field for several things that differ in it."""

    def __repr__(self) -> str:
        return "MIXED"


MIXED = _Mixed()


def _as_it_is(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Kind:
    """One choice of a plug: a type with fields of its own.

    Attributes:
        tag: Its value.
        title: Name that people read.
        help: What it is.
        fields: Its fields.
        topic: The page about it; see :mod:`widgets.topics`.
    """

    tag: str
    title: str
    help: str = ""
    fields: tuple[FormField, ...] = ()
    topic: str = ""


@dataclass(frozen=True)
class FormField:
    """One field.

    Attributes:
        name: Its key in the values of the form.
        title: What is written beside it.
        kind: ``int``, ``float``, ``numbers``, ``text``, ``bool``, ``choice``, ``path``, ``folder``,
            ``plug`` or ``struct``.
        help: One or two sentences.
        unit: Written behind the value.
        optional: Whether it may be empty (``None``).
        none: Words that an optional field shows while it is off; empty for the usual ones.
        blank: What an optional field holds when it is switched on.
        choices: Values and words of a ``choice``.
        kinds: Types of a ``plug``.
        fields: Fields of a ``struct``.
        read: Turns what was entered into the value; raises ``ValueError`` with a sentence for people.
        when: Shown only while these other fields have these values, or values that pass these tests.
        topic: The page about it; see :mod:`widgets.topics`.
        topics: Pages about some of its values.
    """

    name: str
    title: str
    kind: str
    help: str = ""
    unit: str = ""
    optional: bool = False
    none: str = ""
    blank: Any = None
    choices: tuple[tuple[Any, str], ...] = ()
    kinds: tuple[Kind, ...] = ()
    fields: tuple[FormField, ...] = ()
    read: Callable[[Any], Any] = _as_it_is
    when: dict[str, Any] = field(default_factory=dict)
    topic: str = ""
    topics: Mapping[Any, str] = field(default_factory=dict)
