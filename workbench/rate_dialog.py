"""The learning-rate range test: a curve, the rate that is suggested, and a button that takes it over."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QPushButton,
    QWidget,
)

from engine.client import Engines
from engine.protocol import RatesTried, TryRates
from projects.schema import Plug, Project
from projects.translation import gettext as _
from widgets import theme
from widgets.plots.axis import ValueAxis
from widgets.plots.frame import bare_plot, color_frame
from workbench.flight_dialog import FlightDialog


class RateDialog(FlightDialog):
    """Makes a range test and shows what came of it.

    Args:
        project: The project.
        folder: Where its relative data paths start.
        engines: The window's engines.
        parent: The window.

    Signals:
        chosen(rate): Use this learning rate.
    """

    chosen = Signal(float)

    def __init__(
        self, project: Project, folder: Path, engines: Engines, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            "rate", engines, _("A copy of the network trains while the rate rises"), parent
        )
        self.setObjectName("rateRange")
        self.setWindowTitle(_("Find a learning rate"))
        self.resize(640, 480)
        self._found: RatesTried | None = None
        self._curve: QWidget | None = None
        self._use = QPushButton(_("Use this rate"))
        self._use.setObjectName("rateUse")
        self._use.setEnabled(False)
        self._use.clicked.connect(self._take)
        self.buttons.addWidget(self._use)
        theme.notifier().changed.connect(self._show_curve)
        self.flight.landed.connect(self._show_rates)
        self.flight.begin(TryRates(id=1, project=project, folder=str(folder)))

    def _show_rates(self, found: RatesTried) -> None:
        self.ended(sentence(found))
        self._found = found
        self._use.setEnabled(found.suggestion is not None)
        if found.suggestion is not None:
            self._use.setDefault(True)
            self._use.setFocus()
        self._show_curve()

    def _show_curve(self) -> None:
        """Draw the curve in the colours of the theme in force."""
        if self._found is None:
            return
        if self._curve is not None:
            self.results.removeWidget(self._curve)
            self._curve.deleteLater()
        self._curve = curve(self._found)
        self.results.addWidget(self._curve)

    def _take(self) -> None:
        if self._found is not None and self._found.suggestion is not None:
            self.chosen.emit(float(f"{self._found.suggestion:.2g}"))
            self.accept()


def sentence(found: RatesTried) -> str:
    """Return what a test found out, in words."""
    if found.suggestion is None:
        return _(
            "The loss falls at none of these rates. Look at the network, its initial weights and the data."
        )
    text = _("The loss falls most steeply at a learning rate of {rate:.2g}.").format(
        rate=found.suggestion
    )
    if found.exploded:
        text += " " + _("From {rate:.2g} on it explodes.").format(rate=found.rates[-1])
    return text


def curve(found: RatesTried) -> pg.PlotWidget:
    """Return a plot of the loss over the logarithm of the rate, the suggestion marked."""
    tokens = theme.current()
    plot = bare_plot(_("Loss over the learning rate"), "rateCurve", left=ValueAxis())
    color_frame(plot)
    plot.setMouseEnabled(x=False, y=False)
    plot.setLogMode(x=True, y=False)
    plot.setLabel("bottom", _("learning rate"))
    plot.setLabel("left", _("loss"))
    rates = np.asarray(found.rates)
    faint = tokens.color("border_strong")
    plot.plot(rates, np.asarray(found.losses), pen=pg.mkPen(faint, width=1))
    plot.plot(rates, np.asarray(found.smoothed), pen=pg.mkPen(tokens.series_color(0), width=2))
    low, high = min(found.losses, default=0.0), max(found.smoothed[:1], default=1.0)
    plot.setYRange(low, high + 0.3 * (high - low))
    if found.suggestion is not None:
        mark = pg.InfiniteLine(
            float(np.log10(found.suggestion)),
            pen=pg.mkPen(tokens.color("accent"), width=1, style=Qt.PenStyle.DashLine),
            label=f"{found.suggestion:.2g}",
            labelOpts={"color": tokens.color("accent"), "position": 0.92},
        )
        plot.addItem(mark)
    return plot


def with_rate(project: Project, rate: float) -> Project:
    """Return a project whose every optimiser begins with a learning rate."""
    recipe = project.recipe

    def given(plug: Plug) -> Plug:
        return Plug(plug.type, {**plug.params, "lr": rate})

    own = {name: given(plug) for name, plug in recipe.optimizers.items()}
    after = msgspec.structs.replace(recipe, optimizer=given(recipe.optimizer), optimizers=own)
    return msgspec.structs.replace(project, recipe=after)
