"""Words in the middle of an empty canvas: what to do first."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from widgets import theme


class EmptyHint(QWidget):
    """A heading and a few lines over a view; clicks and drops go through to the view.

    Args:
        heading: One short line.
        text: What to do.
        view: What it lies on; it follows its size.
    """

    def __init__(self, heading: str, text: str, view: QWidget) -> None:
        super().__init__(view)
        self.setObjectName("empty_hint")
        self.setAccessibleName(f"{heading}. {text}")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.heading = _label(heading, theme.FONT_TITLE, bold=True)
        self.text = _label(text, theme.FONT_BODY)
        layout = QVBoxLayout(self)
        layout.setSpacing(theme.GAP)
        layout.addStretch()
        layout.addWidget(self.heading)
        layout.addWidget(self.text)
        layout.addStretch()
        self._retheme()
        theme.notifier().changed.connect(self._retheme)
        view.installEventFilter(self)
        self.resize(view.size())

    def _retheme(self) -> None:
        """Take the colours of the theme in force."""
        for label, token in ((self.heading, "text"), (self.text, "muted")):
            palette = label.palette()
            palette.setColor(label.foregroundRole(), theme.current().color(token))
            label.setPalette(palette)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the view."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.resize(watched.size())
        return False


def _label(text: str, points: float, bold: bool = False) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    font = label.font()
    font.setPointSizeF(points)
    font.setBold(bold)
    label.setFont(font)
    return label
