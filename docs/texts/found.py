"""Where texts stand: in calls, in declarations, in examples, blocks and guides, in articles and drawings."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import yaml

from engine import articles
from engine.declare import Catalogue, Declared
from engine.objectives.base import Objective
from projects import schema
from projects.fields import fields_of
from projects.translation import SOURCE, language, speak, written
from workbench.textbook.drawings import FOLDER, messages

ROOT = Path(__file__).parents[2]
ROOMS = ("main.py", "projects", "engine", "widgets", "workbench")
MANY = ("ngettext", "phrases")
CALLS = ("_", "N_", "phrase", *MANY)
WORD = re.compile("[A-Za-z]{2}")


class Text(NamedTuple):
    """A text.

    Attributes:
        message: What it says in English; of two forms that for one.
        place: The file that it stands in, or the thing that it is about.
        many: What it says of several; empty where a text counts nothing.
    """

    message: str
    place: str
    many: str = ""


def texts() -> Iterator[Text]:
    """Yield every text; one that stands in several places comes several times."""
    before = language()
    speak(SOURCE)
    try:
        for found in (
            _called(),
            _declared(),
            _settings(),
            _examples(),
            _blocks(),
            _guides(),
            _read(),
            _drawn(),
        ):
            yield from (text for text in found if WORD.search(text.message))
    finally:
        speak(before)


def modules() -> Iterator[Path]:
    """Yield every module of the program."""
    for room in ROOMS:
        place = ROOT / room
        yield from [place] if place.is_file() else sorted(place.rglob("*.py"))


def _place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _called() -> Iterator[Text]:
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            given = [a.value for a in node.args if isinstance(a, ast.Constant)]
            words = [word for word in given if isinstance(word, str)]
            if node.func.id in CALLS and words:
                yield Text(words[0], _place(path), words[1] if node.func.id in MANY else "")


def catalogues() -> Iterator[Catalogue[Declared]]:
    """Yield every catalogue of the program."""
    seen: set[int] = set()
    for path in modules():
        if ": Catalogue[" not in path.read_text("utf-8"):
            continue
        module = importlib.import_module(_place(path).removesuffix(".py").replace("/", "."))
        for thing in vars(module).values():
            if isinstance(thing, Catalogue) and id(thing) not in seen:
                seen.add(id(thing))
                yield thing


def _declared() -> Iterator[Text]:
    for catalogue in catalogues():
        yield Text(catalogue.noun, "catalogues")
        for cls in catalogue:
            place = _place(ROOT / f"{cls.__module__.replace('.', '/')}.py")
            yield Text(cls.help(), place)
            yield from (Text(written(cls, name), place) for name in _told(cls))
            yield from _fields(cls, place)
            for role in cls.networks if issubclass(cls, Objective) else ():
                yield from (Text(role.title, place), Text(role.help, place))


def _told(cls: type[Declared]) -> Iterator[str]:
    """Class attributes that are texts. Titles of papers stay as they are, unless they are marked."""
    yield "category"
    yield from (name for name in cls.texts if name != "source")


def _settings() -> Iterator[Text]:
    for thing in vars(schema).values():
        if isinstance(thing, type) and issubclass(thing, msgspec.Struct):
            yield from _fields(thing, "projects/schema.py")


def _fields(cls: type[msgspec.Struct], place: str) -> Iterator[Text]:
    for field in fields_of(cls):
        yield Text(field.title, place)
        yield Text(field.help, place)
        yield Text(str(field.extra.get("unit", "")), place)
        yield from (Text(field.words_of(value), place) for value in field.choices)


def _files(folder: str) -> Iterator[tuple[str, dict[str, object]]]:
    for path in sorted((ROOT / folder).glob("*.yaml")):
        yield _place(path), yaml.safe_load(path.read_text("utf-8"))


def _examples() -> Iterator[Text]:
    for place, project in _files("projects/examples"):
        yield Text(str(project["name"]), place)
        yield Text(str(project["description"]), place)


def _blocks() -> Iterator[Text]:
    for place, block in _files("projects/blocks"):
        yield Text(str(block["title"]), place)
        inner = block["blocks"]
        assert isinstance(inner, dict)
        for each in inner.values():
            yield Text(str(each.get("description", "")), place)


def _guides() -> Iterator[Text]:
    for place, guide in _files("projects/guides"):
        yield Text(str(guide["title"]), place)
        yield Text(str(guide["summary"]), place)
        steps = guide["steps"]
        assert isinstance(steps, list)
        for step in steps:
            yield Text(step["title"], place)
            yield Text(step["text"].strip(), place)


def _drawn() -> Iterator[Text]:
    for path in sorted(FOLDER.glob("*.svg")):
        for message in messages(path.read_bytes()):
            yield Text(message, _place(path))


def _read() -> Iterator[Text]:
    for article in articles.articles():
        place = f"engine/articles/{article.name}.md"
        yield Text(article.title, place)
        for part in articles.paragraphs(article.text):
            if not part.startswith("$$"):
                yield Text(part, place)
