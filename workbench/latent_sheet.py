"""Samples from which a person chooses: images on a sheet, or points in the plane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from engine.protocol import Array
from projects.translation import gettext as _
from widgets import theme
from widgets.plots.image_grid import Caption, ImageGrid
from widgets.plots.image_table import ImageTable
from widgets.plots.plane import Plane
from workbench.samples.images import scrolled

Arrays = Mapping[str, Array]


class LatentSheet(QStackedWidget):
    """Shows samples and which of them are chosen.

    Args:
        title: Accessible name.
        choosing: Whether samples can be chosen; else they stand in one row, as large as there is room.
        parent: Qt parent.

    Signals:
        chosen(index): A sample was clicked.
    """

    chosen = Signal(int)

    def __init__(self, title: str, choosing: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self._choosing = choosing
        self._grid = ImageGrid(title)
        self._grid.chosen.connect(self.chosen)
        self._row = ImageTable(title)
        self._plane = Plane(title)
        self._plane.plot.scene().sigMouseClicked.connect(self._clicked)
        self._arrays: dict[str, NDArray[Any]] = {}
        self._around: NDArray[np.floating] = np.zeros((0, 2), np.float32)
        self._letters: dict[int, str] = {}
        self.addWidget(scrolled(self._grid, "latentScroll") if choosing else self._row)
        self.addWidget(self._plane)

    def show_samples(self, arrays: Arrays, around: Arrays | None = None) -> None:
        """Show samples.

        Args:
            arrays: ``images`` or ``points``.
            around: Of points, others that are shown faintly.
        """
        self._arrays = {name: array.numpy() for name, array in arrays.items()}
        if around is not None and "points" in around:
            self._around = around["points"].numpy()
        self._paint()

    def mark(self, letters: Mapping[int, str]) -> None:
        """Write letters at samples, by their index."""
        self._letters = dict(letters)
        self._paint()

    def retheme(self) -> None:
        """Take the colours of the theme in force."""
        self._plane.retheme()
        self._paint()

    def _paint(self) -> None:
        images, points = self._arrays.get("images"), self._arrays.get("points")
        if images is not None:
            self.setCurrentIndex(0)
            letters = [self._letters.get(place, "") for place in range(len(images))]
            if self._choosing:
                captions = [Caption(letter, "accent" if letter else "") for letter in letters]
                self._grid.set_images(images, captions)
            else:
                self._row.set_images(images, letters, [""])
        elif points is not None and points.shape[1] >= 2:
            self.setCurrentIndex(1)
            self._paint_points(np.asarray(points[:, :2], np.float32))

    def _paint_points(self, points: NDArray[np.float32]) -> None:
        tokens = theme.current()
        faint = points if self._choosing else self._around[:, :2]
        chosen = sorted(self._letters) if self._choosing else range(len(points))
        groups = [(_("samples"), faint, tokens.color("muted", 0.5), 6.0)]
        groups.append((_("chosen"), points[list(chosen)], tokens.color("accent"), 9.0))
        self._plane.set_groups(groups)
        lettered = [place for place in sorted(self._letters) if place < len(points)]
        letters = [self._letters[place] for place in lettered]
        self._plane.set_words(points[lettered], letters, tokens.color("text"))

    def _clicked(self, event: MouseClickEvent) -> None:
        """Choose the point that is nearest to a click."""
        points = self._arrays.get("points")
        if not self._choosing or points is None or event.button() != Qt.MouseButton.LeftButton:
            return
        place = self._plane.plot.getViewBox().mapSceneToView(event.scenePos())
        distances = np.hypot(*(np.asarray(points[:, :2], float) - (place.x(), place.y())).T)
        self.chosen.emit(int(distances.argmin()))
