"""The left half of the tab: the steps, and beside them what they give."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from engine.compression.variant import Size
from projects.translation import gettext as _
from widgets import icons, theme
from widgets.elided import ElidedLabel
from widgets.pages import scrolling
from widgets.plain import plain_label
from widgets.progress import Progress
from widgets.timers import single_shot
from workbench.compress.axes import score_base
from workbench.compress.figures import Figures, threads_words
from workbench.compress.steps import StepList
from workbench.problem_words import capital

STEPS, FIGURES, BOARD = 364, 404, 620  # pixels, at first
LEAST_FIGURES, LEAST_BOARD = 300, 430  # pixels of height where one is below the other
HANDLES = 8  # pixels: what lies between two parts, at most
SLOW_MS = 300


class Side(QWidget):
    """Steps and figures.

    Attributes:
        steps: The list of steps.
        keep: The button that makes a run of them.
        stop: The button that gives up what is under way.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compressFiguresSide")
        self.steps = StepList()
        self.steps.setObjectName("compressSide")
        self.steps.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._run = ElidedLabel()
        self._run.setObjectName("plotTitle")
        self._words = ElidedLabel()
        self._words.setObjectName("compressWords")
        self._words.setProperty("role", "hint")
        self._bar = Progress("compressBar", _("Progress"))
        self.stop = QPushButton(_("Stop"))
        self.stop.setObjectName("compressStop")
        self.stop.setAccessibleName(self.stop.text())
        self._slow = single_shot(self, SLOW_MS, lambda: self._show_work(True))
        self.problem = plain_label("", "problem", "compressProblem", copied=True)
        self.problem.hide()
        self.figures = Figures()
        self._said = plain_label("", "hint", "compressSaid", copied=True)
        self._notes = plain_label("", "hint", "compressNotes", copied=True)
        self.keep = QPushButton(_("Keep as a run"))
        self.keep.setObjectName("compressKeep")
        self.keep.setAccessibleName(self.keep.text())
        self.keep.setProperty("primary", True)
        self._fill()
        theme.notifier().changed.connect(self._recolor)
        self._recolor()
        self._show_work(False)
        self.enable(_("Add a step first."))

    def _fill(self) -> None:
        inner = QWidget()
        lines = QVBoxLayout(inner)
        lines.setContentsMargins(0, 0, theme.GAP, 0)
        lines.setSpacing(theme.GAP)
        for widget in (self.problem, self._said, self.figures, self._notes):
            lines.addWidget(widget)
        lines.addStretch(1)
        title = _("What the run costs and is worth")
        self._area = scrolling(inner, "compressFiguresArea", title)
        work = QHBoxLayout()
        work.setSpacing(theme.GAP)
        work.addWidget(self._words, 1)
        work.addWidget(self._bar)
        work.addWidget(self.stop)
        self._bar.setMaximumWidth(80)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.PAD, theme.GAP, theme.GAP, theme.GAP)
        column.setSpacing(theme.GAP)
        column.addWidget(self._run)
        column.addWidget(self._area, 1)
        column.addLayout(work)
        column.addWidget(self.keep)

    def beside(self, board: QWidget) -> QScrollArea:
        """Return steps, figures and something more side by side.

        Where a window is too narrow for them the figures are below the steps; where that is not enough the rest is
        below both, and all moves up and down.
        """
        split = self._all = QSplitter(Qt.Orientation.Horizontal)
        split.setObjectName("compressSplit")
        split.setChildrenCollapsible(False)
        self._both = QSplitter(Qt.Orientation.Horizontal)
        self._both.setObjectName("compressBoth")
        self._both.setChildrenCollapsible(False)
        self._both.addWidget(self.steps)
        self._both.addWidget(self)
        self._board = board
        for part in (self._both, board):
            split.addWidget(part)
        split.setStretchFactor(1, 1)
        split.setSizes([STEPS + FIGURES, BOARD])
        self._both.setSizes([STEPS, FIGURES])
        self._laid = (False, True)  # whether the rest is below, and the figures beside the steps
        area = scrolling(split, "compressPage", _("Steps, figures and variants"))
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        area.installEventFilter(self)
        self._page = area
        return area

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Put the figures where there is room for them."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        room = self._page.width()
        steps, figures, board = (
            part.minimumSizeHint().width() for part in (self.steps, self, self._board)
        )
        below = max(steps, figures) + board + HANDLES > room  # the board too
        beside = steps + figures + HANDLES + (0 if below else board + HANDLES) <= room
        for part, least in ((self, LEAST_FIGURES), (self._board, LEAST_BOARD)):
            part.setMinimumHeight(least if below else 0)  # nothing scrolls inside of what does
        if (below, beside) == self._laid:
            return
        self._laid = below, beside
        ways = Qt.Orientation
        self._both.setOrientation(ways.Horizontal if beside else ways.Vertical)
        self._both.setSizes([STEPS, FIGURES] if beside else [1, 2])
        self._all.setOrientation(ways.Vertical if below else ways.Horizontal)
        self._all.setSizes([1, 1] if below else [STEPS + (FIGURES if beside else 0), BOARD])

    def name_run(self, title: str) -> None:
        """Say which run it is about."""
        self._run.setText(title)

    def show_figures(self, before: Size, after: Size | None, notes: Sequence[str]) -> None:
        """Show what the run costs and is worth, now and after the steps."""
        self.figures.show_sizes(before, after)
        self.figures.show()
        bar = self._area.verticalScrollBar().sizeHint().width()
        self._area.setMinimumWidth(self.figures.minimumWidth() + theme.GAP + bar)
        self._place()
        said = [_("There is nothing to measure a score on: no validation part.")]
        if before.metric:
            said = [score_base(before.metric, before.metrics)]
        self._notes.setText("\n\n".join((*said, threads_words(before))))
        self._say_of_steps(notes)

    def _say_of_steps(self, notes: Sequence[str]) -> None:
        """Say what a person should know of what the steps give: above the figures, where it is seen without scrolling."""
        self._said.setText("\n\n".join(notes))
        self._said.setVisible(bool(notes))

    def show_problem(self, where: str, words: str, undone: bool = True) -> None:
        """Say what cannot be done, at its step as well where it is about one.

        Args:
            where: What it is about.
            words: What there is to say.
            undone: Whether it is the steps that cannot be done, so that there are no figures of them.
        """
        place = f"{where.removeprefix('networks.')}: " if where.startswith("networks.") else ""
        self.problem.setText(f"{place}{words}")
        self.problem.show()
        if undone:
            self.figures.show_before()
            self._notes.setText("")
            self._say_of_steps(())
        self.steps.show_problem(where, words)

    def clear_problem(self) -> None:
        """What could not be done counts no more."""
        self.problem.hide()
        self.steps.clear_problems()

    def clear(self) -> None:
        """Nothing is known."""
        self.problem.hide()
        self.figures.hide()
        self._notes.setText("")
        self._say_of_steps(())
        self.say("")

    def say(self, words: str) -> None:
        """Say what goes on."""
        self._words.setText(words)

    def enable(self, why_not: str) -> None:
        """Let the steps be kept, or say why they cannot be."""
        self.keep.setEnabled(not why_not)
        self.keep.setToolTip(why_not or _("Write a smaller variant, beside the run"))

    def work(self, on: bool) -> None:
        """Something is under way, or nothing is any more; it is told where it takes a while."""
        if on and not self._slow.isActive() and self.stop.isHidden():
            self._bar.setValue(0)
            self._slow.start()
        elif not on:
            self._slow.stop()
            self._show_work(False)
            self.say("")

    def show_stage(self, text: str, share: float) -> None:
        """Say what is being done, and which share of it is done."""
        if not self.stop.isHidden():
            self.say(f"{capital(text)} …")
        self._bar.show_share(share)

    def _show_work(self, on: bool) -> None:
        self._bar.setVisible(on)
        self.stop.setVisible(on)

    def _recolor(self) -> None:
        self.keep.setIcon(icons.icon("save", "on_accent"))
