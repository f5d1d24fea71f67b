"""Images, what a network makes of each, and what belongs to it."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QWidget

from projects.translation import gettext as _
from widgets.plots.image_grid import ImageGrid
from workbench.data_pictures import stacked
from workbench.rundata import Frame
from workbench.samples.base import View
from workbench.samples.images import scrolled


class TranslationsView(View):
    """Columns of three images: input, output and target."""

    kinds: ClassVar[tuple[str, ...]] = ("translations",)

    def build(self) -> QWidget:
        """Make the sheet."""
        self._grid = ImageGrid(_("Input, output and target"))
        return scrolled(self._grid)

    def paint(self, frame: Frame, mistakes: bool) -> str:
        """Show the images; see :meth:`View.paint`."""
        parts = [frame.arrays[name] for name in ("given", "images", "wanted")]
        self._grid.set_images(stacked(parts))
        return _("From above: input, output, target; held-back pairs")

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._grid.update()
