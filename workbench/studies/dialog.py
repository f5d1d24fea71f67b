"""Declares a study: what is different, with how many seeds, and how many runs that makes."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.objectives.base import objective_of
from engine.studies.declaration import MOST_AT_ONCE, Axis, Change, Study, read_study, write_study
from engine.studies.grid import cells_of, plan
from projects.errors import ProjectError
from projects.schema import Project
from projects.translation import gettext as _
from projects.translation import ngettext
from projects.yaml_reader import read_value
from projects.yaml_writer import flow
from widgets import icons, theme
from widgets.restyling import restyle
from widgets.topics import TOPIC
from workbench.metric_words import metric_words
from workbench.names import project_words
from workbench.place_words import placed_in
from workbench.studies.path_box import PathBox
from workbench.studies.values import in_words, options_at, value_of, wanted_paths, words_of

WIDTH = 640
MOST_SEEDS = 100
MOST_STEPS = 2**31 - 1
PROVEN = 64  # cells that are tried out while somebody types; all are before anything is trained


class StudyDialog(QDialog):
    """Asks what a study is to vary.

    Args:
        project: The open project.
        parent: The window.

    Signals:
        declared(Study): Train this.
        file_wanted(): Take a study from a file instead.
    """

    declared = Signal(object)
    file_wanted = Signal()

    def __init__(self, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("studyDialog")
        self.setProperty(TOPIC, "article/comparing")
        self.setWindowTitle(_("New study"))
        self.setMinimumWidth(WIDTH)
        self._project = project
        self._paths = wanted_paths(project)
        self._axes: list[AxisRow] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(theme.GAP)
        self._told = QLabel()
        self._told.setObjectName("studyTold")
        self._told.setWordWrap(True)
        self._told.setTextFormat(Qt.TextFormat.PlainText)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(theme.PAD)
        about = QLabel(
            _(
                "Every combination of these values is trained once with every seed. Values stand side by "
                "side: 0.001, 0.01, or {type: sgd, lr: 0.1}, {type: adam}."
            )
        )
        about.setProperty("role", "hint")
        about.setWordWrap(True)
        more = QPushButton(_("Vary something else too"))
        more.setObjectName("studyMore")
        more.setIcon(icons.icon("add"))
        more.clicked.connect(lambda: self.add_axis())
        column.addWidget(about)
        column.addLayout(self._rows)
        column.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(self._form())
        column.addWidget(self._told)
        column.addStretch(1)
        column.addWidget(self._buttons())
        self.add_axis(self._paths[0] if self._paths else "")

    def _form(self) -> QFormLayout:
        self._title = QLineEdit(_("Study of {name}").format(name=project_words(self._project.name)))
        self._title.setMaxLength(200)
        self._seeds = _spin("studySeeds", 1, MOST_SEEDS, 3)
        self._steps = _spin("studySteps", 0, MOST_STEPS, 0)
        self._steps.setSpecialValueText(_("as in the recipe"))
        self._steps.setGroupSeparatorShown(True)
        self._at_once = _spin("studyJobs", 1, MOST_AT_ONCE, 1)
        self._metric = QComboBox()
        self._metric.setObjectName("studyMetric")
        self._metric.addItem(_("as the objective says"), "")
        for metric in objective_of(self._project).metrics:
            self._metric.addItem(metric_words(metric.name), metric.name)
        form = QFormLayout()
        form.setSpacing(theme.GAP)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for title, editor in (
            (_("Name"), self._title),
            (_("Seeds"), self._seeds),
            (_("Steps at most"), self._steps),
            (_("Best by"), self._metric),
            (_("Runs at once"), self._at_once),
        ):
            editor.setAccessibleName(title)
            form.addRow(title, editor)
        self._title.setObjectName("studyTitle")
        for spin in (self._seeds, self._steps, self._at_once):
            spin.valueChanged.connect(self._tell)
        return form

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox()
        self._begin = QPushButton(_("Train"))
        self._begin.setProperty("primary", True)
        self._begin.setDefault(True)
        for name, button, role, work in (
            ("studyBegin", self._begin, QDialogButtonBox.ButtonRole.AcceptRole, self.accept),
            (
                "studyCancel",
                QPushButton(_("Cancel")),
                QDialogButtonBox.ButtonRole.RejectRole,
                self.reject,
            ),
            (
                "studyFile",
                QPushButton(_("From a study file…")),
                QDialogButtonBox.ButtonRole.ResetRole,
                self._from_file,
            ),
        ):
            button.setObjectName(name)
            button.setAccessibleName(button.text())
            button.clicked.connect(work)
            buttons.addButton(button, role)
        return buttons

    # ----------------------------------------------------------------------------------- axes

    def add_axis(self, path: str = "") -> AxisRow:
        """Add a row for something that varies."""
        row = AxisRow(self._project, self._paths, path)
        row.changed.connect(self._tell)
        row.gone.connect(self._drop)
        self._axes.append(row)
        self._rows.addWidget(row)
        self._tell()
        return row

    def _drop(self, row: AxisRow) -> None:
        self._axes.remove(row)
        self._rows.removeWidget(row)
        row.deleteLater()
        self._tell()

    def study(self) -> Study:
        """Return what is declared now.

        Raises:
            ProjectError: It is no study yet; says why.
        """
        axes = self._declared()
        common = (Change("recipe.max_steps", self._steps.value()),) if self._steps.value() else ()
        made = Study(
            title=self._title.text().strip() or _("Study"),
            axes=tuple(axes),
            seeds=tuple(range(self._seeds.value())),
            common=common,
            metric=str(self._metric.currentData()),
            at_once=self._at_once.value(),
        )
        return read_study(write_study(made))

    def _declared(self) -> list[Axis]:
        return [row.axis() for row in self._axes if not row.blank]

    def _tell(self, *_value: object) -> None:
        try:
            study = self.study()
            tried = msgspec.structs.replace(study, seeds=study.seeds[:1])
            if study.cells <= PROVEN:
                plan(tried, self._project)
        except ProjectError as error:
            self._show(placed_in(self._project, error.problem), "problem")
            return
        threads = self._project.recipe.threads * study.at_once
        runs = ngettext("{count:,} run", "{count:,} runs", study.runs).format(count=study.runs)
        axes = tuple(in_words(self._project, axis) for axis in self._declared())
        worded = msgspec.structs.replace(study, axes=axes)
        first = ", ".join(cell.title for cell in cells_of(worded)[:4])
        cpu = ngettext("{count} CPU thread", "{count} CPU threads", threads).format(count=threads)
        words = ngettext(
            "{cells} × {seeds} seed = {runs}, on {threads}: {first}{more}",
            "{cells} × {seeds} seeds = {runs}, on {threads}: {first}{more}",
            len(study.seeds),
        )
        self._show(
            words.format(
                cells=study.cells,
                seeds=len(study.seeds),
                runs=runs,
                threads=cpu,
                first=first,
                more=" …" if study.cells > 4 else "",
            ),
            "hint",
        )

    def _show(self, text: str, role: str) -> None:
        self._told.setText(text)
        restyle(self._told, "role", role)
        self._begin.setEnabled(role != "problem")

    def accept(self) -> None:
        """Train it, unless it is no study."""
        if self._begin.isEnabled():
            self.declared.emit(self.study())
            super().accept()

    def _from_file(self) -> None:
        self.reject()
        self.file_wanted.emit()


class AxisRow(QWidget):
    """A path and the values that are tried there.

    Args:
        project: The project.
        paths: Every path that is offered.
        path: The one that is chosen first.

    Signals:
        changed(): It says something else.
        gone(row): It is to be taken away.
    """

    changed = Signal()
    gone = Signal(object)

    def __init__(self, project: Project, paths: list[str], path: str) -> None:
        super().__init__()
        self._project = project
        self.path = PathBox(project, paths, path)
        self.path.setObjectName("axisPath")
        self.values = QLineEdit()
        self.values.setObjectName("axisValues")
        self.values.setAccessibleName(_("Values"))
        self.values.setPlaceholderText(_("values, side by side: 0.001, 0.01"))
        gone = QToolButton()
        gone.setObjectName("axisGone")
        gone.setIcon(icons.icon("close"))
        gone.setAccessibleName(_("Do not vary this"))
        gone.setToolTip(_("Do not vary this"))
        gone.clicked.connect(lambda: self.gone.emit(self))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        row.addWidget(self.path, 1)
        row.addWidget(self.values, 1)
        row.addWidget(gone)
        self.path.chosen.connect(self._offer)
        self.values.textEdited.connect(self.changed)
        self._offer(path)

    @property
    def blank(self) -> bool:
        """Whether nothing is chosen in it."""
        return not self.path.path

    def axis(self) -> Axis:
        """Return what it says.

        Raises:
            ProjectError: The values cannot be read.
        """
        path = self.path.path
        values = read_value(f"[{self.values.text()}]", path)
        known = [value_of(self._project, path, v) if isinstance(v, str) else None for v in values]
        return Axis.of(path, [v if k is None else k for v, k in zip(values, known, strict=True)])

    def _offer(self, path: str) -> None:
        options = options_at(self._project, path) if path else []
        known = ((words_of(self._project, path, option), option) for option in options)
        told = (_typed(words) if words else flow(option) for words, option in known)
        self.values.setText(", ".join(told))
        self.values.setCursorPosition(0)
        self.changed.emit()


def _typed(words: str) -> str:
    """Words as they stand in a list of values: in quotation marks only where they would not be read otherwise."""
    try:
        alone = read_value(f"[{words}]", "") == [words]
    except ProjectError:
        alone = False
    return words if alone else flow(words)


def _spin(name: str, low: int, high: int, value: int) -> QSpinBox:
    made = QSpinBox()
    made.setObjectName(name)
    made.setRange(low, high)
    made.setValue(value)
    return made
