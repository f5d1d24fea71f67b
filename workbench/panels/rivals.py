"""Who is winning: losses, verdicts, gradients of a generator and a discriminator, at a glance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from engine.clinic.game import is_anchored, is_bounded
from engine.data.base import DataInfo
from engine.objectives.base import objective_of
from projects.schema import Project
from projects.translation import N_
from projects.translation import gettext as _
from widgets import theme
from widgets.elided import ElidedLabel
from widgets.plots.balance import Balance
from widgets.plots.curves import CurvePlot, Mark
from widgets.plots.plot_wall import PlotWall
from widgets.plots.spare_plots import SparePlots
from widgets.plots.track import Curve
from widgets.timers import single_shot
from workbench.gaps import Gap
from workbench.marks import marker_words
from workbench.metric_words import metric_words
from workbench.panels.base import Panel, is_game
from workbench.panels.gap_line import GapLine
from workbench.rundata import RunData, Series

BETWEEN_MS = 14
SMOOTHING = 0.95
SAMPLED = 5000  # values of a curve, to see how far they reach
RECENT = 100  # steps that say who is ahead now
WIDE = 1.5  # powers of ten from which on a plot is logarithmic
EVEN, LEADS, WINS = 0.6, 0.95, 0.99
# Curves of one run: the plot, the curve's name, whether it is the discriminator's or of real examples.
CURVES = (
    ("loss", "generator_loss", False),
    ("loss", "discriminator_loss", True),
    ("verdict", "d_fake", False),
    ("verdict", "d_real", True),
    ("gap", "logit_gap", True),
    ("gradient", "gradient_norm/{generator}", False),
    ("gradient", "gradient_norm/discriminator", True),
)


class RivalsPanel(Panel):
    """A beam that says who is ahead, and below it what the two networks do to each other."""

    name: ClassVar[str] = "rivals"
    title: ClassVar[str] = N_("Adversarial balance")
    short: ClassVar[str] = N_("Balance")
    stream: ClassVar[str] = "rivals"
    rate: ClassVar[float] = 5.0
    order: ClassVar[int] = 24
    empty: ClassVar[str] = N_(
        "Who is winning, generator or discriminator: their losses, what the discriminator says of real and "
        "generated examples, and the gradients that both live on."
    )

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spare = SparePlots()

    def parts(self) -> Iterator[None]:
        """Make the plots."""
        return self._spare.make(_titles().values())

    def build(self) -> QWidget:
        """Make the beam and the plots."""
        self._late: list[tuple[CurvePlot, list[Curve], list[Mark]]] = []
        self._soon = single_shot(self, BETWEEN_MS, self._draw_next)
        self._balance = Balance(_("Who is ahead"), _("Generator"), _("Discriminator"))
        self._words = ElidedLabel()
        self._words.setObjectName("hint")
        self._smooth = QCheckBox(_("Smooth"))
        self._smooth.setObjectName("rivalsSmooth")
        self._smooth.setAccessibleName(_("Smooth the curves"))
        self._smooth.setChecked(True)
        self._smooth.toggled.connect(self._set_smoothing)
        titles = _titles()
        self._plots = {key: self._spare.take(title) for key, title in titles.items()}
        for plot in self._plots.values():
            plot.plot.getAxis("bottom").showLabel(False)  # steps, as in all panels; room is dear
            plot.plot.getAxis("left").setStyle(maxTextLevel=1)
        self._logs = dict.fromkeys(("gradient", "slope"), False)
        self._wall = PlotWall([(titles[key], plot) for key, plot in self._plots.items()])
        self._set_smoothing(True)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(theme.PAD, theme.GAP, theme.PAD, theme.GAP)
        column.setSpacing(theme.GAP)
        top = QHBoxLayout()
        top.setSpacing(theme.GAP)
        top.addWidget(self._balance, 1)
        top.addWidget(self._smooth)
        top.addWidget(self.menu_button)
        column.addLayout(top)
        self._gaps = GapLine()
        column.addWidget(self._words)
        column.addWidget(self._gaps)
        column.addWidget(self._wall, 1)
        return page

    def fits(self, project: Project, data: DataInfo | None) -> bool:
        """Whether networks of the project play against each other."""
        return is_game(project)

    def version(self) -> int:
        """Changes with the curves as well as with the slopes."""
        return self.run.version("scalars") + self.run.version(self.stream) if self.run else 0

    def paint(self) -> bool:
        """Draw everything that there is of the game."""
        if self.run is None or "discriminator_loss" not in self.run.scalars:
            return False
        share, usual = ahead(self.run)
        words = verdict(share, self.run.project) if share is not None else ""
        self._words.setText(words)
        self._balance.set_share(share, usual, words)
        curves: dict[str, list[Curve]] = {key: [] for key in self._plots}
        for key, curve in self._curves(self.run):
            curves[key].append(curve)
        for key in self._logs:
            self._choose_scale(key, curves[key])
        self._wall.set_shown([bool(curves[key]) for key in self._plots])
        self._gaps.tell(dict(self._missing(self.run)))
        marks = [
            Mark(marker.step, marker_words(self.run, marker)) for marker in self.run.markers[-20:]
        ]
        self._late = [(self._plots[key], mine, marks) for key, mine in curves.items() if mine]
        self._draw_next()
        while self._late and not self.staggered:
            self._draw_next()
        return True

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        for plot in self._plots.values():
            plot.retheme()
        self._balance.update()

    # --------------------------------------------------------------------------------- curves

    def _missing(self, run: RunData) -> Iterator[tuple[str, Gap]]:
        """Yield what is missing of the curves, by what they are called."""
        for _plot, pattern, _other in CURVES:
            name = pattern.format(generator=_maker(run))
            gap = run.scalars[name].gap if name in run.scalars else None
            if gap is not None:
                yield metric_words(name), gap

    def _curves(self, run: RunData) -> Iterator[tuple[str, Curve]]:
        labels: dict[str, tuple[str, str]] = {
            "loss": (_("G"), _("D")),
            "verdict": (_("D(G(z))"), _("D(x)")),
            "gap": ("", _("gap")),
            "gradient": (_("G"), _("D")),
        }
        left, right = self._balance.colors()
        for plot, pattern, other in CURVES:
            name = pattern.format(generator=_maker(run))
            series = run.scalars.get(name)
            if series is not None and len(series):
                label, color = labels[plot][other], right if other else left
                yield plot, Curve(name, label, color, series.steps, series.values, dashed=other)
        frames = run.frames.get(self.stream)
        if frames is not None and len(frames):
            steps = np.array([frame.step for frame in frames])
            for name, label, other in (
                ("generated", _("at G(z)"), False),
                ("real", _("at x"), True),
            ):
                means = np.array([float(frame.arrays[name].mean()) for frame in frames])
                color = right if other else left
                yield "slope", Curve(name, label, color, steps, means, dashed=other)

    def _choose_scale(self, key: str, curves: list[Curve]) -> None:
        """Norms of several powers of ten are shown by their logarithm."""
        # Of a long curve every so many values tell as much.
        parts = [curve.y[:: 1 + len(curve.y) // SAMPLED] for curve in curves]
        values = np.concatenate(parts or [np.ones(1)])
        values = values[np.isfinite(values) & (values > 0)]
        wide = len(values) > 0 and float(np.ptp(np.log10(np.quantile(values, [0.01, 0.99])))) > WIDE
        if wide != self._logs[key]:
            self._logs[key] = wide
            self._plots[key].plot.getAxis("left").setStyle(maxTextLevel=0 if wide else 1)
            self._plots[key].set_log(wide)

    def _draw_next(self) -> None:
        """Draw one plot; the next one comes a moment later, so that no click waits for all of them."""
        if self._late:
            plot, curves, marks = self._late.pop(0)
            plot.set_curves(curves)
            plot.set_marks(marks)
        if self._late and self.staggered:
            self._soon.start()

    def _set_smoothing(self, on: bool) -> None:
        for key, plot in self._plots.items():
            plot.set_smoothing(SMOOTHING if on and key != "slope" else 0.0)


def ahead(run: RunData) -> tuple[float | None, tuple[float, float] | None]:
    """Return how far ahead the discriminator is lately, and between which values that went.

    It is the share of pairs of a real and a generated example in which the real one is scored higher, whatever
    the loss: ½ where the two cannot be told apart. Of runs without that curve, what the probabilities say.

    Args:
        run: The run.
    """
    series = run.scalars.get("d_accuracy")
    if series is not None and len(series):
        values = series.values[-RECENT:]
    else:
        real, fake = (run.scalars.get(name, Series()) for name in ("d_real", "d_fake"))
        count = min(len(real), len(fake))
        recent = slice(max(0, count - RECENT), count)
        values = 0.5 + 0.5 * (real.values[recent] - fake.values[recent])
    values = values[np.isfinite(values)]
    if not len(values):
        return None, None
    low, high = np.quantile(values, [0.1, 0.9])
    return float(values.mean()), (float(low), float(high))


def verdict(share: float, project: Project | None) -> str:
    """Return in a sentence what the balance means.

    That a sure discriminator leaves nothing to learn is known of games in which it is all that a generator
    learns from, and whose loss bends (Arjovsky & Bottou 2017).

    Args:
        share: In how many pairs the discriminator scores the real example higher.
        project: What plays, where that is known.
    """
    if share >= LEADS and project is not None and is_anchored(project):
        said = _("The discriminator is well ahead; the generator learns from its error as well")
    elif share >= LEADS and project is not None and is_bounded(project):
        said = _("The critic is well ahead, as it should be")
    elif share >= WINS:
        said = _("The discriminator wins: the generator learns little from it")
    elif share >= LEADS:
        said = _("The discriminator is well ahead")
    elif share >= EVEN:
        said = _("The discriminator leads, as it should")
    elif share >= 1 - EVEN:
        said = _("Even: real and generated are hardly told apart")
    else:
        said = _("The generator is ahead: it deceives the discriminator")
    return _("{said} · right about {share:.0%} of pairs").format(said=said, share=share)


def _titles() -> dict[str, str]:
    """What the plots are called, in their order."""
    return {
        "loss": _("Loss"),
        "verdict": _("σ(D), taken for real"),
        "gap": _("Logit gap, D(x) − D(G(z))"),
        "gradient": _("Gradient norm, ‖∂L/∂w‖"),
        "slope": _("Input gradient, ‖∂D/∂x‖"),
    }


def _maker(run: RunData) -> str:
    """Which network makes examples."""
    return objective_of(run.project).generator if run.project is not None else "generator"
