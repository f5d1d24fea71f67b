"""A list of choices whose words end in … where it is too narrow for them; opened, it shows them whole."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent, QPalette
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter

AROUND = 28  # pixels beside the words of an entry: its edges, and a bar to scroll


class ElidedBox(QComboBox):
    """A combo box that may be as narrow as its place."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint as much of the words as there is room for."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter = QStylePainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        words = self.currentText()
        if self.currentIndex() < 0 and self.placeholderText():
            words, palette = self.placeholderText(), option.palette
            palette.setBrush(QPalette.ColorRole.ButtonText, palette.placeholderText())
            option.palette = palette
        field = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            option,
            QStyle.SubControl.SC_ComboBoxEditField,
            self,
        )
        option.currentText = self.fontMetrics().elidedText(
            words, Qt.TextElideMode.ElideRight, field.width()
        )
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()

    def showPopup(self) -> None:
        """Open the list as wide as its words."""
        if self.count():
            self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + AROUND)
        super().showPopup()
