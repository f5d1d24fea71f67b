"""The tables of translations: ``ganvas.po`` for people, ``ganvas.mo`` for the program."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from projects.translation import DOMAIN, FOLDER, SOURCE, languages
from texts.found import Text

HEAD = "# Translations of Ganvas. “make translations” brings this file up to date; see CONTRIBUTING.md."
KEPT = ("Language", "Plural-Forms", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")


class Table(Catalog):
    """What is translated into a language; its head holds no times and nobody's name.

    Args:
        language: Into which; None for the table of what is to be translated.
    """

    def __init__(self, language: str | None = None) -> None:
        super().__init__(locale=language, header_comment=HEAD, charset="utf-8", fuzzy=False)

    @property  # type: ignore[misc]
    def mime_headers(self) -> list[tuple[str, str]]:
        """What the head of the file says."""
        return [(name, value) for name, value in super().mime_headers if name in KEPT]


def template(found: Iterable[Text]) -> Table:
    """Return a table of all texts, with the places where they stand."""
    table = Table()
    for text in found:
        key = (text.message, text.many) if text.many else text.message
        table.add(key, locations=[(text.place, 0)])
    for message in table:
        message.locations = sorted(set(message.locations))
        message.flags.discard("python-format")  # per cent signs here are no places for values
    return table


def table_of(language: str, folder: Path = FOLDER) -> Table:
    """Return what is translated into a language; an empty table for a new one."""
    table, place = Table(language), place_of(language, folder)
    if place.is_file():
        read = read_po(io.BytesIO(place.read_bytes()), locale=language)
        for message in read:
            if message.id:
                table[message.id] = message
        table.obsolete = read.obsolete
    return table


def updated(table: Table, found: Table) -> Table:
    """Bring a table up to date: new texts come in without translation, those that are gone leave.

    Nothing is guessed from texts that are alike.
    """
    table.update(found, no_fuzzy_matching=True)
    table.obsolete.clear()
    return table


def written(table: Table) -> bytes:
    """Return a table as a ``.po`` file, in the order of the texts."""
    file = io.BytesIO()
    write_po(file, table, sort_output=True, include_lineno=False)
    return file.getvalue()


def compiled(table: Table) -> bytes:
    """Return a table as a ``.mo`` file; what has no translation is left out of it."""
    file = io.BytesIO()
    write_mo(file, table)
    return file.getvalue()


def save(language: str, table: Table, folder: Path = FOLDER) -> None:
    """Write both files of a language."""
    place = place_of(language, folder)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(written(table))
    place.with_suffix(".mo").write_bytes(compiled(table))


def untranslated(table: Table) -> Iterator[str]:
    """Yield what has no translation yet."""
    for message in table:
        if message.id and not all(strings(message.string)):
            yield strings(message.id)[0]


def strings(words: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return the forms of a text; one empty form where there is none."""
    return (words or "",) if words is None or isinstance(words, str) else tuple(words)


def translated(folder: Path = FOLDER) -> tuple[str, ...]:
    """Return the languages that there are translations into."""
    return tuple(name for name in languages(folder) if name != SOURCE)


def place_of(language: str, folder: Path = FOLDER) -> Path:
    """Return where the ``.po`` file of a language is."""
    return folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"
