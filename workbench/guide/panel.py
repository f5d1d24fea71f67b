"""A guided experiment beside the canvas: its steps, one after the other, and what shows that they are done."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QScrollArea, QVBoxLayout, QWidget

from engine.guides.base import Finding
from projects.guides import Guide
from projects.translation import gettext as _
from widgets import theme
from widgets.plain import plain_label
from widgets.topics import TOPIC
from workbench.guide.step_card import StepCard
from workbench.textbook.book import book

LEAST = 312  # pixels: lines of some forty letters


class GuidePanel(QScrollArea):
    """Shows one experiment.

    Signals:
        set_wanted(number): Make the settings of a step.
        seen(number): A person says that a step is done, or is not.
        page_wanted(key): Show a page of the textbook.
        again_wanted(): Begin anew.
    """

    set_wanted = Signal(int)
    seen = Signal(int)
    page_wanted = Signal(str)
    again_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("guide")
        self.setProperty(TOPIC, "article/window")
        self.setAccessibleName(_("Guided experiment"))
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(LEAST)
        self.cards: list[StepCard] = []

    def show_guide(self, guide: Guide | None) -> None:
        """Show another experiment, or none."""
        self.cards = []
        page = QWidget()
        page.setObjectName("guidePage")
        if guide is not None:
            self._fill(page, guide)
        self.setWidget(page)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show what is done; the first step that is not is open."""
        now = next((i for i, finding in enumerate(findings) if not finding.done), len(findings))
        for number, (card, finding) in enumerate(zip(self.cards, findings, strict=True)):
            card.show_finding(finding, current=number == now)
        if self.cards:
            done = sum(finding.done for finding in findings)
            self._bar.setValue(done)
            self._done.setVisible(done == len(findings))

    def _fill(self, page: QWidget, guide: Guide) -> None:
        column = QVBoxLayout(page)
        column.setContentsMargins(theme.PAD, theme.PAD, theme.PAD, theme.PAD)
        column.setSpacing(theme.GAP)
        column.addWidget(plain_label(_(guide.title), "heading"))
        column.addWidget(plain_label(_(guide.summary), "hint"))
        self._bar = QProgressBar()
        self._bar.setObjectName("guideProgress")
        self._bar.setAccessibleName(_("Steps that are done"))
        self._bar.setRange(0, len(guide.steps))
        self._bar.setFormat(_("%v of %m steps"))
        column.addWidget(self._bar)
        again = QPushButton(_("Begin again"))
        again.setObjectName("guideAgain")
        again.setProperty("fold", True)
        again.setToolTip(_("The project is what it was, and no step is done"))
        again.clicked.connect(self.again_wanted)
        column.addWidget(again, 0, Qt.AlignmentFlag.AlignLeft)
        for number, step in enumerate(guide.steps):
            card = StepCard(number, step)
            card.set_wanted.connect(self.set_wanted)
            card.seen.connect(self.seen)
            card.page_wanted.connect(self.page_wanted)
            self.cards.append(card)
            column.addWidget(card)
        self._done = plain_label(_("That was all. The textbook has more:"), "hint")
        self._done.hide()
        column.addWidget(self._done)
        for key in guide.read:
            column.addWidget(self._link(key), 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def _link(self, key: str) -> QPushButton:
        title = book().pages[key].title
        button = QPushButton(_("Read: {page}").format(page=title))
        button.setObjectName(f"guideRead_{key}")
        button.setProperty("fold", True)
        button.setProperty(TOPIC, key)
        button.clicked.connect(self._ask_for_page)
        return button

    def _ask_for_page(self) -> None:
        button = self.sender()
        assert button is not None
        self.page_wanted.emit(str(button.property(TOPIC)))
