"""What a model card is put together of: paragraphs and tables, of which nothing that anybody wrote is markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

UNBROKEN = re.compile(r"(?<=\d) (?=%)| (?=±)|(?<=±) ")


def paragraphs(text: str) -> list[str]:
    """Return a paragraph for every line that is not empty; numbers stay on one line with their signs."""
    lines = (UNBROKEN.sub("\u00a0", part.strip()) for part in text.splitlines())
    return [f"<p>{escape(line)}</p>" for line in lines if line]


def table(rows: Iterable[Sequence[str]]) -> str:
    """Return a table of names and values."""
    body = "".join(
        f"<tr><th>{escape(name)}</th><td>{escape(value)}</td></tr>" for name, value in rows
    )
    return f'<table class="facts">{body}</table>'
