"""A page of the textbook as HTML, with pictures beside it: formulas and drawings by name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape

from engine.clinic.base import Ailment
from projects.translation import gettext as _
from workbench.textbook.book import Book, Page, default_of, range_of
from workbench.textbook.drawings import drawing_of

FORMULA = "formula:"
DRAWING = "drawing:"
TABLE = '<table width="100%" cellspacing="0" cellpadding="5">'
MATHS = re.compile(r"^\$\$\s*(.+?)\s*\$\$$", re.MULTILINE | re.DOTALL)
QUOTED = re.compile(r"``(.+?)``", re.DOTALL)


@dataclass
class Sheet:
    """What a reader shows.

    Attributes:
        html: The page; pictures are named ``formula:0``, ``drawing:layer/conv2d``.
        formulas: LaTeX by number.
        drawing: Key of the page whose drawing it shows, or empty.
    """

    html: str = ""
    formulas: list[str] = field(default_factory=list)
    drawing: str = ""


def sheet_of(page: Page, book: Book) -> Sheet:
    """Return a page, ready to be shown."""
    sheet = Sheet()
    parts = [f"<h1>{escape(page.title)}</h1>"]
    if page.article is not None:
        parts.append(_article(page.article.text, sheet))
    elif page.entry is not None:
        parts += _entry(page, sheet)
        parts.append(_links(_("Read about it"), book.mentions(page.key)))
        parts.append(_links(_("Beside it"), book.neighbours(page.key)))
    sheet.html = "\n".join(part for part in parts if part)
    return sheet


def contents(book: Book) -> Sheet:
    """Return the list of all pages."""
    chapters: dict[str, list[Page]] = {}
    for page in book.pages.values():
        chapters.setdefault(page.chapter, []).append(page)
    parts = [f"<h1>{escape(_('Textbook'))}</h1>"]
    parts.append(f"<p>{escape(_('F1 shows the page of what is under the pointer or chosen.'))}</p>")
    parts += [_links(title, pages) for title, pages in chapters.items()]
    return Sheet("\n".join(parts))


def plain_words(text: str) -> str:
    """Return a docstring as Markdown: its double quotes are those of code."""
    return QUOTED.sub(lambda found: f"`{found.group(1)}`", text)


def markdown(text: str) -> str:
    """Return Markdown as HTML; HTML in it is shown as it is written."""
    from markdown_it import MarkdownIt  # with the first page: no start waits for it

    made: str = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return made.replace("<table>", TABLE)


def _article(text: str, sheet: Sheet) -> str:
    def placed(found: re.Match[str]) -> str:
        sheet.formulas.append(" ".join(found.group(1).split()))
        return f"\n\n![]({FORMULA}{len(sheet.formulas) - 1})\n\n"

    return markdown(MATHS.sub(placed, text))


def _entry(page: Page, sheet: Sheet) -> Iterable[str]:
    entry = page.entry
    assert entry is not None
    yield f'<p class="chapter">{escape(" · ".join(filter(None, (page.chapter, page.group))))}</p>'
    first, _break, more = entry.help().partition("\n\n")
    yield markdown(plain_words(first))
    if drawing_of(page.key) is not None:
        sheet.drawing = page.key
        yield f'<p class="drawing"><img src="{DRAWING}{page.key}"/></p>'
    for line in entry.formula:
        sheet.formulas.append(line)
        yield f'<p class="formula"><img src="{FORMULA}{len(sheet.formulas) - 1}"/></p>'
    yield markdown(plain_words(more))
    if issubclass(entry, Ailment) and entry.meaning:
        yield _section(_("What it means"), entry.meaning)
        yield _section(_("How to read it"), entry.use)
        yield _section(_("When it may be wrong"), entry.trouble)
    else:
        yield _section(_("When to use it"), entry.use)
        yield _section(_("What goes wrong"), entry.trouble)
    yield _parameters(page)
    yield _section(_("Source"), entry.source)


def _section(title: str, text: str) -> str:
    return f"<h2>{escape(title)}</h2>\n<p>{escape(text)}</p>" if text else ""


def _parameters(page: Page) -> str:
    assert page.entry is not None
    fields = page.entry.fields()
    if not fields:
        return ""
    heads = (_("Parameter"), _("Usually"), _("May be"), _("What it does"))
    rows = [
        (f"<b>{escape(f.title)}</b>", *map(escape, (default_of(f), range_of(f), f.help)))
        for f in fields
    ]
    head = "".join(f"<th>{escape(title)}</th>" for title in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    table = f"{TABLE}<tr>{head}</tr>{body}</table>"
    return f"<h2>{escape(_('Parameters'))}</h2>\n{table}"


def _links(title: str, pages: Iterable[Page]) -> str:
    links = " · ".join(
        f'<a href="{page.key}">{escape(page.title).replace(" ", "&nbsp;")}</a>' for page in pages
    )
    return f"<h2>{escape(title)}</h2>\n<p>{links}</p>" if links else ""
