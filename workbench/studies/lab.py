"""Studies of the open project: what starts them, which tab shows them, and what is said of all that is trained at once."""

from __future__ import annotations

import os
import time
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QMainWindow

from engine.client import Engines
from engine.studies.declaration import Study, load_study, project_file_of
from engine.studies.results import Results, as_csv, as_markdown
from projects import atomic
from projects.errors import Problem, UserError
from projects.translation import gettext as _
from workbench.document import Document
from workbench.files import Files
from workbench.flow import Flow
from workbench.problem_words import placed
from workbench.project_view import ProjectView
from workbench.questions import CANCEL, Choice, ask
from workbench.rundata import RunData
from workbench.runs import Runs
from workbench.save_place import begin_in, place_of
from workbench.studies.dialog import StudyDialog
from workbench.studies.listing import STUDIES, studies_in, title_of
from workbench.studies.pairs import Pairs
from workbench.studies.studying import Opened, Studying
from workbench.studies.tab import StudyTab
from workbench.studies.together import Together
from workbench.toasts import Toasts
from workbench.viewer import Viewer

SAMPLES_RATE = 2.0


class Lab(QObject):
    """Hears the Study tab and its dialogs, and orders trainings.

    Args:
        files: Holds the open project.
        flow: Knows whether the project can be trained.
        runs: The runs of the project.
        viewer: The panels.
        engines: The window's engines.
        toasts: Where messages appear.
        window: The window.

    Attributes:
        studying: What goes on.
        study_tab: The Study tab of the open project, or None.
        pairs: A/B tests, and its Compare tab.
    """

    def __init__(
        self,
        files: Files,
        flow: Flow,
        runs: Runs,
        viewer: Viewer,
        engines: Engines,
        toasts: Toasts,
        window: QMainWindow,
    ) -> None:
        super().__init__(window)
        self._files = files
        self._flow = flow
        self._runs = runs
        self._viewer = viewer
        self._toasts = toasts
        self._window = window
        self._view: ProjectView | None = None
        self._sheets: set[Path] = set()
        self._together = Together(runs, viewer)
        self.studying = Studying(engines, runs, self)
        self.study_tab: StudyTab | None = None
        self.pairs = Pairs(files, flow, runs, self.studying, self._together, self.why_not, window)
        runs.loaded.connect(self._loaded)
        self.studying.opened.connect(self._opened)
        self.studying.unreadable.connect(self._unreadable)
        self.studying.over.connect(self._over)
        self.studying.held.connect(self._held)

    # ----------------------------------------------------------------------------------- window

    def watch(self, document: Document | None, view: ProjectView | None) -> None:
        """Give the tabs of an open project these two more, or forget them."""
        self._view = view
        self._together.forget()
        self._sheets.clear()
        self.study_tab = None
        self.pairs.watch(view)
        if document is None or view is None:
            return
        study = StudyTab(self.studying)
        study.new_wanted.connect(self.ask_study)
        study.study_wanted.connect(self.studying.read)
        study.train_wanted.connect(self.studying.go_on_with)
        study.export_wanted.connect(self._export)
        study.runs_chosen.connect(self._together.draw)
        study.run_wanted.connect(self._show_run)
        study.sheet_wanted.connect(self._read_sheet)
        view.add_tab(study, "study", _("Study"))
        self.study_tab = study
        self._list_studies()

    def take_over(self, other: Lab) -> None:
        """Know which runs are drawn together already in another window of the same project."""
        self._together.take_over(other._together)

    def poll(self) -> None:
        """Fetch what the engines said; called by the window's timer."""
        self.studying.poll()

    def refresh(self) -> None:
        """Show how far everything is; called by the window's timer, less often."""
        compare = self.pairs.tab
        if not self.studying.active and (compare is None or compare.isHidden()):
            return
        streams = self._viewer.streams()
        if self.studying.pair:
            streams["samples"] = max(SAMPLES_RATE, streams.get("samples", 0.0))
        self.studying.watch(streams)
        if compare is not None:
            compare.refresh()
        if self.study_tab is not None and self.study_tab.isVisible() and self.studying.work:
            self.study_tab.refresh()

    def show(self, name: str) -> None:
        """Bring the tab ``compare`` or ``study`` to the front."""
        if name == "compare":
            self.pairs.show()
        elif self._view is not None and self.study_tab is not None:
            self._view.setCurrentWidget(self.study_tab)

    def why_not(self) -> str:
        """Why neither a study nor an A/B test can be started now; empty when they can."""
        if self._files.document is None:
            return _("Open a project first.")
        return _("Another study or comparison goes on.") if self.studying.active else ""

    def may_leave(self) -> bool:
        """Ask before what goes on is ended by closing its project; return whether it may be."""
        if not self.studying.active or self.studying.stopping:
            return True
        study = not self.studying.pair
        answer = ask(
            self._window,
            "study",
            _("A study goes on") if study else _("Two trainings are being compared"),
            _("Its runs will be stopped with a checkpoint; “Go on” in its tab resumes them.")
            if study
            else _("They will be stopped with a checkpoint, from which they can be resumed."),
            (
                Choice("stop", _("Stop them"), primary=True),
                Choice(CANCEL, _("Cancel")),
            ),
        )
        if answer == CANCEL:
            return False
        self.studying.stop()
        return True

    # ----------------------------------------------------------------------------------- studies

    def ask_study(self) -> None:
        """Ask what a new study is to vary."""
        document = self._files.document
        if document is None or self.why_not():
            return
        if document.path is None:
            self._toasts.show_warning(
                _("Save the project first"),
                _("A study lies in the folder “studies” beside the project."),
                action=(_("Save as…"), self._save_as),
            )
            return
        if not self._flow.sound():
            return
        dialog = StudyDialog(document.project, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.declared.connect(self.begin)
        dialog.file_wanted.connect(self.ask_study_file)
        dialog.open()

    def _save_as(self) -> None:
        self._files.ask_save_as()

    def ask_study_file(self) -> None:
        """Choose a study file and train it with the open project."""
        document = self._files.document
        if document is None or document.path is None:
            return
        kinds = _("Studies (*.yaml *.yml)")
        name, _kind = QFileDialog.getOpenFileName(
            self._window, _("Study file"), str(document.folder), kinds
        )
        if name:
            self.begin_file(Path(name))

    def begin_file(self, path: Path) -> None:
        """Train a study that a file declares with the open project."""
        document = self._files.document
        try:
            study = load_study(path)
            named = project_file_of(study, path).resolve() if study.project else None
        except UserError as error:
            self._unreadable(path, error.problem)
            return
        if document is not None and named is not None and named != document.path:
            self._unreadable(
                path,
                Problem(
                    str(path),
                    _("this is a study of another project: {project}.").format(project=named),
                    _("Open that project first."),
                ),
            )
            return
        self.begin(study)

    def begin(self, study: Study) -> None:
        """Train a study of the open project in a folder of its own."""
        document = self._files.document
        if document is None or document.path is None or self.why_not():
            return
        stamp = time.strftime("%Y%m%d-%H%M%S")
        path = document.folder / STUDIES / f"{stamp}-{document.path.stem}"
        self.show("study")
        self.studying.begin(path, study, document.project, document.folder)

    def _list_studies(self) -> None:
        document, tab = self._files.document, self.study_tab
        if document is None or document.path is None or tab is None:
            return
        found = studies_in(document.folder / STUDIES)
        tab.set_studies([(path, title_of(path)) for path in found])
        if found and tab.shown is None:
            self.studying.read(found[0])

    def _opened(self, opened: Opened) -> None:
        """A study was read, or is over: it is shown if it is one of the open project."""
        document, tab = self._files.document, self.study_tab
        if tab is None or document is None:
            return
        if opened.folder.path.is_relative_to(os.path.abspath(document.folder)):
            tab.show_study(opened)

    def _unreadable(self, path: Path, problem: Problem) -> None:
        self._toasts.show_error(_("The study cannot be used"), placed(problem))
        if self.study_tab is not None:
            self.study_tab.refresh()

    def _export(self, results: Results) -> None:
        kinds = _("CSV, every run (*.csv);;Markdown, mean ± sd (*.md)")
        name, _kind = QFileDialog.getSaveFileName(
            self._window, _("Export table"), str(place_of(self._window) / "results.csv"), kinds
        )
        if name:
            begin_in(self._window, Path(name).parent)
            self.export(results, Path(name))

    def export(self, results: Results, path: Path) -> None:
        """Write the table of a study to a file; which kind its ending says."""
        table = as_markdown if path.suffix.lower() == ".md" else as_csv
        try:
            atomic.write(path, table(results).encode(errors="replace"))
        except UserError as error:
            self._toasts.show_error(_("The table could not be written"), str(error))
            return
        self._toasts.show_info(_("Table written"), str(path), "ok")

    # ----------------------------------------------------------------------------------- runs

    def _loaded(self, path: Path, run: RunData) -> None:
        if path in self._sheets and self.study_tab is not None:
            self._sheets.discard(path)
            self.study_tab.show_run(path, run)

    def _read_sheet(self, path: Path) -> None:
        self._sheets.add(path)
        self._runs.load(path)

    def _show_run(self, path: Path) -> None:
        self._together.show_alone(path, self.studying.data(path))

    def _over(self, failures: list[str]) -> None:
        self._runs.settle()
        if failures:
            more = len(failures) - 1
            text = failures[0] + (
                " " + _("… and {count} more.").format(count=more) if more > 0 else ""
            )
            self._toasts.show_error(_("Not every run could be trained"), text)
        else:
            self._toasts.show_info(_("The trainings are over"), "", "ok")

    def _held(self, text: str) -> None:
        self._toasts.show_error(
            _("The training waits: the disk is full"),
            text,
            action=(_("Retry"), self.studying.go_on),
        )
