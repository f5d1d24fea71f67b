"""A cell of a table with a bar behind its words: which share of the whole it is."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from widgets import theme

EDGE = 4.0


class ShareBar(QStyledItemDelegate):
    """Paints the share that a cell holds under :attr:`SHARE`, from 0 to 1."""

    SHARE = Qt.ItemDataRole.UserRole

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint the bar, then the words."""
        share = index.data(self.SHARE)
        if isinstance(share, float):
            room = QRectF(option.rect).adjusted(EDGE, EDGE, -EDGE, -EDGE)
            room.setWidth(room.width() * min(1.0, max(0.0, share)))
            painter.fillRect(room, theme.current().color("accent", 0.25))
        super().paint(painter, option, index)
