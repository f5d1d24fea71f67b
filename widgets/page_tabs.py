"""Tabs of pages in a panel; where they have no room side by side, a list of them stands in their place."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QTabBar, QWidget

from widgets.elided_box import ElidedBox


class PageTabs(QTabBar):
    """A row of tabs.

    Args:
        title: Accessible name.
        parent: Qt parent.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list = ElidedBox(self)
        self.setObjectName("albumTabs")
        self.setAccessibleName(title)
        self.setDrawBase(False)
        self.setExpanding(False)
        self._list.setObjectName("albumList")
        self._list.setAccessibleName(title)
        self._list.hide()
        self._list.activated.connect(self.setCurrentIndex)
        self.currentChanged.connect(self._list.setCurrentIndex)

    def minimumSizeHint(self) -> QSize:
        """A list is narrow."""
        return QSize(self._list.minimumSizeHint().width(), super().minimumSizeHint().height())

    def tabLayoutChange(self) -> None:
        """There are other tabs, or they say something else."""
        super().tabLayoutChange()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width has room for tabs, or for none."""
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the tabs, unless the list stands in their place."""
        if not self.listed:
            super().paintEvent(event)

    @property
    def listed(self) -> bool:
        """Whether the list stands in the place of the tabs."""
        return not self._list.isHidden()

    def _fit(self) -> None:
        titles = [self.tabText(place) for place in range(self.count())]
        if titles != [self._list.itemText(place) for place in range(self._list.count())]:
            self._list.clear()
            self._list.addItems(titles)
        self._list.setCurrentIndex(self.currentIndex())
        self._list.setGeometry(self.rect())
        self._list.setVisible(self.sizeHint().width() > self.width())
        self._list.raise_()  # above the arrows, which tabs without room have
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if self.listed else Qt.FocusPolicy.TabFocus)
