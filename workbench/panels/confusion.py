"""Which classes are taken for which."""

from __future__ import annotations

from gettext import gettext as _
from typing import ClassVar

import numpy as np
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from engine.data.base import DataInfo
from engine.objectives.base import objective_of
from projects.schema import Project
from widgets import theme
from widgets.elided import ElidedLabel
from widgets.plots.matrix import Matrix
from workbench.panels.base import Panel


class ConfusionPanel(Panel):
    """The confusion matrix of the latest evaluation and the mistakes that it sees most."""

    name: ClassVar[str] = "confusion"
    title: ClassVar[str] = _("Confusion matrix")
    stream: ClassVar[str] = "confusion"
    rate: ClassVar[float] = 2.0
    order: ClassVar[int] = 40
    empty: ClassVar[str] = _(
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
        self._percent.toggled.connect(self._matrix.set_percent)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(theme.PAD, theme.GAP, theme.PAD, theme.GAP)
        tools = QHBoxLayout()
        tools.addWidget(self._summary, 1)
        tools.addWidget(self._percent)
        tools.addWidget(self.menu_button)
        layout.addLayout(tools)
        layout.addWidget(self._matrix, 1)
        return page

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
        return True

    def fits(self, project: Project, data: DataInfo | None) -> bool:
        """Whether answers of the project are classes."""
        return objective_of(project).names_classes

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._matrix.update()


def _summary(counts: np.ndarray, classes: list[str], step: int, split: str) -> str:
    total = int(counts.sum())
    right = int(np.trace(counts))
    words = _("{right:,} of {total:,} right").format(right=right, total=total)
    when = _("{split}, step {step:,}").format(split=split, step=step)
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    if not wrong.any():
        return f"{words} · {when}"
    row, column = np.unravel_index(int(wrong.argmax()), wrong.shape)
    mistake = _("“{true}” taken for “{answer}” {count}×").format(
        true=classes[int(row)], answer=classes[int(column)], count=int(wrong[row, column])
    )
    return f"{words} · {mistake} · {when}"
