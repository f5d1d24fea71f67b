"""Where translated texts come from: one place for window, engine and command line.

Texts are written in English, and looked up when they are shown: ``_("Save")`` says *Save* in the
language of the moment. What stands in a table or in a class, where nobody is asking yet, is marked
with :func:`N_` and looked up by who shows it; texts of classes look themselves up (:func:`speaking`),
and what stays in a list, such as undo steps, can be said again (:func:`phrase`).

A translation is a file ``locale/<language>/LC_MESSAGES/ganvas.mo`` beside this module. The usual
variables (``LANGUAGE``, ``LC_ALL``, ``LC_MESSAGES``, ``LANG``) say which one a process begins with;
:func:`speak` changes it at any time, for everything that is looked up from then on. Nothing that is
written into a file or sent as a name is looked up.

This module imports nothing of Ganvas, so that every room can use it.
"""

from __future__ import annotations

import gettext as catalogues
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

DOMAIN = "ganvas"
FOLDER = Path(__file__).parent / "locale"
SOURCE = "en"
VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


class _Cached(Protocol):
    def cache_clear(self) -> None: ...


C = TypeVar("C", bound=_Cached)


class _Voice:
    """What is spoken, and what is to be forgotten when that changes."""

    language = SOURCE
    texts = catalogues.NullTranslations()
    forget: list[Callable[[], None]] = []


def gettext(message: str) -> str:
    """Return a text in the language of the moment; an empty one stays empty."""
    return _Voice.texts.gettext(message) if message else ""


def ngettext(one: str, many: str, count: int) -> str:
    """Return the text for a count, ``one`` or ``many`` in English, in the language of the moment."""
    return _Voice.texts.ngettext(one, many, count)


def N_(message: str) -> str:
    """Mark a text for the translators where it is not shown yet; who shows it looks it up."""
    return message


class Phrase(str):
    """A text in the language of the moment that can be said again in another one: for what stays, such as undo steps.

    Args:
        say: Looks the text up.
        values: What stands in it; functions and phrases are asked again as well. None: it is as it was looked up.
    """

    _say: Callable[[], str]
    _values: Mapping[str, object] | None

    def __new__(cls, say: Callable[[], str], values: Mapping[str, object] | None = None) -> Phrase:
        """Look the text up, and put in what stands in it."""
        text = str(say())
        if values is not None:
            text = text.format(**{name: _now(value) for name, value in values.items()})
        made = super().__new__(cls, text)
        made._say, made._values = say, values
        return made

    def format(self, **values: object) -> Phrase:  # type: ignore[override]
        """Return the phrase with values in it."""
        return Phrase(self._say, values)

    def again(self) -> Phrase:
        """Return it in the language of the moment."""
        return Phrase(self._say, self._values)


def phrase(message: str) -> Phrase:
    """The same as :func:`gettext` for a text that stays when the language changes."""
    return Phrase(partial(gettext, message))


def phrases(one: str, many: str, count: int) -> Phrase:
    """The same as :func:`ngettext` for a text that stays when the language changes."""
    return Phrase(partial(ngettext, one, many, count))


def again(text: str) -> str:
    """Return a text in the language of the moment, if it is a phrase; others as they are."""
    return text.again() if isinstance(text, Phrase) else text


def _now(value: object) -> object:
    if callable(value):
        return value()
    return again(value) if isinstance(value, str) else value


def language() -> str:
    """The language that is spoken: ``en``, ``zh_CN``."""
    return _Voice.language


def languages(folder: Path = FOLDER) -> tuple[str, ...]:
    """Return what can be spoken, English first.

    Args:
        folder: What holds a folder for each language.
    """
    found = sorted(path.parts[-3] for path in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return (SOURCE, *found)


def preferred(wishes: Sequence[str], folder: Path = FOLDER) -> str:
    """Return the first language of a list of wishes that can be spoken, else English.

    Args:
        wishes: Names of languages as systems write them: ``zh_CN.UTF-8``, ``zh-Hans-CN``, ``de``.
        folder: What holds a folder for each language.
    """
    known = languages(folder)
    for wish in wishes:
        parts = wish.split(".")[0].split("@")[0].replace("-", "_").split("_")
        exact = f"{parts[0]}_{parts[-1]}" if len(parts) > 1 else parts[0]
        if exact in known:
            return exact
        alike = [name for name in known if name.split("_")[0] == parts[0]]
        if alike and not (parts[0] == "zh" and {"Hant", "TW", "HK", "MO"} & set(parts)):
            return alike[0]
    return SOURCE


def of_system(environment: Mapping[str, str] = os.environ, folder: Path = FOLDER) -> str:
    """Return the language that the variables of a process ask for, as far as it can be spoken."""
    wish = next((environment[name] for name in VARIABLES if environment.get(name)), "")
    return preferred(wish.split(":"), folder)


def in_all_languages(message: str, folder: Path = FOLDER) -> frozenset[str]:
    """Return a text in every language that can be spoken, as it was written in English among them.

    Args:
        message: The text, in English.
        folder: What holds a folder for each language.
    """
    tables = (
        catalogues.translation(DOMAIN, str(folder), [name], fallback=True)
        for name in languages(folder)
    )
    return frozenset({message, *(table.gettext(message) for table in tables)})


def speak(name: str, folder: Path = FOLDER) -> None:
    """Have everything that is looked up from now on be in another language.

    Args:
        name: One of :func:`languages`; what can't be spoken is English.
        folder: What holds a folder for each language.
    """
    texts = catalogues.NullTranslations()
    if name != SOURCE:
        texts = catalogues.translation(DOMAIN, str(folder), [name], fallback=True)
    speak_from(texts, name)


def speak_from(texts: catalogues.NullTranslations, name: str) -> None:
    """Have everything that is looked up from now on come from a table of translations.

    Args:
        texts: The table.
        name: What the language is called.
    """
    _Voice.texts, _Voice.language = texts, name
    for clear in _Voice.forget:
        clear()


def per_language(cached: C) -> C:
    """Have a cache (of :mod:`functools`) of what holds texts be emptied when the language changes."""
    _Voice.forget.append(cached.cache_clear)
    return cached


class _Spoken:
    """A text of a class that is looked up whenever it is read."""

    def __init__(self, source: str) -> None:
        self.source = source

    def __get__(self, instance: object, owner: type) -> str:
        return gettext(self.source)


def speaking(cls: type, *names: str) -> None:
    """Have texts of a class be looked up whenever they are read.

    Args:
        cls: The class.
        names: Those of its own attributes that hold a text, or nothing.
    """
    for name in names:
        text = vars(cls).get(name)
        if isinstance(text, str) and text:
            setattr(cls, name, _Spoken(text))


def written(cls: type, name: str) -> str:
    """Return a text of a class as it was written, in English: for order, names and files."""
    for base in cls.__mro__:
        if name in vars(base):
            text = vars(base)[name]
            return text.source if isinstance(text, _Spoken) else str(text)
    return ""
