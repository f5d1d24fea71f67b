"""Declared things and the catalogues that hold them.

A layer, a data source, an objective, an optimiser, a probe … is one class: a frozen struct whose
annotated fields are its parameters (see :mod:`projects.fields`), whose docstring is its help text and
whose ``tag`` is its name in project files. A catalogue finds them by importing every module
of its package, so adding one touches one file. Importing a declaration needs neither torch nor Qt.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Generic, TypeVar

import msgspec

from projects.errors import ProjectError, did_you_mean
from projects.fields import Field, fields_of, join, read_struct
from projects.schema import Plug
from projects.translation import gettext as _
from projects.translation import speaking, written


class FieldError(ValueError):
    """A parameter that is fine by itself and wrong beside the others.

    Args:
        field: Name of the parameter.
        message: What is wrong, as a sentence.
        hint: What to do about it.
    """

    def __init__(self, field: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.field = field
        self.hint = hint


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything that a catalogue holds.

    Class attributes:
        title: Name that people read.
        category: Heading under which palettes and menus show it; its colour goes by it, so it is translated
            only where it is shown. All other texts are in the language of the moment whenever they are read.
        order: Position inside its catalogue; equal ones sort by the English title.
        formula: What it computes, a line each, in LaTeX; for its page of the textbook, as what follows.
        use: When to use it, in a sentence or two.
        trouble: What goes wrong with it, in a sentence or two.
        source: Where it comes from: authors, year, title, section.
        texts: Which class attributes are texts.
    """

    title: ClassVar[str] = ""
    category: ClassVar[str] = ""
    order: ClassVar[int] = 100
    formula: ClassVar[tuple[str, ...]] = ()
    use: ClassVar[str] = ""
    trouble: ClassVar[str] = ""
    source: ClassVar[str] = ""
    texts: ClassVar[tuple[str, ...]] = ("title", "use", "trouble", "source")

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        speaking(cls, *cls.texts)

    @classmethod
    def tag(cls) -> str:
        """The name in project files."""
        return str(cls.__struct_config__.tag)

    @classmethod
    def fields(cls) -> tuple[Field, ...]:
        """The declared parameters, in order."""
        return fields_of(cls)

    @classmethod
    def help(cls) -> str:
        """The docstring: what it does, its formula and its source."""
        return _(inspect.cleandoc(cls.__doc__ or ""))

    def validate(self) -> None:
        """Check parameters against each other.

        Raises:
            FieldError: Two parameters contradict each other.
        """


D = TypeVar("D", bound=Declared)


class Catalogue(Generic[D]):
    """Every declared class of one kind, found in one package.

    Args:
        noun: What one entry is called (``layer``), in words that are translated where they are shown.
        base: The class that entries derive from.
        package: The package whose modules declare them.
    """

    def __init__(self, noun: str, base: type[D], package: str) -> None:
        self.noun = noun
        self._base = base
        self._package = package

    @functools.cached_property
    def entries(self) -> Mapping[str, type[D]]:
        """Classes by tag, in display order."""
        package = importlib.import_module(self._package)
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{self._package}.{module.name}")
        found = [c for c in _descendants(self._base) if c.__struct_config__.tag is not None]
        found.sort(key=lambda c: (c.order, written(c, "title")))
        return {c.tag(): c for c in found}

    def __iter__(self) -> Iterator[type[D]]:
        """Yield every class, in display order."""
        return iter(self.entries.values())

    def __contains__(self, tag: str) -> bool:
        """Whether there is an entry of this tag."""
        return tag in self.entries

    def key(self, tag: str) -> str:
        """Return the name of an entry among those of all catalogues: ``data_source/iris``."""
        return f"{self.noun.replace(' ', '_')}/{tag}"

    def get(self, tag: str, where: str = "") -> type[D]:
        """Return the class of a tag.

        Raises:
            ProjectError: There is none; names the nearest.
        """
        if tag not in self.entries:
            raise ProjectError(
                _("there is no {noun} called “{tag}”.").format(noun=_(self.noun), tag=tag),
                where=join(where, "type"),
                hint=did_you_mean(tag, self.entries),
            )
        return self.entries[tag]

    def make(self, tag: str, params: Mapping[str, Any], where: str = "") -> D:
        """Return a validated instance.

        Args:
            tag: Which class.
            params: Its parameters as plain values; those left out have their defaults.
            where: Dotted path of the plug, for messages.

        Raises:
            ProjectError: An unknown tag or parameter, or a wrong value; names the place.
        """
        made = read_struct(self.get(tag, where), params, where)
        try:
            made.validate()
        except FieldError as error:
            raise ProjectError(
                str(error), where=join(where, error.field), hint=error.hint
            ) from error
        return made

    def make_plug(self, plug: Plug, where: str = "") -> D:
        """Return a validated instance of a plug; see :meth:`make`."""
        return self.make(plug.type, plug.params, where)


def own_first(cls: type[Declared], base: type[Declared]) -> tuple[Field, ...]:
    """Return the parameters of a class, those that it does not have from a base before the others.

    Args:
        cls: The class.
        base: What it has in common with others.
    """
    shared = base.__struct_fields__
    return tuple(sorted(fields_of(cls), key=lambda field: field.name in shared))


def _descendants(cls: type[D]) -> Iterator[type[D]]:
    for child in cls.__subclasses__():
        yield child
        yield from _descendants(child)
