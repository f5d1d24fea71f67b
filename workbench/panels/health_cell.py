"""The values of one layer at one step, as a histogram."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from engine.clinic.vitals import VALUES, histogram_of
from projects.translation import gettext as _
from widgets import icons, theme
from widgets.choice_box import ChoiceBox
from widgets.elided import ElidedLabel
from widgets.plots.histogram import Histogram
from workbench.rundata import Frame, Frames

ICON = 14
SHOWN_FIRST = {
    "weight_norm": "weights",
    "activation_mean": "activations",
    "activation_sd": "activations",
    "dead": "activations",
    "saturated": "activations",
}


class CellView(QWidget):
    """Which values are behind a cell of the heatmap.

    Signals:
        closed(): The person has seen enough.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("healthCell")
        self._where: tuple[str, int, int, Frames | None] | None = None
        self._measure = ""
        self._title = ElidedLabel()
        self._title.setObjectName("healthCellTitle")
        self._values = ChoiceBox("healthCellValues", _("Which values are counted"))
        self._values.currentIndexChanged.connect(self._show)
        self._close = QToolButton()
        self._close.setObjectName("healthCellClose")
        self._close.setAccessibleName(_("Close the histogram"))
        self._close.setAutoRaise(True)
        self._close.clicked.connect(self.closed)
        self._note = QLabel(_("This run kept no values of single layers."))
        self._note.setObjectName("hint")
        self._note.setWordWrap(True)
        self._histogram = Histogram(_("Values of a layer"))
        self._histogram.setMinimumHeight(90)
        head = QHBoxLayout()
        head.setSpacing(theme.GAP)
        head.addWidget(self._title, 1)
        head.addWidget(self._values)
        head.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP // 2)
        column.addLayout(head)
        column.addWidget(self._note)
        column.addWidget(self._histogram, 1)
        self.retheme()

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._histogram.retheme()
        self._close.setIcon(icons.icon("close", "muted"))
        self._close.setIconSize(QSize(ICON, ICON))

    def show_cell(
        self, name: str, row: int, step: int, frames: Frames | None, measure: str
    ) -> None:
        """Show the values of a layer at a step.

        Args:
            name: Of the layer.
            row: Which one it is.
            step: When.
            frames: Looks at all layers, or None where the run has none.
            measure: What the heatmap shows: values that belong to it come first.
        """
        wanted = SHOWN_FIRST.get(measure, "gradients")
        chosen = wanted if measure != self._measure else str(self._values.currentData() or wanted)
        self._measure = measure
        self._where = (name, row, step, frames)
        frame = _frame_at(frames, step)
        there = [] if frame is None else [v for v in VALUES if histogram_of(frame.arrays, row, v)]
        words = {
            "gradients": _("Gradients"),
            "weights": _("Weights"),
            "activations": _("Activations"),
        }
        self._values.choose(chosen)
        self._values.fill([(words[values], values) for values in there])
        self._show()

    def _show(self) -> None:
        if self._where is None:
            return
        name, row, step, frames = self._where
        frame = _frame_at(frames, step)
        values = self._values.currentData()
        found = histogram_of(frame.arrays, row, values) if frame is not None and values else None
        self._title.setText(_("{layer} at step {step:,}").format(layer=name, step=step))
        self._values.setVisible(self._values.count() > 0)
        self._note.setVisible(found is None)
        self._histogram.setVisible(found is not None)
        if found is not None:
            self._histogram.set_counts(*found)


def _frame_at(frames: Frames | None, step: int) -> Frame | None:
    return next((frame for frame in frames or () if frame.step == step), None)
