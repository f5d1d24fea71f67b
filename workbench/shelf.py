"""The list of layers beside the canvas, with the blocks of the open project."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from engine.layers.base import LAYERS
from projects.errors import ProjectError
from projects.schema import Project
from projects.translation import gettext as _
from projects.translation import phrase
from widgets import icons
from widgets.layer_palette import LayerPalette
from workbench import edits, kits
from workbench.document import Document
from workbench.node_faces import layer_entries


class Shelf(LayerPalette):
    """Offers layers, the blocks of the project, and those of the library.

    Signals:
        place_wanted(where): Show what is in a block.
        said(Problem): Something could not be done.
    """

    place_wanted = Signal(str)
    said = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(layer_entries(), parent)
        self._document: Document | None = None
        self.menu_wanted.connect(self._menu)

    def watch(self, document: Document | None) -> None:
        """Offer the blocks of another project, or of none."""
        if self._document is not None:
            self._document.changed.disconnect(self._changed)
        self._document = document
        if document is not None:
            document.changed.connect(self._changed)
            self.set_entries(kits.entries(document.project))

    def topic_at(self, pixel: QPoint | None) -> str:
        """The page about a layer of the list."""
        key = self.key_at(pixel)
        return LAYERS.key(key) if key in LAYERS else ""

    def _changed(self, before: Project, after: Project) -> None:
        if before.blocks is not after.blocks:
            self.set_entries(kits.entries(after))

    def _menu(self, key: str, pixel: QPoint) -> None:
        """What can be done with a block of the project, beside using it."""
        name = key.removeprefix(kits.OWN)
        if not key.startswith(kits.OWN) or self._document is None:
            return
        menu = QMenu(self)
        menu.setObjectName("shelfMenu")
        menu.aboutToHide.connect(menu.deleteLater)
        used = edits.count_uses(self._document.project, name) > 0
        show = menu.addAction(icons.icon("enter", "accent"), _("Enter block"))
        show.setEnabled(used)
        show.triggered.connect(lambda: self.place_wanted.emit(f"blocks.{name}"))
        delete = menu.addAction(icons.icon("delete", "muted"), _("Delete block"))
        delete.triggered.connect(partial(self._delete, name))
        menu.popup(pixel)

    def _delete(self, name: str, _on: bool = False) -> None:
        if self._document is None:
            return
        try:
            made = edits.delete_block(self._document.project, name)
        except ProjectError as error:
            self.said.emit(error.problem)
            return
        self._document.apply(phrase("Delete block"), made)
