"""Asks after which step of a run a new one is to branch off, and says what that takes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from projects.translation import gettext as _
from widgets import theme
from widgets.topics import TOPIC

MOST = 2**31 - 1  # what a spin box can hold
WIDTH = 420


class BranchDialog(QDialog):
    """A step of a run, chosen.

    Args:
        name: What the run is called.
        steps: The first and the last step that can be chosen.
        step: The one that is offered.
        checkpoints: Steps from which nothing has to be made again.
        kept: What the project as it is now would keep of the layers, in words; may be empty.
        parent: The window.

    Signals:
        chosen(step): Branch off here.
    """

    chosen = Signal(int)

    def __init__(
        self,
        name: str,
        steps: tuple[int, int],
        step: int,
        checkpoints: tuple[int, ...],
        kept: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("branch")
        self.setProperty(TOPIC, "article/runs")
        self.setWindowTitle(_("Branch off from {run}").format(run=name))
        self.setMinimumWidth(WIDTH)
        self._first, self._checkpoints = steps[0], checkpoints
        about = _(
            "A new run goes on from this step with the project as it is now: what you have edited since "
            "is what will be different. The old run stays as it is."
        )
        self._step = QSpinBox()
        self._step.setObjectName("branchStep")
        self._step.setAccessibleName(_("Step"))
        self._step.setRange(steps[0], min(steps[1], MOST))
        self._step.setGroupSeparatorShown(True)
        self._step.setValue(step)
        self._step.valueChanged.connect(self._tell)
        self._told = _text("branchTold")
        row = QFormLayout()
        row.addRow(_("Step"), self._step)
        layout = QVBoxLayout(self)
        layout.setSpacing(theme.GAP)
        layout.addWidget(_text("branchAbout", about))
        layout.addLayout(row)
        layout.addWidget(self._told)
        if kept:
            layout.addWidget(_text("branchKept", kept))
        layout.addWidget(self._buttons())
        self._tell(self._step.value())

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox()
        begin = QPushButton(_("Branch here"))
        begin.setObjectName("branchBegin")
        cancel = QPushButton(_("Cancel"))
        cancel.setObjectName("branchCancel")
        for button, role in (
            (begin, QDialogButtonBox.ButtonRole.AcceptRole),
            (cancel, QDialogButtonBox.ButtonRole.RejectRole),
        ):
            button.setAccessibleName(button.text())
            buttons.addButton(button, role)
        begin.setDefault(True)
        buttons.accepted.connect(self._choose)
        buttons.rejected.connect(self.reject)
        return buttons

    def _choose(self) -> None:
        self.chosen.emit(self._step.value())
        self.accept()

    def _tell(self, step: int) -> None:
        """Say how many steps have to be made again."""
        before = max((at for at in self._checkpoints if at <= step), default=self._first)
        if step == before:
            text = _("The state after this step is there: nothing has to be made again.")
        else:
            text = _(
                "The steps from {before:,} to {step:,} are made again first, with the same outcome."
            ).format(before=before + 1, step=step)
        self._told.setText(text)


def _text(name: str, words: str = "") -> QLabel:
    label = QLabel(words)
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setProperty("role", "hint")
    return label


def checkpoint_steps(run: Path) -> tuple[int, ...]:
    """Return the steps of the checkpoints of a run, the newest last."""
    names = (path.parent.name for path in run.glob("checkpoints/step-*/manifest.json"))
    numbers = (name.split("-")[1] for name in names)
    return tuple(sorted(int(text) for text in numbers if text.isdecimal() and len(text) < 16))
