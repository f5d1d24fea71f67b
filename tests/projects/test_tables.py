"""The tables of translations are whole: every text, its places for values and its links, and what was compiled."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator

import msgspec
import pytest
from babel.messages.catalog import Message
from texts.found import catalogues, texts
from texts.tables import (
    Table,
    compiled,
    place_of,
    strings,
    table_of,
    template,
    translated,
    untranslated,
)

from projects import schema
from projects.fields import fields_of
from projects.translation import SOURCE, languages, of_system, preferred, speak

LINK = re.compile(r"\]\(([^)]+)\)")


@pytest.fixture(scope="module", params=translated())
def table(request: pytest.FixtureRequest) -> Table:
    """The table of every language that there is one of."""
    return table_of(str(request.param))


def pairs(table: Table) -> Iterator[tuple[Message, str, str]]:
    """Each text with its translation, form by form."""
    for message in table:
        said = strings(message.id)
        for words in strings(message.string):
            if message.id and words:
                yield message, said[-1], words


def structs() -> Iterator[type[msgspec.Struct]]:
    """Everything whose fields forms show."""
    yield from (cls for catalogue in catalogues() for cls in catalogue)
    for thing in vars(schema).values():
        if isinstance(thing, type) and issubclass(thing, msgspec.Struct):
            yield thing


def places(text: str) -> set[str] | None:
    """Names and formats of the places for values; None for what is no pattern."""
    try:
        found = string.Formatter().parse(text)
        return {f"{name}:{spec}" for _words, name, spec, _kind in found if name is not None}
    except ValueError:
        return None


def test_places_for_values_and_links_are_the_same(table: Table) -> None:
    for message, said, words in pairs(table):
        if (wanted := places(said)) is not None:
            assert places(words) == wanted, message.id
        assert sorted(LINK.findall(words)) == sorted(LINK.findall(said)), message.id
        assert (words[:1].isspace(), words[-1:].isspace()) == (
            said[:1].isspace(),
            said[-1:].isspace(),
        )


def test_every_text_is_translated(table: Table) -> None:
    assert {message.id for message in table} == {message.id for message in template(texts())}, (
        "make translations"
    )
    assert list(untranslated(table)) == []
    assert not table.obsolete
    assert not [message.id for message in table if message.fuzzy]


@pytest.fixture(params=translated())
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    """Every language that there is a table of, while it is spoken."""
    yield str(request.param)
    speak(SOURCE)


def test_helps_name_choices_as_forms_show_them(spoken: str) -> None:
    named = 0
    for cls in structs():
        fields = {field.name: field for field in fields_of(cls)}
        told = [
            (name, value)
            for name, field in fields.items()
            for value in field.choices
            if re.search(rf"\b{re.escape(field.words_of(value))}:", field.help)
        ]
        speak(spoken)
        for name, value in told:
            field = fields_of(cls)[list(fields).index(name)]
            assert field.words_of(value) in field.help, f"{cls.__name__}.{name}: {value}"
        speak(SOURCE)
        named += len(told)
    assert named > 20


def test_what_was_compiled_is_what_is_written(table: Table) -> None:
    made = place_of(str(table.locale_identifier)).with_suffix(".mo").read_bytes()
    assert made == compiled(table), "make translations"


def test_which_language_is_meant() -> None:
    assert languages()[0] == SOURCE
    for wish in ("zh_CN.UTF-8", "zh-Hans-CN", "zh", "zh_SG"):
        assert preferred([wish]) == "zh_CN"
    for wish in ("zh_TW", "zh-Hant-HK", "C", "POSIX", "de_DE.UTF-8", "en_GB", ""):
        assert preferred([wish]) == SOURCE
    assert preferred(["de", "zh_CN", "en"]) == "zh_CN"
    assert preferred(["en_GB", "zh_CN"]) == SOURCE
    assert of_system({"LANGUAGE": "", "LANG": "zh_CN.UTF-8"}) == "zh_CN"
    assert of_system({"LANGUAGE": "en", "LANG": "zh_CN.UTF-8"}) == SOURCE
    assert of_system({}) == SOURCE
