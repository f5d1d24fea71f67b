"""The examples of the start page: in families, and found by words."""

from __future__ import annotations

import functools
import threading
from collections.abc import Collection, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.layers.base import LAYERS
from engine.objectives.base import OBJECTIVES
from projects.schema import Project
from projects.templates import Template
from projects.translation import gettext as _
from widgets import theme
from widgets.plain import plain_label
from widgets.plots.flow import FlowLayout
from workbench.aside import in_window
from workbench.start_cards import TemplateCard

SEARCH = 220
BEGINNING = ("digits_mlp", "perceptron", "gan_ring")  # offline, and done within a minute


class Gallery(QWidget):
    """A card for each example, under headings, with a choice of family and a search.

    Examples to begin with come first, and stand in their families when one is chosen or something is looked for.

    Args:
        examples: What is shown, in this order within a family.

    Signals:
        chosen(Template): One was clicked.
    """

    chosen = Signal(object)

    def __init__(self, examples: Sequence[Template], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("startGallery")
        by_name = {one.name: one for one in examples}
        first = [by_name[name] for name in BEGINNING if name in by_name]
        self._first = Family(_("Begin here"), first, self)
        self._families = {
            family: Family(family, [one for one in examples if family_of(one) == family], self)
            for family in dict.fromkeys(one.family for one in OBJECTIVES)
        }
        self._search = QLineEdit()
        self._search.setObjectName("startSearch")
        self._search.setAccessibleName(_("Search examples"))
        self._search.setPlaceholderText(_("Search examples"))
        self._search.setClearButtonEnabled(True)
        self._search.setFixedWidth(SEARCH)
        self._search.textChanged.connect(self._look)
        self._nothing = plain_label(_("No example has all of these words."), "hint")
        self._nothing.setObjectName("startNothing")
        self._nothing.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 36, 24, 32)
        column.setSpacing(theme.GAP)
        column.addLayout(self._title())
        column.addSpacing(4)
        column.addLayout(self._choices(len(examples)))
        column.addWidget(self._nothing)
        for family in self._all():
            column.addWidget(family)
            for card in family.cards:
                card.clicked.connect(self._choose)
        column.addStretch(1)
        self._name_twins()
        self._filter()
        QTimer.singleShot(0, self, self._begin)

    def _all(self) -> tuple[Family, ...]:
        return (self._first, *self._families.values())

    def _name_twins(self) -> None:
        """A card that stands in for another one has a name of its own."""
        twins = {card.template.name for card in self._first.cards}
        for family in self._families.values():
            for card in family.cards:
                if card.template.name in twins:
                    card.setObjectName(f"twin_{card.template.name}")

    def _begin(self) -> None:
        """Read the projects in the background; the page is there before their pictures are."""
        cards = [card for family in self._all() for card in family.cards]
        threading.Thread(target=self._read, args=(cards,), daemon=True).start()

    def _read(self, cards: Sequence[TemplateCard]) -> None:
        list(LAYERS)  # their colours: imported here, it holds up no click
        read: dict[str, Project] = {}  # some stand in two families
        for card in cards:
            name = card.template.name
            if name not in read:
                read[name] = card.template.project
            in_window(self, functools.partial(card.show_project, read[name]))

    def recolor(self) -> None:
        """Take the colours of the theme in force."""
        for family in self._all():
            for card in family.cards:
                card.recolor()

    def _title(self) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(theme.GAP)
        words.addWidget(plain_label(_("Example projects"), "heading"))
        hint = _("Real data, a drawn network, a recipe that works. Open one and press F5.")
        words.addWidget(plain_label(hint, "hint"))
        row = QHBoxLayout()
        row.addLayout(words, 1)
        row.addWidget(self._search)
        return row

    def _choices(self, count: int) -> FlowLayout:
        """One button for all, and one for each family that has examples."""
        self._buttons = QButtonGroup(self)
        row = FlowLayout(gap=4)
        entries = [(_("All"), count)]
        entries += [(name, len(family.cards)) for name, family in self._families.items()]
        for place, (title, many) in enumerate(entries):
            if not many:
                continue
            button = QPushButton(f"{title}  {many}")
            button.setObjectName(f"startFamily{place}")
            button.setAccessibleName(
                _("Show examples of: {family}, {count}").format(family=title, count=many)
            )
            button.setCheckable(True)
            button.setChecked(place == 0)
            button.setProperty("segment", True)
            self._buttons.addButton(button, place)
            row.addWidget(button)
        self._buttons.idToggled.connect(self._filter)
        return row

    def _look(self) -> None:
        """Look everywhere: who searches may not know of which family it is."""
        self._buttons.button(0).setChecked(True)
        self._filter()

    def _filter(self) -> None:
        """Show what is of the chosen family and has all words of the search."""
        words = self._search.text().casefold().split()
        wanted = self._buttons.checkedId()
        first = not words and wanted == 0
        self._first.show_only(words if first else None)
        shown = {card.template.name for card in self._first.cards} if first else set()
        found = [
            family.show_only(words if wanted in (0, place) else None, shown)
            for place, family in enumerate(self._families.values(), start=1)
        ]
        self._nothing.setVisible(not any(found))

    def _choose(self) -> None:
        card = self.sender()
        if isinstance(card, TemplateCard):
            self.chosen.emit(card.template)


class Family(QWidget):
    """A heading and the cards under it.

    Args:
        title: The heading.
        examples: What the cards are of.
    """

    def __init__(
        self, title: str, examples: Sequence[Template], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.cards = [TemplateCard(one, self) for one in examples]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.GAP, 0, theme.GAP)
        column.setSpacing(theme.GAP)
        column.addWidget(plain_label(title, "subheading"))
        flow = FlowLayout(gap=16)
        for card in self.cards:
            flow.addWidget(card)
        column.addLayout(flow)
        self.setVisible(bool(self.cards))

    def show_only(self, words: Sequence[str] | None, but: Collection[str] = ()) -> bool:
        """Show the cards that have all of these words; none at all for None. Return whether there are some.

        Args:
            words: In small letters.
            but: Names of examples that are shown elsewhere.
        """
        for card in self.cards:
            found = words is not None and all(word in card.words for word in words)
            card.setVisible(found and card.template.name not in but)
        there = any(not card.isHidden() for card in self.cards)
        self.setVisible(there)
        return there


def family_of(example: Template) -> str:
    """Return the heading under which an example stands."""
    return OBJECTIVES.get(example.objective).family
