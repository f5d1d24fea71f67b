"""Where the canvas is: the way from the network into blocks, and the buttons that lead in and out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from projects.translation import gettext as _
from widgets import icons, theme
from workbench.scope import Crumb

CORNER = QPoint(12, 12)


class CrumbBar(QFrame):
    """Floats over the upper left corner of a canvas; hidden where there is nowhere to go.

    Args:
        parent: The canvas.

    Signals:
        place_wanted(place): A step of the way was pressed.
        enter_wanted(): The chosen block shall be entered.
    """

    place_wanted = Signal(str)
    enter_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("crumbs")
        self.setAccessibleName(_("Where you are"))
        self.setProperty("role", "popup")
        self._way: tuple[Crumb, ...] = ()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(4, 4, 4, 4)
        self._row.setSpacing(2)
        self._steps: list[QWidget] = []
        self.enter = QPushButton(_("Enter block"))
        self.enter.setObjectName("enterBlock")
        self.enter.setAccessibleName(_("Enter the chosen block"))
        self.enter.setToolTip(_("Show and change what is in the block (Enter; Page Up leaves it)"))
        self.enter.setFlat(True)
        self.enter.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.enter.clicked.connect(self.enter_wanted)
        self._row.addWidget(self.enter)
        self.move(CORNER)
        theme.notifier().changed.connect(self._recolor)
        self._recolor()
        self.show_way((), can_enter=False)

    def show_way(self, way: Sequence[Crumb], can_enter: bool) -> None:
        """Show the way to where the canvas is, and whether a block is chosen that can be entered."""
        if tuple(way) != self._way:
            self._way = tuple(way)
            for step in self._steps:
                self._row.removeWidget(step)
                step.deleteLater()
            self._steps = []
            for place, crumb in enumerate(self._way if len(self._way) > 1 else ()):
                if place:
                    self._put(QLabel("›"))
                self._put(self._step(crumb, last=place == len(self._way) - 1))
        self.enter.setVisible(can_enter)
        self.setVisible(can_enter or len(self._way) > 1)
        self.adjustSize()
        self.raise_()

    def _put(self, widget: QWidget) -> None:
        self._row.insertWidget(self._row.count() - 1, widget)
        widget.show()  # now, so that the bar is as wide as it needs to be
        self._steps.append(widget)

    def _step(self, crumb: Crumb, last: bool) -> QWidget:
        if last:
            here = QLabel(crumb.words)
            here.setObjectName("crumbHere")
            here.setTextFormat(Qt.TextFormat.PlainText)
            font = here.font()
            font.setBold(True)
            here.setFont(font)
            here.setContentsMargins(6, 0, 6, 0)
            return here
        step = QPushButton(crumb.words.replace("&", "&&"))
        step.setObjectName(f"crumb-{crumb.place}")
        step.setAccessibleName(_("Back to {place}").format(place=crumb.words))
        step.setFlat(True)
        step.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        step.clicked.connect(partial(self.place_wanted.emit, crumb.place))
        return step

    def _recolor(self) -> None:
        self.enter.setIcon(icons.icon("enter", "accent"))
