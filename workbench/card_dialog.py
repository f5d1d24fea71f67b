"""What a person says about runs: a name, tags, a note."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from engine.runs.card import MOST_NAME, MOST_NOTE, MOST_TAGS, Card
from projects.translation import gettext as _
from widgets import theme
from widgets.topics import TOPIC


class CardDialog(QDialog):
    """Asks for name, tags and note of a run; of several for tags alone, which are added to each.

    Args:
        cards: What is said about each.
        title: What the run is called without a name of its own.
        parent: Qt parent.
    """

    def __init__(self, cards: Sequence[Card], title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cardDialog")
        self.setProperty(TOPIC, "article/runs")
        self.setWindowTitle(_("Name, tags and note") if len(cards) == 1 else _("Add tags"))
        self.setMinimumWidth(420)
        self._single = len(cards) == 1
        card = cards[0] if self._single else Card()
        self._name = QLineEdit(card.name)
        self._name.setObjectName("cardName")
        self._name.setMaxLength(MOST_NAME)
        self._name.setPlaceholderText(title)
        self._tags = QLineEdit(", ".join(card.tags))
        self._tags.setObjectName("cardTags")
        self._tags.setPlaceholderText(_("words, separated by commas"))
        self._note = QPlainTextEdit(card.note)
        self._note.setObjectName("cardNote")
        self._note.setTabChangesFocus(True)
        form = QFormLayout()
        form.setSpacing(theme.GAP)
        rows: list[tuple[str, QWidget]] = [(_("Tags"), self._tags)]
        if self._single:
            rows = [(_("Name"), self._name), *rows, (_("Note"), self._note)]
        for words, editor in rows:
            editor.setAccessibleName(words)
            form.addRow(words, editor)
        standard = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(standard.Ok | standard.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(theme.PAD)
        column.addLayout(form)
        column.addWidget(buttons)

    def changed(self, card: Card) -> Card:
        """Return what is to be said where so far a card says something."""
        words = self._tags.text().replace("#", "").split(",")
        tags = tuple(dict.fromkeys(word.strip()[:MOST_NAME] for word in words if word.strip()))
        if not self._single:
            tags = tuple(dict.fromkeys((*card.tags, *tags)))
            return msgspec.structs.replace(card, tags=tags[:MOST_TAGS])
        return msgspec.structs.replace(
            card,
            name=self._name.text().strip(),
            tags=tags[:MOST_TAGS],
            note=self._note.toPlainText().strip()[:MOST_NOTE],
        )
