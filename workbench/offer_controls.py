"""Which settings inside of a block its nodes may choose: pins beside fields, and the list of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from projects.translation import gettext as _
from widgets import icons, theme
from widgets.forms import Form
from widgets.forms.row import TITLE_WIDTH


class Pins(QObject):
    """A pin beside every field of a form: pressed in for settings that the block offers.

    Args:
        form: The form of a layer inside of a block; also the Qt parent.
        settings: Its fields that can be offered.

    Signals:
        offer_wanted(setting, name): Offer it; an empty name is one of its own, else that of another
            setting, to be set together.
        withdraw_wanted(setting): Offer it no longer.
    """

    offer_wanted = Signal(str, str)
    withdraw_wanted = Signal(str)

    def __init__(self, form: Form, settings: Iterable[str]) -> None:
        super().__init__(form)
        self._names: dict[str, str | None] = {}
        self._partners: dict[str, str] = {}
        self._buttons: dict[str, QToolButton] = {}
        for setting in settings:
            button = QToolButton()
            button.setObjectName(f"pin-{setting}")
            button.setProperty("flat", True)
            button.setCheckable(True)
            button.clicked.connect(partial(self._pressed, setting))
            form.trail(setting, button)
            self._buttons[setting] = button
        theme.notifier().changed.connect(self._show)

    def show_offers(self, names: Mapping[str, str | None], partners: Mapping[str, str]) -> None:
        """Show what is offered.

        Args:
            names: For each setting the name under which the block offers it, or None.
            partners: For settings that could be set together with another one: its name.
        """
        self._names, self._partners = dict(names), dict(partners)
        self._show()

    def _show(self) -> None:
        for setting, button in self._buttons.items():
            name = self._names.get(setting)
            on = name is not None
            button.setChecked(on)
            button.setIcon(icons.icon("pinned" if on else "pin", "accent" if on else "muted"))
            tip = _("Let every node that stands for the block choose this")
            if on:
                tip = _("Nodes that stand for the block choose this as “{name}”").format(name=name)
            button.setToolTip(tip)
            button.setAccessibleName(f"{setting}: {tip}")

    def _pressed(self, setting: str) -> None:
        self._show()  # what is shown follows the project, not the mouse
        if self._names.get(setting) is not None:
            self.withdraw_wanted.emit(setting)
        elif setting not in self._partners:
            self.offer_wanted.emit(setting, "")
        else:
            self._ask(setting)

    def _ask(self, setting: str) -> None:
        """There is a setting of this name: set both with one, or have another?"""
        button, partner = self._buttons[setting], self._partners[setting]
        menu = QMenu(button)
        menu.setObjectName("pinMenu")
        together = _("Set together with “{name}”").format(name=partner)
        menu.addAction(together, partial(self.offer_wanted.emit, setting, partner))
        menu.addAction(_("Set by itself"), partial(self.offer_wanted.emit, setting, ""))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))


class OfferList(QWidget):
    """The settings that a block offers: their names, what they set, and a way to be rid of them.

    Signals:
        renamed(old, new): One shall be called something else.
        withdraw_wanted(target): ``node.setting`` shall be offered no longer.
    """

    renamed = Signal(str, str)
    withdraw_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("offerList")
        self._shown: dict[str, tuple[str, ...]] | None = None
        self._lines: list[QLineEdit] = []
        self._content = QWidget()
        title = QLabel(_("Settings that nodes choose"))
        title.setProperty("role", "heading")
        self._problem = QLabel()
        self._problem.setObjectName("problem-offers")
        self._problem.setProperty("role", "problem")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, theme.GAP, 0, 0)
        self._column.setSpacing(theme.GAP)
        self._column.addWidget(title)
        for label in (title, self._problem):
            label.setWordWrap(True)
        self._column.addWidget(self._content)
        self._column.addWidget(self._problem)
        self._problem.hide()

    def show_offers(self, offers: Mapping[str, tuple[str, ...]]) -> None:
        """Show what a block offers: names, and the settings of layers inside that each one sets."""
        if dict(offers) == self._shown:
            return
        self._shown = dict(offers)
        self.refuse("")
        for line in self._lines:
            line.blockSignals(True)  # a name half typed is not one for what is shown next
        self._lines = []
        content = QWidget()
        grid = QGridLayout(content)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.GAP)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        row = 0
        for name, targets in offers.items():
            grid.addWidget(self._line(name), row, 0)
            for target in targets:
                grid.addWidget(_plain(target), row, 1)
                grid.addWidget(self._remover(target), row, 2)
                row += 1
        if not offers:
            words = _(
                "None yet. Choose a layer in here and press the pin beside one of its settings: every "
                "node that stands for the block can then choose its own value."
            )
            grid.addWidget(_plain(words), 0, 0, 1, 3)
        self._column.replaceWidget(self._content, content)
        self._content.deleteLater()
        self._content = content

    def refuse(self, sentence: str) -> None:
        """Say why a name cannot be given; empty when it can."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))

    def _line(self, name: str) -> QLineEdit:
        line = QLineEdit(name)
        line.setObjectName(f"offer-{name}")
        line.setAccessibleName(_("Name of the setting {name}").format(name=name))
        line.setFixedWidth(TITLE_WIDTH)
        line.editingFinished.connect(partial(self._finished, name, line))
        self._lines.append(line)
        return line

    def _finished(self, name: str, line: QLineEdit) -> None:
        new = line.text().strip()
        if new != name:
            self.renamed.emit(name, new)

    def _remover(self, target: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"withdraw-{target}")
        button.setProperty("flat", True)
        button.setIcon(icons.icon("close", "muted"))
        tip = _("Nodes choose {target} no longer").format(target=target)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.clicked.connect(partial(self.withdraw_wanted.emit, target))
        return button


def _plain(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "hint")
    label.setWordWrap(True)
    return label
