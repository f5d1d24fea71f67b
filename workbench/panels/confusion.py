"""Which classes are taken for which."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.data.base import DataInfo
from engine.objectives.base import objective_of
from projects.schema import Project
from projects.translation import N_
from projects.translation import gettext as _
from widgets import theme
from widgets.elided import ElidedLabel
from widgets.plots.matrix import Matrix
from workbench.answers.answered import STREAM, SUBJECT, answered_of, examples_of, frames_until
from workbench.answers.base import Page
from workbench.answers.sheet import ExampleSheet
from workbench.answers.words import SPLITS
from workbench.panels.base import Panel


class ConfusionPanel(Panel):
    """The confusion matrix of the latest evaluation, and the examples of a cell that is clicked."""

    name: ClassVar[str] = "confusion"
    title: ClassVar[str] = N_("Confusion matrix")
    short: ClassVar[str] = N_("Confusion")
    stream: ClassVar[str] = "confusion"
    rate: ClassVar[float] = 2.0
    order: ClassVar[int] = 40
    least: ClassVar[int] = 240
    empty: ClassVar[str] = N_(
        "After every evaluation of what names classes: which ones it takes for which."
    )

    def build(self) -> QWidget:
        """Make the matrix and the sentence above it."""
        self._summary = ElidedLabel()
        self._summary.setObjectName("hint")
        self._percent = QCheckBox(_("Percent of row"))
        self._percent.setObjectName("confusionPercent")
        self._percent.setAccessibleName(_("Percent of row"))
        self._matrix = Matrix(_("Confusion matrix"))
        self._matrix.setToolTip(_("A click on a cell shows its examples"))
        self._matrix.chosen.connect(self._choose)
        self._percent.toggled.connect(self._matrix.set_percent)
        self._chosen = (-1, -1)
        self._sheet = ExampleSheet(_("Examples of the chosen cell"))
        self._told = QLabel()
        self._told.setObjectName("plotTitle")
        self._told.setWordWrap(True)
        self._told.setTextFormat(Qt.TextFormat.PlainText)
        self._all = QToolButton()
        self._all.setObjectName("confusionAll")
        self._all.setText("×")
        self._all.setAutoRaise(True)
        self._all.setToolTip(_("Let go of the cell"))
        self._all.setAccessibleName(_("Let go of the chosen cell"))
        self._all.clicked.connect(self._let_go)
        self._examples = QWidget()
        beside = QVBoxLayout(self._examples)
        beside.setContentsMargins(theme.GAP, 0, 0, 0)
        beside.setSpacing(theme.GAP // 2)
        heading = QHBoxLayout()
        heading.addWidget(self._told, 1)
        heading.addWidget(self._all, 0, Qt.AlignmentFlag.AlignTop)
        beside.addLayout(heading)
        beside.addWidget(self._sheet, 1)
        self._parts = QSplitter(Qt.Orientation.Horizontal)
        self._parts.setChildrenCollapsible(False)
        self._parts.addWidget(self._matrix)
        self._parts.addWidget(self._examples)
        self._parts.setSizes([3000, 2000])
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(theme.PAD, theme.GAP, theme.PAD, theme.GAP)
        tools = QHBoxLayout()
        tools.addWidget(self._summary, 1)
        tools.addWidget(self._percent)
        tools.addWidget(self.menu_button)
        layout.addLayout(tools)
        layout.addWidget(self._parts, 1)
        return page

    def version(self) -> int:
        """Changes with the matrices and with the answers behind them."""
        streams = (self.stream, STREAM, SUBJECT)
        return sum(self.run.version(stream) for stream in streams) if self.run else 0

    def paint(self) -> bool:
        """Show the latest matrix."""
        frames = self.run.frames.get(self.stream) if self.run else None
        last = frames.last if frames else None
        if last is None:
            return False
        counts = last.arrays["counts"]
        classes = [str(name) for name in last.info.get("classes", range(len(counts)))]
        self._matrix.set_counts(counts, classes)
        self._summary.setText(_summary(counts, classes, last.step, str(last.info.get("split", ""))))
        self._examples.setVisible(self._show_examples(classes))
        return True

    def _show_examples(self, classes: list[str]) -> bool:
        """Show the examples of the chosen cell as they were answered last; return whether there is one."""
        row, column = self._chosen
        if self.run is None or min(row, column) < 0 or max(row, column) >= len(classes):
            self._chosen = (-1, -1)
            self._matrix.choose(-1, -1)
            return False
        frames = self.run.frames.get(STREAM)
        frame = frames.last if frames else None
        cell = _("“{true}” taken for “{answer}”").format(true=classes[row], answer=classes[column])
        if row == column:
            cell = _("“{true}”, rightly named").format(true=classes[row])
        if frame is None:
            self._told.setText(_("{cell}: the answers of this run were not kept").format(cell=cell))
            self._sheet.hide()
            return True
        answered = answered_of(frame)
        there = np.flatnonzero((answered.truth == row) & (answered.said == column))
        order = there[np.argsort(-answered.loss[there], kind="stable")]
        page = Page(answered, examples_of(self.run), frames_until(self.run, frame.step))
        self._sheet.show()
        self._sheet.show_answers(page, order)
        told = _("{cell}: {count:,} kept") if len(there) else _("{cell}: none")
        self._told.setText(told.format(cell=cell, count=len(there)))
        return True

    def _choose(self, row: int, column: int) -> None:
        self._chosen = (row, column)
        self._again()

    def _let_go(self) -> None:
        self._matrix.choose(-1, -1)
        self._choose(-1, -1)

    def fits(self, project: Project, data: DataInfo | None) -> bool:
        """Whether answers of the project are classes."""
        return objective_of(project).names_classes

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._matrix.update()
        self._sheet.retheme()


def _summary(counts: np.ndarray, classes: list[str], step: int, split: str) -> str:
    total = int(counts.sum())
    right = int(np.trace(counts))
    words = _("{right:,} of {total:,} right").format(right=right, total=total)
    part = _(SPLITS.get(split, split))
    when = _("{split}, step {step:,}").format(split=part, step=step)
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    if not wrong.any():
        return f"{words} · {when}"
    row, column = np.unravel_index(int(wrong.argmax()), wrong.shape)
    mistake = _("“{true}” taken for “{answer}” {count}×").format(
        true=classes[int(row)], answer=classes[int(column)], count=int(wrong[row, column])
    )
    return f"{words} · {mistake} · {when}"
