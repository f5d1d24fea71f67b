"""One step of a guided experiment as a card."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.guides.base import CHECKS, Finding
from projects.guides import Step
from projects.translation import gettext as _
from widgets import icons, theme
from workbench.textbook.sheet import markdown

ICON = 18


class StepCard(QFrame):
    """Its title with a mark; below it, while it is open, what to do, what was found, and buttons.

    Args:
        number: Which step, from 0.
        step: What it says.
        parent: Qt parent.

    Attributes:
        body: What is shown while it is open.

    Signals:
        set_wanted(number): Make its settings.
        seen(number): It is done, or is not, as a person says.
        page_wanted(key): Show a page of the textbook.
    """

    set_wanted = Signal(int)
    seen = Signal(int)
    page_wanted = Signal(str)

    def __init__(self, number: int, step: Step, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        self._step = step
        self._read = step.check is None or CHECKS.get(step.check.type).read
        self._finding = Finding(False, "")
        self._current = False
        self.setObjectName(f"step_{number}")
        self.setProperty("role", "section")
        self._head = QToolButton()
        self._head.setObjectName("stepHead")
        self._head.setProperty("role", "heading")
        self._head.setText(f"{number + 1}. {_(step.title)}")
        self._head.setCheckable(True)
        self._head.setAutoRaise(True)
        self._head.setIconSize(QSize(ICON, ICON))
        self._head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._head.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._head.toggled.connect(self._turn)
        self.body = self._body()
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.GAP, theme.GAP, theme.GAP, theme.GAP)
        column.setSpacing(4)
        column.addWidget(self._head)
        column.addWidget(self.body)
        self.body.hide()
        theme.notifier().changed.connect(self._retheme)
        self._retheme()

    def show_finding(self, finding: Finding, current: bool) -> None:
        """Show whether it is done and why; a step that has become the current one opens."""
        turned = current != self._current
        self._finding, self._current = finding, current
        if turned:
            self._head.setChecked(current)
        self._evidence.setText(finding.words)
        self._evidence.setVisible(bool(finding.words))
        if self._read:
            self._seen.setText(_("Not yet") if finding.done else _("I have seen it"))
            self._seen.setEnabled(finding.ready)
        self._mark()

    def _body(self) -> QWidget:
        body = QWidget()
        self._text = QLabel()
        self._text.setObjectName("stepText")
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.RichText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self._text.linkActivated.connect(self._follow)
        self._evidence = QLabel()
        self._evidence.setObjectName("stepEvidence")
        self._evidence.setProperty("role", "hint")
        self._evidence.setTextFormat(Qt.TextFormat.PlainText)
        self._evidence.setWordWrap(True)
        column = QVBoxLayout(body)
        column.setContentsMargins(theme.GAP, 0, theme.GAP, theme.GAP)
        column.setSpacing(theme.GAP)
        column.addWidget(self._text)
        column.addWidget(self._evidence)
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        if self._step.set:
            button = self._button("stepSet", _("Set it for me"))
            button.clicked.connect(self._ask_to_set)
            row.addWidget(button)
        if self._read:
            self._seen = self._button("stepSeen", _("I have seen it"))
            self._seen.clicked.connect(self._say_seen)
            row.addWidget(self._seen)
        row.addStretch(1)
        column.addLayout(row)
        return body

    def _button(self, name: str, words: str) -> QPushButton:
        button = QPushButton(words)
        button.setObjectName(name)
        return button

    def _ask_to_set(self) -> None:
        self.set_wanted.emit(self._number)

    def _say_seen(self) -> None:
        self.seen.emit(self._number)

    def _turn(self, open: bool) -> None:
        self.body.setVisible(open)

    def _retheme(self) -> None:
        """Draw mark and links in the colours of the theme in force."""
        color = theme.current().color("accent").name()
        words = markdown(_(self._step.text))
        self._text.setText(words.replace("<a ", f'<a style="color: {color}" '))
        self._mark()

    def _mark(self) -> None:
        name, color = ("ok", "good") if self._finding.done else ("todo", "muted")
        self._head.setIcon(icons.icon(name, color))
        state = _("done") if self._finding.done else _("to do")
        self._head.setAccessibleName(f"{self._head.text()}: {state}")

    def _follow(self, target: str) -> None:
        if target.startswith(("http://", "https://")):
            QDesktopServices.openUrl(QUrl(target))
        else:
            self.page_wanted.emit(target)
