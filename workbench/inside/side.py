"""The left side of the tab Inside: the list of views, and the settings of the chosen one."""

from __future__ import annotations

import copy
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from engine.inside.base import VIEWS, View
from projects.translation import gettext as _
from widgets import theme
from widgets.forms import Form
from widgets.pages import scrolling
from widgets.plain import plain_label, plain_tip
from workbench.choices import State
from workbench.forms import first_words, form_fields
from workbench.values import defaults

WIDTH = 324
LEAST_SETTINGS = 120  # pixels high
LYING_ROWS = 4  # of the list, above what is seen


class Side(QWidget):
    """Chooses a view and its settings.

    Args:
        parent: Qt parent.

    Attributes:
        params: Settings by view, of those that were chosen once.
        forms: Their forms.

    Signals:
        chosen: Another view is chosen.
        edited: A setting of it is another one.
    """

    chosen = Signal()
    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.params: dict[str, dict[str, Any]] = {}
        self.forms: dict[str, Form] = {}
        self.setObjectName("insideSide")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(theme.GAP, theme.GAP, 0, 0)
        rows.setSpacing(theme.GAP)
        rows.addWidget(self._make_list())
        self._settings = self._make_settings()
        self._settings.setMinimumHeight(LEAST_SETTINGS)
        rows.addWidget(self._settings, 1)
        self.lie(False)

    def _make_list(self) -> QListWidget:
        self._list = QListWidget()
        self._list.setObjectName("insideViews")
        self._list.setAccessibleName(_("What to look at"))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for view in VIEWS:
            item = QListWidgetItem(view.title)
            item.setData(Qt.ItemDataRole.UserRole, view.tag())
            item.setToolTip(plain_tip(first_words(view.help())))
            self._list.addItem(item)
        self._show_rows(self._list.count())
        self._list.currentRowChanged.connect(self._show_view)
        return self._list

    def _show_rows(self, count: int) -> None:
        self._list.setFixedHeight(self._list.sizeHintForRow(0) * count + 2 * theme.GAP)

    def lie(self, lying: bool) -> None:
        """Be as wide as there is room, and low, or a column."""
        self.setMinimumWidth(0 if lying else WIDTH)
        self.setMaximumWidth(theme.LIMITLESS if lying else WIDTH)
        self._settings.setMaximumHeight(LEAST_SETTINGS if lying else theme.LIMITLESS)
        self._show_rows(LYING_ROWS if lying else self._list.count())
        self._list.scrollToItem(self._list.currentItem())

    def _make_settings(self) -> QScrollArea:
        self._about = plain_label("", "hint")
        self._places = QVBoxLayout()
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(theme.PAD, 0, theme.PAD, theme.PAD)
        column.setSpacing(theme.PAD)
        column.addWidget(self._about)
        column.addLayout(self._places)
        column.addStretch(1)
        return scrolling(inner, "insideSettings", _("Settings of the view"))

    @property
    def view(self) -> type[View]:
        """The view that is chosen."""
        item = self._list.currentItem()
        tag = item.data(Qt.ItemDataRole.UserRole) if item is not None else next(iter(VIEWS)).tag()
        return VIEWS.get(str(tag))

    def choose(self, tag: str) -> None:
        """Choose a view by its name."""
        self._list.setCurrentRow([view.tag() for view in VIEWS].index(tag))

    def remembered(self) -> State:
        """Return which view is chosen, and all settings."""
        return {"view": self.view.tag(), "params": copy.deepcopy(self.params)}

    def restore(self, state: State) -> None:
        """Choose that view with those settings."""
        params = state["params"]
        assert isinstance(params, dict)
        for tag, values in params.items():
            self.params.setdefault(tag, {}).update(values)
            if tag in self.forms:
                self.forms[tag].set_values(self.params[tag])
        self.choose(str(state["view"]))

    def _show_view(self) -> None:
        view = self.view
        tag = view.tag()
        if tag not in self.forms:
            self.forms[tag] = self._make_form(view)
            self._places.addWidget(self.forms[tag])
        for other in self.forms.values():
            other.setVisible(other is self.forms[tag])
        self._about.setText(first_words(view.help()))
        self._about.setToolTip(plain_tip(view.help()))
        self.chosen.emit()

    def _make_form(self, view: type[View]) -> Form:
        values = self.params.setdefault(view.tag(), defaults(view.fields()))
        form = Form(form_fields(view.fields()))
        form.set_values(values)
        form.edited.connect(partial(self._edit, view.tag()))
        return form

    def _edit(self, tag: str, path: str, value: object) -> None:
        self.params[tag][path] = list(value) if isinstance(value, tuple) else value
        self.forms[tag].set_values(self.params[tag])
        self.edited.emit()
