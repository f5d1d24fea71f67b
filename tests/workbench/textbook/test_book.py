"""Every page of the textbook is whole: words, formulas, drawings, links."""

from __future__ import annotations

import gc
from gettext import NullTranslations
from html import unescape
from html.parser import HTMLParser

import pytest
from drawn.every import drawings
from PySide6.QtCore import QByteArray
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from engine.articles import articles
from engine.clinic.base import AILMENTS
from engine.declare import Catalogue, Declared
from engine.guides.base import CHECKS
from engine.losses.base import LOSSES
from engine.probes.base import PROBES
from projects.translation import speak, speak_from
from widgets import theme
from workbench.textbook.book import book, chapters, links_of
from workbench.textbook.drawings import FOLDER, colored, drawing_of, file_of, messages
from workbench.textbook.sheet import contents, plain_words, sheet_of
from workbench.textbook.typeset import SHARPNESS, formula_picture, svg_picture

PAGES = book().pages
CONTENTS = contents(book()).html.replace("&nbsp;", " ")
FORMULAS = sorted(
    {(key, line) for key, page in PAGES.items() for line in sheet_of(page, book()).formulas}
)


class Tags(HTMLParser):
    """Notes what is opened and not closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("img", "br", "hr"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def test_every_catalogue_is_a_chapter() -> None:
    known = {id(chapter.catalogue) for chapter in chapters()} | {id(CHECKS)}  # nobody chooses one
    catalogues = [thing for thing in gc.get_objects() if type(thing) is Catalogue]
    of_ganvas = [c for c in catalogues if c._package.startswith("engine.")]
    assert {c.noun for c in of_ganvas if id(c) not in known} == set()
    assert len(of_ganvas) >= 13


@pytest.mark.parametrize("key", PAGES)
def test_a_page_is_sound(key: str) -> None:
    sheet = sheet_of(PAGES[key], book())
    tags = Tags(sheet.html)
    assert (tags.open, tags.wrong) == ([], [])
    assert PAGES[key].title in unescape(CONTENTS)
    assert "``" not in sheet.html


@pytest.mark.parametrize(("key", "latex"), FORMULAS)
def test_a_formula_is_set(key: str, latex: str) -> None:
    picture = formula_picture(latex, 17, "#000000")
    assert picture.width() / SHARPNESS < 900, "wider than the page"
    assert any(
        picture.pixelColor(x, y).alpha() > 0
        for x in range(0, picture.width(), 2)
        for y in range(0, picture.height(), 2)
    )


@pytest.mark.parametrize("catalogue", [AILMENTS, PROBES, LOSSES], ids=lambda one: one.noun)
def test_a_page_has_all_its_parts(catalogue: Catalogue[Declared]) -> None:
    parts = ("title", "formula", "use", "trouble", "source")
    lacking = {(e.tag(), part) for e in catalogue for part in parts if not getattr(e, part)}
    assert lacking == set()
    for entry in catalogue:
        html = unescape(sheet_of(PAGES[catalogue.key(entry.tag())], book()).html)
        assert all(words in html for words in (entry.use, entry.trouble, entry.source))


def test_what_is_no_formula_is_refused() -> None:
    with pytest.raises(ValueError, match="frac"):
        formula_picture(r"\frac{a", 17, "#000000")


def test_a_formula_has_the_colour_of_the_words() -> None:
    picture = formula_picture("x = y", 40, "#ff0000")
    colors = {
        picture.pixelColor(x, y).name()
        for x in range(picture.width())
        for y in range(picture.height())
        if picture.pixelColor(x, y).alpha() == 255
    }
    assert colors == {"#ff0000"}


def test_articles_lead_to_pages_that_are_there() -> None:
    wrong = {
        (article.name, link)
        for article in articles()
        for link in links_of(article)
        if link not in PAGES
    }
    assert wrong == set()


def test_a_page_knows_the_articles_about_it() -> None:
    for article in articles():
        for key in links_of(article):
            assert PAGES[f"article/{article.name}"] in book().mentions(key) or key == (
                f"article/{article.name}"
            )


def test_words_of_others_are_no_html() -> None:
    page = PAGES["layer/linear"]
    assert page.entry is not None
    assert plain_words("``<b>x</b>``") == "`<b>x</b>`"
    sheet = sheet_of(page, book())
    assert "<script" not in sheet.html


def test_drawings_have_pages_and_colours_of_the_theme(qapp: QApplication) -> None:
    for path in sorted(FOLDER.glob("*.svg")):
        assert path.stem.replace("-", "/", 1) in PAGES, path.name
        for tokens in (theme.LIGHT, theme.DARK):
            drawing = colored(path.read_bytes(), tokens)
            assert b"@" not in drawing, path.name
        assert QSvgRenderer(QByteArray(drawing)).isValid(), path.name


def test_every_page_of_an_entry_has_a_drawing() -> None:
    drawn = set(FOLDER.glob("*.svg"))
    assert {file_of(key) for key, page in PAGES.items() if page.entry} == drawn
    assert sum(path.stat().st_size for path in drawn) < 2_500_000


def test_a_drawing_is_shown(qapp: QApplication) -> None:
    drawing = drawing_of("layer/relu")
    assert drawing is not None
    for tokens in (theme.LIGHT, theme.DARK):
        picture = svg_picture(colored(drawing, tokens))
        shown = {
            picture.pixelColor(x, y).name()
            for x in range(0, picture.width(), 7)
            for y in range(picture.height())
            if picture.pixelColor(x, y).alpha() == 255
        }
        assert {tokens.series[0], tokens.series[1]} <= shown


@pytest.mark.parametrize("key", ["layer/relu", "layer/pixel_shuffle", "schedule/one_cycle"])
def test_a_drawing_is_what_its_script_draws(key: str) -> None:
    assert drawings()[key]().svg() == file_of(key).read_text("utf-8")


def test_words_of_drawings_are_looked_up_and_keep_their_numbers() -> None:
    drawing = b'<svg><text x="1">60 steps, 3x3 &amp; rate 0.15</text><text>x2</text></svg>'
    assert list(messages(drawing)) == ["{0} steps, 3x3 & rate {1}"]
    assert colored(drawing, theme.current()) == drawing
    table = NullTranslations()
    table.gettext = lambda message: {  # type: ignore[method-assign]
        "{0} steps, 3x3 & rate {1}": "<{1}> für {0}"
    }.get(message, message)
    speak_from(table, "xx")
    try:
        assert "&lt;0.15&gt; für 60</text>".encode() in colored(drawing, theme.current())
    finally:
        speak("en")
