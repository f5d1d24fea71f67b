"""How every layer is doing: gradients, steps, weights and activations over time, worst first, said in words too."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from engine.clinic.base import Breakdown
from engine.clinic.states import SEVERITY, Condition
from engine.clinic.vitals import MEASURES, VITALS, short_names
from projects.figures import Read
from projects.translation import N_, ngettext
from projects.translation import gettext as _
from widgets import theme
from widgets.choice_box import ChoiceBox
from widgets.elided import ElidedLabel
from widgets.plots.heatmap import Heatmap
from workbench.health_words import MARKS, RATIO_RANGE, condition_words, status_words
from workbench.looks import (
    BROKEN_DOWN,
    HEALTH,
    NOISE_SCALE,
    breakdown_of_run,
    conditions_of,
    records,
    values_of,
)
from workbench.panels.base import Panel
from workbench.panels.health_cell import CellView
from workbench.panels.health_parts import LEAST_MAP, HealthParts
from workbench.panels.health_table import HealthTable, LayerRow
from workbench.panels.saving import Table
from workbench.rundata import Frames, RunData

SHARE_RANGE = (0.0, 1.0)
SIDE_WIDTH = 320
SOME = 9  # looks that say which measures there are
PROBED = ("update_ratio", "gradient_norm", "weight_norm")  # what runs without looks know
SHARES = ("dead", "saturated", "sign_flips")
RAW = "activation_mean"


def measure_words() -> dict[str, str]:
    """Return the measures as people read them, in the order in which they are offered."""
    return {
        "update_ratio": _("Update-to-weight ratio"),
        "gradient_norm": _("Gradient norm"),
        "weight_norm": _("Weight norm"),
        "activation_mean": _("Mean of activations"),
        "activation_sd": _("Deviation of activations"),
        "dead": _("Dead units"),
        "saturated": _("Saturated share"),
        "sign_flips": _("Gradient signs that flip"),
        NOISE_SCALE: _("Gradient noise scale"),
    }


@dataclass(frozen=True)
class Shown:
    """What the panel shows of a run.

    Attributes:
        layers: ``network/node`` of every row.
        steps: ``(columns,)``.
        values: ``(rows, columns)`` of the chosen measure.
        now: By measure, what every row has now.
        states: How every row is doing.
        frames: Pictures with histograms, or None where there are none.
    """

    layers: tuple[str, ...]
    steps: NDArray[np.int64]
    values: NDArray[np.float64]
    now: dict[str, NDArray[np.float64]]
    states: list[Condition]
    frames: Frames | None


class HealthPanel(Panel):
    """A heatmap of layers × steps; beside it the latest figures, and the values behind a cell."""

    name: ClassVar[str] = "health"
    title: ClassVar[str] = N_("Gradient health")
    short: ClassVar[str] = N_("Gradients")
    stream: ClassVar[str] = VITALS
    topic: ClassVar[str] = "probe/health"
    rate: ClassVar[float] = 10.0
    order: ClassVar[int] = 20
    least: ClassVar[int] = 270
    empty: ClassVar[str] = N_(
        "For every layer: how large its gradients are and how far each step moves its weights. "
        "Vanishing and exploding gradients show here first."
    )

    def build(self) -> QWidget:
        """Make the tools, the sentence, the heatmap, the table and the histogram."""
        self._chosen: tuple[str, int] | None = None  # layer and step of the cell that was clicked
        self._order: list[int] = []
        self._shows: Shown | None = None
        self._measure = ChoiceBox("healthMeasure", _("What the colours mean"))
        self._measure.currentIndexChanged.connect(self._again)
        self._worst = QCheckBox(_("Worst first"))
        self._worst.setObjectName("healthWorstFirst")
        self._worst.setAccessibleName(_("Worst layers first"))
        self._worst.setChecked(True)
        self._worst.toggled.connect(self._again)
        self._sentence = QLabel()
        self._sentence.setObjectName("healthSentence")
        self._sentence.setWordWrap(True)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._legend = ElidedLabel()
        self._legend.setObjectName("hint")
        self._heatmap = Heatmap(_("Gradient health of layers over steps"))
        self._heatmap.setMinimumWidth(LEAST_MAP)
        self._table = HealthTable()
        self._heatmap.row_chosen.connect(self._table.selectRow)
        self._heatmap.cell_chosen.connect(self._choose)
        self._cell = CellView()
        self._cell.closed.connect(self._let_go)
        self._cell.hide()
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(theme.PAD, theme.GAP, theme.PAD, theme.GAP)
        layout.setSpacing(theme.GAP)
        layout.addLayout(self._tools())
        layout.addWidget(self._sentence)
        layout.addWidget(self._legend)
        layout.addWidget(self._parts(), 1)
        self.retheme()
        return page

    def _tools(self) -> QHBoxLayout:
        tools = QHBoxLayout()
        tools.setSpacing(theme.GAP)
        tools.addWidget(self._measure)
        tools.addWidget(self._worst)
        tools.addStretch(1)
        tools.addWidget(self.menu_button)
        return tools

    def _parts(self) -> HealthParts:
        side = QSplitter(Qt.Orientation.Vertical)
        side.addWidget(self._table)
        side.addWidget(self._cell)
        side.setChildrenCollapsible(False)
        side.setSizes([200, 200])
        splitter = HealthParts()
        splitter.addWidget(self._heatmap)
        splitter.addWidget(side)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 0)
        splitter.setSizes([600, SIDE_WIDTH])
        splitter.setChildrenCollapsible(False)
        return splitter

    # --------------------------------------------------------------------------------- panel

    def version(self) -> int:
        """Changes with the looks at the layers, in older runs with what a probe saw, and when the training breaks down."""
        if self.run is None:
            return super().version()
        seen = super().version() or self.run.version(HEALTH)
        return seen + (breakdown_of_run(self.run) is not None)

    def paint(self) -> bool:
        """Show what every layer did so far and where it is now."""
        self._shows = shown = self._found()
        if shown is None:
            return False
        told = [not np.isnan(row).all() for row in shown.values]
        rows = [
            row
            for row, state in enumerate(shown.states)
            if told[row] or state.status != "healthy" or shown.frames is None
        ]
        if self._worst.isChecked():
            rows.sort(key=lambda row: (not told[row], *shown.states[row].rank, row))
        self._order = rows
        names = short_names(shown.layers)
        self._paint_heatmap(shown, names)
        self._table.show_rows([self._row(shown, names, row) for row in rows])
        broke = breakdown_of_run(self.run) if self.run is not None else None
        self._sentence.setText(_summary(shown, names, rows, broke))
        self._show_cell(shown, names)
        return True

    def table(self) -> Table | None:
        """The heatmap that is seen: the chosen measure of every layer at every look, layers in their order."""
        shown = self._shows
        if shown is None:
            return None
        measure = str(self._measure.currentData())
        return Table(
            ("layer", "step", measure),
            (
                (shown.layers[row], step, value)
                for row in self._order
                for step, value in zip(
                    shown.steps.tolist(), shown.values[row].tolist(), strict=True
                )
            ),
        )

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._heatmap.retheme()
        self._cell.retheme()
        self._again()

    # --------------------------------------------------------------------------------- finding

    def _found(self) -> Shown | None:
        """What there is of the run: looks at all layers, or of an older one what its probe saw."""
        if self.run is None:
            return None
        looked, probed = self.run.frames.get(VITALS), self.run.frames.get(HEALTH)
        shown = self._looked(self.run, looked)
        return shown if shown is not None else self._probed(probed)

    def _looked(self, run: RunData, frames: Frames | None) -> Shown | None:
        looks = records(frames)
        if not looks:
            return None
        last = looks[-1]
        late = np.stack([record.table for record in looks[-SOME:]])
        found = {
            name: bool(np.isfinite(late[:, :, column]).any())
            for column, name in enumerate(MEASURES)
        }
        there = [m for m in measure_words() if found.get(m, found["noise"])]
        self._offer(there)
        values = values_of(looks, str(self._measure.currentData()))
        now = {name: last.table[:, column] for column, name in enumerate(MEASURES)}
        steps = np.array([record.step for record in looks])
        return Shown(last.layers, steps, values, now, conditions_of(run, looks), frames)

    def _probed(self, frames: Frames | None) -> Shown | None:
        last = frames.last if frames is not None else None
        if frames is None or last is None:
            return None
        layers = last.info.get("layers", [])
        statuses = last.info.get("status", ["healthy"] * len(layers))
        self._offer([name for name in PROBED if name in last.arrays])
        same = [frame for frame in frames if frame.info.get("layers") == layers]
        measure = str(self._measure.currentData())
        values = np.stack([frame.arrays[measure] for frame in same], axis=1).astype(np.float64)
        now = {name: last.arrays[name].astype(np.float64) for name in PROBED if name in last.arrays}
        states = [
            Condition(status if status in SEVERITY else "healthy", figure=float(ratio))
            for status, ratio in zip(statuses, now["update_ratio"], strict=True)
        ]
        steps = np.array([frame.step for frame in same])
        return Shown(tuple(layers), steps, values, now, states, None)

    def _offer(self, measures: Sequence[str]) -> None:
        """Let these be chosen; what was chosen stays if it is among them."""
        there = [self._measure.itemData(i) for i in range(self._measure.count())]
        if there == list(measures):
            return
        words = measure_words()
        self._measure.fill([(words[measure], measure) for measure in measures])

    # --------------------------------------------------------------------------------- painting

    def _paint_heatmap(self, shown: Shown, names: list[str]) -> None:
        measure = str(self._measure.currentData())
        values, low, high = _scaled(shown.values, measure)
        tokens = theme.current()
        even = measure == "update_ratio"
        self._heatmap.set_colors(tokens.health if even else _sequential(tokens))
        ordered = [names[row] for row in self._order]
        powers = measure not in (*SHARES, RAW)
        self._heatmap.set_values(ordered, shown.steps, values[self._order], low, high, powers)
        legend = _legend(measure, low, high)
        if np.isnan(values[self._order]).any():
            legend = _("{colours} · hatched: not measured").format(colours=legend)
        self._legend.setText(legend)

    def _row(self, shown: Shown, names: list[str], row: int) -> LayerRow:
        status = shown.states[row].status
        gradient, ratio = (shown.now[name][row] for name in ("gradient_norm", "update_ratio"))
        return LayerRow(
            names[row], status_words(status), status == "healthy", float(gradient), float(ratio)
        )

    # --------------------------------------------------------------------------------- one cell

    def _choose(self, row: int, column: int) -> None:
        shown = self._shows
        if shown is not None and row < len(self._order) and column < len(shown.steps):
            self._chosen = (shown.layers[self._order[row]], int(shown.steps[column]))
            self._again()

    def _let_go(self) -> None:
        self._chosen = None
        self._again()

    def _show_cell(self, shown: Shown, names: list[str]) -> None:
        """Show the values behind the cell that was clicked, while there are any."""
        layer, step = self._chosen or ("", 0)
        column = int(np.searchsorted(shown.steps, step))
        row = shown.layers.index(layer) if layer in shown.layers else -1
        there = row in self._order and column < len(shown.steps)  # not of every measure
        if not there or shown.steps[column] != step:
            self._heatmap.mark(None)
            self._cell.hide()
            return
        self._heatmap.mark(self._order.index(row), column)
        self._cell.show_cell(names[row], row, step, shown.frames, str(self._measure.currentData()))
        self._cell.show()


def _summary(
    shown: Shown, names: list[str], rows: list[int], broke: Breakdown | None = None
) -> str:
    """What is to be said of all layers: that the training broke down, or which one is worst off, and why."""
    if broke is not None:
        words = _("{mark} The loss was no number at step {step:,}, and the training ended.")
        told = words.format(mark=MARKS["exploding"], step=broke.step)
        if broke.layer not in shown.layers:
            return told
        name = names[shown.layers.index(broke.layer)]
        return f"{told} {condition_words(name, BROKEN_DOWN, '')}"
    if not rows:
        return _("There are no layers with weights.")
    worst = min(range(len(names)), key=lambda row: (*shown.states[row].rank, row))
    sick = sum(state.status != "healthy" for state in shown.states)
    step = int(shown.steps[-1])
    if not sick:
        if len(rows) < len(names):
            words = ngettext(
                "● The one layer listed here is healthy at step {step:,}.",
                "● All {count} layers listed here are healthy at step {step:,}.",
                len(rows),
            )
        else:
            words = ngettext(
                "● The one layer is healthy at step {step:,}.",
                "● All {count} layers are healthy at step {step:,}.",
                len(rows),
            )
        return words.format(count=len(rows), step=step)
    state = shown.states[worst]
    others = ngettext(" {count} more is not well.", " {count} more are not well.", sick - 1)
    more = others.format(count=sick - 1) if sick > 1 else ""
    if math.isnan(state.figure) or shown.frames is None:
        words = status_words(state.status)
        return (
            _("Worst: {layer}, {state}, at step {step:,}.").format(
                layer=names[worst], state=words, step=step
            )
            + more
        )
    network = shown.layers[worst].partition("/")[0]
    ends = [
        names[row]
        for row, layer in enumerate(shown.layers)
        if layer.partition("/")[0] == network and np.isfinite(shown.now["gradient_norm"][row])
    ]
    words = condition_words(names[worst], state, ends[-1] if ends else "")
    return f"{MARKS[state.status]} {words}{more}"


def _scaled(values: NDArray[np.float64], measure: str) -> tuple[NDArray[np.float64], float, float]:
    """Values as they are coloured, and what the first and the last colour stand for."""
    if measure in SHARES:
        return values, *SHARE_RANGE
    if measure == RAW:
        return values, *_robust_range(values, 1e-6)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log10(values)  # of 0 it lies below every colour: the first one
    low, high = RATIO_RANGE if measure == "update_ratio" else _robust_range(logs, 1.0)
    return logs, low, high


def _legend(measure: str, low: float, high: float) -> str:
    if measure == "update_ratio":
        return _("blue: hardly moves · green: about 10⁻³, healthy · red: unstable")
    if measure in SHARES:
        limit = {
            "dead": _("none (pale) to all · sick above 40 %"),
            "saturated": _("none (pale) to all · sick above 50 %"),
            "sign_flips": _("none (pale) to all · about 50 % is noise"),
        }
        return limit[measure]
    if measure == RAW:
        return _("from {low:.2g} (pale) to {high:.2g}").format(low=Read(low), high=Read(high))
    words = _("powers of ten from 10^{low:.1f} (pale) to 10^{high:.1f}")
    if measure == NOISE_SCALE:
        words = _("examples, from 10^{low:.1f} (pale) to 10^{high:.1f} and more: nothing but noise")
    return words.format(low=Read(low), high=Read(high))


def _robust_range(values: NDArray[np.float64], least: float) -> tuple[float, float]:
    """From the lower to the upper fiftieth of the values, so that a few odd ones spoil no scale."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return -6.0, 0.0
    low, high = np.percentile(finite, [2, 98])
    return float(low), float(max(high, low + least))


def _sequential(tokens: theme.Tokens) -> tuple[str, ...]:
    return (tokens.hover, tokens.health[1], tokens.accent, tokens.health[4])
