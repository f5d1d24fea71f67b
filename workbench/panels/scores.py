"""How good samples are: the figures of a scoring, every class or mode, and samples that look copied."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QSplitter,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from engine.data.base import DataInfo
from engine.objectives.base import OBJECTIVES
from projects.errors import ProjectError
from projects.figures import Read, measured
from projects.schema import Project
from projects.translation import N_, ngettext
from projects.translation import gettext as _
from widgets import theme
from widgets.elided import ElidedLabel
from widgets.figures_table import figures_table
from widgets.plots.image_grid import Caption, ImageGrid
from widgets.plots.readout import number
from widgets.share_bar import ShareBar
from workbench.data_pictures import stacked
from workbench.metric_words import metric_words
from workbench.panels.timed import TimedPanel
from workbench.problem_words import capital
from workbench.rundata import Frame
from workbench.samples.images import scrolled

LEAST_TABLE = 150  # pixels
COPIED = 0.1  # of the distance of new data: nearer than that a sample is a copy
TOLD = ("fid", "kid", "precision", "recall", "coverage", "diversity", "memorisation")
VALUES_SHOWN = 4


class ScoresPanel(TimedPanel):
    """Figures above a table of classes or modes and the samples nearest to training examples."""

    name: ClassVar[str] = "scores"
    title: ClassVar[str] = N_("Scores of samples")
    short: ClassVar[str] = N_("Scores")
    stream: ClassVar[str] = "scores"
    rate: ClassVar[float] = 4.0
    order: ClassVar[int] = 32
    least: ClassVar[int] = 300
    empty: ClassVar[str] = N_(
        "After every scoring: which classes or modes are among the samples, how far samples are from the "
        "data, and which of them look copied."
    )

    def build(self) -> QWidget:
        """Make the figures, the tables, the sheet and the time line."""
        self._figures = ElidedLabel()
        self._figures.setObjectName("scoresFigures")
        self._space = ElidedLabel()
        self._space.setObjectName("hint")
        headings = (_("Class"), _("Share"), _("Data"), _("State"))
        self._parts = figures_table("scoresParts", _("Shares of the samples"), headings)
        self._parts.setMinimumWidth(LEAST_TABLE)
        self._parts.setItemDelegateForColumn(1, ShareBar(self._parts))
        self._parts.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self._pairs = ImageGrid(_("Samples above their nearest training examples"))
        columns = (_("Distance"), _("Sample"), _("Nearest example"))
        self._rows = figures_table(
            "scoresPairs", _("Samples and nearest training examples"), columns
        )
        self._rows.setMinimumWidth(LEAST_TABLE)
        self._rows.horizontalHeader().setStretchLastSection(True)
        self._near = QStackedWidget()
        self._sheet = scrolled(self._pairs, "scoresScroll")
        self._near.addWidget(self._sheet)
        self._near.addWidget(self._rows)
        self._said_of_pairs = ElidedLabel()
        self._said_of_pairs.setObjectName("hint")
        self._left = _column(_("Classes"), self._parts)
        self._right = _column(_("Nearest to a training example"), self._near, self._said_of_pairs)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self._left)
        self._split.addWidget(self._right)
        self._split.setStretchFactor(1, 1)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(theme.PAD, theme.GAP, theme.PAD, theme.GAP)
        layout.setSpacing(theme.GAP)
        top = QHBoxLayout()
        top.addWidget(self._figures, 1)
        top.addWidget(self.menu_button)
        layout.addLayout(top)
        layout.addWidget(self._space)
        layout.addWidget(self._split, 1)
        layout.addWidget(self.time_line())
        return page

    def fits(self, project: Project, data: DataInfo | None) -> bool:
        """Whether samples of the project are scored."""
        try:
            return OBJECTIVES.make_plug(project.objective, "objective").scoring is not None
        except ProjectError:
            return False

    def filmed(self) -> QWidget:
        """Table and samples."""
        return self._split

    def paint(self) -> bool:
        """Show the scoring that the time line has chosen."""
        frame = self.chosen()
        if frame is None:
            return False
        self._figures.setText(_figures(frame.info))
        self._space.setText(_space(frame.info))
        self._left.setVisible("share" in frame.arrays)
        if "share" in frame.arrays:
            self._fill_parts(frame)
        self._right.setVisible("samples" in frame.arrays)
        if "samples" in frame.arrays:
            self._fill_pairs(frame)
        return True

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._pairs.update()

    # --------------------------------------------------------------------------------- tables

    def _fill_parts(self, frame: Frame) -> None:
        share, real = frame.arrays["share"], frame.arrays["real_share"]
        modes = frame.info.get("of") == "mode"
        heading = self._left.findChild(QLabel, "plotTitle")
        assert isinstance(heading, QLabel)
        found = int(np.count_nonzero(frame.arrays["captured"]))
        words = _("Modes: {found} of {all}") if modes else _("Classes: {found} of {all}")
        heading.setText(words.format(found=found, all=len(share)))
        name = _("Mode") if modes else _("Class")
        self._parts.setHorizontalHeaderLabels([name, _("Share"), _("Data"), _("State")])
        self._parts.setRowCount(len(share))
        most = float(max(share.max(initial=0), real.max(initial=0), 1e-9))
        tokens = theme.current()
        for row, there in enumerate(frame.arrays["captured"].tolist()):
            texts = (
                str(frame.info["names"][row]),
                f"{share[row]:.1%}",
                f"{real[row]:.1%}",
                _("✓ found") if there else _("✗ missing"),
            )
            for column, text in enumerate(texts):
                item = _item(self._parts, row, column, text)
                if column == 1:
                    item.setData(ShareBar.SHARE, float(share[row]) / most)
                if column == 3:
                    item.setForeground(tokens.color("good" if there else "bad"))

    def _fill_pairs(self, frame: Frame) -> None:
        samples, nearest = frame.arrays["samples"], frame.arrays["nearest"]
        distances, usual = frame.arrays["distances"], frame.info.get("held_out_distance")
        copied = distances < COPIED * usual if usual else np.zeros(len(distances), bool)
        if samples.ndim == 4:
            self._near.setCurrentWidget(self._sheet)
            captions = [
                Caption(number(float(d)), "bad" if copy else "", _tip(float(d), int(place)))
                for d, copy, place in zip(distances, copied, frame.arrays["places"], strict=True)
            ]
            self._pairs.set_images(stacked([samples, nearest]), captions)
        else:
            self._near.setCurrentWidget(self._rows)
            self._rows.setRowCount(len(samples))
            for row, distance in enumerate(distances):
                texts = (number(float(distance)), _values(samples[row]), _values(nearest[row]))
                for column, text in enumerate(texts):
                    _item(self._rows, row, column, text)
        self._said_of_pairs.setText(_said_of_pairs(samples.ndim == 4, usual, int(copied.sum())))


def _figures(info: dict[str, Any]) -> str:
    scores = {name: info.get("scores", {}).get(name) for name in TOLD}
    words = [f"{metric_words(k)} {measured(k, v)}" for k, v in scores.items() if v is not None]
    if "kinds" in info:  # too many for a table
        kinds = _("{found:,} of {all:,} kinds")
        found = int(info.get("scores", {}).get("modes") or 0)
        words.insert(0, kinds.format(found=found, all=int(info["kinds"])))
    lost = int(info.get("drawn", 0)) - int(info.get("finite", 0))
    if lost:
        odd = ngettext(
            "{count:,} sample is not made of numbers",
            "{count:,} samples are not made of numbers",
            lost,
        )
        words.insert(0, odd.format(count=lost))
    return " · ".join(words)


def _space(info: dict[str, Any]) -> str:
    known = {
        "classifier": _("Features of a classifier trained on this data, not those of Inception"),
        "components": _("Principal components of this data"),
        "coordinates": _("Coordinates as they are"),
    }
    words = known.get(str(info.get("space")), "")
    count = _("{count:,} samples against training examples").format(count=int(info.get("drawn", 0)))
    return f"{words} · {count}" if words else count


def _said_of_pairs(images: bool, usual: float | None, copied: int) -> str:
    words = _("Above the sample, below it the training example") if images else ""
    if usual is not None:
        told = _("new data are at {distance} (median)").format(distance=number(usual))
        words = f"{words} · {told}" if words else capital(told)
    if copied:
        told = ngettext("{count} looks copied", "{count} look copied", copied).format(count=copied)
        words = f"{words} · {told}"
    return words


def _tip(distance: float, place: int) -> str:
    return _("distance {distance:.6g}; training example {place:,}").format(
        distance=distance, place=place
    )


def _values(row: NDArray[np.floating]) -> str:
    words = ", ".join(f"{Read(value):.3g}" for value in row[:VALUES_SHOWN])
    return f"{words}, …" if len(row) > VALUES_SHOWN else words


def _item(table: QTableWidget, row: int, column: int, text: str) -> QTableWidgetItem:
    item = table.item(row, column)
    if item is None:
        item = QTableWidgetItem()
        table.setItem(row, column, item)
    if item.text() != text:
        item.setText(text)
    return item


def _column(title: str, *widgets: QWidget) -> QWidget:
    column = QWidget()
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(theme.GAP // 2)
    heading = QLabel(title)
    heading.setObjectName("plotTitle")
    layout.addWidget(heading)
    for widget in widgets:
        layout.addWidget(widget)
    return column
