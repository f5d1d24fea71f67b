"""What the textbook holds: a page for every entry of every catalogue, and the articles."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.adversarial.base import ADVERSARIAL
from engine.adversarial.conditioning.base import CONDITIONING
from engine.adversarial.penalties.base import PENALTIES
from engine.adversarial.tricks.base import TRICKS
from engine.articles import Article, articles
from engine.augmentations.base import AUGMENTATIONS
from engine.clinic.base import AILMENTS
from engine.compression.base import COMPRESSIONS
from engine.data.base import SOURCES
from engine.declare import Catalogue, Declared
from engine.exports.base import EXPORTS
from engine.initializers.base import INITIALIZERS
from engine.inside.base import VIEWS
from engine.layers.base import LAYERS
from engine.losses.base import LOSSES
from engine.objectives.base import OBJECTIVES
from engine.optimizers.base import OPTIMIZERS
from engine.probes.base import PROBES
from engine.pruning.base import PRUNINGS
from engine.quantisation.base import QUANTISATIONS
from engine.schedules.base import SCHEDULES
from projects.fields import REQUIRED, Field
from projects.translation import gettext as _
from projects.translation import per_language

ARTICLE = "article"
LINK = re.compile(r"\]\(([a-z_]+/[a-z0-9_]+)\)")


@dataclass(frozen=True)
class Chapter:
    """Pages of one kind.

    Attributes:
        title: Its heading.
        catalogue: Whose entries it has pages for.
    """

    title: str
    catalogue: Catalogue[Any]


def chapters() -> tuple[Chapter, ...]:
    """Return the chapters after the articles, in order."""
    return (
        Chapter(_("Layers"), LAYERS),
        Chapter(_("Objectives"), OBJECTIVES),
        Chapter(_("Losses"), LOSSES),
        Chapter(_("Losses of GANs"), ADVERSARIAL),
        Chapter(_("Penalties of discriminators"), PENALTIES),
        Chapter(_("Tricks of GANs"), TRICKS),
        Chapter(_("Conditioning of GANs"), CONDITIONING),
        Chapter(_("Optimisers"), OPTIMIZERS),
        Chapter(_("Schedules"), SCHEDULES),
        Chapter(_("Initial weights"), INITIALIZERS),
        Chapter(_("Pruning"), PRUNINGS),
        Chapter(_("Compression"), COMPRESSIONS),
        Chapter(_("Learning in few bits"), QUANTISATIONS),
        Chapter(_("Augmentations"), AUGMENTATIONS),
        Chapter(_("Data"), SOURCES),
        Chapter(_("Measurements"), PROBES),
        Chapter(_("Looking inside"), VIEWS),
        Chapter(_("What the doctor knows"), AILMENTS),
        Chapter(_("Exports"), EXPORTS),
    )


@dataclass(frozen=True)
class Page:
    """One page.

    Attributes:
        key: ``layer/conv2d``, ``article/gans``.
        title: Its heading.
        chapter: Heading of its chapter.
        group: Heading inside the chapter, or empty.
        entry: The declared class; None for articles.
        article: The article; None for entries.
    """

    key: str
    title: str
    chapter: str
    group: str = ""
    entry: type[Declared] | None = None
    article: Article | None = None


class Book:
    """All pages.

    Attributes:
        pages: By key, in reading order.
    """

    def __init__(self) -> None:
        self.pages: Mapping[str, Page] = {page.key: page for page in _pages()}

    def __contains__(self, key: str) -> bool:
        """Whether there is a page of this key."""
        return key in self.pages

    def mentions(self, key: str) -> tuple[Page, ...]:
        """Articles that lead to a page."""
        return tuple(
            page
            for page in self.pages.values()
            if page.article is not None and page.key != key and key in links_of(page.article)
        )

    def neighbours(self, key: str) -> tuple[Page, ...]:
        """Other pages of the same chapter and group."""
        page = self.pages[key]
        same = (p for p in self.pages.values() if p.chapter == page.chapter and p.key != key)
        return tuple(p for p in same if p.group == page.group) if page.entry is not None else ()


@per_language
@functools.cache
def book() -> Book:
    """Return the book; it is put together once."""
    return Book()


def links_of(article: Article) -> frozenset[str]:
    """Return the keys of the pages that an article leads to."""
    return frozenset(LINK.findall(article.text))


def range_of(field: Field) -> str:
    """Return what a parameter may be, in words; choices as forms show them."""
    if field.kind != "choice":
        return field.expectation()
    words = _("one of {words}").format(words=", ".join(map(field.words_of, field.choices)))
    return _("{words}, or nothing").format(words=words) if field.optional else words


def default_of(field: Field) -> str:
    """Return the value of a parameter where nothing is said; empty where something has to be."""
    if field.default is REQUIRED:
        return ""
    value = field.default
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return f"{value:g}"
    if field.kind == "choice":
        return field.words_of(value)
    return str(value) if isinstance(value, int | str) else ""


def _pages() -> Iterator[Page]:
    for article in articles():
        yield Page(f"{ARTICLE}/{article.name}", article.title, _("Reading"), article=article)
    for chapter in chapters():
        for cls in chapter.catalogue:
            key = chapter.catalogue.key(cls.tag())
            group = _(cls.category) if chapter.catalogue is LAYERS else ""
            yield Page(key, cls.title, chapter.title, group, entry=cls)
