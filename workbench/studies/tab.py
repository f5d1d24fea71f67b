"""The Study tab: which study, how far it is, the table of it, and the samples of its cells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from engine.studies.declaration import MOST_AT_ONCE
from engine.studies.folder import Row
from engine.studies.results import Results, results_of
from projects.translation import gettext as _
from projects.translation import ngettext
from widgets import theme
from widgets.choice_box import ChoiceBox, place_of
from widgets.elided import ElidedLabel
from widgets.empty_state import EmptyState
from widgets.plots.flow import FlowLayout
from widgets.progress import Progress
from widgets.topics import TOPIC
from workbench.choices import State, choose, chosen
from workbench.rundata import RunData, run_title
from workbench.studies.sheets import Sheets
from workbench.studies.studying import Opened, Studying
from workbench.studies.table import StudyTable

READ_ONE, EMPTY = 1, 0


class StudyTab(QWidget):
    """Shows one of the project's studies.

    Args:
        studying: The study that goes on.
        parent: Qt parent.

    Signals:
        new_wanted: Declare a study.
        study_wanted(path): Read this study.
        train_wanted(path, at_once): Train what is not done of it.
        export_wanted(results): Write its table to a file.
        runs_chosen(paths): The curves of these runs are to be seen together.
        run_wanted(path): Open this run in the panels.
        sheet_wanted(path): Read this run, for its samples.
    """

    new_wanted = Signal()
    study_wanted = Signal(object)
    train_wanted = Signal(object, int)
    export_wanted = Signal(object)
    runs_chosen = Signal(object)
    run_wanted = Signal(object)
    sheet_wanted = Signal(object)

    def __init__(self, studying: Studying, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("studyTab")
        self.setProperty(TOPIC, "article/comparing")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._studying = studying
        self._opened: Opened | None = None
        self._make_tools()
        self._table = StudyTable()
        self._table.chosen.connect(self.runs_chosen)
        self._table.run_wanted.connect(self.run_wanted)
        self._sheets = Sheets()
        self._sheets.run_wanted.connect(self.sheet_wanted)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setObjectName("studySplit")
        split.setChildrenCollapsible(False)
        split.addWidget(self._table)
        split.addWidget(self._sheets)
        split.setSizes([640, 420])
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(theme.PAD, theme.GAP, theme.PAD, theme.GAP)
        column.setSpacing(theme.GAP)
        column.addLayout(self._tools)
        column.addLayout(self._progress)
        column.addWidget(split, 1)
        empty = EmptyState(
            _("No study yet"),
            _(
                "A study trains the project once for every combination of settings and seeds, and shows "
                "mean ± standard deviation of each and their samples side by side."
            ),
            _("New study…"),
        )
        empty.clicked.connect(self.new_wanted)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(empty)
        self._pages.addWidget(page)
        studying.changed.connect(self.refresh)
        self.refresh()

    def _make_tools(self) -> None:
        self._which = ChoiceBox("studyWhich", _("Study"))
        self._which.setMinimumWidth(200)
        self._which.activated.connect(self._chosen)
        self._new = _button("studyNew", _("New study…"), self.new_wanted.emit)
        self._train = _button("studyTrain", _("Train"), self._train_it)
        self._train.setProperty("primary", True)
        self._pause = _button("studyPause", _("Pause"), self._studying.pause)
        self._stop = _button("studyStop", _("Stop"), self._studying.stop)
        self._export = _button("studyExport", _("Export table…"), self._export_it)
        self._at_once = QSpinBox()
        self._at_once.setObjectName("studyAtOnce")
        self._at_once.setAccessibleName(_("Runs at once"))
        self._at_once.setRange(1, MOST_AT_ONCE)
        self._at_once.valueChanged.connect(self._say_threads)
        label = QLabel(_("At once"))
        label.setBuddy(self._at_once)
        self._threads = QLabel()
        self._threads.setProperty("role", "hint")
        number = QWidget()
        beside = QHBoxLayout(number)
        beside.setContentsMargins(0, 0, 0, 0)
        for part in (label, self._at_once, self._threads):
            beside.addWidget(part)
        self._tools = FlowLayout(gap=theme.GAP)
        for widget in (
            *(self._which, self._new, self._train, self._pause, self._stop),
            *(number, self._export),
        ):
            self._tools.addWidget(widget)
        self._bar = Progress("studyBar", _("Progress of the study"))
        self._bar.setMaximumWidth(260)
        self._words = ElidedLabel()
        self._words.setObjectName("studyWords")
        self._words.setProperty("role", "hint")
        self._progress = QHBoxLayout()
        self._progress.setSpacing(theme.PAD)
        self._progress.addWidget(self._bar, 1)
        self._progress.addWidget(self._words, 2)

    # ----------------------------------------------------------------------------------- shown

    @property
    def shown(self) -> Path | None:
        """Folder of the study that is shown."""
        return self._opened.folder.path if self._opened is not None else None

    def set_studies(self, found: list[tuple[Path, str]]) -> None:
        """List the studies that there are: paths and titles, newest first."""
        self._which.fill([(title, path) for path, title in found])
        if self.shown is not None:
            self._which.choose(self.shown)
        self._pages.setCurrentIndex(READ_ONE if found or self._opened is not None else EMPTY)

    def show_study(self, opened: Opened) -> None:
        """Show a study."""
        another = self._opened is None or self._opened.folder.path != opened.folder.path
        self._opened = opened
        if place_of(self._which, opened.folder.path) < 0:
            when = run_title(opened.folder.path).rpartition(" · ")[2]
            self._which.insertItem(0, f"{opened.study.title} · {when}", opened.folder.path)
        self._which.choose(opened.folder.path)
        if another:
            self._at_once.setValue(opened.study.at_once)
        self._pages.setCurrentIndex(READ_ONE)
        self._say_threads()
        self.refresh()

    def remembered(self) -> State:
        """Return which study is shown, and what is chosen of it."""
        table = self._table.remembered()
        controls = chosen(self)
        return {"opened": self._opened, "table": table, "controls": controls}

    def restore(self, state: State) -> None:
        """Show it again, as it was when it was read last; it is read anew."""
        match state:
            case {"opened": Opened() as opened, "table": dict(table), "controls": dict(controls)}:
                self.show_study(opened)
                self._table.restore(table)
                choose(self, controls)
                self.study_wanted.emit(opened.folder.path)

    def show_run(self, path: Path, run: RunData) -> None:
        """A run was read: it may be one whose samples are to be seen."""
        self._sheets.show_run(path, run)

    def refresh(self) -> None:
        """Show how far everything is."""
        results = self._results()
        self._table.show_results(results)
        self._sheets.show_results(results)
        mine, busy = self._is_mine(), self._studying.active
        left = [row for row in self._rows() if row.left]
        self._train.setVisible(not mine)
        self._train.setEnabled(not busy and bool(left))
        self._train.setText(_("Train") if len(left) == len(self._rows()) else _("Go on"))
        self._train.setToolTip(self._why_not(bool(left)))
        self._pause.setVisible(mine)
        self._pause.setText(_("Go on") if self._studying.paused else _("Pause"))
        self._stop.setVisible(mine)
        self._stop.setEnabled(not self._studying.stopping)
        self._at_once.setEnabled(not mine)
        self._export.setEnabled(results is not None and bool(results.metric))
        self._say_progress(results)

    def _why_not(self, left: bool) -> str:
        if self._studying.active:
            return _("Another study or comparison goes on.")
        return "" if left else _("Everything is trained.")

    def _say_progress(self, results: Results | None) -> None:
        rows = self._rows()
        done = sum(row.state == "finished" for row in rows)
        failed = sum(row.state == "failed" for row in rows)
        share = self._studying.share if self._is_mine() else (done + failed) / max(1, len(rows))
        self._bar.show_share(share)
        runs = ngettext("{done} of {all} run done", "{done} of {all} runs done", len(rows))
        words = [runs.format(done=done, all=len(rows))]
        if failed:
            words.append(_("{count} failed").format(count=failed))
        if self._is_mine():
            words.insert(0, self._state_words())
        if results is not None and results.metric:
            words.append(_("best by {metric}").format(metric=results.metric))
        self._words.setText(" · ".join(words))

    def _state_words(self) -> str:
        if self._studying.stopping:
            return _("stopping")
        if self._studying.paused:
            return _("paused")
        work = self._studying.work
        live = work.conductor.live if work is not None else []
        names = [work.row(one.order.name).planned.title for one in live] if work is not None else []
        return _("training {names}").format(names=", ".join(names)) if names else _("starting")

    def _results(self) -> Results | None:
        if self._opened is None:
            return None
        work = self._studying.work
        return (
            work.results()
            if self._is_mine() and work is not None
            else results_of(self._opened.study, self._opened.rows)
        )

    def _rows(self) -> list[Row]:
        if self._opened is None:
            return []
        work = self._studying.work
        return work.rows if self._is_mine() and work is not None else self._opened.rows

    def _is_mine(self) -> bool:
        work = self._studying.work
        return work is not None and work.folder.path == self.shown

    # ----------------------------------------------------------------------------------- hands

    def _chosen(self, place: int) -> None:
        path = self._which.itemData(place)
        if path != self.shown:
            self.study_wanted.emit(path)

    def _train_it(self) -> None:
        if self._opened is not None:
            self.train_wanted.emit(self._opened.folder.path, self._at_once.value())

    def _export_it(self) -> None:
        results = self._results()
        if results is not None:
            self.export_wanted.emit(results)

    def _say_threads(self, *_value: int) -> None:
        threads = max((row.planned.project.recipe.threads for row in self._rows()), default=1)
        count = self._at_once.value() * threads
        self._threads.setText(
            ngettext("{count} CPU thread", "{count} CPU threads", count).format(count=count)
        )


def _button(name: str, text: str, work: Callable[[], object]) -> QPushButton:
    made = QPushButton(text)
    made.setObjectName(name)
    made.setAccessibleName(text)
    made.clicked.connect(lambda: work())
    return made
