"""Loss and metrics over steps, of one run or of several."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from gettext import gettext as _
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QMenu,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from engine.runs.summary import IMPORTED
from widgets import theme
from widgets.plots.curves import Curve, CurvePlot, Mark
from widgets.plots.flow import FlowLayout
from widgets.plots.plot_wall import PlotWall
from workbench.metric_words import metric_words
from workbench.panels.base import Overlay, Panel
from workbench.rundata import RunData

BETWEEN_MS = 14
SHARES = (
    *("accuracy", "f1", "high_quality", "precision", "recall", "d_real", "d_fake"),
    *("d_accuracy", "r2", "skill", "coverage", "augment_probability"),
)
OF_SAMPLES = {
    *("precision", "recall", "density", "coverage", "diversity"),
    *("class_entropy", "class_agreement", "represented"),
}


def group_of(metric: str) -> str:
    """Return which plot a metric belongs to: metrics of one scale share a plot."""
    if metric.startswith("learning_rate"):
        return "rate"
    if metric.startswith("gradient_norm"):
        return "gradient"
    if metric.endswith("loss"):
        return "loss"
    if metric in ("train_kl", "validation_kl"):
        return "divergence"  # nats too, but far from the likelihoods beside which it stands
    if metric in ("fid", "kid"):
        return "distance"
    if metric in OF_SAMPLES:
        return "samples"
    if metric.endswith(SHARES):
        return "share"
    if metric.endswith("_mse"):
        return "square"  # in squared units, far from those of the other errors
    return "other"


class CurvesPanel(Panel):
    """Every scalar of a run, by scale: losses, shares, other metrics, learning rate."""

    name: ClassVar[str] = "curves"
    title: ClassVar[str] = _("Loss and metrics")
    stream: ClassVar[str] = "scalars"
    topic: ClassVar[str] = "article/reading_the_curves"
    rate: ClassVar[float] = 12.0
    order: ClassVar[int] = 10
    empty: ClassVar[str] = _(
        "Loss and metrics appear here, point by point, while the networks learn."
    )

    _overlay: Overlay = ()

    def build(self) -> QWidget:
        """Make the tools and a plot for each scale."""
        self._late: list[tuple[CurvePlot, list[Curve]]] = []
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(BETWEEN_MS)
        self._soon.timeout.connect(self._draw_next)
        self._titles = {
            "loss": _("Loss"),
            "share": _("Scores"),
            "square": _("Squared error"),
            "samples": _("Samples"),
            "distance": _("Distance"),
            "divergence": _("KL divergence"),
            "other": _("Metrics"),
            "gradient": _("Gradient norm"),
            "rate": _("Learning rate"),
        }
        self._plots = {key: CurvePlot(title) for key, title in self._titles.items()}
        for plot in self._plots.values():
            plot.menu_wanted.connect(self._menu)
        self._wall = PlotWall([(self._titles[key], plot) for key, plot in self._plots.items()])
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(theme.PAD, theme.GAP, theme.PAD, theme.GAP)
        layout.setSpacing(theme.GAP)
        layout.addLayout(self._tools())
        layout.addWidget(self._wall, 1)
        return page

    def _tools(self) -> FlowLayout:
        row = FlowLayout(gap=theme.GAP)
        label = QLabel(_("Smoothing"))
        self._smoothing = QSlider(Qt.Orientation.Horizontal)
        self._smoothing.setObjectName("curvesSmoothing")
        self._smoothing.setAccessibleName(_("Smoothing"))
        self._smoothing.setRange(0, 999)
        self._smoothing.setMaximumWidth(140)
        self._smoothing.valueChanged.connect(self._set_smoothing)
        label.setBuddy(self._smoothing)
        self._log = QCheckBox(_("Log scale of loss"))
        self._log.setObjectName("curvesLog")
        self._log.setAccessibleName(_("Log scale of loss"))
        self._log.toggled.connect(self._plots["loss"].set_log)
        self._rates = QCheckBox(_("Learning rate"))
        self._rates.setObjectName("curvesRate")
        self._rates.setAccessibleName(_("Show the learning rate"))
        self._rates.toggled.connect(self._again)
        self._gradients = QCheckBox(_("Gradient norm"))
        self._gradients.setObjectName("curvesGradients")
        self._gradients.setAccessibleName(_("Show the norms of the gradients"))
        self._gradients.toggled.connect(self._again)
        self._on_demand = {"rate": self._rates, "gradient": self._gradients}
        fit = QPushButton(_("Fit"))
        fit.setObjectName("curvesFit")
        fit.setAccessibleName(_("Show whole curves"))
        fit.setToolTip(_("Show everything and follow new points"))
        fit.clicked.connect(self._fit)
        for widget in (label, self._smoothing, self._log, self._rates, self._gradients):
            row.addWidget(widget)
        row.addWidget(fit)
        row.addWidget(self.menu_button)
        return row

    # --------------------------------------------------------------------------------- panel

    def set_overlay(self, overlay: Overlay) -> None:
        """Draw other runs too, each in its colour."""
        self._overlay = overlay
        self.invalidate()
        self.refresh()

    def version(self) -> int:
        """Changes when any of the runs has something new."""
        runs = [self.run, *(run for run, _color in self._overlay)]
        return sum(run.version(self.stream) for run in runs if run is not None)

    def paint(self) -> bool:
        """Draw all curves."""
        curves = list(self._all_curves())
        if not curves:
            return False
        self._late.clear()
        shown = []
        for key, plot in self._plots.items():
            mine = [curve for group, curve in curves if group == key]
            asked = self._on_demand.get(key)
            shown.append(bool(mine) and (asked is None or asked.isChecked()))
            if shown[-1]:
                self._late.append((plot, mine))
        self._wall.set_shown(shown)
        self._draw_next()
        while self._late and not self.staggered:
            self._draw_next()
        return True

    def _draw_next(self) -> None:
        """Draw one plot; the next one comes a moment later, so that no click waits for all of them."""
        if self._late:
            plot, curves = self._late.pop(0)
            plot.set_curves(curves)
            plot.set_marks(self._marks())
        if self._late:
            self._soon.start()

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        for plot in self._plots.values():
            plot.retheme()

    # --------------------------------------------------------------------------------- curves

    def _all_curves(self) -> Iterable[tuple[str, Curve]]:
        if self.run is not None and not self._overlay:
            yield from self._curves_of_one(self.run)
        words = [run.label.split(" · ")[0] for run, _color in self._overlay]
        for (run, color), word in zip(self._overlay, words, strict=True):
            name = word if words.count(word) == 1 else run.label
            yield from self._curves_of_many(run, color, name)

    def _curves_of_one(self, run: RunData) -> Iterable[tuple[str, Curve]]:
        """One run: a colour for each metric of a plot."""
        tokens = theme.current()
        counts: dict[str, int] = {}
        for name in sorted(run.scalars, key=_rank):
            if name.startswith("test_"):
                continue
            series = run.scalars[name]
            group = group_of(name)
            color = tokens.series_color(counts.setdefault(group, 0))
            counts[group] += 1
            yield group, Curve(name, metric_words(name), color, series.steps, series.values)

    def _curves_of_many(
        self, run: RunData, color: QColor, called: str
    ) -> Iterable[tuple[str, Curve]]:
        """Several runs: a colour for each run, validation dashed."""
        for name in sorted(run.scalars, key=_rank):
            if name.startswith("test_"):
                continue
            series = run.scalars[name]
            dashed = name.startswith(("validation", "discriminator", "d_fake"))
            label = f"{called} · {metric_words(name)}"
            key = f"{run.path}/{name}"
            yield (
                group_of(name),
                Curve(key, label, color, series.steps, series.values, dashed),
            )

    def _marks(self) -> list[Mark]:
        run = self.run
        if run is None:
            return []
        return [Mark(marker.step, marker.text) for marker in run.markers[-20:]]

    # --------------------------------------------------------------------------------- branches

    def _menu(self, x: float, position: QPoint) -> None:
        """Offer to branch off at the step under the pointer, from each run that has come so far."""
        step = max(0, round(x))
        menu = QMenu(self)
        menu.setObjectName("curvesMenu")
        for run in self._branchable(step):
            words = _("Branch here (step {step:,})…")
            if self._overlay:
                words = _("Branch off from {run} here (step {step:,})…")
            path, text = Path(run.path), words.format(run=run.label, step=step)
            menu.addAction(text, partial(self.branch_wanted.emit, path, step))
        if menu.isEmpty():
            menu.addAction(_("No run has made step {step:,}").format(step=step)).setEnabled(False)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(position)

    def _branchable(self, step: int) -> list[RunData]:
        runs = [run for run, _color in self._overlay] or ([self.run] if self.run else [])
        return [run for run in runs if run.path and step <= run.step and run.state != IMPORTED]

    # --------------------------------------------------------------------------------- tools

    def _set_smoothing(self, value: int) -> None:
        for plot in self._plots.values():
            plot.set_smoothing(value / 1000)

    def _fit(self) -> None:
        for plot in self._plots.values():
            plot.fit()


def _rank(name: str) -> tuple[int, str]:
    """Training before validation, generator before discriminator, then by name."""
    first = ("train", "generator", "d_real", "validation", "discriminator", "d_fake")
    for rank, start in enumerate(first):
        if name.startswith(start):
            return rank, name
    return len(first), name
