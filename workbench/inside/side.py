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
        self.setFixedWidth(WIDTH)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(theme.GAP, theme.GAP, 0, 0)
        rows.setSpacing(theme.GAP)
        rows.addWidget(self._make_list())
        rows.addWidget(self._make_settings(), 1)

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
        row = self._list.sizeHintForRow(0)
        self._list.setFixedHeight(row * self._list.count() + 2 * theme.GAP)
        self._list.currentRowChanged.connect(self._show_view)
        return self._list

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
