"""A list of which one entry is chosen: every entry has words and a value."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QComboBox, QWidget

from widgets.elided_box import ElidedBox


class ChoiceBox(ElidedBox):
    """As wide as its widest entry; values are compared as Python compares them.

    A value that is not offered yet can be chosen: it is, as soon as it is offered, unless somebody chooses another one.

    Args:
        name: Its object name.
        title: What is chosen, for its tooltip and for screen readers.
        entries: What there is to choose at first: words and value.
        parent: Qt parent.
    """

    def __init__(
        self,
        name: str,
        title: str,
        entries: Iterable[tuple[str, object]] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._wish: object = None
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setToolTip(title)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.activated.connect(self._forget)
        self.fill(entries)

    @property
    def wanted(self) -> object:
        """The value that is chosen, or is to be when it is offered."""
        return self.currentData() if self._wish is None else self._wish

    def fill(self, entries: Iterable[tuple[str, object]], otherwise: int = 0) -> None:
        """Offer these instead, without a signal; what is chosen stays so where it is offered.

        Args:
            entries: Words and value of each.
            otherwise: Which is chosen where that is not offered.
        """
        before, entries = self.wanted, list(entries)
        blocked = self.blockSignals(True)
        if [value for _words, value in entries] == [self.itemData(i) for i in range(self.count())]:
            for place, (words, _value) in enumerate(entries):
                self.setItemText(place, words)  # a list that somebody has opened stays open
        else:
            self.clear()
            for words, value in entries:
                self.addItem(words, value)
        place = place_of(self, before)
        self.setCurrentIndex(place if place >= 0 else otherwise)
        self.blockSignals(blocked)
        if self.count():
            self._wish = None

    def choose(self, value: object) -> None:
        """Choose the entry with this value: now, or when it is offered next."""
        place = place_of(self, value)
        self._wish = value if place < 0 else None
        if place >= 0:
            self.setCurrentIndex(place)

    def _forget(self) -> None:
        """What somebody has chosen by hand counts."""
        self._wish = None


def place_of(box: QComboBox, value: object) -> int:
    """Return which entry has this value, -1 for none; Qt's own search tells equal paths apart."""
    places = range(box.count())
    return next((place for place in places if box.itemData(place) == value), -1)
