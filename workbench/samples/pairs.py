"""Examples above what was restored of them: the worst, those in the middle, the best, and where they differ."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QStackedWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from projects.figures import Read
from projects.translation import gettext as _
from widgets import theme
from widgets.elided_box import ElidedBox
from widgets.figures_table import figures_table
from widgets.plots.image_grid import Caption, ImageGrid
from workbench.data_pictures import stacked
from workbench.rundata import Frame
from workbench.samples.base import View
from workbench.samples.images import scrolled

VALUES_SHOWN = 8
_PARTS = ("originals", "noisy", "reconstructions")


class PairsView(View):
    """Images in columns of original, noisy input if there is one, and reconstruction; else a table."""

    kinds: ClassVar[tuple[str, ...]] = ("pairs",)

    def build(self) -> QWidget:
        """Make the sheet and the table."""
        self._grid = ImageGrid(_("Reconstructions"))
        self._table = figures_table("pairsTable", _("Reconstructions"), selectable=True)
        self._sheet = scrolled(self._grid)
        self._views = QStackedWidget()
        self._views.addWidget(self._sheet)
        self._views.addWidget(self._table)
        self._which = ElidedBox()
        self._which.setObjectName("pairsWhich")
        self._which.setAccessibleName(_("Which reconstructions"))
        for words in (
            _("From the worst to the best"),
            _("The worst"),
            _("The middle"),
            _("The best"),
        ):
            self._which.addItem(words)
        self._which.currentIndexChanged.connect(lambda _index: self.again())
        self._map = QCheckBox(_("Error map"))
        self._map.setObjectName("pairsMap")
        self._map.setAccessibleName(_("Error map"))
        self._map.setToolTip(_("Where original and reconstruction differ, the brighter the more"))
        self._map.toggled.connect(lambda _on: self.again())
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        tools = QHBoxLayout()
        tools.setSpacing(theme.GAP)
        tools.addWidget(self._which)
        tools.addWidget(self._map)
        tools.addStretch(1)
        column.addLayout(tools)
        column.addWidget(self._views, 1)
        return page

    def paint(self, frame: Frame, mistakes: bool) -> str:
        """Show originals, noisy ones and reconstructions; see :meth:`View.paint`."""
        shown = self._chosen(frame)
        parts = [frame.arrays[name][shown] for name in _PARTS if name in frame.arrays]
        errors = frame.arrays["errors"][shown]
        self._map.setVisible(parts[0].ndim == 4)
        if parts[0].ndim == 4:
            self._views.setCurrentWidget(self._sheet)
            captions = [Caption(f"{error:.3g}", tip=_tip(float(error))) for error in errors]
            mapped = [error_map(parts[0], parts[-1])] if self._map.isChecked() else []
            self._grid.set_images(stacked([*parts, *mapped]), captions)
        else:
            self._views.setCurrentWidget(self._table)
            self._fill(parts[0], parts[-1], errors, list(frame.info.get("features", ())))
        if len(parts) == 3:
            words = _("Above the original, then with noise, below it restored; the worst first")
        else:
            words = _("Above the original, below it the reconstruction; the worst first")
        return (
            _("{words}; last where they differ").format(words=words) if self._differs() else words
        )

    def _differs(self) -> bool:
        return self._map.isVisibleTo(self.widget) and self._map.isChecked()

    def _chosen(self, frame: Frame) -> slice:
        """Which of the examples are shown; older runs have no groups."""
        groups = [int(size) for size in frame.info.get("groups", ())]
        self._which.setVisible(len(groups) == 3)
        place = self._which.currentIndex() - 1
        if len(groups) != 3 or place < 0:
            return slice(None)
        return slice(sum(groups[:place]), sum(groups[: place + 1]))

    def _fill(
        self,
        originals: NDArray[Any],
        restored: NDArray[Any],
        errors: NDArray[Any],
        names: list[str],
    ) -> None:
        """One example a row, each value with what was restored of it."""
        shown = min(originals.shape[1], VALUES_SHOWN)
        names = names or [_("value {number}").format(number=i + 1) for i in range(shown)]
        self._table.setColumnCount(shown + 1)
        self._table.setHorizontalHeaderLabels([_("Error"), *map(str, names[:shown])])
        self._table.setRowCount(len(originals))
        for row, error in enumerate(errors):
            pairs = zip(originals[row, :shown], restored[row, :shown], strict=True)
            cells = [f"{error:.3g}", *(f"{Read(a):.3g} → {Read(b):.3g}" for a, b in pairs)]
            for column, text in enumerate(cells):
                self._table.setItem(row, column, QTableWidgetItem(text))

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._grid.update()


def error_map(originals: NDArray[np.uint8], restored: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return ``|original − restored|`` as images from black over red and yellow to white, alike for all.

    Args:
        originals: ``(n, h, w, c)``.
        restored: Of the same shape.
    """
    gaps = np.abs(originals.astype(np.int64) - restored.astype(np.int64)).mean(axis=3)
    share = gaps / max(1.0, float(gaps.max(initial=0)))
    heat = np.stack([3 * share, 3 * share - 1, 3 * share - 2], axis=3)
    return np.asarray(np.rint(np.clip(heat, 0, 1) * 255), np.uint8)


def _tip(error: float) -> str:
    return _("error {value:.6g}").format(value=error)
