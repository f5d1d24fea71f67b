"""The status bar: device, state, steps a second, time left, problems; where it is narrow, what matters most."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QStatusBar, QToolButton, QWidget

from engine.protocol import Checked, Ready
from projects.translation import gettext as _
from projects.translation import ngettext
from widgets import icons, theme
from widgets.elided import ElidedLabel
from widgets.plain import plain_tip
from widgets.progress import Progress
from widgets.topics import TOPIC
from workbench.node_faces import compact
from workbench.run_words import duration, state_words
from workbench.rundata import RunData

BESIDE = 14  # pixels between parts
STEP = 40  # what is said of a training takes so many pixels more at a time, so that others do not come and go
_BESIDE = Qt.ToolButtonStyle.ToolButtonTextBesideIcon


class Status(QStatusBar):
    """Tells where things stand, in words.

    Signals:
        problems_wanted: The count of problems was pressed.
        doctor_wanted: What the doctor says was pressed.
    """

    problems_wanted = Signal()
    doctor_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusBar")
        self.setProperty(TOPIC, "article/training")
        self.setSizeGripEnabled(False)
        self._state_of_engine = self._work = ""
        self._ready = False
        self._engine = _label("statusEngine", _("Engine"))
        self._device = _label("statusDevice", _("Device"))
        self._state = _label("statusState", _("State of the training"), ElidedLabel())
        self._counts = _label("statusCounts", _("Size of the networks"))
        self._carried = _label("statusCarried", _("Weights of the shown run"))
        self._carried.setToolTip(_("What Continue training (Shift+F8) would begin with"))
        self._bar = Progress("statusProgress", _("Progress of the training"))
        self._bar.setFixedWidth(160)
        self._problems = QToolButton()
        self._problems.setObjectName("statusProblems")
        self._problems.setProperty(TOPIC, "article/problems")
        self._problems.setToolButtonStyle(_BESIDE)
        self._problems.clicked.connect(self.problems_wanted)
        self._health = QToolButton()
        self._health.setObjectName("statusHealth")
        self._health.setProperty(TOPIC, "article/reading_the_curves")
        self._health.setAccessibleName(_("Doctor"))
        self._health.setToolButtonStyle(_BESIDE)
        self._health.setToolTip(_("What the doctor says of the training that is shown"))
        self._health.clicked.connect(self.doctor_wanted)
        self._healthy = ""
        self._errors = self._warnings = 0
        self._checked = False
        optional = (self._engine, self._device, self._bar, self._carried, self._counts)
        self._wanted: dict[QWidget, bool] = dict.fromkeys((*optional, self._health), False)
        self._wanted |= {self._engine: True, self._counts: True}
        for widget in (self._engine, self._device, self._bar):
            self.addWidget(widget)
        self.addWidget(self._state, 1)
        self.addPermanentWidget(self._carried)
        self.addPermanentWidget(self._counts)
        self.addPermanentWidget(self._health)
        self.addPermanentWidget(self._problems)
        theme.notifier().changed.connect(self._show_problems)
        theme.notifier().changed.connect(self._show_health)
        self.set_engine(None)
        self._show_problems()

    def set_engine(self, ready: Ready | None, coming: bool = True) -> None:
        """Show whether the desk engine can answer.

        Args:
            ready: What it said when it was ready; None while it is not.
            coming: Whether it will be.
        """
        absent = _("Engine is starting …") if coming else _("Engine is not running")
        self._ready = ready is not None
        self._state_of_engine = _("Engine ready") if ready else absent
        self._show_engine()
        self._engine.setToolTip(_("torch {version}").format(version=ready.torch) if ready else "")

    def set_work(self, words: str) -> None:
        """Say what the desk engine is busy with; empty when it is free."""
        self._work = words
        self._show_engine()

    def _show_engine(self) -> None:
        self._engine.setText(self._work or self._state_of_engine)
        self._give_room()

    # ------------------------------------------------------------------------------- room

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many parts as there is room for."""
        super().resizeEvent(event)
        self._give_room()

    def _want(self, part: QWidget, wanted: bool) -> None:
        """A part is shown from now on where there is room for it, or not at all."""
        self._wanted[part] = wanted
        self._give_room()

    def _give_room(self) -> None:
        """Leave out what is missed least until the rest can be read; the tooltip says what is left out."""
        shown = {part for part, wanted in self._wanted.items() if wanted}
        parts = [self._counts, self._device, self._bar, self._carried]
        parts.insert(4 if self._work or not self._ready else 1, self._engine)
        left_out = []
        for part in parts:
            if part in shown and self._needed(shown) > self.width():
                shown.remove(part)
                left_out.append(part)
        for part in self._wanted:
            if part.isHidden() == (part in shown):
                part.setVisible(part in shown)
        words = [part.text() for part in left_out if isinstance(part, QLabel)]
        self.setToolTip(plain_tip("\n".join(filter(None, words))))

    def _needed(self, shown: Iterable[QWidget]) -> int:
        """Pixels that these parts take, beside those that are always there."""
        widths = [part.sizeHint().width() for part in (*shown, self._problems)]
        state = self._state.sizeHint().width() if not self._state.isHidden() else 0
        return sum(widths) + STEP * -(-state // STEP) + BESIDE * (len(widths) + bool(state))

    def set_checked(self, checked: Checked) -> None:
        """Show the size of the project and how many problems it has."""
        self._errors = sum(problem.severity == "error" for problem in checked.problems)
        self._warnings = len(checked.problems) - self._errors
        self._checked = True
        parameters = sum(report.parameters for report in checked.networks.values())
        flops = sum(report.flops for report in checked.networks.values())
        parts = []
        if parameters:
            words = ngettext("{count} parameter", "{count} parameters", parameters)
            parts.append(words.format(count=compact(parameters)))
        if flops:
            parts.append(_("{count} FLOPs an example").format(count=compact(flops)))
        self._counts.setText(" · ".join(parts))
        self._show_problems()
        self._give_room()

    def set_carried(self, words: str) -> None:
        """Say which weights of the shown run the design would keep; empty says nothing."""
        self._carried.setText(words)
        self._want(self._carried, bool(words))

    def set_run(self, run: RunData | None) -> None:
        """Show where a training is."""
        self._state.setVisible(run is not None)
        self._wanted[self._device] = run is not None and run.started is not None
        if run is None:
            self._want(self._bar, False)
            return
        if run.started is not None:
            self._device.setText(run.started.device)
        done = _share_done(run)
        if done is not None:
            self._bar.show_share(done)
        self._state.setText(" · ".join(_words(run)))
        self._want(self._bar, run.active and done is not None)

    def set_health(self, state: str, words: str) -> None:
        """Show what the doctor says.

        Args:
            state: ``sick``, ``well``, or empty where there is nothing to say.
            words: The worst ailment, or that there is none.
        """
        self._healthy = state
        self._health.setText(words)
        self._health.setAccessibleName(_("Doctor: {words}").format(words=words))
        self._want(self._health, bool(state))
        self._show_health()

    def _show_health(self) -> None:
        look = ("warning", "warning") if self._healthy == "sick" else ("doctor", "good")
        self._health.setIcon(icons.icon(*look))

    def _show_problems(self) -> None:
        if self._errors:
            text = ngettext("{count} problem", "{count} problems", self._errors)
            text, look = text.format(count=self._errors), ("error", "bad")
        elif self._warnings:
            text = ngettext("{count} warning", "{count} warnings", self._warnings)
            text, look = text.format(count=self._warnings), ("warning", "warning")
        elif self._checked:
            text, look = _("No problems"), ("ok", "good")
        else:
            text, look = _("Checking …"), ("info", "muted")
        self._problems.setText(text)
        self._problems.setAccessibleName(text)
        self._problems.setToolTip(_("Show the list of problems"))
        self._problems.setIcon(icons.icon(*look))


def _words(run: RunData) -> list[str]:
    """What is said of a run: state, step, epoch, speed, time left."""
    again = run.replaying
    if again is not None and run.state == "starting":
        words = _("Making the steps before the branch again: {step:,} of {until:,}")
        return [words.format(step=again.step, until=again.until)]
    parts = [state_words(run.state).capitalize()]
    total = run.started.total_steps if run.started else None
    if total:
        parts.append(_("step {step:,} of {total:,}").format(step=run.step, total=total))
    elif run.step:
        parts.append(_("step {step:,}").format(step=run.step))
    epochs = _epochs(run)
    if epochs is not None:
        parts.append(_("epoch {epoch:.1f}").format(epoch=epochs))
    progress = run.progress
    if progress is not None and run.state == "running":
        parts.append(_("{speed:,.0f} steps/s").format(speed=progress.steps_per_second))
        if progress.eta is not None:
            parts.append(_("{time} left").format(time=duration(progress.eta)))
    return parts


def _epochs(run: RunData) -> float | None:
    """Passes over the training part; None before the first step is known."""
    if run.finished is not None:
        return run.finished.epochs if run.begun else None
    if run.started is None or not run.started.steps_per_epoch:
        return None
    return run.step / run.started.steps_per_epoch


def _share_done(run: RunData) -> float | None:
    """Which share of a training is behind it, 0 to 1; None if it has no end."""
    again = run.replaying
    if again is not None and again.until:
        return min(1.0, again.step / again.until)
    total = run.started.total_steps if run.started else None
    return min(1.0, run.step / total) if total else None


def _label(name: str, accessible: str, label: QLabel | None = None) -> QLabel:
    label = label or QLabel()
    label.setObjectName(name)
    label.setAccessibleName(accessible)
    return label
