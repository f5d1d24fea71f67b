"""Articles of the textbook: one Markdown file each, found by being in this folder.

A file begins with ``title`` and ``order`` (small first) between two lines of ``---``. Formulas stand between ``$$``;
``[Linear](layer/linear)`` leads to a page, ``[GANs](article/gans)`` to another article.
"""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import NamedTuple

import yaml

FENCE = "---\n"
LATER = 1000


class Article(NamedTuple):
    """One article.

    Attributes:
        name: Name of its file, without the ending.
        title: Its heading.
        order: Place among the others.
        text: Markdown.
    """

    name: str
    title: str
    order: int
    text: str


@functools.cache
def articles() -> tuple[Article, ...]:
    """Return all articles, in reading order."""
    found = [
        _read(path.name.removesuffix(".md"), path.read_text("utf-8"))
        for path in files(__name__).iterdir()
        if path.name.endswith(".md")
    ]
    return tuple(sorted(found, key=lambda article: (article.order, article.name)))


def _read(name: str, text: str) -> Article:
    _nothing, head, body = text.split(FENCE, 2)
    facts = yaml.safe_load(head)
    return Article(name, str(facts["title"]), int(facts.get("order", LATER)), body.strip())
