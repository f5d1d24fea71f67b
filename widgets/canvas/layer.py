"""What is painted all over a scene without being met by the pointer: wires, far nodes, drafts."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainterPath
from PySide6.QtWidgets import QGraphicsItem


class Layer(QGraphicsItem):
    """Base of items that are told how far they reach."""

    def __init__(self) -> None:
        super().__init__()
        self._bounds = QRectF()

    def set_bounds(self, bounds: QRectF) -> None:
        """Say how far what is painted can reach."""
        if bounds != self._bounds:
            self.prepareGeometryChange()
            self._bounds = bounds

    def boundingRect(self) -> QRectF:
        """As far as what is painted can reach."""
        return self._bounds

    def shape(self) -> QPainterPath:
        """Nothing that a pointer could hit: the canvas itself asks what is near."""
        return QPainterPath()
