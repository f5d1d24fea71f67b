"""Drawings of the textbook: SVG files whose colours are names of the theme's, and whose words are looked up."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path

from projects.translation import gettext as _
from widgets.theme import Tokens

FOLDER = Path(__file__).parent / "drawings"
WORDS = re.compile(r"(<text\b[^>]*>)([^<]*[A-Za-z]{2}[^<]*)(</text>)")
NUMBER = re.compile(r"(?<![\w.])\d+(?:[,.]\d+)*(?!\w)")
COLOR = re.compile(rb"@([a-z_]+[0-9]?)@")


def file_of(key: str) -> Path:
    """Return where the drawing of a page lies, if there is one."""
    return FOLDER / f"{key.replace('/', '-')}.svg"


@functools.cache
def drawing_of(key: str) -> bytes | None:
    """Return the drawing of a page, its colours as ``@text@``; None where there is none."""
    path = file_of(key)
    return path.read_bytes() if path.is_file() else None


def colored(drawing: bytes, tokens: Tokens) -> bytes:
    """Return a drawing in the colours of a scheme (``@series0@`` is the first curve's) and the language of the moment."""

    def words(found: re.Match[str]) -> str:
        message, numbers = message_of(unescape(found.group(2)))
        told = _(message).format(*numbers)
        return f"{found.group(1)}{escape(told, quote=False)}{found.group(3)}"

    def color(found: re.Match[bytes]) -> bytes:
        name = found.group(1).decode()
        if name.startswith("series"):
            return tokens.series[int(name.removeprefix("series"))].encode()
        return str(getattr(tokens, name)).encode()

    return COLOR.sub(color, WORDS.sub(words, drawing.decode()).encode())


def messages(drawing: bytes) -> Iterator[str]:
    """Yield what translators get of a drawing: its words, with ``{0}`` in the place of a number."""
    for _start, words, _end in WORDS.findall(drawing.decode()):
        yield message_of(unescape(words))[0]


def message_of(words: str) -> tuple[str, list[str]]:
    """Return words of a drawing as they are translated, and the numbers that they leave out."""
    numbers = NUMBER.findall(words)
    places = iter(range(len(numbers)))
    plain = words.replace("{", "{{").replace("}", "}}")
    return NUMBER.sub(lambda _number: f"{{{next(places)}}}", plain), numbers
