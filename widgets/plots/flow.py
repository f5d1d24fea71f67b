"""A layout that breaks its items into lines like words."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Lays items out from left to right, and goes on in the next line when there is no room.

    Args:
        parent: The widget that it lays out.
        gap: Pixels between items and between lines.
    """

    def __init__(self, parent: QWidget | None = None, gap: int = 8) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setSpacing(gap)
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Append an item."""
        self._items.append(item)

    def count(self) -> int:
        """How many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The item at an index."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove and return the item at an index."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It takes no more room than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Narrower is taller."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Pixels of height at a width."""
        return self._arrange(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Place the items."""
        super().setGeometry(rect)
        self._arrange(rect, move=True)

    def sizeHint(self) -> QSize:
        """As much as the largest item needs."""
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        """As much as the largest item needs."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _arrange(self, rect: QRect, move: bool) -> int:
        """Break the items into lines; return the height of all lines."""
        x, y = rect.x(), rect.y()
        line: list[tuple[QLayoutItem, int]] = []
        for item in self._items:
            if (widget := item.widget()) is not None and widget.isHidden():
                continue
            width = min(item.sizeHint().width(), rect.width())
            if line and x + width > rect.right() + 1:
                y += self._place_line(line, y, rect, move) + self.spacing()
                x, line = rect.x(), []
            line.append((item, x))
            x += width + self.spacing()
        return y + self._place_line(line, y, rect, move) - rect.y()

    def _place_line(
        self, line: list[tuple[QLayoutItem, int]], y: int, rect: QRect, move: bool
    ) -> int:
        """Place the items of a line, centred on it; return its height."""
        height = max((item.sizeHint().height() for item, _x in line), default=0)
        for item, x in line if move else ():
            size = item.sizeHint()
            size.setWidth(max(min(size.width(), rect.width()), item.minimumSize().width()))
            item.setGeometry(QRect(QPoint(x, y + (height - size.height()) // 2), size))
        return height
