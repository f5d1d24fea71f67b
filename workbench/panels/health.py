"""How every layer is doing: gradients and updates over time, worst first, said in words too."""

from __future__ import annotations

from gettext import gettext as _
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from widgets import theme
from widgets.elided import ElidedLabel
from widgets.plots.heatmap import Heatmap
from workbench.panels.base import Panel
from workbench.rundata import Frame, Frames

# From starved to unstable, in powers of ten (Karpathy, CS231n): 1e-3 is the middle of the scale.
RATIO_RANGE = (-5.5, -0.5)
TABLE_WIDTH = 320
WORST_FIRST = ("exploding", "unstable", "vanishing", "starved", "healthy")
MARKS = {"healthy": "●", "starved": "▽", "vanishing": "▼", "unstable": "▲", "exploding": "✖"}
SHADES = {"healthy": 2, "starved": 0, "vanishing": 0, "unstable": 3, "exploding": 4}


def status_words(status: str) -> str:
    """Return a layer's state as people read it, with a mark that needs no colour."""
    words = {
        "healthy": _("healthy"),
        "starved": _("starved"),
        "vanishing": _("vanishing"),
        "unstable": _("unstable"),
        "exploding": _("exploding"),
    }
    return f"{MARKS.get(status, '●')} {words.get(status, status)}"


class HealthPanel(Panel):
    """A heatmap of layers × steps and the latest figures beside it."""

    name: ClassVar[str] = "health"
    title: ClassVar[str] = _("Gradient health")
    stream: ClassVar[str] = "health"
    rate: ClassVar[float] = 10.0
    order: ClassVar[int] = 20
    empty: ClassVar[str] = _(
        "For every layer: how large its gradients are and how far each step moves its weights. "
        "Vanishing and exploding gradients show here first."
    )

    def build(self) -> QWidget:
        """Make the tools, the heatmap and the table."""
        self._measure = QComboBox()
        self._measure.setObjectName("healthMeasure")
        self._measure.setAccessibleName(_("What the colours mean"))
        self._measure.addItem(_("Update-to-weight ratio"), "update_ratio")
        self._measure.addItem(_("Gradient norm"), "gradient_norm")
        self._measure.currentIndexChanged.connect(self._again)
        self._worst = QCheckBox(_("Worst first"))
        self._worst.setObjectName("healthWorstFirst")
        self._worst.setAccessibleName(_("Worst layers first"))
        self._worst.toggled.connect(self._again)
        self._legend = ElidedLabel()
        self._legend.setObjectName("hint")
        self._heatmap = Heatmap(_("Gradient health of layers over steps"))
        self._table = self._make_table()
        self._heatmap.row_chosen.connect(self._table.selectRow)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self._heatmap)
        splitter.addWidget(self._table)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 0)
        splitter.setSizes([600, TABLE_WIDTH])
        self._heatmap.setMinimumWidth(190)
        splitter.setChildrenCollapsible(False)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(theme.PAD, theme.GAP, theme.PAD, theme.GAP)
        layout.setSpacing(theme.GAP)
        tools = QHBoxLayout()
        tools.setSpacing(theme.GAP)
        tools.addWidget(self._measure)
        tools.addWidget(self._worst)
        tools.addStretch(1)
        tools.addWidget(self.menu_button)
        layout.addLayout(tools)
        layout.addWidget(self._legend)
        layout.addWidget(splitter, 1)
        self.retheme()
        return page

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 4)
        table.setObjectName("healthTable")
        table.setAccessibleName(_("Latest health of every layer"))
        table.setHorizontalHeaderLabels([_("Layer"), _("State"), _("Gradient"), _("Update")])
        for column, tip in enumerate(self._tips()):
            heading = table.horizontalHeaderItem(column)
            if heading is not None:
                heading.setToolTip(tip)
        table.setMinimumWidth(200)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(26)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(64)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return table

    def _tips(self) -> tuple[str, ...]:
        return (
            _("Network and layer"),
            _("What gradient and update say together"),
            _("Root mean square of the layer’s gradient, ‖g‖ / √n"),
            _("Update-to-weight ratio of a step, ‖Δw‖ / ‖w‖; about 10⁻³ is healthy"),
        )

    # --------------------------------------------------------------------------------- panel

    def paint(self) -> bool:
        """Show what every layer did so far and where it is now."""
        frames = self.run.frames.get(self.stream) if self.run else None
        if frames is None or frames.last is None:
            return False
        last = frames.last
        order = self._order(last)
        self._paint_heatmap(frames, order)
        self._paint_table(last, order)
        return True

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._heatmap.retheme()
        self._again()

    def _order(self, last: Frame) -> list[int]:
        count = len(last.info.get("layers", ()))
        if not self._worst.isChecked():
            return list(range(count))
        statuses = last.info.get("status", ["healthy"] * count)
        rank = {status: i for i, status in enumerate(WORST_FIRST)}
        return sorted(range(count), key=lambda row: (rank.get(statuses[row], 9), row))

    def _paint_heatmap(self, frames: Frames, order: list[int]) -> None:
        last = frames.last
        assert last is not None
        layers = last.info.get("layers", ())
        measure = str(self._measure.currentData())
        same = [frame for frame in frames if frame.info.get("layers") == layers]
        columns = np.stack([frame.arrays[measure] for frame in same], axis=1).astype(np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            logs = np.log10(columns)
        logs[~np.isfinite(logs)] = np.nan
        low, high = RATIO_RANGE if measure == "update_ratio" else _robust_range(logs)
        tokens = theme.current()
        colors = tokens.health if measure == "update_ratio" else _sequential(tokens)
        self._heatmap.set_colors(colors)
        steps = np.array([frame.step for frame in same])
        names = [_short(layers[row], layers) for row in order]
        self._heatmap.set_values(names, steps, logs[order], low, high)
        self._legend.setText(
            _("blue: hardly moves · green: about 10⁻³, healthy · red: unstable")
            if measure == "update_ratio"
            else _("powers of ten from 10^{low:.1f} (pale) to 10^{high:.1f}").format(
                low=low, high=high
            )
        )

    def _paint_table(self, last: Frame, order: list[int]) -> None:
        layers = last.info.get("layers", ())
        statuses = last.info.get("status", ["healthy"] * len(layers))
        tokens = theme.current()
        self._table.setRowCount(len(order))
        for place, row in enumerate(order):
            gradient = float(last.arrays["gradient_norm"][row])
            ratio = float(last.arrays["update_ratio"][row])
            words = [
                _short(layers[row], layers),
                status_words(statuses[row]),
                f"{gradient:.1e}",
                f"{ratio:.1e}",
            ]
            shade = QColor(tokens.good if statuses[row] == "healthy" else tokens.bad)
            for column, text in enumerate(words):
                self._set_cell(place, column, text, shade if column == 1 else None)

    def _set_cell(self, row: int, column: int, text: str, color: QColor | None) -> None:
        item = self._table.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            if column >= 2:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._table.setItem(row, column, item)
        if item.text() != text:
            item.setText(text)
        if color is not None and item.foreground().color() != color:
            item.setForeground(color)


def _short(layer: str, layers: list[str]) -> str:
    """Leave the network's name out where there is only one, and shorten it where that is clear."""
    networks = {name.split("/", 1)[0] for name in layers}
    network, node = layer.split("/", 1)
    if len(networks) == 1:
        return node
    initials = {name[:1].upper() for name in networks}
    return f"{network[:1].upper() if len(initials) == len(networks) else network} · {node}"


def _robust_range(logs: NDArray[np.float64]) -> tuple[float, float]:
    finite = logs[np.isfinite(logs)]
    if not finite.size:
        return -6.0, 0.0
    low, high = np.percentile(finite, [2, 98])
    return float(low), float(max(high, low + 1.0))


def _sequential(tokens: theme.Tokens) -> tuple[str, ...]:
    return (tokens.hover, tokens.health[1], tokens.accent, tokens.health[4])
