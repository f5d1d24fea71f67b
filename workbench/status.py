"""The status bar: device, state, steps a second, time left, problems."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QStatusBar, QToolButton, QWidget

from engine.protocol import Checked, Ready
from projects.translation import gettext as _
from projects.translation import ngettext
from widgets import icons, theme
from widgets.elided import ElidedLabel
from workbench.node_faces import compact
from workbench.run_words import duration, state_words
from workbench.rundata import RunData

PERMILLE = 1000
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
        self.setSizeGripEnabled(False)
        self._state_of_engine = self._work = ""
        self._engine = _label("statusEngine", _("Engine"))
        self._device = _label("statusDevice", _("Device"))
        self._state = _label("statusState", _("State of the training"), ElidedLabel())
        self._counts = _label("statusCounts", _("Size of the networks"))
        self._carried = _label("statusCarried", _("Weights of the shown run"))
        self._carried.setToolTip(_("What Continue training (Shift+F8) would begin with"))
        self._carried.hide()
        self._bar = QProgressBar()
        self._bar.setObjectName("statusProgress")
        self._bar.setAccessibleName(_("Progress of the training"))
        self._bar.setRange(0, PERMILLE)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(160)
        self._bar.hide()
        self._problems = QToolButton()
        self._problems.setObjectName("statusProblems")
        self._problems.setToolButtonStyle(_BESIDE)
        self._problems.clicked.connect(self.problems_wanted)
        self._health = QToolButton()
        self._health.setObjectName("statusHealth")
        self._health.setAccessibleName(_("Doctor"))
        self._health.setToolButtonStyle(_BESIDE)
        self._health.setToolTip(_("What the doctor says of the training that is shown"))
        self._health.clicked.connect(self.doctor_wanted)
        self._health.hide()
        self._healthy = ""
        self._errors = self._warnings = 0
        self._checked = False
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
        self._state_of_engine = _("Engine ready") if ready else absent
        self._show_engine()
        self._engine.setToolTip(_("torch {version}").format(version=ready.torch) if ready else "")

    def set_work(self, words: str) -> None:
        """Say what the desk engine is busy with; empty when it is free."""
        self._work = words
        self._show_engine()

    def _show_engine(self) -> None:
        self._engine.setText(self._work or self._state_of_engine)

    def set_checked(self, checked: Checked) -> None:
        """Show the size of the project and how many problems it has."""
        self._errors = sum(problem.severity == "error" for problem in checked.problems)
        self._warnings = len(checked.problems) - self._errors
        self._checked = True
        parameters = sum(report.parameters for report in checked.networks.values())
        flops = sum(report.flops for report in checked.networks.values())
        parts = []
        if parameters:
            parts.append(_("{count} parameters").format(count=compact(parameters)))
        if flops:
            parts.append(_("{count} FLOPs an example").format(count=compact(flops)))
        self._counts.setText(" · ".join(parts))
        self._show_problems()

    def set_carried(self, words: str) -> None:
        """Say which weights of the shown run the design would keep; empty says nothing."""
        self._carried.setText(words)
        self._carried.setVisible(bool(words))

    def set_run(self, run: RunData | None) -> None:
        """Show where a training is."""
        self._device.setVisible(run is not None and run.started is not None)
        self._state.setVisible(run is not None)
        if run is None:
            self._bar.hide()
            return
        if run.started is not None:
            self._device.setText(run.started.device)
        done = _share_done(run)
        self._bar.setVisible(run.active and done is not None)
        if done is not None:
            self._bar.setValue(round(PERMILLE * done))
        self._state.setText(" · ".join(_words(run)))

    def set_health(self, state: str, words: str) -> None:
        """Show what the doctor says.

        Args:
            state: ``sick``, ``well``, or empty where there is nothing to say.
            words: The worst ailment, or that there is none.
        """
        self._healthy = state
        self._health.setText(words)
        self._health.setAccessibleName(_("Doctor: {words}").format(words=words))
        self._health.setVisible(bool(state))
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
        return run.finished.epochs
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
