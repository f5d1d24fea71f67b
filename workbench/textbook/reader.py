"""The textbook's window: pages to the left, what is read to the right."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QShortcut, QTextDocument
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QSplitter,
    QTextBrowser,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from projects.translation import gettext as _
from widgets import icons, theme
from widgets.fuzzy import best
from widgets.theme import Tokens
from workbench.textbook.book import Book, Page
from workbench.textbook.drawings import colored, drawing_of
from workbench.textbook.sheet import DRAWING, FORMULA, Sheet, contents, sheet_of
from workbench.textbook.typeset import formula_picture, svg_picture

SIZE = QSize(1040, 760)
LIST_WIDTH = 260
LETTERS = 17  # pixels; a little larger than the words around, as formulas are
KEY = Qt.ItemDataRole.UserRole
CONTENTS = ""


class Reader(QWidget):
    """Shows one page at a time, and remembers the way there.

    Args:
        book: The pages.
        parent: The window that it belongs to.
    """

    def __init__(self, book: Book, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("textbook")
        self.setWindowTitle(_("Textbook"))
        self.resize(SIZE)
        self._book = book
        self._way: list[str] = []
        self._at = -1
        self._make_list()
        self.page = QTextBrowser()
        self.page.setObjectName("textbookPage")
        self.page.setAccessibleName(_("Page"))
        self.page.setOpenLinks(False)
        self.page.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.page.document().setDocumentMargin(theme.PAD * 2)
        self.page.anchorClicked.connect(self._follow)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._tools())
        column.addWidget(self.page, 1)
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.addWidget(self._side)
        split.addWidget(right)
        split.setStretchFactor(1, 1)
        split.setSizes([LIST_WIDTH, SIZE.width() - LIST_WIDTH])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(split)
        theme.notifier().changed.connect(self._show)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        leave.activated.connect(self._leave)
        self._fill()

    # ----------------------------------------------------------------------------------- making

    def _make_list(self) -> None:
        self._side = QWidget()
        self.search = QLineEdit()
        self.search.setObjectName("textbookSearch")
        self.search.setAccessibleName(_("Search the textbook"))
        self.search.setPlaceholderText(_("Search the textbook"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self._open_current)
        self.list = QTreeWidget()
        self.list.setObjectName("textbookList")
        self.list.setAccessibleName(_("Pages"))
        self.list.setHeaderHidden(True)
        self.list.setIndentation(theme.PAD)
        self.list.setFrameShape(QTreeWidget.Shape.NoFrame)
        self.list.setUniformRowHeights(True)
        self.list.currentItemChanged.connect(self._chosen)
        column = QVBoxLayout(self._side)
        column.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        column.setSpacing(theme.GAP)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)

    def _tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, 0)
        self.back = self._button("back", _("Back"), "back", QKeySequence.StandardKey.Back)
        self.forward = self._button(
            "forward", _("Forward"), "forward", QKeySequence.StandardKey.Forward
        )
        self.home = self._button("contents", _("Contents"), "home", None)
        self.back.clicked.connect(lambda: self._go(-1))
        self.forward.clicked.connect(lambda: self._go(1))
        self.home.clicked.connect(lambda: self.open(CONTENTS))
        for button in (self.back, self.forward, self.home):
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _button(
        self, name: str, words: str, icon: str, keys: QKeySequence.StandardKey | None
    ) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"textbook_{name}")
        button.setAccessibleName(words)
        button.setToolTip(words)
        button.setIcon(icons.icon(icon, "muted"))
        button.setAutoRaise(True)
        if keys is not None:
            button.setShortcut(QKeySequence(keys))
        return button

    def _fill(self) -> None:
        """Show the pages by chapter; what a search finds, best first."""
        query = self.search.text()
        self.list.blockSignals(True)
        self.list.clear()
        headings: dict[tuple[str, ...], QTreeWidgetItem] = {}
        for page in best(query, self._book.pages.values(), _texts):
            item = QTreeWidgetItem([page.title])
            item.setData(0, KEY, page.key)
            if query.strip():
                item.setToolTip(0, page.chapter)
                self.list.addTopLevelItem(item)
            else:
                self._heading(headings, page).addChild(item)
        if query.strip() and not self.list.topLevelItemCount():
            nothing = QTreeWidgetItem(self.list, [_("No page about this.")])
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
        self.list.blockSignals(False)
        self._mark()

    def _heading(
        self, headings: dict[tuple[str, ...], QTreeWidgetItem], page: Page
    ) -> QTreeWidgetItem:
        chapter = headings.get((page.chapter,))
        if chapter is None:
            chapter = headings[page.chapter,] = QTreeWidgetItem(self.list, [page.chapter])
            font = chapter.font(0)
            font.setBold(True)
            chapter.setFont(0, font)
        if not page.group:
            return chapter
        group = headings.get((page.chapter, page.group))
        if group is None:
            group = headings[page.chapter, page.group] = QTreeWidgetItem(chapter, [page.group])
        return group

    # ----------------------------------------------------------------------------------- reading

    @property
    def key(self) -> str:
        """Key of the page that is shown; empty: the contents."""
        return self._way[self._at] if self._way else CONTENTS

    def open(self, key: str) -> None:
        """Show a page, or the contents where there is none of this key; the way back is kept."""
        key = key if key in self._book else CONTENTS
        if not self._way or key != self.key:
            self._way[self._at + 1 :] = [key]
            self._at = len(self._way) - 1
        self._show()

    def _leave(self) -> None:
        """First leave the search, then the book."""
        if self.search.text():
            self.search.clear()
        else:
            self.close()

    def _go(self, steps: int) -> None:
        self._at = max(0, min(len(self._way) - 1, self._at + steps))
        self._show()

    def _show(self) -> None:
        page = self._book.pages.get(self.key)
        sheet = sheet_of(page, self._book) if page is not None else contents(self._book)
        tokens = theme.current()
        self.page.clear()
        document = self.page.document()
        document.setDefaultStyleSheet(_style(tokens, self.font().family()))
        _add_pictures(document, sheet, tokens)
        self.page.setHtml(sheet.html)
        self.back.setEnabled(self._at > 0)
        self.forward.setEnabled(self._at < len(self._way) - 1)
        self.setWindowTitle(
            _("{page} – Textbook").format(page=page.title) if page else _("Textbook")
        )
        self._mark()

    def _mark(self) -> None:
        """Choose the row of the page that is shown."""
        self.list.blockSignals(True)
        for item in self.list.findItems("*", _EVERYWHERE, 0):
            if item.data(0, KEY) == self.key and self.key:
                self.list.setCurrentItem(item)
                self.list.scrollToItem(item)
        self.list.blockSignals(False)

    def _chosen(self, item: QTreeWidgetItem | None, _before: QTreeWidgetItem | None) -> None:
        if item is not None and item.data(0, KEY):
            self.open(str(item.data(0, KEY)))

    def _open_current(self) -> None:
        first = self.list.topLevelItem(0)
        if first is not None and first.data(0, KEY):
            self.list.setCurrentItem(first)

    def _follow(self, target: QUrl) -> None:
        if target.scheme() in ("http", "https"):
            QDesktopServices.openUrl(target)
        else:
            self.open(target.toString())


_EVERYWHERE = Qt.MatchFlag.MatchWildcard | Qt.MatchFlag.MatchRecursive


def _texts(page: Page) -> tuple[str, ...]:
    tag = page.key.partition("/")[2].replace("_", " ")
    return (page.title, tag, page.group, page.chapter)


def _add_pictures(document: QTextDocument, sheet: Sheet, tokens: Tokens) -> None:
    kind = QTextDocument.ResourceType.ImageResource.value
    for number, latex in enumerate(sheet.formulas):
        picture = formula_picture(latex, LETTERS, tokens.text)
        document.addResource(kind, QUrl(f"{FORMULA}{number}"), picture)
    drawing = drawing_of(sheet.drawing) if sheet.drawing else None
    if drawing is not None:
        picture = svg_picture(colored(drawing, tokens))
        document.addResource(kind, QUrl(f"{DRAWING}{sheet.drawing}"), picture)


def _style(tokens: Tokens, family: str) -> str:
    """The look of pages; what is code in a docstring is mostly a formula."""
    return f"""
        h1 {{ font-size: 20pt; font-weight: 600; margin-bottom: 2px; }}
        h2 {{ font-size: 12pt; font-weight: 600; margin-top: 18px; margin-bottom: 4px; }}
        p, li {{ line-height: 140%; margin-top: 6px; margin-bottom: 6px; }}
        p.chapter {{ color: {tokens.muted}; margin-top: 0px; }}
        p.formula, p.drawing {{ line-height: 100%; }}
        p.formula {{ margin-left: 24px; margin-top: 10px; margin-bottom: 10px; }}
        code {{ font-family: "{family}"; font-style: italic; }}
        a {{ color: {tokens.accent}; text-decoration: none; }}
        th {{ text-align: left; color: {tokens.muted}; font-weight: 500; }}
        td, th {{ border-bottom: 1px solid {tokens.border}; }}
    """
