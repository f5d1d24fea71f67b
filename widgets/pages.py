"""Pages: several of which one is shown and only that one asks for room, and those that scroll."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget


class Pages(QStackedWidget):
    """A stack whose smallest size is that of the page in front, not of the largest page."""

    def minimumSizeHint(self) -> QSize:
        """What the page in front needs; what it says itself counts before what its parts ask for."""
        page = self.currentWidget()
        if page is None:
            return QSize(0, 0)
        said, asked = page.minimumSize(), page.minimumSizeHint()
        return QSize(said.width() or asked.width(), said.height() or asked.height())


def scrolling(page: QWidget, name: str, title: str) -> QScrollArea:
    """Return an area, as wide as it can be, in which a page scrolls up and down; it shows what is behind it.

    Args:
        page: The page.
        name: Object name of the area.
        title: What screen readers call it.
    """
    area = QScrollArea()
    area.setObjectName(name)
    area.setAccessibleName(title)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(page)
    for part in (area.viewport(), page):
        part.setAutoFillBackground(False)
    return area
