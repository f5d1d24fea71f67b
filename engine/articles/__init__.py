"""Articles of the textbook: one Markdown file each, found by being in this folder.

A file begins with ``title`` and ``order`` (small first) between two lines of ``---``. Formulas stand between ``$$``;
``[Linear](layer/linear)`` leads to a page, ``[GANs](article/gans)`` to another article.
"""

from __future__ import annotations

import functools
import re
from importlib.resources import files
from typing import NamedTuple

import yaml

from projects.translation import gettext as _
from projects.translation import per_language

FENCE = "---\n"
LATER = 1000


class Article(NamedTuple):
    """One article.

    Attributes:
        name: Name of its file, without the ending.
        title: Its heading, translated as the text is.
        order: Place among the others.
        text: Markdown.
    """

    name: str
    title: str
    order: int
    text: str


@per_language
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
    text = "\n\n".join(_(part) for part in paragraphs(body))
    return Article(name, _(str(facts["title"])), int(facts.get("order", LATER)), text)


def paragraphs(body: str) -> list[str]:
    """Return the paragraphs of a Markdown text: each is translated for itself."""
    return re.split(r"\n\n+", body.strip())
