"""Plain values as YAML text, the same text for the same values, always.

The output is read back as the same values by the strict reader, by any YAML 1.2 reader and, numbers
and words included, by YAML 1.1 readers: words that those would take for something else are quoted.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from typing import Any

from projects.yaml_reader import scalar

WIDTH = 96
FOLD = 88

_PLAIN = re.compile(r"[A-Za-z_./(][A-Za-z0-9_ ./()%+×–’=>-]*\Z")
_OLD_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def flow(value: Any) -> str:
    """Return a value on one line: ``{type: adam, lr: 0.001}``.

    Args:
        value: Mappings, lists or tuples, texts, finite numbers, booleans, None.
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{text(str(k))}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number(value)
    return text(str(value))


def number(value: float) -> str:
    """Return a float: shortest digits that read back equal, with a point (``1.0e-05``)."""
    digits = repr(value)
    if "e" in digits and "." not in digits:
        digits = digits.replace("e", ".0e")
    return digits


def text(value: str) -> str:
    """Return a text on one line, quoted only where it has to be."""
    if _PLAIN.match(value) and value == value.strip() and not _taken_for_something_else(value):
        return value
    return '"' + "".join(map(_escaped, value)) + '"'


def folded(value: str, indent: int) -> str:
    """Return a text for reading: on one line if short, else folded at spaces into a block.

    Args:
        value: The text; newlines separate its paragraphs.
        indent: Spaces before each line of the block.
    """
    paragraphs = value.split("\n")
    short = len(paragraphs) == 1 and len(value) <= FOLD - indent
    if short or not all(map(_foldable, paragraphs)) or not (paragraphs[0] and paragraphs[-1]):
        return text(value)
    margin = " " * indent
    lines = [line for part in paragraphs for line in [*_wrapped(part, FOLD - indent), ""]]
    return ">-\n" + "\n".join(margin + line if line else "" for line in lines[:-1])


def _wrapped(paragraph: str, width: int) -> list[str]:
    if not paragraph:
        return []
    return textwrap.wrap(paragraph, width, break_long_words=False, break_on_hyphens=False)


def _foldable(paragraph: str) -> bool:
    """Whether words of this paragraph are parted by single spaces and nothing needs an escape."""
    return " ".join(paragraph.split()) == paragraph and all(map(_printable, paragraph))


def _taken_for_something_else(value: str) -> bool:
    try:
        return scalar(value) != value or value.lower() in _OLD_WORDS or value.startswith("...")
    except ValueError:
        return True


def _printable(character: str) -> bool:
    code = ord(character)
    return (
        0x20 <= code < 0x7F
        or (0xA0 <= code < 0xD800 and code not in (0x2028, 0x2029))
        or (0xE000 <= code < 0x110000 and code not in (0xFEFF, 0xFFFE, 0xFFFF))
    )


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if _printable(character):
        return character
    code = ord(character)
    if 0xD800 <= code < 0xE000:  # half a character, which no file can hold
        return "\N{REPLACEMENT CHARACTER}"
    return f"\\u{code:04x}" if code > 0xFF else f"\\x{code:02x}"
