"""A sentence in the lower left corner of a canvas."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from widgets import theme

EDGE = 12
WIDEST = 420


class CanvasNote(QFrame):
    """Says something about what a canvas shows; clicks and drops go through to it. Hidden at first.

    Args:
        text: The sentence.
        canvas: What it lies on; it stays in the corner.
    """

    def __init__(self, text: str, canvas: QWidget) -> None:
        super().__init__(canvas)
        self.setObjectName("canvasNote")
        self.setAccessibleName(text)
        self.setProperty("role", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.label = QLabel(text)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.GAP, 6, theme.GAP, 6)
        layout.addWidget(self.label)
        self.hide()
        canvas.installEventFilter(self)
        self._settle(canvas)

    def say(self, text: str) -> None:
        """Say something else."""
        if text != self.label.text():
            self.label.setText(text)
            self.setAccessibleName(text)
            canvas = self.parentWidget()
            if canvas is not None:
                self._settle(canvas)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the corner of the canvas."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self._settle(watched)
        return False

    def _settle(self, canvas: QWidget) -> None:
        whole = self.label.fontMetrics().horizontalAdvance(self.label.text())
        wide = max(0, min(WIDEST, canvas.width() - 2 * EDGE, whole + 2 * theme.GAP + EDGE))
        high = self.heightForWidth(wide)
        self.setGeometry(EDGE, canvas.height() - EDGE - high, wide, high)
