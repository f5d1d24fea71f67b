"""The main window: puts the parts together and passes words between them.

What a part does is written in the part; here is only who hears whom.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QMessageBox, QStackedWidget, QVBoxLayout, QWidget

from engine.client import Died, Engines
from engine.clinic.vitals import VITALS
from engine.probes.base import PROBES, probes_of
from engine.protocol import Checked, Previewed
from engine.runs.lock import is_training
from projects.errors import Problem
from projects.guides import guide
from projects.schema import Project
from projects.templates import Template
from projects.translation import N_, ngettext
from projects.translation import gettext as _
from widgets.forms.form import FieldRow
from widgets.pages import Pages
from widgets.topics import Attention
from workbench.actions import Registry
from workbench.appearance import Appearance
from workbench.brancher import Brancher
from workbench.clinic import Clinic
from workbench.command_palette import CommandPalette
from workbench.commands import edit, file, help, lab, layers, train, view
from workbench.dashboard import Dashboard
from workbench.designer import Designer
from workbench.desk import Desk
from workbench.docks import GUIDE, Docks
from workbench.document import Document
from workbench.event_files import EventFiles
from workbench.files import Files
from workbench.finder import find_entries
from workbench.flow import Flow
from workbench.guide.panel import GuidePanel
from workbench.guide.tutor import Tutor
from workbench.history import History
from workbench.importing import Importing
from workbench.inside.looker import Looker
from workbench.inspector import Inspector
from workbench.latent_lab import LatentLab, draws
from workbench.live_dialog import LiveDialog
from workbench.outline import Outline
from workbench.preflight_dialog import PreflightDialog
from workbench.project_view import ProjectView
from workbench.properties import Properties
from workbench.questions import CANCEL, Choice, ask
from workbench.rate_dialog import RateDialog, with_rate
from workbench.recovery import Leftover, Recovery
from workbench.recovery_bar import RecoveryBar
from workbench.run_list import RunList
from workbench.rundata import RunData
from workbench.runs import Runs
from workbench.scope import network_of
from workbench.settings import Settings
from workbench.shelf import Shelf
from workbench.shortcuts_help import ShortcutsHelp
from workbench.start_page import StartPage
from workbench.status import Status
from workbench.studies.lab import Lab
from workbench.textbook import Textbook
from workbench.toasts import Toasts
from workbench.toolbar import Toolbar
from workbench.training import Training
from workbench.viewer import Viewer

TICK_MS = 33
SLOW_TICKS = 6
LEAST_LAYERS, LEAST_INSPECTOR = 176, 264
MENUS = {
    "file": N_("&File"),
    "edit": N_("&Edit"),
    "layers": N_("&Layers"),
    "view": N_("&View"),
    "train": N_("&Train"),
    "help": N_("&Help"),
}


ALWAYS = ("scalars", VITALS)  # streams of every training


class MainWindow(QMainWindow):
    """One window, one project.

    Args:
        settings: What is remembered between starts.
        appearance: Light or dark.
        engines: Its engines; made when not given.
    """

    def __init__(
        self, settings: Settings, appearance: Appearance, engines: Engines | None = None
    ) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.settings = settings
        self.appearance = appearance
        self.engines = engines or Engines()
        self.desk = Desk(self.engines, self)
        self.training = Training(self.engines, self)
        self.runs = Runs(self)
        self.recovery = Recovery(self, self.runs.homeless)
        self.runs.homeless_changed.connect(self.recovery.keep)
        self.files = Files(self, settings, self.recovery)
        self.files.guard = self._may_leave_training
        self.toasts = Toasts(self)
        self.status = Status()
        self.dashboard = Dashboard(self.desk, settings, self.status, self.toasts, self)
        self.problems = self.dashboard.problems
        self.view: ProjectView | None = None
        self.inspector: Inspector | None = None
        self._make_parts()
        self.flow = Flow(
            self.files, self.desk, self.training, self.runs, self.viewer, self.toasts, self
        )
        self.flow.fixes = self.dashboard.mender.fixes
        self.flow.mend_wanted.connect(self.dashboard.mend)
        self.brancher = Brancher(
            self.flow, self.training, self.runs, self.run_list, self.viewer, self.toasts, self
        )
        self.brancher.kept = self.dashboard.keeper.words_of
        self.clinic = Clinic(
            self.desk, self.training, self.viewer, self.brancher, self.status, self.toasts, self
        )
        self.clinic.panel_wanted.connect(self.docks.reveal)
        self.importing = Importing(
            self.files, self.desk, self.runs, self.viewer, self.toasts, self.status, self
        )
        self.importing.sound = self.flow.sound
        self.event_files = EventFiles(self.runs, self.viewer, self.toasts, self)
        self.lab = Lab(
            self.files, self.flow, self.runs, self.viewer, self.engines, self.toasts, self
        )
        self.looker = Looker(self.engines, self)
        self.setAcceptDrops(True)
        self._make_commands()
        self._connect()
        self._ticks = 0
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._closed()

    # ----------------------------------------------------------------------------------- making

    def _make_parts(self) -> None:
        self.start = StartPage()
        self.bar = RecoveryBar()
        self._pages = Pages()
        self._pages.addWidget(self.start)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self._pages, 1)
        self.setCentralWidget(centre)
        self.layers = Shelf()
        self.run_list = RunList()
        self.viewer = Viewer(self.runs, self)
        self.layers.setMinimumWidth(LEAST_LAYERS)
        self.outline = Outline()
        self.history = History()
        self._inspector_place = QStackedWidget()
        self._inspector_place.setMinimumWidth(LEAST_INSPECTOR)
        self.docks = Docks(self, self.settings)
        self.docks.add("layers", _("Layers"), self.layers)
        self.docks.add("outline", _("Outline"), self.outline)
        self.docks.add("inspector", _("Inspector"), self._inspector_place)
        self.docks.add("history", _("History"), self.history)
        for panel in self.viewer.panels:
            self.docks.add(panel.name, panel.title, panel)
        self.docks.add("runs", _("Runs"), self.run_list)
        self.docks.add("problems", _("Problems"), self.problems)
        self.guide = GuidePanel()
        self.docks.add(GUIDE, _("Guide"), self.guide)
        self.tutor = Tutor(self.guide, self.settings, self)
        self.setStatusBar(self.status)
        self.palette_popup = CommandPalette(self)
        self.textbook = Textbook(self)
        self._attention = Attention(self)

    def _make_commands(self) -> None:
        self.registry = Registry(self)
        for module in (file, edit, layers, view, train, lab, help):
            self.registry.add(module.commands(self))
        self.registry.fill(self.menuBar(), MENUS)
        self.toolbar = Toolbar(self.registry)
        self.addToolBar(self.toolbar)
        self.registry.refresh()

    def _connect(self) -> None:
        start, files, training = self.start, self.files, self.training
        start.new_wanted.connect(self.new)
        start.open_wanted.connect(self.open_dialog)
        start.import_wanted.connect(self.importing.ask)
        self.importing.changed.connect(self.registry.refresh)
        self.lab.studying.changed.connect(self.registry.refresh)
        start.path_wanted.connect(self.open)
        start.forget_wanted.connect(self._forget)
        start.template_wanted.connect(self.open_template)
        self.bar.restore_wanted.connect(self._restore)
        files.opened.connect(self._opened)
        files.closed.connect(self._closed)
        files.saved.connect(self._saved)
        files.failed.connect(self._file_failed)
        files.told.connect(self.toasts.show_warning)
        self.desk.checked.connect(self._checked)
        self.desk.check_failed.connect(self._check_failed)
        self.desk.previewed.connect(self._previewed)
        self.desk.preview_failed.connect(self._preview_failed)
        self.desk.ready.connect(self.status.set_engine)
        self.desk.died.connect(self._desk_died)
        training.changed.connect(self._training_changed)
        training.begins.connect(self._say_what_is_seen)
        training.began.connect(self._began)
        self.toolbar.rate.changed.connect(training.set_learning_rate)
        self.runs.listed.connect(self.run_list.set_runs)
        self.runs.listed.connect(self.tutor.set_runs)
        self.guide.page_wanted.connect(self.show_textbook)
        start.guide_wanted.connect(self.open_guide)
        self.run_list.run_chosen.connect(self.viewer.show_path)
        self.run_list.overlay_changed.connect(self.viewer.overlay)
        self.run_list.resume_wanted.connect(self.flow.resume)
        self.run_list.compare_wanted.connect(self.lab.compare)
        cards = self.run_list.cards
        cards.busy = self._is_trained
        cards.gone.connect(self._runs_gone)
        cards.changed.connect(self.runs.rename)
        cards.failed.connect(self.toasts.show_warning)
        self.runs.renamed.connect(self.viewer.rename)
        self.viewer.action_wanted.connect(self._act)
        self.viewer.run_changed.connect(self._run_changed)
        self.viewer.run_changed.connect(self.looker.show_run)
        self.looker.train_wanted.connect(lambda: self._act("train"))
        self.viewer.said.connect(self._panel_said)
        self.flow.problems_wanted.connect(self.show_problems)
        self.status.problems_wanted.connect(self.show_problems)
        self.problems.place_wanted.connect(self.show_place)
        self.layers.chosen.connect(self._add_layer)
        self.layers.place_wanted.connect(self.show_place)
        self.layers.said.connect(self._said)
        self.outline.chosen.connect(self._choose)
        self.outline.opened.connect(self._node_opened)

    # ----------------------------------------------------------------------------------- life

    def begin(self, path: Path | None = None) -> None:
        """Start the engines, offer what was left behind, and open a project if one was named."""
        self.engines.start()
        self._timer.start()
        self.bar.offer(self.recovery.leftovers())
        if path is not None:
            self.open(path)

    def quit(self) -> None:
        """Close the window, after questions where something would be lost."""
        self.close()

    def end(self) -> None:
        """Close without questions, as a system that shuts down wants it; unsaved work is kept."""
        self.files.leave(keep_unsaved=True)
        self._end()
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Docks keep their shares of the window."""
        super().resizeEvent(event)
        self.docks.keep_shares()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept a file to look at, wherever it is dropped."""
        event.setAccepted(self.looker.takes(event.mimeData()))

    def dropEvent(self, event: QDropEvent) -> None:
        """Look at a file with the networks of the shown run."""
        self.looker.take(event.mimeData())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask where something would be lost; then end trainings with a checkpoint."""
        self._finish_typing()
        if not self.files.may_close():
            event.ignore()
            return
        self.hide()
        self.files.leave()
        self._end()
        event.accept()

    def _end(self) -> None:
        self._timer.stop()
        if self.view is not None:
            self.docks.remember()
        if self.files.document is not None:
            self.files.document.stack.blockSignals(True)  # it speaks even while it is destroyed
        self.settings.sync()
        self.engines.close()

    def _tick(self) -> None:
        self._ticks += 1
        self.training.poll()
        self.lab.poll()
        self.clinic.go()
        self.viewer.refresh()
        if self._ticks % SLOW_TICKS == 0:
            self._say_what_is_seen()
            self.lab.refresh()
            self.looker.refresh()
            self._show_progress()
            self.dashboard.show_health(self.viewer.shown)
            self.toasts.refresh()

    def _say_what_is_seen(self) -> None:
        self.training.watch({**self.dashboard.streams(), **self.viewer.streams()})

    # ----------------------------------------------------------------------------------- files

    @property
    def designer(self) -> Designer | None:
        """The designer in use, or None."""
        return self.view.designer if self.view is not None else None

    def new(self, objective: str) -> None:
        """Begin an empty project."""
        self.files.new_from(file.empty_project(objective))

    def open(self, path: Path) -> None:
        """Open a project file."""
        self.files.open(path)

    def open_dialog(self) -> None:
        """Choose a project file and open it."""
        self.files.ask_open()

    def save(self) -> None:
        """Save the project."""
        self._finish_typing()
        self.files.save()

    def _finish_typing(self) -> None:
        """What is typed but not entered yet, a name or a title, counts."""
        focus = self.focusWidget()
        if focus is not None:
            focus.clearFocus()
            if focus.isVisible():
                focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def save_as(self) -> None:
        """Save the project under another name."""
        self._finish_typing()
        self.files.ask_save_as()

    def close_project(self) -> None:
        """Go back to the start page."""
        if self.files.may_close():
            self.files.close()

    def undo(self) -> None:
        """Undo the last edit."""
        if self.files.document is not None:
            self.files.document.stack.undo()

    def redo(self) -> None:
        """Redo what was undone."""
        if self.files.document is not None:
            self.files.document.stack.redo()

    def open_template(self, template: Template) -> None:
        """Begin from an example."""
        self.files.new_from(template.project)

    def open_guide(self, name: str) -> None:
        """Begin a guided experiment."""
        self.files.new_from(guide(name).project)

    def _restore(self, leftover: Leftover) -> None:
        if not self.files.restore(leftover):
            self.bar.offer([leftover])
        elif leftover.runs:
            self.runs.adopt(leftover.runs)

    def _forget(self, path: Path) -> None:
        self.settings.forget(path)
        self.start.set_recent(self.settings.recent)

    def _file_failed(self, problem: Problem) -> None:
        place = f"{problem.where}: " if problem.where else ""
        text = f"{place}{problem.message} {problem.hint}".strip()
        self.toasts.show_error(_("The file could not be opened or saved"), text)

    def _opened(self, document: Document) -> None:
        first = self.view is None
        before = (self.view, self.inspector)
        self.toasts.clear()
        self.desk.watch(document)  # hears of edits first: they are checked while others show them
        self.view = ProjectView(document, self.dashboard.mender.fixes)
        self.inspector = Inspector(document, self.dashboard.mender.fixes)
        self._inspector_place.addWidget(self.inspector)
        self._inspector_place.setCurrentWidget(self.inspector)
        self._pages.addWidget(self.view)
        self._pages.setCurrentWidget(self.view)
        self._drop(*before)  # not before: for a moment the start page would ask for its room
        self.inspector.renamed.connect(lambda place, name: self._choose(place, (name,)))
        self.view.selection_changed.connect(self._selected)
        self.view.currentChanged.connect(self._tab_changed)
        self.view.node_opened.connect(self._node_opened)
        self.inspector.enter_wanted.connect(self._enter)
        self.view.said.connect(self._said)
        self.view.help_wanted.connect(self.show_textbook)
        self.view.data.preview_wanted.connect(self.desk.preview)
        self.view.data.permitted.connect(self.desk.check)
        self.view.recipe.rate_wanted.connect(self.show_rate_range)
        document.clean_changed.connect(self._title)
        document.path_changed.connect(self._path_changed)
        document.stack.indexChanged.connect(self.registry.refresh)
        self.problems.set_problems(None)
        self.layers.watch(document)
        self.outline.watch(document)
        self.history.watch(document.stack)
        self.viewer.show(None)
        self.viewer.overlay(())
        self.dashboard.watch(document, self.view, self.inspector)
        self.clinic.watch(document)
        self.tutor.watch(document)
        self.lab.watch(document, self.view)
        self.looker.watch(document, self.view)
        self.run_list.cards.forget()
        self.runs.watch(document)
        self._show_newest(document)
        self.toolbar.show()
        self.status.show()
        guided = not self.docks.is_away(GUIDE)
        self._fitting(document.project)  # first: the window would grow for docks that then leave
        if first:
            self.docks.show("design")
        elif guided != (self.tutor.guide is not None):
            self.docks.show(self.docks.workspace)
        self._tab_changed(self.view.currentIndex())  # the project before may have shown its data
        self._measured(document.project)
        self._title()
        self.registry.refresh()
        QTimer.singleShot(0, self.view, self.view.fit)

    def _show_newest(self, document: Document) -> None:
        """A saved project is found as it was left: with its latest run in the panels."""
        runs = self.runs.summaries() if document.path is not None else []
        if runs:
            self.viewer.show_path(runs[0][0])

    def _measured(self, project: Project) -> None:
        """Panels whose stream no probe of the project measures say so and stay behind the others."""
        streams = {PROBES.get(p.type).stream for p in probes_of(project) if p.type in PROBES}
        for panel in self.viewer.panels:
            panel.set_measured(panel.stream in streams or panel.stream in ALWAYS)
        self._fitting(project)
        self.docks.set_behind({p.name for p in self.viewer.panels if not p.measured})

    def _fitting(self, project: Project) -> None:
        """Panels that are about other kinds of projects are not there."""
        data = self.desk.latest.data if self.desk.latest is not None else None
        away = {panel.name for panel in self.viewer.panels if not panel.fits(project, data)}
        self.docks.set_away(away | (set() if self.tutor.guide else {GUIDE}))

    def _closed(self) -> None:
        if self.view is not None:
            self.docks.remember()
        self._drop(self.view, self.inspector)
        self.view = self.inspector = None
        self.layers.watch(None)
        self.outline.watch(None)
        self.history.watch(None)
        self.dashboard.watch(None)
        self.clinic.watch(None)
        self.tutor.watch(None)
        self.lab.watch(None, None)
        self.looker.watch(None, None)
        self.desk.watch(None)
        self.runs.watch(None)
        self.viewer.show(None)
        self.start.set_recent(self.settings.recent)
        self._pages.setCurrentWidget(self.start)
        self.docks.hide_all()
        self.toolbar.hide()
        self.status.hide()
        self._title()
        self.registry.refresh()

    def _drop(self, view: ProjectView | None, inspector: Inspector | None) -> None:
        for part, place in ((view, self._pages), (inspector, self._inspector_place)):
            if part is not None:
                place.removeWidget(part)
                part.deleteLater()

    def _saved(self, path: Path) -> None:
        self.toasts.show_info(_("Saved"), str(path), "ok")
        self._title()

    def _path_changed(self, path: Path) -> None:
        if not self.training.active:
            self.runs.settle()
            self.dashboard.keeper.watch(
                self.viewer.shown
            )  # its run may have moved beside the project

    def _title(self, *_clean: bool) -> None:
        document = self.files.document
        if document is None:
            self.setWindowModified(False)
            self.setWindowTitle("Ganvas")
            return
        name = document.path.name if document.path else document.project.name
        note = _(" (read-only)") if self.files.readonly else ""
        self.setWindowTitle(f"{name}[*]{note} – Ganvas")
        self.setWindowModified(not document.clean)

    # ----------------------------------------------------------------------------------- project

    def _tab_changed(self, index: int) -> None:
        if self.docks.workspace == "design":
            self.docks.make_room(index != 0)

    def _selected(self, place: str, ids: tuple[str, ...]) -> None:
        if self.inspector is not None:
            self.inspector.show_nodes(place, ids)
        self.outline.show_selection(place, ids)
        self.looker.choose(place, ids)
        self.registry.refresh()

    def _choose(self, place: str, ids: tuple[str, ...]) -> None:
        """Layers were chosen in the outline or renamed."""
        if self.view is not None and network_of(place) in self.view.designers:
            self.view.choose(place, ids)

    def _node_opened(self, place: str, name: str) -> None:
        if self.inspector is not None:
            self.docks.reveal("inspector")
            self.inspector.show_nodes(place, (name,))
            self.inspector.focus_first()

    def _enter(self, place: str, name: str) -> None:
        if self.view is not None:
            self.view.designers[network_of(place)].enter(name)

    def _said(self, problem: Problem) -> None:
        self.toasts.show_warning(problem.message, problem.hint)

    def _panel_said(self, title: str, text: str, good: bool) -> None:
        if good:
            self.toasts.show_info(title, text, "ok")
        else:
            self.toasts.show_error(title, text)

    def _add_layer(self, layer: str) -> None:
        if self.designer is not None:
            self.designer.add_layer(layer)

    def _checked(self, checked: Checked) -> None:
        if self.view is not None and self.inspector is not None:
            self.view.set_checked(checked)
            self.inspector.set_checked(checked)
        if self.files.document is not None:
            self._fitting(self.files.document.project)
        self.problems.set_problems(checked.problems)
        self.outline.set_checked(checked)
        self.status.set_checked(checked)

    def _check_failed(self, problem: Problem) -> None:
        title = _("The project could not be checked: shapes and problems may be old")
        self.toasts.show_error(title, str(problem))

    def _previewed(self, event: Previewed) -> None:
        if self.view is not None:
            self.view.data.show_preview(event)

    def _preview_failed(self, problem: Problem) -> None:
        if self.view is not None:
            self.view.data.show_failure(problem)

    def _desk_died(self, death: Died) -> None:
        self.status.set_engine(None, coming=death.restarts_in is not None)
        if death.restarts_in is None:
            text = _("Shapes and problems are not kept up to date until it runs again.")
            action = (_("Start it again"), self._restart_desk)
            self.toasts.show_error(death.text, text, death.trace, action)

    def _restart_desk(self) -> None:
        self.status.set_engine(None)
        self.engines.restart_desk()

    def show_place(self, where: str) -> None:
        """Go to the place that a problem names."""
        if self.view is None or self.inspector is None:
            return
        if self.docks.workspace == "analyse":
            self.show_workspace("design")
        self.view.show_place(where)
        if where.startswith(("networks.", "blocks.")):
            self.docks.reveal("inspector")
            self.inspector.focus_problem(where)

    def show_problems(self) -> None:
        """Show the list of problems."""
        self.docks.reveal("problems")

    def show_workspace(self, name: str) -> None:
        """Arrange the docks for another kind of work."""
        self.docks.remember()
        self.docks.show(name)
        if self.view is not None:
            self._tab_changed(self.view.currentIndex())
        self.registry.refresh()

    def find_layer(self) -> None:
        """Find a layer by name and go to it."""
        self.palette_popup.ask(find_entries(self, layers_only=True))

    def show_palette(self) -> None:
        """Find any command, layer or run."""
        self.registry.refresh()
        self.palette_popup.ask(find_entries(self))

    def show_shortcuts(self) -> None:
        """Show the list of keys."""
        dialog = ShortcutsHelp(self.registry.commands(), self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def help_on_this(self) -> None:
        """Show the page of the textbook about what a person looks at, or the contents."""
        self.show_textbook(self._attention.topic())

    def show_textbook(self, topic: str = "") -> None:
        """Show a page of the textbook; the contents where none is named."""
        self.textbook.open(topic)

    def show_properties(self) -> None:
        """Edit the project's name and description."""
        if self.files.document is not None:
            dialog = Properties(self.files.document, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def show_preflight(self) -> None:
        """Measure one real batch of the open project, unless it has problems."""
        document, checked = self.files.document, self.desk.latest
        if document is None or checked is None or not self.flow.sound():
            return
        dialog = PreflightDialog(document.project, document.folder, checked, self.engines, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.landed.connect(lambda flight: self.dashboard.show_flight(document, flight))
        dialog.open()

    def show_rate_range(self) -> None:
        """Find a learning rate for the open project, unless it has problems."""
        document = self.files.document
        if document is None or self.desk.latest is None or not self.flow.sound():
            return
        dialog = RateDialog(document.project, document.folder, self.engines, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(
            lambda rate: document.apply(
                _("Use learning rate {rate:g}").format(rate=rate),
                with_rate(document.project, rate),
            )
        )
        dialog.open()

    def show_live(self) -> None:
        """Change values of the training that goes on."""
        run = self.training.data
        if not self.training.active or run is None or run.project is None:
            return
        dialog = LiveDialog(run, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.wanted.connect(self.training.set_value)
        self.training.ended.connect(dialog.close)
        dialog.show()

    def show_lab(self, name: str) -> None:
        """Show the tab ``compare``, ``study`` or ``inside``."""
        if self.docks.workspace == "analyse":
            self.show_workspace("design")
        if name == "inside":
            self.looker.show()
        else:
            self.lab.show(name)

    def show_about(self) -> None:
        """Say what this is."""
        text = _("Draw a neural network, press Train, and watch it learn.")
        QMessageBox.about(self, _("About Ganvas"), f"Ganvas\n\n{text}")

    # ----------------------------------------------------------------------------------- training

    def show_latents(self) -> None:
        """Open the latent lab on the run that is shown."""
        run = self.viewer.shown
        if run is None or self.why_no_latents():
            return
        lab = LatentLab(Path(run.path), run.label, self.engines, self)
        lab.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        lab.show()

    def why_no_latents(self) -> str:
        """Why the latent lab can't be opened; empty when it can."""
        run = self.viewer.shown
        if run is None or run.project is None or not draws(run.project):
            return _("Choose a run of a GAN or of a variational autoencoder.")
        return ""

    def _act(self, name: str) -> None:
        if name == "latents":
            self.show_latents()
            return
        if not self.flow.why_not_train():
            self.flow.train(weights_from=self.dashboard.keeper.run if name == "continue" else None)

    def _began(self, run: RunData) -> None:
        """Learning is there to be watched: bring a panel to the front if none can be seen."""
        if not any(panel.isVisible() for panel in self.viewer.panels):
            self.docks.reveal("curves")
        self.docks.give_way("problems", (panel.name for panel in self.viewer.panels))
        self._say_what_is_seen()  # now: a short training is over before the next look
        if not run.step:
            self._warn_of_refused()

    def _warn_of_refused(self) -> None:
        """A training begins with the last good value of a field that holds something else."""
        for row in self.findChildren(FieldRow):
            if row.refused:
                title = _("Training uses the last good value of “{field}”")
                self.toasts.show_warning(title.format(field=row.field.title), row.refused)

    def _training_changed(self) -> None:
        self._show_progress()
        self.registry.refresh()
        self.runs.refresh()
        self.dashboard.keeper.watch(self.viewer.shown)
        if self.viewer.shown is not None:
            self.run_list.choose(Path(self.viewer.shown.path))

    def _run_changed(self, run: RunData | None) -> None:
        self.dashboard.keeper.watch(run)
        if run is not None:
            self.run_list.choose(Path(run.path))
        self._show_progress()
        self.registry.refresh()

    def _show_progress(self) -> None:
        run = self.training.data if self.training.active else self.viewer.shown
        self.status.set_run(run)
        rates = run.progress.learning_rates if run is not None and run.progress else {}
        self.toolbar.rate.show_rates(rates, self.training.active)
        if self.training.active and run is not None:
            self.run_list.show_live(run)

    def _is_trained(self, path: Path) -> bool:
        """Whether a run goes on, here or in another process."""
        trained = self.training.data if self.training.active else None
        return is_training(path) or (trained is not None and Path(trained.path) == path)

    def _runs_gone(self, paths: Sequence[Path]) -> None:
        """Runs were thrown away: show them no longer, and offer to take that back."""
        for path in paths:
            self.runs.forget(path)
        if self.viewer.shown is not None and Path(self.viewer.shown.path) in paths:
            self.viewer.show(None)
        if paths:
            count = len(paths)
            title = ngettext("{count} run is in the bin", "{count} runs are in the bin", count)
            cards = self.run_list.cards
            this = cards.stack.index() + 1  # it counts as done when all have heard of it
            undo = (_("Undo"), partial(cards.undo_until, this))
            self.toasts.show_info(title.format(count=count), action=undo)

    def _may_leave_training(self) -> bool:
        """Ask before trainings are ended by closing their project; return whether they may be."""
        if not self.lab.may_leave():
            return False
        if not self.training.active or self.training.state == "stopping":
            return True
        answer = ask(
            self,
            "training",
            _("A training goes on"),
            _("It will be stopped with a checkpoint, from which it can be resumed."),
            (
                Choice("stop", _("Stop training"), primary=True),
                Choice(CANCEL, _("Cancel")),
            ),
        )
        if answer == CANCEL:
            return False
        self.training.stop()
        return True
