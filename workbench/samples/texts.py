"""Texts that a language model writes, and how much a real one surprises it."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from projects.translation import gettext as _
from projects.translation import ngettext
from widgets import theme
from widgets.elided import ElidedLabel
from widgets.plots.token_rows import Cell, TokenRows
from workbench.rundata import Frame
from workbench.samples.base import View
from workbench.samples.images import scrolled

LOW = 3  # times as wide as high
SURPRISING = 8.0  # bits: one chance in 256


class TextsView(View):
    """Written texts, and below them the tokens of a real one with their surprise in bits."""

    kinds: ClassVar[tuple[str, ...]] = ("texts",)

    def build(self) -> QWidget:
        """Make the page of texts and the rows of tokens."""
        self._texts = QPlainTextEdit()
        self._texts.setObjectName("samplesTexts")
        self._texts.setAccessibleName(_("Texts"))
        self._texts.setReadOnly(True)
        fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        fixed.setPointSizeF(theme.FONT_SMALL + 1)
        self._texts.setFont(fixed)
        self._rows = TokenRows(_("Surprise of every token"))
        self._hint = ElidedLabel(
            _(
                "A text of the validation part: bits of surprise at every token, the stronger, the more"
            )
        )
        self._hint.setObjectName("hint")
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._hint)
        column.addWidget(scrolled(self._rows, "samplesSurprise"), 1)
        page = _Halves()
        page.addWidget(self._texts)
        page.addWidget(below)
        page.setSizes([220, 160])
        return page

    def paint(self, frame: Frame, mistakes: bool) -> str:
        """Show the texts; see :meth:`View.paint`."""
        texts = [str(text) for text in frame.info.get("texts", ())]
        place = self._texts.verticalScrollBar().value()
        self._texts.setPlainText(("\n" + "─" * 24 + "\n").join(texts))
        self._texts.verticalScrollBar().setValue(place)
        bits = frame.arrays["surprise"]
        cells = [
            Cell(
                {" ": "␣", "\n": "⏎"}.get(token, token),
                (f"{value:.1f}",),
                shade=value / SURPRISING,
                tip=_("{value:.2f} bits: a chance of {chance:.1%}").format(
                    value=value, chance=0.5**value
                ),
            )
            for token, value in zip(map(str, frame.info["tokens"]), bits.tolist(), strict=True)
        ]
        self._rows.set_rows([cells])
        words = ngettext(
            "{count} text from the same random numbers, temperature {temperature:g}",
            "{count} texts from the same random numbers, temperature {temperature:g}",
            len(texts),
        )
        temperature = float(frame.info.get("temperature", 1))
        return words.format(count=len(texts), temperature=temperature)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._rows.update()


class _Halves(QSplitter):
    """Two parts below each other, or side by side where that leaves more of both to be seen."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.setChildrenCollapsible(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the parts where there is room for them."""
        low = self.width() > LOW * self.height()
        self.setOrientation(Qt.Orientation.Horizontal if low else Qt.Orientation.Vertical)
        super().resizeEvent(event)
