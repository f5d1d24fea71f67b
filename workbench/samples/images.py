"""Generated images: by the average of the generator, by the weights as they learn, or both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from projects.translation import gettext as _
from widgets import theme
from widgets.elided_box import ElidedBox
from widgets.pages import scrolling
from widgets.plots import film_sheet
from widgets.plots.image_grid import ImageGrid
from widgets.plots.image_table import ImageTable
from workbench.rundata import Frame
from workbench.samples.base import View

AVERAGE, RAW, BOTH = "images", "raw", "both"


class Sheet(QWidget):
    """Images side by side, or a row for each class.

    Args:
        title: Accessible name.
        parent: Qt parent.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heading = QLabel()
        self._heading.setObjectName("plotTitle")
        self._grid = ImageGrid(title)
        self._table = ImageTable(title)
        self._views = QStackedWidget()
        self._views.addWidget(scrolled(self._grid))
        self._views.addWidget(self._table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._heading)
        column.addWidget(self._views, 1)

    def show_images(
        self, images: NDArray[Any], columns: int, classes: Sequence[str], heading: str
    ) -> None:
        """Show images.

        Args:
            images: ``(n, height, width, channels)``.
            columns: In a row, where there are classes.
            classes: Names of the rows; empty for images in no order.
            heading: What stands above them; empty for nothing.
        """
        self._heading.setText(heading)
        self._heading.setVisible(bool(heading))
        self._views.setCurrentIndex(1 if classes else 0)
        if classes:
            self._table.set_images(images, [""] * columns, list(classes))
        else:
            self._grid.set_images(images, columns=0)


class ImagesView(View):
    """A sheet of images, or two of the same latents."""

    kinds: ClassVar[tuple[str, ...]] = ("images",)

    def build(self) -> QWidget:
        """Make the sheets and what chooses between them."""
        self._which = ElidedBox()
        self._which.setObjectName("samplesWeights")
        self._which.setAccessibleName(_("By which weights"))
        self._which.addItem(_("Averaged weights"), AVERAGE)
        self._which.addItem(_("Weights as they learn"), RAW)
        self._which.addItem(_("Side by side"), BOTH)
        self._which.currentIndexChanged.connect(lambda _index: self.again())
        self._sheets = [Sheet(_("Samples")), Sheet(_("Samples by the weights as they learn"))]
        sheets = QHBoxLayout()
        sheets.setSpacing(theme.PAD)
        for sheet in self._sheets:
            sheets.addWidget(sheet, 1)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._which, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(sheets, 1)
        return page

    def paint(self, frame: Frame, mistakes: bool) -> str:
        """Show the images; see :meth:`View.paint`."""
        self._which.setVisible(RAW in frame.arrays)
        classes, columns = _rows_of(frame)
        shown = self._shown(frame)
        for sheet, (name, heading) in zip(self._sheets, shown.items(), strict=False):
            sheet.show_images(frame.arrays[name], columns, classes, heading)
        self._sheets[1].setVisible(len(shown) > 1)
        if classes:
            return _("A row for each class, a column for each latent vector")
        return _("{count} samples from the same latent vectors at every step").format(
            count=len(frame.arrays[AVERAGE])
        )

    def film(self, frame: Frame) -> QImage:
        """Return the images that are shown; see :meth:`View.film`."""
        classes, columns = _rows_of(frame)
        shown = self._shown(frame)
        return film_sheet.beside(
            [
                film_sheet.sheet(
                    frame.arrays[name],
                    columns if classes else 0,
                    classes,
                    heading,
                    film_sheet.LEAST_WIDTH // len(shown),
                )
                for name, heading in shown.items()
            ]
        )

    def _shown(self, frame: Frame) -> dict[str, str]:
        """Which arrays are shown, with what stands above them."""
        which = str(self._which.currentData()) if RAW in frame.arrays else AVERAGE
        if which == BOTH:
            return {AVERAGE: _("Averaged"), RAW: _("As it learns")}
        return {which: ""}

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        for sheet in self._sheets:
            sheet.update()


def _rows_of(frame: Frame) -> tuple[list[str], int]:
    """Classes, each of which has a row, and how many images one has."""
    classes = [str(name) for name in frame.info.get("classes", ())]
    return classes, int(frame.info.get("columns", 1))


def scrolled(widget: QWidget, name: str = "samplesScroll") -> QScrollArea:
    """Return a scroll area, as wide as it can be, around a widget that is as high as it needs."""
    return scrolling(widget, name, _("Samples"))
