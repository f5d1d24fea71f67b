"""The buttons below the variants: what can be done with the chosen one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QPushButton, QWidget

from projects.translation import N_
from projects.translation import gettext as _
from widgets import icons, theme
from widgets.plots.flow import FlowLayout

OPEN, TRAIN, SHRINK, EXPORT = "open", "train", "shrink", "export"
DEEDS = {
    OPEN: (
        N_("Open on the canvas"),
        "network",
        N_("Put its layers on the canvas, as one step of undo"),
    ),
    TRAIN: (
        N_("Train on"),
        "train",
        N_("Begin a training of its design with its weights; zeros stay zero where it was pruned"),
    ),
    SHRINK: (N_("Go on from here"), "compress", N_("Apply the steps to this one from now on")),
    EXPORT: (N_("Export…"), "open", N_("Hand it over to other programs")),
}
"""By name what the button says, its picture, and what it does, in a sentence."""


class Deeds(QWidget):
    """A button for each.

    Args:
        parent: Qt parent.

    Signals:
        wanted(name): One was pressed.
    """

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = FlowLayout(gap=theme.GAP)
        self.setLayout(row)
        self._buttons: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        group.setExclusive(False)
        group.buttonClicked.connect(self._pressed)
        for name, (words, _icon, _tip) in DEEDS.items():
            made = QPushButton(_(words))
            made.setObjectName(f"variant-{name}")
            made.setAccessibleName(_(words))
            group.addButton(made)
            self._buttons[name] = made
            row.addWidget(made)

    def enable(self, why_not: str, is_base: bool) -> None:
        """Let the chosen one be worked with.

        Args:
            why_not: Why nothing can be done; empty where something can.
            is_base: Whether it is the one that the steps are about.
        """
        for name, button in self._buttons.items():
            reason = why_not
            if name == SHRINK and is_base:
                reason = _("The steps are about this one already.")
            button.setEnabled(not reason)
            button.setToolTip(reason or _(DEEDS[name][2]))

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        for name, button in self._buttons.items():
            button.setIcon(icons.icon(DEEDS[name][1]))

    def _pressed(self, button: QAbstractButton) -> None:
        self.wanted.emit(next(name for name, made in self._buttons.items() if made is button))
