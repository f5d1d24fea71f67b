"""Examples above what was restored of them, from the worst to the best."""

from __future__ import annotations

from gettext import gettext as _
from typing import Any, ClassVar

from numpy.typing import NDArray
from PySide6.QtWidgets import (
    QStackedWidget,
    QTableWidgetItem,
    QWidget,
)

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
        return self._views

    def paint(self, frame: Frame, mistakes: bool) -> str:
        """Show originals, noisy ones and reconstructions; see :meth:`View.paint`."""
        parts = [frame.arrays[name] for name in _PARTS if name in frame.arrays]
        errors = frame.arrays["errors"]
        if parts[0].ndim == 4:
            self._views.setCurrentWidget(self._sheet)
            captions = [Caption(f"{error:.3g}", tip=_tip(float(error))) for error in errors]
            self._grid.set_images(stacked(parts), captions)
        else:
            self._views.setCurrentWidget(self._table)
            self._fill(parts[0], parts[-1], errors, list(frame.info.get("features", ())))
        if len(parts) == 3:
            return _("Above the original, then with noise, below it restored; the worst first")
        return _("Above the original, below it the reconstruction; the worst first")

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
            cells = [f"{error:.3g}", *(f"{a:.3g} → {b:.3g}" for a, b in pairs)]
            for column, text in enumerate(cells):
                self._table.setItem(row, column, QTableWidgetItem(text))

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._grid.update()


def _tip(error: float) -> str:
    return _("error {value:.6g}").format(value=error)
