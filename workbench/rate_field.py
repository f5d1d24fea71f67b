"""The learning rate of a running training, shown and changed while it learns."""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QToolTip,
    QWidget,
)

from projects.translation import gettext as _
from widgets import theme
from widgets.elided_box import ElidedBox
from widgets.restyling import restyle
from widgets.topics import TOPIC
from workbench.names import network_words

LARGEST = 1e6
FIELD = 96  # pixels
SMALL_CHOICE = 96


class Brief(enum.IntEnum):
    """How much a toolbar leaves out; each leaves out what those before it do."""

    FULL = 0
    SHORT_NAME = 1
    SMALL_CHOICE = 2
    ICONS = 3
    NO_NAME = 4
    NO_RATE = 5


class RateField(QWidget):
    """A number and, when several networks learn, which of them it is for.

    Signals:
        changed(value, network): Use this rate from now on; no network means all.
        networks_changed: There are more or fewer networks to choose from.
    """

    changed = Signal(float, str)
    networks_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("learningRate")
        self.setProperty(TOPIC, "article/training")
        self._rates: dict[str, float] = {}
        self._brief = Brief.FULL
        label = self._label = QLabel(_("Learning rate"))
        self._network = ElidedBox()
        self._network.setObjectName("learningRateNetwork")
        self._network.setAccessibleName(_("Whose learning rate"))
        self._network.currentIndexChanged.connect(self._fill)
        self._field = QLineEdit()
        self._field.setObjectName("learningRateField")
        self._field.setAccessibleName(_("Learning rate"))
        self._field.setFixedWidth(FIELD)
        self._field.returnPressed.connect(self._enter)
        self._field.editingFinished.connect(self._left)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self._field)
        escape.setContext(Qt.ShortcutContext.WidgetShortcut)
        escape.activated.connect(self._fill)
        label.setBuddy(self._field)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.GAP, 0, theme.GAP, 0)
        layout.setSpacing(theme.GAP)
        for widget in (label, self._network, self._field):
            layout.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self.show_rates({}, active=False)

    def shorten(self, brief: Brief) -> None:
        """Say less, so that others have more room."""
        short = brief >= Brief.SHORT_NAME
        self._label.setText(_("Rate") if short else _("Learning rate"))
        self._label.setVisible(brief < Brief.NO_NAME)
        self._brief = brief
        small = brief >= Brief.SMALL_CHOICE
        self._network.setMaximumWidth(SMALL_CHOICE if small else theme.LIMITLESS)
        self._network.setItemText(0, self._all())

    def _all(self) -> str:
        return _("all") if self._brief >= Brief.SMALL_CHOICE else _("all networks")

    def show_rates(self, rates: Mapping[str, float], active: bool) -> None:
        """Show the rates of a training.

        Args:
            rates: Rate by network.
            active: Whether it goes on, so that a change has an effect.
        """
        if list(rates) != list(self._rates):
            self._offer(list(rates))
        self._rates = dict(rates)
        turned = active != self._field.isEnabled()
        self._field.setEnabled(active)
        self._network.setEnabled(active)
        if self._network.isHidden() == (len(rates) > 1):
            self._network.setVisible(len(rates) > 1)
            self.networks_changed.emit()
        how = (
            _("Type a rate and press Enter: it counts from the next step on.")
            if active
            else _("Can be changed while a training goes on. Where it starts is set in Recipe.")
        )
        self.setToolTip("\n".join((_("Learning rate"), how)))
        if turned or not (self._field.isModified() or self._field.hasFocus()):
            self._fill()  # never under the hands of who is about to type

    def _offer(self, networks: list[str]) -> None:
        self._network.blockSignals(True)
        self._network.clear()
        self._network.addItem(self._all(), "")
        for name in networks:
            self._network.addItem(network_words(name), name)
        self._network.blockSignals(False)

    def _fill(self) -> None:
        """Show the rate that is in force."""
        chosen = self._network.currentData() or ""
        rates = set(self._rates.values()) if not chosen else {self._rates[chosen]}
        self._mark(False)
        self._field.setPlaceholderText(_("different") if len(rates) > 1 else "–")
        self._field.setText(f"{rates.pop():.4g}" if len(rates) == 1 else "")
        self._field.setModified(False)

    def _left(self) -> None:
        """What was typed and not entered counts for nothing once the field is left."""
        if not self._field.hasFocus():
            self._fill()

    def _enter(self) -> None:
        text = self._field.text().strip().replace(",", ".")
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not (0 < value <= LARGEST):
            self._mark(True)
            words = _(
                "“{text}” is no learning rate: expected a number above 0, such as 0.001 or 1e-4."
            )
            below = self._field.mapToGlobal(self._field.rect().bottomLeft())
            QToolTip.showText(below, words.format(text=text[:20]), self._field)
            self._field.selectAll()
            return
        self._field.setModified(False)
        self._mark(False)
        network = self._network.currentData() or ""
        names = [network] if network else list(self._rates)
        self._rates.update(dict.fromkeys(names, value))
        self.changed.emit(value, network)

    def _mark(self, wrong: bool) -> None:
        if bool(self._field.property("wrong")) != wrong:
            restyle(self._field, "wrong", wrong)
            if not wrong:
                QToolTip.hideText()
