"""Drawings of the textbook: SVG files whose colours are names of the theme's."""

from __future__ import annotations

import functools
import re
from pathlib import Path

from widgets.theme import Tokens

FOLDER = Path(__file__).parent / "drawings"
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
    """Return a drawing in the colours of a scheme; ``@series0@`` is the first curve's."""

    def color(found: re.Match[bytes]) -> bytes:
        name = found.group(1).decode()
        if name.startswith("series"):
            return tokens.series[int(name.removeprefix("series"))].encode()
        return str(getattr(tokens, name)).encode()

    return COLOR.sub(color, drawing)
