"""Files that ship with Ganvas; ``engine/data/files/README.md`` says where each comes from."""

from __future__ import annotations

import lzma
from pathlib import Path

FOLDER = Path(__file__).parent / "files"


def shipped_text(name: str) -> str:
    """Return the text of a packed file that ships.

    Args:
        name: Its name without the ending ``.txt.xz``.
    """
    return lzma.decompress((FOLDER / f"{name}.txt.xz").read_bytes()).decode()


def shipped_table(name: str) -> tuple[list[str], list[list[str]]]:
    """Return the names and the rows of a table that ships.

    Args:
        name: Its name without the ending ``.csv``.
    """
    lines = (FOLDER / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    header, *rows = (line.split(",") for line in lines)
    return header, rows
