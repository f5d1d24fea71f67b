"""What stands above the table of runs: a filter, and the choice of columns and of hidden runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QToolButton, QWidget

from projects.translation import gettext as _
from widgets import theme
from workbench.run_columns import (
    Column,
    Row,
    differing_columns,
    group_of,
    heading,
    known_columns,
    matches,
)

MOST_DIFFERING = 12  # columns that stand in the menu itself; all stand in those of their groups


class RunTools(QWidget):
    """Says which rows and which columns a person wants to see.

    Args:
        parent: Qt parent.

    Attributes:
        with_hidden: Whether runs are listed that were hidden.

    Signals:
        rows_changed: Other rows are wanted.
        column_chosen(column, wanted): A column is wanted, or not any more.
    """

    rows_changed = Signal()
    column_chosen = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.with_hidden = False
        self._rows: Sequence[Row] = ()
        self._shown: Collection[Column] = ()
        self._filter = QLineEdit()
        self._filter.setObjectName("runFilter")
        self._filter.setAccessibleName(_("Filter of runs"))
        self._filter.setPlaceholderText(_("Filter: words, #tag, lr > 0.001"))
        self._filter.setToolTip(
            _(
                "Runs are listed in which every word stands, #word among the tags. Settings and metrics are "
                "compared by the end of their names: lr > 0.001, accuracy >= 0.9, type = adam."
            )
        )
        self._filter.setClearButtonEnabled(True)
        self._filter.textChanged.connect(lambda _text: self.rows_changed.emit())
        choice = QToolButton()
        choice.setObjectName("runColumns")
        choice.setText(_("Columns"))
        choice.setAccessibleName(_("Columns of the table of runs"))
        choice.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._groups: dict[str, QMenu] = {}
        self._menu = QMenu(choice)
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._fill_menu)
        choice.setMenu(self._menu)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(theme.GAP, 4, theme.GAP, 4)
        row.setSpacing(theme.GAP)
        row.addWidget(self._filter, 1)
        row.addWidget(choice)

    def add(self, widget: QWidget) -> None:
        """Put something at the end."""
        self._row.addWidget(widget)

    def offer(self, rows: Sequence[Row], shown: Collection[Column]) -> None:
        """Offer the columns of these runs.

        Args:
            rows: The runs.
            shown: Those that are shown now.
        """
        self._rows, self._shown = rows, shown

    @property
    def filtering(self) -> bool:
        """Whether only some rows are wanted."""
        return bool(self._filter.text())

    def wants(self, row: Row, said: Iterable[str]) -> bool:
        """Whether a run is to be seen.

        Args:
            row: The run.
            said: What stands in its row.
        """
        words = self._filter.text().strip()
        there = self.with_hidden or not row.card.hidden
        return there and (not words or matches(row, words, said))

    def show_hidden(self, on: bool) -> None:
        """List runs that were hidden, or don't."""
        self.with_hidden = on
        self.rows_changed.emit()

    def _fill_menu(self) -> None:
        menu = self._menu
        menu.clear()
        for group in self._groups.values():
            group.deleteLater()
        self._groups = {}
        hidden = menu.addAction(_("Show hidden runs"))
        hidden.setCheckable(True)
        hidden.setChecked(self.with_hidden)
        hidden.toggled.connect(self.show_hidden)
        columns, differing = known_columns(self._rows), differing_columns(self._rows)
        menu.addSeparator()
        for column in differing[:MOST_DIFFERING]:
            self._add(menu, column)
        menu.addSeparator()
        last = ("", _("Metrics"), _("Other"))
        titles = dict.fromkeys(map(group_of, columns))
        for title in sorted(titles, key=lambda one: last.index(one) if one in last else 0):
            self._groups[title] = menu.addMenu(title)
            self._groups[title].setToolTipsVisible(True)
        for column in columns:
            self._add(self._groups[group_of(column)], column)

    def _add(self, menu: QMenu, column: Column) -> None:
        action = menu.addAction(heading(column, self._rows).replace("&", "&&"))
        action.setToolTip(column.key)
        action.setCheckable(True)
        action.setChecked(column in self._shown)
        action.toggled.connect(lambda on: self.column_chosen.emit(column, on))
