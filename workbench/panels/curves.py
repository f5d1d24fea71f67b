"""Loss and metrics over steps, of one run or of several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from projects.figures import measured
from projects.translation import N_
from projects.translation import gettext as _
from widgets import theme
from widgets.plots.curves import CurvePlot, Mark
from widgets.plots.legend import Entry
from widgets.plots.plot_wall import PlotWall
from widgets.plots.scale import Scale
from widgets.plots.spare_plots import SparePlots
from widgets.plots.track import Curve
from widgets.timers import single_shot
from workbench.abscissa import Abscissa, abscissa
from workbench.choices import State
from workbench.curves_table import curves_table
from workbench.gaps import Gap
from workbench.marks import marks_of
from workbench.metric_words import metric_words
from workbench.panels.base import Overlay, Panel
from workbench.panels.curves_bar import SMOOTHING, CurvesBar
from workbench.panels.gap_line import GapLine
from workbench.panels.saving import Table
from workbench.run_words import why_no_training
from workbench.rundata import RunData
from workbench.seeds import Mean, by_seed, mean_of
from workbench.smoothing import is_rare, usual_smoothing

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
    if metric.startswith("sign/"):
        return "sign"  # for the doctor: no plot shows it
    if metric.startswith("gradient_norm"):
        return "gradient"
    if any(part.endswith("loss") for part in metric.lower().split("/")):
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
    title: ClassVar[str] = N_("Loss and metrics")
    short: ClassVar[str] = N_("Curves")
    stream: ClassVar[str] = "scalars"
    topic: ClassVar[str] = "article/reading_the_curves"
    rate: ClassVar[float] = 12.0
    order: ClassVar[int] = 10
    empty: ClassVar[str] = N_(
        "Loss and metrics appear here, point by point, while the networks learn."
    )

    _overlay: Overlay = ()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spare = SparePlots()

    def parts(self) -> Iterator[None]:
        """Make the plots."""
        return self._spare.make(_titles().values())

    def build(self) -> QWidget:
        """Make the tools and a plot for each scale."""
        self._late: list[tuple[CurvePlot, list[Curve]]] = []
        self._wanted: list[CurvePlot] = []
        self._soon = single_shot(self, BETWEEN_MS, self._draw_next)
        self._titles = _titles()
        self._over: Abscissa | None = None
        self._groups: tuple[object, list[list[RunData]]] = (None, [])
        self._told: dict[str, tuple[RunData, str]] = {}
        self._called: dict[str, str] = {}
        self._means: dict[str, tuple[object, Mean | None]] = {}
        self._plots = {key: self._spare.take(title) for key, title in self._titles.items()}
        for key, plot in self._plots.items():
            plot.menu_wanted.connect(partial(self._menu, key))
        self._wall = PlotWall([(self._titles[key], plot) for key, plot in self._plots.items()])
        self._bar = CurvesBar(self.menu_button)
        self._bar.own_smoothing = SMOOTHING in self._remembered
        self._bar.smoothed.connect(self._set_smoothing)
        self._bar.log_loss.toggled.connect(self._plots["loss"].set_log)
        self._bar.changed.connect(self._again)
        self._bar.fit_wanted.connect(self._fit)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(theme.PAD, theme.GAP, theme.PAD, theme.GAP)
        layout.setSpacing(theme.GAP)
        self._gaps = GapLine()
        layout.addWidget(self._bar)
        layout.addWidget(self._gaps)
        layout.addWidget(self._wall, 1)
        return page

    # --------------------------------------------------------------------------------- panel

    def set_overlay(self, overlay: Overlay) -> None:
        """Draw other runs too, each in its colour."""
        self._overlay = overlay
        if self._built:
            self._late.clear()  # they belong to what was drawn before
        self.invalidate()
        self.refresh()

    def version(self) -> int:
        """Changes when any of the runs has something new."""
        runs = [self.run, *(run for run, _color in self._overlay)]
        return sum(run.version(self.stream) for run in runs if run is not None)

    def paint(self) -> bool:
        """Draw all curves."""
        self._lay_out()
        self._bar.suggest_smoothing(usual_smoothing(self._runs()))
        curves = list(self._all_curves())
        if not curves:
            return False
        self._late.clear()
        self._wanted = []
        for key, plot in self._plots.items():
            mine = [curve for group, curve in curves if group == key]
            if mine and self._bar.wants(key):
                self._wanted.append(plot)
                self._late.append((plot, mine))
        self._wall.set_shown([plot in self._wanted for plot in self._plots.values()])
        self._gaps.tell(dict(self._missing()))
        self._draw_next()
        while self._late and not self.staggered:
            self._draw_next()
        return True

    def _draw_next(self) -> None:
        """Draw one plot; the next one comes a moment later, so that no click waits for all of them."""
        if self._late:
            plot, curves = self._late.pop(0)
            plot.set_curves(curves, self._entries(curves))
            plot.set_marks(self._marks())
        if self._late:
            self._soon.start()

    def _entries(self, curves: Sequence[Curve]) -> list[Entry]:
        """Of several runs the legend names metrics and runs, each once; of one run every curve."""
        if not self._overlay:
            return []
        muted = theme.current().color("muted")
        metrics: dict[str, Entry] = {}
        runs: dict[str, Entry] = {}
        for curve in curves:
            metric, run = curve.switches
            metrics[metric] = Entry(metric, metric_words(metric), muted, curve.dashed)
            latest = measured(metric, float(curve.y[-1])) if len(curve.y) else ""
            runs.setdefault(run, Entry(run, self._called[run], curve.color, False, latest))
        if len(metrics) == 1:
            return list(runs.values())
        return [*metrics.values(), *(replace(entry, value="") for entry in runs.values())]

    def _lay_out(self) -> None:
        """Have the plots count what the person wants to have counted."""
        over = abscissa(self._bar.kind, self._runs())
        wanted = (over, self._bar.log_axis)
        if wanted != (self._over, self._log_axis):
            self._over, self._log_axis = wanted
            for plot in self._plots.values():
                plot.set_curves(())
                plot.set_axis(over.title, over.unit, self._log_axis)

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        for plot in self._plots.values():
            plot.retheme()

    def remembered(self) -> State:
        """Return what is chosen with the panel's tools; not how smooth curves are by themselves."""
        state = super().remembered()
        if not self._built or self._bar.own_smoothing:
            return state
        return {name: value for name, value in state.items() if name != SMOOTHING}

    def restore(self, state: State) -> None:
        """Choose it again: now, or when there is something to show."""
        if self._built:
            self._bar.own_smoothing = SMOOTHING in state
        super().restore(state)

    # --------------------------------------------------------------------------------- curves

    _log_axis = False

    def _runs(self) -> list[RunData]:
        """The runs that are drawn."""
        return [run for run, _color in self._overlay] or ([self.run] if self.run else [])

    def _all_curves(self) -> Iterable[tuple[str, Curve]]:
        if self.run is not None and not self._overlay:
            yield from self._curves_of_one(self.run)
        groups = self._seeds()
        self._bar.offer_means(any(len(group) > 1 for group in groups))
        words = [run.label.split(" · ")[0] for run, _color in self._overlay]
        for (run, _color), word in zip(self._overlay, words, strict=True):
            self._called[run.path] = word if words.count(word) == 1 else run.label
        colors = {id(run): color for run, color in self._overlay}
        for group in groups if self._bar.means else [[run] for run in self._runs_over()]:
            yield from self._curves_of_many(group, colors[id(group[0])])

    def _runs_over(self) -> list[RunData]:
        return [run for run, _color in self._overlay]

    def _seeds(self) -> list[list[RunData]]:
        """Runs that differ in their seed alone; found out again when there are others."""
        key = [(id(run), id(run.project)) for run in self._runs_over()]
        if self._groups[0] != key:
            self._groups = key, by_seed(self._runs_over())
        return self._groups[1]

    def _curves_of_one(self, run: RunData) -> Iterable[tuple[str, Curve]]:
        """One run: a colour for each metric of a plot."""
        tokens = theme.current()
        counts: dict[str, int] = {}
        for name in sorted(run.scalars, key=_rank):
            if name.startswith("test_"):
                continue
            group = group_of(name)
            color = tokens.series_color(counts.setdefault(group, 0))
            counts[group] += 1
            yield group, self._curve(run, name, name, metric_words(name), color)

    def _curves_of_many(
        self, group: Sequence[RunData], color: QColor
    ) -> Iterable[tuple[str, Curve]]:
        """Several runs: a colour for each run or group of seeds, validation dashed."""
        run = group[0]
        words = _("{name} (mean ± sd of {count} seeds)")
        plain = self._called[run.path]
        if len(group) > 1:
            self._called[run.path] = words.format(name=plain, count=len(group))
        for name in sorted(run.scalars, key=_rank):
            if name.startswith("test_"):
                continue
            dashed = name.startswith(("validation", "discriminator", "d_fake"))
            key = f"{run.path}/{name}"
            mean = self._mean(group, name, key) if len(group) > 1 else None
            if mean is not None and mean.runs == 1:
                mean = None  # no other seed has measured this
            called = plain if mean is None else words.format(name=plain, count=mean.runs)
            curve = self._curve(run, name, key, f"{called} · {metric_words(name)}", color, dashed)
            if mean is not None:
                curve = replace(
                    curve, x=mean.steps, y=mean.values, spread=mean.spread, history=id(mean)
                )
            yield group_of(name), replace(curve, switches=(name, run.path))

    def _curve(
        self, run: RunData, name: str, key: str, label: str, color: QColor, dashed: bool = False
    ) -> Curve:
        series = run.scalars[name]
        self._told[key] = run, name
        scale, history = self._scale(run), hash((id(run), series.cuts))
        steady = not self._bar.own_smoothing and is_rare(run, series)
        x, y = series.steps, series.values
        return Curve(key, label, color, x, y, dashed, None, scale, history, steady=steady)

    def _missing(self) -> Iterator[tuple[str, Gap]]:
        """Yield what is missing of the curves that are drawn, by what they are called."""
        shown = {key for key, plot in self._plots.items() if plot in self._wanted}
        for run in self._runs():
            for name in sorted(run.scalars, key=_rank):
                gap = run.scalars[name].gap
                if gap is not None and group_of(name) in shown and not name.startswith("test_"):
                    words = metric_words(name)
                    yield f"{run.label} · {words}" if self._overlay else words, gap

    def _scale(self, run: RunData) -> Scale | None:
        return self._over.scale_of(run) if self._over is not None else None

    def _mean(self, group: Sequence[RunData], name: str, key: str) -> Mean | None:
        """The mean over seeds, computed again where one of the runs has something new."""
        series = [run.scalars[name] for run in group if name in run.scalars]
        version = [(id(one), len(one), one.cuts) for one in series]
        if key not in self._means or self._means[key][0] != version:
            self._means[key] = version, mean_of(series)
        return self._means[key][1]

    def _marks(self) -> list[Mark]:
        """What happened to the shown run, where its own curves are drawn."""
        if self.run is None or all(run is not self.run for run in self._runs()):
            return []
        return marks_of(self.run, self._scale, self._bar.marks)

    # --------------------------------------------------------------------------------- menu

    def _menu(self, key: str, x: float, position: QPoint) -> None:
        """Offer to branch off at the step under the pointer, from each run that has come so far."""
        menu = QMenu(self)
        menu.setObjectName("curvesMenu")
        for run in self._runs():
            step = self._step_of(run, x)
            if not run.path or step > run.step or why_no_training(run.state, run.begun):
                continue
            words = _("Branch here (step {step:,})…")
            if self._overlay:
                words = _("Branch off from {run} here (step {step:,})…")
            path, text = Path(run.path), words.format(run=run.label, step=step)
            menu.addAction(text, partial(self.branch_wanted.emit, path, step))
        if menu.isEmpty():
            words = _("No run has come to {place}")
            place = self._plots[key].place_words(x)
            menu.addAction(words.format(place=place)).setEnabled(False)
        menu.addSeparator()
        log = menu.addAction(_("Logarithmic scale of values"))
        log.setCheckable(True)
        log.setChecked(self._plots[key].log)
        log.toggled.connect(
            self._bar.log_loss.setChecked if key == "loss" else self._plots[key].set_log
        )
        whole = menu.addAction(_("Whole range of values"))
        whole.setCheckable(True)
        whole.setChecked(self._plots[key].whole)
        whole.setEnabled(self._plots[key].whole or self._plots[key].left_out)
        whole.toggled.connect(self._plots[key].set_whole)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(position)

    def _step_of(self, run: RunData, x: float) -> int:
        scale = self._scale(run)
        return max(0, round(x if scale is None else float(scale.steps_of(np.array([x]))[0])))

    def table(self) -> Table | None:
        """Every value of the curves that are wanted, also of plots that a low place has no room for."""
        while self._late:
            self._draw_next()
        shown = {curve.key for plot in self._wanted for curve in plot.curves}
        told = [
            (*self._told[curve.key], curve)
            for _group, curve in self._all_curves()
            if curve.key in shown
        ]
        return curves_table(told)

    # --------------------------------------------------------------------------------- tools

    def _set_smoothing(self, weight: float) -> None:
        for plot in self._plots.values():
            plot.set_smoothing(weight)

    def _fit(self) -> None:
        for plot in self._plots.values():
            plot.fit()


def _titles() -> dict[str, str]:
    """What the plots are called, by scale, in their order."""
    return {
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


def _rank(name: str) -> tuple[int, str]:
    """Training before validation, generator and what it makes before the other side of a game, then by name.

    Colours go by this order: both sides have those of the balance between them.
    """
    first = ("train", "generator", "d_fake", "d_real", "validation", "discriminator")
    for rank, start in enumerate(first):
        if name.startswith(start):
            return rank, name
    return len(first), name
