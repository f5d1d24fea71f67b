"""What ails the training that is shown, and what helps."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from engine.clinic.base import AILMENTS, Verdict
from engine.clinic.practice import cause_words
from projects.translation import N_
from projects.translation import gettext as _
from widgets import icons, theme
from workbench.bedside import Bedside, bedside_of
from workbench.doctor_card import ICON, DoctorCard
from workbench.doctor_figures import DoctorFigures
from workbench.panels.base import Panel
from workbench.pharmacy import Pharmacy
from workbench.run_words import why_failed


class DoctorPanel(Panel):
    """Verdicts, the worst first; where all is well, what was looked at.

    Signals:
        edit_wanted(remedy): Edit the project.
        cure_wanted(remedy, step): Edit the project and branch off from this step.
        now_wanted(remedy): Change the training that goes on.
    """

    name: ClassVar[str] = "doctor"
    title: ClassVar[str] = N_("Doctor")
    stream: ClassVar[str] = "scalars"
    topic: ClassVar[str] = "article/reading_the_curves"
    rate: ClassVar[float] = 2.0
    order: ClassVar[int] = 25
    empty: ClassVar[str] = N_(
        "While networks train, the doctor looks for trouble, shows the evidence and offers what helps."
    )

    edit_wanted = Signal(object)
    cure_wanted = Signal(object, int)
    now_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._bedside: Bedside | None = None
        self.pharmacy: Pharmacy | None = None
        self._cards: dict[str, DoctorCard] = {}
        super().__init__(parent)

    def build(self) -> QWidget:
        """Make the place for the cards and the line above them."""
        self._icon = QLabel()
        self._icon.setFixedSize(ICON, ICON)
        self._state = QLabel()
        self._state.setObjectName("doctorState")
        self._state.setWordWrap(True)
        head = QHBoxLayout()
        head.setSpacing(theme.GAP)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._state, 1)
        self._figures = DoctorFigures()
        page = QWidget()
        page.setObjectName("doctorPage")
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(theme.PAD, theme.GAP, theme.PAD, theme.GAP)
        self._column.setSpacing(theme.GAP)
        self._column.addLayout(head)
        self._column.addWidget(self._figures)
        self._column.addStretch(1)
        scroll = QScrollArea()
        scroll.setObjectName("doctorScroll")
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(page)
        return scroll

    # ------------------------------------------------------------------------------- panel

    def version(self) -> int:
        """Changes with the curves, and with what the doctor has gone through."""
        return super().version() + (self._bedside.version if self._bedside is not None else 0)

    def retheme(self) -> None:
        """Icons have the colours of the theme in force."""
        for card in self._cards.values():
            card.show_remedies((), 0)

    def paint(self) -> bool:
        """Show what is known."""
        if self.run is None or not self.run.scalars:
            return False
        self._bedside = bedside_of(self.run)
        verdicts = self._bedside.verdicts() if self._bedside is not None else ()
        self._say(verdicts)
        self._show_cards(verdicts)
        return True

    def _say(self, verdicts: tuple[Verdict, ...]) -> None:
        sick = [verdict for verdict in verdicts if verdict.state == "confirmed"]
        unsure = [verdict for verdict in verdicts if verdict.state == "suspected"]
        looks = self._bedside.looks() if self._bedside is not None else ()
        look, words = self._state_of(sick, unsure, bool(looks))
        self._icon.setPixmap(icons.icon(*look).pixmap(QSize(ICON, ICON)))
        self._state.setText(words)
        told = {verdict.ailment for verdict in (*sick, *unsure)}
        self._figures.show_found([seen for seen in looks if seen[0].tag() not in told])

    def _state_of(
        self, sick: list[Verdict], unsure: list[Verdict], looked: bool
    ) -> tuple[tuple[str, str], str]:
        """An icon with its tone, and how the run is doing; of one that failed or is damaged nothing good is said."""
        assert self.run is not None
        if failed := why_failed(self.run):
            return ("error", "bad"), _("This run failed: {why}").format(why=failed)
        if self._bedside is None:
            return ("info", "muted"), _("What this run trains is not known.")
        if not looked:
            return ("info", "muted"), _("Nothing to say yet: the first steps count for nothing.")
        if sick or unsure:
            last = max(self._bedside.step, *(verdict.step for verdict in (*sick, *unsure)))
            words = _("At step {step:,}: {confirmed} confirmed, {suspected} suspected.").format(
                step=last, confirmed=len(sick), suspected=len(unsure)
            )
            return ("warning", "warning"), words
        if self._bedside.unread:
            words = _(
                "Part of what was measured of the layers is damaged: nobody knows how they did."
            )
            return ("warning", "warning"), words
        return ("ok", "good"), _("All is well at step {step:,}.").format(step=self._bedside.step)

    def _show_cards(self, verdicts: tuple[Verdict, ...]) -> None:
        assert self.run is not None
        for gone in self._cards.keys() - {verdict.ailment for verdict in verdicts}:
            card = self._cards.pop(gone)
            card.hide()
            card.deleteLater()
        for place, verdict in enumerate(verdicts):
            card = self._cards.get(verdict.ailment) or self._new_card(verdict.ailment)
            if self._column.indexOf(card) != place + 1:
                self._column.removeWidget(card)
                self._column.insertWidget(place + 1, card)
            card.show_verdict(verdict, self.run, cause_words(verdict, verdicts))
            self._offer(card, verdict)

    def _offer(self, card: DoctorCard, verdict: Verdict) -> None:
        run = self.run
        if self.pharmacy is None or run is None or verdict.state == "cured":
            card.show_remedies((), 0)
            return
        remedies = self.pharmacy.offers(AILMENTS.get(verdict.ailment).remedies)
        trained = run.project if run.active else None
        now = {r.tag() for r in remedies if trained is not None and r.pace(trained) is not None}
        deeds = self.pharmacy.deeds(remedies)
        card.show_remedies(remedies, verdict.since, frozenset(now), deeds)

    def _new_card(self, ailment: str) -> DoctorCard:
        card = DoctorCard(ailment)
        card.edit_wanted.connect(self.edit_wanted)
        card.branch_wanted.connect(self.cure_wanted)
        card.now_wanted.connect(self.now_wanted)
        self._cards[ailment] = card
        return card
