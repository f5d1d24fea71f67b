"""Generated images."""

from __future__ import annotations

from gettext import gettext as _
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QWidget

from widgets.plots.image_grid import ImageGrid
from workbench.rundata import Frame
from workbench.samples.base import View


class ImagesView(View):
    """A sheet of images."""

    kinds: ClassVar[tuple[str, ...]] = ("images",)

    def build(self) -> QWidget:
        """Make the sheet."""
        self._grid = ImageGrid(_("Samples"))
        return scrolled(self._grid)

    def paint(self, frame: Frame, mistakes: bool) -> str:
        """Show the images; see :meth:`View.paint`."""
        images = frame.arrays["images"]
        self._grid.set_images(images, columns=0)
        return _("{count} samples from the same latent vectors at every step").format(
            count=len(images)
        )

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._grid.update()


def scrolled(widget: QWidget, name: str = "samplesScroll") -> QScrollArea:
    """Return a scroll area, as wide as it can be, around a widget that is as high as it needs."""
    area = QScrollArea()
    area.setObjectName(name)
    area.setAccessibleName(_("Samples"))
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(widget)
    return area
