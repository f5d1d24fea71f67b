"""The tools of the panel of curves: smoothing, axes, what is drawn."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSlider,
    QToolButton,
    QWidget,
)

from projects.translation import gettext as _
from widgets import theme
from widgets.elided_box import ElidedBox
from widgets.plots.flow import FlowLayout
from workbench.abscissa import EPOCH, STEP, TIME
from workbench.marks import kinds

PERMILLE = 1000
SMOOTHING = "curvesSmoothing"


class CurvesBar(QWidget):
    """A row that breaks where there is no more room.

    Args:
        menu_button: Stands at its end.

    Attributes:
        log_loss: The box for a logarithmic scale of the loss.
        own_smoothing: Whether a person has chosen how smooth curves are.

    Signals:
        smoothed(weight): Another weight of the moving average.
        changed(): Something else is to be drawn.
        fit_wanted(): Whole curves are to be shown.
    """

    smoothed = Signal(float)
    changed = Signal()
    fit_wanted = Signal()

    def __init__(self, menu_button: QWidget) -> None:
        super().__init__()
        self.own_smoothing = False
        row = FlowLayout(self, gap=theme.GAP)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        label = QLabel(_("Smoothing"))
        self._smoothing = QSlider(Qt.Orientation.Horizontal)
        self._smoothing.setObjectName(SMOOTHING)
        self._smoothing.setAccessibleName(_("Smoothing"))
        self._smoothing.setRange(0, PERMILLE - 1)
        self._smoothing.setMaximumWidth(120)
        self._smoothing.setToolTip(
            _(
                "Exponential moving average: m ← w·m + (1 − w)·x at every value, divided by 1 − wᵗ.\n"
                "The raw curve stays behind it, faint. Until it is moved, curves of games that are measured at every "
                "step are smoothed, others are not."
            )
        )
        self._smoothing.valueChanged.connect(self._smooth)
        label.setBuddy(self._smoothing)
        self._weight = QLabel("0")
        self._weight.setObjectName("hint")
        self._weight.setFixedWidth(self._weight.fontMetrics().horizontalAdvance("0.000") + 2)
        self._axis = ElidedBox()
        self._axis.setObjectName("curvesAxis")
        self._axis.setAccessibleName(_("What curves are drawn over"))
        self._axis.setToolTip(
            _("Draw curves over steps, passes over the data, or time of training")
        )
        for kind, words in ((STEP, _("Steps")), (EPOCH, _("Epochs")), (TIME, _("Time"))):
            self._axis.addItem(words, kind)
        self._axis.activated.connect(lambda _index: self.changed.emit())
        self.log_loss = self._box("curvesLog", _("Log scale of loss"))
        self._means = self._box("curvesMeans", _("Mean of seeds"))
        self._means.setToolTip(
            _(
                "Draw runs that differ in nothing but their seed as one curve: their mean, in a band of one "
                "standard deviation (n − 1) up and down"
            )
        )
        self._means.hide()
        self._means.toggled.connect(self.changed)
        fit = QPushButton(_("Fit"))
        fit.setObjectName("curvesFit")
        fit.setAccessibleName(_("Show whole curves"))
        fit.setToolTip(
            _(
                "Show everything and follow new points. A few values beside which the rest would be a line are marked "
                "at the edge instead: a click on the mark or a double click shows them."
            )
        )
        fit.clicked.connect(self.fit_wanted)
        together = (label, self._smoothing, self._weight, self._axis, self.log_loss, self._means)
        for widget in (*together, self._show_button(), fit, menu_button):
            row.addWidget(widget)

    def _box(self, name: str, words: str) -> QCheckBox:
        box = QCheckBox(words)
        box.setObjectName(name)
        box.setAccessibleName(words)
        return box

    def _show_button(self) -> QToolButton:
        """The button of what is seldom chosen: more plots, kinds of marks, a logarithmic axis."""
        button = QToolButton()
        button.setObjectName("curvesShow")
        button.setText(_("Show"))
        button.setAccessibleName(_("What is shown beside curves"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        more = {"rate": _("Learning rate"), "gradient": _("Gradient norm")}
        self._more = {plot: self._entry(menu, plot, words, False) for plot, words in more.items()}
        menu.addSeparator()
        self._marks = {
            kind: self._entry(menu, kind, words, True) for kind, words in kinds().items()
        }
        menu.addSeparator()
        self._log_axis = self._entry(menu, "log", _("Logarithmic axis below curves"), False)
        button.setMenu(menu)
        return button

    def _entry(self, menu: QMenu, name: str, words: str, on: bool) -> QAction:
        action = menu.addAction(words)
        action.setObjectName(f"curvesShow-{name}")
        action.setCheckable(True)
        action.setChecked(on)
        action.toggled.connect(self.changed)
        return action

    # ------------------------------------------------------------------------------- chosen

    @property
    def kind(self) -> str:
        """What curves are drawn over: ``step``, ``epoch`` or ``time``."""
        return str(self._axis.currentData())

    @property
    def log_axis(self) -> bool:
        """Whether the logarithm of that is shown."""
        return self._log_axis.isChecked()

    @property
    def marks(self) -> Sequence[str]:
        """Kinds of marks that are drawn."""
        return [kind for kind, action in self._marks.items() if action.isChecked()]

    @property
    def means(self) -> bool:
        """Whether runs that differ in their seed alone are drawn as their mean."""
        return not self._means.isHidden() and self._means.isChecked()

    def offer_means(self, there: bool) -> None:
        """Say whether there are such runs."""
        if there == self._means.isHidden():
            self._means.setVisible(there)

    def wants(self, plot: str) -> bool:
        """Whether a plot is drawn that is seldom looked at; all others are."""
        return plot not in self._more or self._more[plot].isChecked()

    def suggest_smoothing(self, weight: float) -> None:
        """Smooth so much as long as no person has chosen it.

        Args:
            weight: Of the moving average.
        """
        value = round(weight * PERMILLE)
        if not self.own_smoothing and value != self._smoothing.value():
            with QSignalBlocker(self._smoothing):
                self._smoothing.setValue(value)
            self._tell_smoothing(value)

    def _smooth(self, value: int) -> None:
        first, self.own_smoothing = not self.own_smoothing, True
        self._tell_smoothing(value)
        if first:
            self.changed.emit()

    def _tell_smoothing(self, value: int) -> None:
        self._weight.setText(f"{value / PERMILLE:.3g}")
        self.smoothed.emit(value / PERMILLE)
