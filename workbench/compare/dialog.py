"""Asks what two trainings are to differ in, and says the difference in words before anything starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.validate import validate
from projects.errors import ProjectError, UserError
from projects.schema import Project
from projects.translation import gettext as _
from projects.translation import ngettext
from widgets import theme
from widgets.plain import plain_tip
from widgets.restyling import restyle
from widgets.topics import TOPIC
from workbench.compare.change import ChangeEditor
from workbench.difference_words import difference_words
from workbench.place_words import placed_in

WIDTH = 560
MOST_TOLD = 6


class CompareDialog(QDialog):
    """Chooses between a change of the project and a run to compare it with.

    Args:
        project: The project as it is on the canvas.
        runs: Runs that it can be compared with: paths and names.
        frozen: Reads the project of a run.
        parent: The window.

    Signals:
        pair_wanted(changed, at_once): Train the project as it is, and this one.
        against_wanted(run): Train the project as it is, to be compared with this run.
    """

    pair_wanted = Signal(object, int)
    against_wanted = Signal(object)

    def __init__(
        self,
        project: Project,
        runs: Sequence[tuple[Path, str]],
        frozen: Callable[[Path], Project],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("compareDialog")
        self.setProperty(TOPIC, "article/comparing")
        self.setWindowTitle(_("A/B test"))
        self.setMinimumWidth(WIDTH)
        self._project = project
        self._frozen = frozen
        self._one = _segment("compareChange", _("One thing changed"))
        self._one.setToolTip(_("Trains the project as it is, and with one thing changed"))
        self._one.setChecked(True)
        self._other = _segment("compareAgainst", _("Against a run"))
        self._other.setToolTip(_("Trains the project as it is now, to compare it with a run"))
        self._other.setEnabled(bool(runs))
        self._editor = ChangeEditor(project)
        self._editor.changed.connect(self._tell)
        self._runs = QComboBox()
        self._runs.setObjectName("compareRun")
        self._runs.setAccessibleName(_("Run"))
        for path, name in runs:
            self._runs.addItem(name, path)
        self._runs.currentIndexChanged.connect(self._tell)
        self._both = QCheckBox(_("Both at once"))
        self._both.setObjectName("compareBoth")
        self._both.toggled.connect(self._tell)
        self._told = QLabel()
        self._told.setObjectName("compareTold")
        self._told.setWordWrap(True)
        self._told.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(theme.PAD)
        ways = QHBoxLayout()
        ways.setSpacing(theme.GAP)
        ways.addWidget(self._one)
        ways.addWidget(self._other)
        ways.addStretch(1)
        column.addLayout(ways)
        for widget in (self._editor, self._both, self._runs, self._told):
            column.addWidget(widget)
        column.addStretch(1)
        column.addWidget(self._buttons())
        self._one.toggled.connect(self._tell)
        self._tell()

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox()
        self._begin = QPushButton(_("Train"))
        self._begin.setObjectName("compareBegin")
        self._begin.setAccessibleName(self._begin.text())
        self._begin.setProperty("primary", True)
        self._begin.setDefault(True)
        self._begin.clicked.connect(self.accept)
        cancel = QPushButton(_("Cancel"))
        cancel.setObjectName("compareCancel")
        cancel.setAccessibleName(cancel.text())
        cancel.clicked.connect(self.reject)
        buttons.addButton(self._begin, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton(cancel, QDialogButtonBox.ButtonRole.RejectRole)
        return buttons

    def _tell(self, *_value: object) -> None:
        change = self._one.isChecked()
        self._editor.setVisible(change)
        self._both.setVisible(change)
        self._runs.setVisible(not change)
        try:
            sentences, as_files = self._sentences()
        except UserError as error:
            blank = change and self._editor.blank
            words = placed_in(self._project, error.problem)
            self._show(words, "hint" if blank else "problem", False)
            return
        if not sentences:
            words = _("There is no difference: the same seed makes the same run.")
            self._show(words, "caution", not change)
            return
        more = len(sentences) - MOST_TOLD
        told = sentences[:MOST_TOLD]
        if more > 0:
            told.append(_("… and {count} more.").format(count=more))
        self._show("\n".join([_("What is different:"), *told, "", self._cost()]), "hint", True)
        self._told.setToolTip(plain_tip("\n".join(as_files)))

    def _sentences(self) -> tuple[list[str], list[str]]:
        if self._one.isChecked():
            changed = self._editor.project()
            validate(changed)
            return difference_words(self._project, changed)
        return difference_words(self._frozen(self._runs.currentData()), self._project)

    def _cost(self) -> str:
        at_once = 2 if self._one.isChecked() and self._both.isChecked() else 1
        threads = at_once * self._project.recipe.threads
        count = ngettext("{count} CPU thread", "{count} CPU threads", threads).format(count=threads)
        if not self._one.isChecked():
            return _("One training, on {threads}; same seed, same order of the data.").format(
                threads=count
            )
        how = _("both at once") if at_once == 2 else _("one after the other")
        return _("Two trainings, {how}, on {threads}; same seed, same order of the data.").format(
            how=how, threads=count
        )

    def _show(self, text: str, role: str, ready: bool) -> None:
        self._told.setText(text)
        self._told.setToolTip("")
        restyle(self._told, "role", role)
        self._begin.setEnabled(ready)
        QTimer.singleShot(0, self, self._fit)

    def _fit(self) -> None:
        """Be as high as what is shown needs, once it is laid out."""
        self.resize(self.width(), self.sizeHint().height())

    def accept(self) -> None:
        """Say what is wanted, unless it cannot be."""
        if not self._begin.isEnabled():
            return
        try:
            if self._one.isChecked():
                self.pair_wanted.emit(self._editor.project(), 2 if self._both.isChecked() else 1)
            else:
                self.against_wanted.emit(self._runs.currentData())
        except ProjectError:
            return
        super().accept()


def _segment(name: str, text: str) -> QPushButton:
    made = QPushButton(text)
    made.setObjectName(name)
    made.setAccessibleName(text)
    made.setProperty("segment", True)
    made.setCheckable(True)
    made.setAutoExclusive(True)
    return made
