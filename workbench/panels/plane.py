"""The game in the plane: points, what the discriminator says everywhere, where it pulls, found modes."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.data.base import DataInfo
from projects.schema import Project
from projects.translation import N_
from projects.translation import gettext as _
from widgets import theme
from widgets.elided import ElidedLabel
from widgets.elided_box import ElidedBox
from widgets.figures_table import figures_table
from widgets.plots.flow import FlowLayout
from widgets.plots.plane import Plane
from widgets.plots.readout import number
from widgets.share_bar import ShareBar
from workbench.panels.base import is_game
from workbench.panels.plane_split import PlaneSplit
from workbench.panels.timed import TimedPanel
from workbench.rundata import Frame

HALO = 9.0  # pixels: real points stay visible around generated ones that hit them
LONGEST = 0.09  # of an arrow, by the width of the plane
PROBABILITY, RAW = "probability", "raw"


class PlanePanel(TimedPanel):
    """Layers over the plane that can be switched, a table of modes, and a time line."""

    name: ClassVar[str] = "plane"
    title: ClassVar[str] = N_("Live plane")
    short: ClassVar[str] = N_("Plane")
    stream: ClassVar[str] = "plane"
    rate: ClassVar[float] = 4.0
    order: ClassVar[int] = 26
    least: ClassVar[int] = 200
    empty: ClassVar[str] = N_(
        "Real and generated points, what the discriminator says at every place, which way it pulls the "
        "generator, and which modes are found."
    )

    def build(self) -> QWidget:
        """Make the switches, the plane, the table and the time line."""
        self._plane = Plane(_("The game in the plane"))
        headings = (_("Mode"), _("Share"), _("State"))
        self._table = figures_table("planeModes", _("Modes of the data"), headings)
        self._table.setMinimumWidth(170)
        self._table.setItemDelegateForColumn(1, ShareBar(self._table))
        self._table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self._words = ElidedLabel()
        self._words.setObjectName("hint")
        self._switches = {
            "real": self._switch("real", _("Real")),
            "generated": self._switch("generated", _("Generated")),
            "surface": self._switch("surface", _("Discriminator")),
            "pull": self._switch("pull", _("Pull")),
            "modes": self._switch("modes", _("Modes")),
        }
        self._switches["pull"].setToolTip(
            _("−∂L/∂x: which way the loss of the generator falls from every point")
        )
        self._scale = ElidedBox()
        self._scale.setObjectName("planeScale")
        self._scale.setAccessibleName(_("What the colours mean"))
        self._scale.addItem(_("σ(D)"), PROBABILITY)
        self._scale.addItem(_("Raw output"), RAW)
        self._scale.setToolTip(
            _("Colours: the probability of being real, or the raw output of a critic")
        )
        self._scale.currentIndexChanged.connect(self._again)
        words = QWidget()
        top = QHBoxLayout(words)
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(theme.GAP)
        top.addWidget(self._words, 1)
        top.addWidget(self.menu_button)
        self._parts = PlaneSplit(words, self._plane, self._beside(), self.time_line())
        return self._parts

    def _beside(self) -> QWidget:
        """Make the switches, and below them the table."""
        tools = FlowLayout(gap=theme.GAP)
        for widget in (*self._switches.values(), self._scale):
            tools.addWidget(widget)
        beside = QWidget()
        column = QVBoxLayout(beside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addLayout(tools)
        column.addWidget(self._table, 1)
        column.addStretch(0)
        return beside

    def _switch(self, name: str, words: str) -> QCheckBox:
        switch = QCheckBox(words)
        switch.setObjectName(f"plane_{name}")
        switch.setAccessibleName(_("Show: {layer}").format(layer=words))
        switch.setChecked(True)
        switch.toggled.connect(self._again)
        return switch

    # --------------------------------------------------------------------------------- panel

    def fits(self, project: Project, data: DataInfo | None) -> bool:
        """Whether networks of the project play against each other in the plane."""
        return is_game(project) and data is not None and data.input.dims == (2,)

    def filmed(self) -> QWidget:
        """The plane and its table."""
        return self._parts.picture

    def paint(self) -> bool:
        """Show the picture that the time line has chosen."""
        frame = self.chosen()
        if frame is None:
            return False
        self._paint_surface(frame)
        self._paint_points(frame)
        self._paint_pull(frame)
        self._paint_modes(frame)
        self._words.setText(self._said(frame))
        return True

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._plane.retheme()

    def _on(self, name: str) -> bool:
        return self._switches[name].isChecked()

    # --------------------------------------------------------------------------------- layers

    def _paint_surface(self, frame: Frame) -> None:
        self._scale.setEnabled(self._on("surface"))
        if not self._on("surface"):
            self._plane.set_values(None, (), (0, 1), ())
            return
        raw = frame.arrays["surface"].astype(np.float64)
        values, scale = raw, _range(raw)
        if self._scale.currentData() == PROBABILITY:
            values, scale = 1 / (1 + np.exp(-np.clip(raw, -60, 60))), (0.0, 1.0)
        tokens = theme.current()
        colors = [tokens.series_color(0), tokens.color("surface"), tokens.series_color(1)]
        self._plane.set_values(values, frame.info["extent"], scale, colors)

    def _paint_points(self, frame: Frame) -> None:
        tokens = theme.current()
        none = np.zeros((0, 2), np.float32)
        real = frame.arrays["real"] if self._on("real") else none
        generated = frame.arrays["generated"] if self._on("generated") else none
        self._plane.set_groups(
            [
                (_("real"), real, tokens.color("muted", 0.3), HALO),
                (_("generated"), generated, tokens.color("accent", 0.9), 4.5),
            ]
        )

    def _paint_pull(self, frame: Frame) -> None:
        pull = frame.arrays["pull"] if self._on("pull") else np.zeros((0, 2), np.float32)
        tails = frame.arrays["generated"][: len(pull)]
        x0, x1, _y0, _y1 = frame.info["extent"]
        ways = _shortened(pull, LONGEST * (x1 - x0))
        self._plane.set_arrows(tails, ways, theme.current().color("text", 0.6))

    def _paint_modes(self, frame: Frame) -> None:
        modes = frame.arrays.get("modes")
        self._switches["modes"].setVisible(modes is not None)
        self._table.setVisible(modes is not None and self._on("modes"))
        if modes is None or not self._on("modes"):
            self._plane.set_rings(np.zeros((0, 2), np.float32), (), ())
            return
        tokens = theme.current()
        found = frame.arrays["captured"] > 0
        colors = [tokens.color("good" if there else "bad") for there in found]
        self._plane.set_rings(modes, ["o" if there else "x" for there in found], colors)
        self._fill(frame.arrays["captured"], len(frame.arrays["generated"]), colors)

    def _fill(self, counts: NDArray[np.int64], total: int, colors: list[QColor]) -> None:
        self._table.setRowCount(len(counts))
        most = max(1, int(counts.max(initial=1)))
        for row, (count, color) in enumerate(zip(counts.tolist(), colors, strict=True)):
            state = _("✓ captured") if count else _("✗ missing")
            cells = (f"{row + 1}", f"{count / max(1, total):.1%}", state)
            for column, text in enumerate(cells):
                item = self._table.item(row, column)
                if item is None:
                    item = QTableWidgetItem()
                    self._table.setItem(row, column, item)
                if item.text() != text:
                    item.setText(text)
                    item.setData(ShareBar.SHARE, count / most if column == 1 else None)
                if column == 2 and item.foreground().color() != color:
                    item.setForeground(color)

    def _said(self, frame: Frame) -> str:
        words = []
        if "captured" in frame.arrays:
            counts, total = frame.arrays["captured"], len(frame.arrays["generated"])
            words.append(
                _("{found} of {all} modes · {share:.0%} of the points of high quality").format(
                    found=int(np.count_nonzero(counts)),
                    all=len(counts),
                    share=float(counts.sum()) / max(1, total),
                )
            )
        if self._on("surface"):
            if self._scale.currentData() == PROBABILITY:
                words.append(_("orange: taken for real, blue: for generated"))
            else:
                low, high = _range(frame.arrays["surface"])
                words.append(
                    _("blue {low} to orange {high}").format(low=number(low), high=number(high))
                )
        if self._on("pull") and len(frame.arrays["pull"]):
            lengths = np.linalg.norm(frame.arrays["pull"], axis=1)
            words.append(_("longest pull {size}").format(size=number(float(lengths.max()))))
        return " · ".join(words)


def _range(values: NDArray[np.floating]) -> tuple[float, float]:
    """Between which values colours are spread, so that a few odd ones cannot spoil the picture."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    low, high = np.percentile(finite, [2, 98])
    return float(low), float(max(high, low + 1e-9))


def _shortened(ways: NDArray[np.floating], longest: float) -> NDArray[np.float64]:
    """Return ways so that nearly all are shorter than ``longest``; longer ones are cut to it."""
    made: NDArray[np.float64] = np.nan_to_num(np.asarray(ways, np.float64)).reshape(-1, 2)
    if not len(made):
        return made
    lengths = np.linalg.norm(made, axis=1)
    usual = max(float(np.quantile(lengths, 0.9)), 1e-30)
    factor = np.minimum(longest / usual, longest / np.maximum(lengths, 1e-30))
    return np.asarray(made * factor[:, None], np.float64)
