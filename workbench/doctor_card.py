"""A verdict as a card: what it is, since when, the evidence, what it means, and what helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.clinic.base import AILMENTS, Look, Verdict
from engine.clinic.learning import TRAIN
from engine.clinic.practice import state_words
from engine.clinic.vitals import MEASURES, VITALS
from projects.translation import gettext as _
from widgets import icons, theme
from widgets.plain import plain_tip
from widgets.plots.flow import FlowLayout
from widgets.plots.sparkline import Sparkline
from widgets.topics import TOPIC
from workbench.looks import records
from workbench.metric_words import metric_words
from workbench.problem_words import capital
from workbench.remedies import Remedy
from workbench.rundata import RunData

ICON = 18
MOST_DEEDS = 6
NO_DEEDS: Mapping[str, Sequence[str]] = {}
LOOKS = {
    "confirmed": ("error", "bad"),
    "suspected": ("warning", "warning"),
    "cured": ("ok", "good"),
}


class DoctorCard(QFrame):
    """One verdict.

    Args:
        ailment: Tag of the ailment.
        parent: Qt parent.

    Signals:
        edit_wanted(remedy): Edit the project.
        branch_wanted(remedy, step): Edit the project and let a new run branch off.
        now_wanted(remedy): Change the training that goes on.
    """

    edit_wanted = Signal(object)
    branch_wanted = Signal(object, int)
    now_wanted = Signal(object)

    def __init__(self, ailment: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ailment = AILMENTS.get(ailment)
        self.setObjectName(f"doctor_{ailment}")
        self.setProperty(TOPIC, AILMENTS.key(ailment))
        self.setProperty("role", "section")
        self._offered: tuple[Remedy, ...] = ()
        self._step = 0
        self._now: frozenset[str] = frozenset()
        self._deeds: tuple[tuple[str, ...], ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.PAD, theme.GAP, theme.PAD, theme.GAP)
        column.setSpacing(theme.GAP // 2)
        column.addLayout(self._head())
        column.addWidget(self._about())
        self._remedies = QWidget()
        self._row = FlowLayout(self._remedies, gap=theme.GAP // 2)
        column.addWidget(self._remedies)

    def _head(self) -> QHBoxLayout:
        self._icon = QLabel()
        self._icon.setFixedSize(ICON, ICON)
        self._title = QLabel()
        self._title.setObjectName("doctorTitle")
        self._title.setWordWrap(True)
        self._evidence = QLabel()
        self._evidence.setObjectName("doctorEvidence")
        self._evidence.setProperty("role", "hint")
        self._evidence.setWordWrap(True)
        self._evidence.setTextFormat(Qt.TextFormat.PlainText)
        self._curve = Sparkline()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(self._evidence)
        words.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(theme.GAP)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        head.addWidget(self._curve, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def _about(self) -> QWidget:
        about = QWidget()
        self._more = QToolButton()
        self._more.setObjectName("doctorMore")
        self._more.setText(_("What it means"))
        self._more.setAccessibleName(_("What “{title}” means").format(title=self._ailment.title))
        self._more.setCheckable(True)
        self._more.setArrowType(Qt.ArrowType.RightArrow)
        self._more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._more.toggled.connect(self._unfold)
        self._meaning = QLabel(f"{self._ailment.meaning}\n{self._ailment.source}")
        self._meaning.setObjectName("doctorMeaning")
        self._meaning.setWordWrap(True)
        self._meaning.setTextFormat(Qt.TextFormat.PlainText)
        self._meaning.hide()
        column = QVBoxLayout(about)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._meaning)
        return about

    def _unfold(self, on: bool) -> None:
        self._meaning.setVisible(on)
        self._more.setArrowType(Qt.ArrowType.DownArrow if on else Qt.ArrowType.RightArrow)

    # ------------------------------------------------------------------------------- showing

    def show_verdict(self, verdict: Verdict, run: RunData, cause: str = "") -> None:
        """Show what is known now, and in a sentence of what it may come."""
        icon, color = LOOKS[verdict.state]
        self._icon.setPixmap(icons.icon(icon, color).pixmap(QSize(ICON, ICON)))
        state = state_words(verdict.state)
        since = _("{title} · {state}, since step {since:,}")
        if verdict.state == "cured":
            since = _("{title} · {state} at step {step:,}")
        title = since.format(
            title=self._ailment.title, state=state, since=verdict.since, step=verdict.step
        )
        evidence = _("{sentence}. {next}").format(sentence=capital(verdict.look.words), next=cause)
        evidence = evidence.strip()
        for label, words in ((self._title, title), (self._evidence, evidence)):
            if label.text() != words:
                label.setText(words)
        self.setAccessibleName(f"{title}. {evidence}")
        self._show_curve(verdict, run)

    def _show_curve(self, verdict: Verdict, run: RunData) -> None:
        look = verdict.look
        found = _course_of(look, run)
        self._curve.setVisible(found is not None)
        if found is None:
            return
        sick = verdict.state != "cured"
        since = verdict.since if sick else verdict.step
        other = run.scalars.get(look.beside)
        beside = (other.steps, other.values) if other is not None else None
        self._curve.show_curve(*found, look.line, since, sick, beside)
        name = _curve_of(look, run)
        curve = metric_words(name) if name else f"{look.measure} · {look.layer}"
        name = _("The curve {curve}; the dashed line is the limit").format(curve=curve)
        if beside is not None:
            told = _("The curve {curve} beside {other} in grey; the dashed line is the limit")
            name = told.format(curve=curve, other=metric_words(look.beside))
        self._curve.setToolTip(name)
        self._curve.setAccessibleName(name)

    def show_remedies(
        self,
        remedies: Sequence[Remedy],
        step: int,
        now: frozenset[str] = frozenset(),
        deeds: Mapping[str, Sequence[str]] = NO_DEEDS,
    ) -> None:
        """Offer these.

        Args:
            remedies: Known to suit the project.
            step: Where a branch would begin.
            now: Tags of those that a training that goes on can take too.
            deeds: What each of them changes, by tag, in sentences.
        """
        wanted = tuple(remedies)
        told = tuple(tuple(deeds.get(remedy.tag(), ())) for remedy in wanted)
        if (wanted, step, now, told) == (self._offered, self._step, self._now, self._deeds):
            return
        self._offered, self._step, self._now, self._deeds = wanted, step, now, told
        while (item := self._row.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for remedy, deed in zip(wanted, told, strict=True):
            self._row.addWidget(self._button(remedy, deed))
        self._remedies.setVisible(bool(wanted))

    def _button(self, remedy: Remedy, deed: Sequence[str]) -> QToolButton:
        button = QToolButton(self._remedies)
        button.setObjectName(f"remedy_{remedy.tag()}")
        button.setProperty("remedy", True)
        button.setText(remedy.title)
        button.setAccessibleName(remedy.title)
        button.setAccessibleDescription(remedy.why)
        button.setIcon(icons.icon("mend", "accent"))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        tip = _("{why} Press to edit the project, which can be undone.").format(why=remedy.why)
        more = [_("and {count} more").format(count=len(deed) - MOST_DEEDS)] * (
            len(deed) > MOST_DEEDS
        )
        button.setToolTip(plain_tip("\n".join((tip, *deed[:MOST_DEEDS], *more))))
        button.clicked.connect(partial(self.edit_wanted.emit, remedy))
        menu = QMenu(button)
        menu.addAction(_("Edit the project"), partial(self.edit_wanted.emit, remedy))
        branch = _("Edit it and branch off from step {step:,}…").format(step=self._step)
        menu.addAction(branch, partial(self.branch_wanted.emit, remedy, self._step))
        if remedy.tag() in self._now:
            menu.addAction(_("Change the training now"), partial(self.now_wanted.emit, remedy))
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        return button


def _curve_of(look: Look, run: RunData) -> str:
    """Name of the curve that a verdict is about; where a game broke down the loss of its first player."""
    if look.curve == TRAIN and TRAIN not in run.scalars:
        return next((name for name in run.scalars if name.endswith("_loss")), TRAIN)
    return look.curve


def _course_of(look: Look, run: RunData) -> tuple[NDArray[np.int64], NDArray[np.float64]] | None:
    """Steps and values of what a verdict is about: a curve of the run, or a measure of one layer."""
    series = run.scalars.get(_curve_of(look, run))
    if series is not None:
        return series.steps, series.values
    looks = records(run.frames.get(VITALS)) if look.measure else []
    if not looks or look.layer not in looks[-1].layers:
        return None
    row, column = looks[-1].layers.index(look.layer), MEASURES.index(look.measure)
    steps = np.array([record.step for record in looks])
    return steps, np.array([record.table[row, column] for record in looks])
