"""The networks of a project: side by side, or one below the other where they could not be read so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

from widgets import theme
from widgets.canvas.kit import FAR
from widgets.canvas.view import ROUND
from widgets.plain import plain_tip
from workbench.designer import Designer
from workbench.names import network_tip, network_words

TITLE = 32  # pixels above each of several networks


class NetworksPage(QSplitter):
    """Shows designers; above each of several stands its name.

    Args:
        designers: Designers by network.
        parent: Qt parent.
    """

    def __init__(self, designers: Mapping[str, Designer], parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setChildrenCollapsible(False)
        self._designers = list(designers.values())
        for name, designer in designers.items():
            self.addWidget(_titled(name, designer) if len(designers) > 1 else designer)

    @property
    def stacked(self) -> bool:
        """Whether they stand one below the other."""
        return self.orientation() == Qt.Orientation.Vertical

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put them where they can be read."""
        wanted = self._wanted()
        if wanted != self.orientation():
            self.setOrientation(wanted)
            self.setSizes([event.size().height()] * self.count())  # equal shares
        super().resizeEvent(event)

    def _wanted(self) -> Qt.Orientation:
        sizes = [designer.canvas.everything().size() for designer in self._designers]
        count = max(1, len(sizes))
        beside = scale_of(sizes, self.width() / count, self.height() - TITLE)
        below = scale_of(sizes, self.width(), self.height() / count - TITLE)
        stacked = beside < FAR and below > beside
        return Qt.Orientation.Vertical if stacked else Qt.Orientation.Horizontal


def scale_of(sizes: Sequence[QSizeF], width: float, height: float) -> float:
    """Return the scale at which each of some networks fits into a place.

    Args:
        sizes: Width and height of each, in pixels of the scene.
        width: Of the place of each, in pixels.
        height: Likewise.
    """
    around = 2 * ROUND
    return min(
        (min(width / (s.width() + around), height / (s.height() + around)) for s in sizes),
        default=1.0,
    )


def _titled(name: str, designer: Designer) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    title = QLabel(network_words(name))
    title.setToolTip(plain_tip(network_tip(name)))
    title.setObjectName("plotTitle")
    title.setContentsMargins(theme.PAD, 6, theme.PAD, 6)
    layout.addWidget(title)
    layout.addWidget(designer, 1)
    return page
