"""What every live panel is; panels show a :class:`RunData` and know nothing of engines.

One timer of the window calls :meth:`Panel.refresh` on the panels that can be seen; a panel paints only
when the version of its stream has changed. A panel names the stream it shows, so wiring is generic.
"""

from __future__ import annotations

from collections.abc import Sequence
from gettext import gettext as _
from typing import ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLabel, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from engine.runs.summary import IMPORTED
from widgets import theme
from workbench.rundata import RunData

LEAST = (220, 120)
WAITING, SHOWN, UNMEASURED, UNTRAINED = range(4)
Overlay = Sequence[tuple[RunData, QColor]]


class EmptyState(QWidget):
    """Says what will appear here and offers the one action that makes it happen.

    Args:
        title: What is missing, in a few words.
        text: What will appear, in a sentence.
        action: Words on the button; empty for none.

    Signals:
        clicked: The button was pressed.
    """

    clicked = Signal()

    def __init__(
        self, title: str, text: str, action: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("emptyState")
        self._title = QLabel(title)
        self._title.setObjectName("emptyTitle")
        self._text = QLabel(text)
        self._text.setObjectName("emptyText")
        self._text.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setSpacing(theme.GAP)
        layout.addStretch(1)
        for label in (self._title, self._text):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        if action:
            button = QPushButton(action)
            button.setObjectName("emptyAction")
            button.setAccessibleName(action)
            button.clicked.connect(self.clicked)
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)

    def set_words(self, title: str, text: str) -> None:
        """Say something else."""
        self._title.setText(title)
        self._text.setText(text)


class Panel(QWidget):
    """Base of every panel.

    Class attributes:
        name: Its id, for settings and object names.
        title: What its tab says.
        stream: The stream it shows: ``scalars`` or one of ``docs/protocol.md``.
        rate: Pictures a second that it asks for, and how often it is refreshed at most.
        order: Position among the tabs.
        empty: What will appear here, in a sentence.

    Attributes:
        run: The run that is shown, or None.
        staggered: Whether a panel of several plots may draw them one after the other.
        measured: Whether the open project measures what this panel shows.

    Signals:
        action_wanted(name): The empty state's action was pressed; ``train`` or ``continue``.
        branch_wanted(path, step): A new run is to branch off from one that is shown.
    """

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    stream: ClassVar[str] = ""
    rate: ClassVar[float] = 2.0
    order: ClassVar[int] = 100
    empty: ClassVar[str] = ""

    action_wanted = Signal(str)
    branch_wanted = Signal(object, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"panel_{self.name}")
        self.setAccessibleName(self.title)
        self.run: RunData | None = None
        self._shown: tuple[int, int] = (0, -1)
        self.setMinimumSize(
            *LEAST
        )  # else the widest tool would decide how narrow the window may be
        self._stack = QStackedLayout(self)
        waiting = EmptyState(_("Nothing to show yet"), self.empty, _("Train"))
        waiting.clicked.connect(self._ask_to_train)
        self._stack.addWidget(waiting)
        self._stack.addWidget(self.build())
        words = _("{title} is no part of this project.").format(title=self.title)
        self._stack.addWidget(EmptyState(_("Not measured here"), words))
        imported = EmptyState(
            _("Not trained here yet"),
            _("These weights came from a file. {what}").format(what=self.empty),
            _("Continue training"),
        )
        imported.clicked.connect(self._ask_to_continue)
        self._stack.addWidget(imported)
        self.measured = True
        self.staggered = False
        theme.notifier().changed.connect(self._retheme)

    # What a panel writes ------------------------------------------------------------------

    def build(self) -> QWidget:
        """Return the widget that shows the data; called once."""
        raise NotImplementedError

    def paint(self) -> bool:
        """Show what :attr:`run` holds; return whether there was anything to show."""
        raise NotImplementedError

    def retheme(self) -> None:
        """Take the colours of the theme that is in force now."""

    # What the window calls ----------------------------------------------------------------

    def set_measured(self, measured: bool) -> None:
        """Tell whether the open project measures what this panel shows."""
        self.measured = measured
        self.invalidate()
        self.refresh()

    def show_run(self, run: RunData | None) -> None:
        """Show another run."""
        self.run = run
        self.invalidate()
        self.refresh()

    def set_overlay(self, overlay: Overlay) -> None:
        """Show other runs beside the one that is shown; most panels show one run only."""

    def refresh(self) -> None:
        """Paint if it can be seen and something changed."""
        if not self.isVisible():
            return
        version = (id(self.run), self.version())
        if version == self._shown:
            return
        self._shown = version
        there = self.run is not None and self.paint()
        self._stack.setCurrentIndex(SHOWN if there else self._without())

    def _without(self) -> int:
        """Which page says why there is nothing to show."""
        if not self.measured:
            return UNMEASURED
        return UNTRAINED if self.run is not None and self.run.state == IMPORTED else WAITING

    def version(self) -> int:
        """What changes when there is something new to paint."""
        return self.run.version(self.stream) if self.run else 0

    def invalidate(self) -> None:
        """Paint at the next refresh in any case."""
        self._shown = (0, -1)

    def showEvent(self, event: object) -> None:
        """Catch up when the panel comes into view."""
        super().showEvent(event)  # type: ignore[arg-type]
        self.invalidate()
        self.refresh()

    def _retheme(self) -> None:
        self.retheme()
        self.invalidate()
        self.refresh()

    def _ask_to_train(self) -> None:
        self.action_wanted.emit("train")

    def _ask_to_continue(self) -> None:
        self.action_wanted.emit("continue")
