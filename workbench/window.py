"""The main window: begins with its start page, and holds the parts of the workbench.

What a part does is written in the part; who hears whom is in :mod:`workbench.furnishing`. Whatever a
person can do on the start page is answered at once or, in the first second, when the parts are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import QDialog, QMainWindow, QVBoxLayout, QWidget

from projects.guides import guide
from projects.templates import Template
from projects.translation import N_
from projects.translation import gettext as _
from widgets.pages import Pages
from widgets.topics import TOPIC, topic_of
from workbench.appearance import Appearance
from workbench.commands.file import empty_project
from workbench.dock_titles import dock_of_tab
from workbench.furnisher import Furnisher
from workbench.settings import Settings
from workbench.start_page import StartPage
from workbench.toasts import Toasts

if TYPE_CHECKING:
    from PySide6.QtGui import QUndoStack
    from PySide6.QtWidgets import QStackedWidget

    from engine.client import Engines
    from widgets.topics import Attention
    from workbench.actions import Registry
    from workbench.attendant import Attendant
    from workbench.brancher import Brancher
    from workbench.clinic import Clinic
    from workbench.command_palette import CommandPalette
    from workbench.compress.squeezer import Squeezer
    from workbench.dashboard import Dashboard
    from workbench.designer import Designer
    from workbench.desk import Desk
    from workbench.dialogs import Dialogs
    from workbench.docks import Docks
    from workbench.event_files import EventFiles
    from workbench.exporting import Exporting
    from workbench.files import Files
    from workbench.flow import Flow
    from workbench.guide.panel import GuidePanel
    from workbench.guide.tutor import Tutor
    from workbench.history import History
    from workbench.importing import Importing
    from workbench.inside.looker import Looker
    from workbench.inspector import Inspector
    from workbench.opening import Opening
    from workbench.outline import Outline
    from workbench.problems import ProblemList
    from workbench.project_view import ProjectView
    from workbench.recovery import Leftover, Recovery
    from workbench.recovery_bar import RecoveryBar
    from workbench.run_list import RunList
    from workbench.runs import Runs
    from workbench.shelf import Shelf
    from workbench.status import Status
    from workbench.studies.lab import Lab
    from workbench.textbook import Textbook
    from workbench.toolbar import Toolbar
    from workbench.training import Training
    from workbench.viewer import Viewer

TICK_MS = 33
MENUS = {
    "file": N_("&File"),
    "edit": N_("&Edit"),
    "layers": N_("&Layers"),
    "view": N_("&View"),
    "train": N_("&Train"),
    "help": N_("&Help"),
}


class MainWindow(QMainWindow):
    """One window, one project.

    Args:
        settings: What is remembered between starts.
        appearance: Light or dark.
        engines: Its engines; made when not given.

    Attributes:
        start: The start page, there from the beginning; so are ``toasts`` and the ``menus``.
        furnisher: Makes all others, named like their classes; :meth:`furnish` waits for them.
        view: The open project, or None.
        inspector: Settings of what is chosen in it, or None.

    Signals:
        language_wanted(wish): Another language was chosen, see :mod:`workbench.language`.
    """

    language_wanted = Signal(str)

    engines: Engines
    desk: Desk
    training: Training
    runs: Runs
    recovery: Recovery
    files: Files
    opening: Opening
    attendant: Attendant
    dialogs: Dialogs
    status: Status
    dashboard: Dashboard
    problems: ProblemList
    bar: RecoveryBar
    layers: Shelf
    run_list: RunList
    outline: Outline
    history: History
    inspector_place: QStackedWidget
    docks: Docks
    viewer: Viewer
    guide: GuidePanel
    tutor: Tutor
    palette_popup: CommandPalette
    textbook: Textbook
    attention: Attention
    flow: Flow
    brancher: Brancher
    clinic: Clinic
    importing: Importing
    event_files: EventFiles
    exporting: Exporting
    lab: Lab
    looker: Looker
    squeezer: Squeezer
    registry: Registry
    toolbar: Toolbar

    def __init__(
        self, settings: Settings, appearance: Appearance, engines: Engines | None = None
    ) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setProperty(TOPIC, "article/window")
        self.settings = settings
        self.appearance = appearance
        self._given = engines
        self._begun = False
        self.toasts = Toasts(self)
        self.view: ProjectView | None = None
        self.inspector: Inspector | None = None
        self.furnisher = Furnisher("workbench.furnishing", self._work, self)
        self.furnisher.finished.connect(self._furnished)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._make_first()

    def _make_first(self) -> None:
        """What is seen at once: the titles of the menus and the start page."""
        self.menus = {name: self.menuBar().addMenu(_(title)) for name, title in MENUS.items()}
        for name, menu in self.menus.items():
            menu.setObjectName(f"menu_{name}")
            menu.setToolTipsVisible(True)
            menu.aboutToShow.connect(self.furnish)
        centre = QWidget(self)
        self.setCentralWidget(centre)
        self.toasts.stand_over(centre)
        self.pages = Pages(centre)
        start = self.start = StartPage(self.pages)
        start.set_recent(self.settings.recent)
        start.new_wanted.connect(self.new)
        start.open_wanted.connect(self.open_dialog)
        start.import_wanted.connect(self.import_dialog)
        start.path_wanted.connect(self.open)
        start.forget_wanted.connect(self._forget)
        start.template_wanted.connect(self.open_template)
        start.guide_wanted.connect(self.open_guide)
        self.pages.addWidget(start)
        self.column = QVBoxLayout(centre)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addWidget(self.pages, 1)
        self.setWindowTitle("Ganvas")

    def _work(self) -> Iterator[None]:
        from workbench.furnishing import furnish

        return furnish(self, self._given)

    def furnish(self) -> None:
        """Make what is not there yet, now."""
        self.furnisher.finish()

    def _furnished(self) -> None:
        self._timer.timeout.connect(self.attendant.tick)
        if self._begun:
            self._live()

    # ----------------------------------------------------------------------------------- life

    def begin(self, path: Path | None = None) -> None:
        """Furnish the window, start the engines, offer what was left behind, and open a project if one was named."""
        self._begun = True
        if self.furnisher.done:
            self._live()
        if path is None:
            self.furnisher.start()
        else:
            self.open(path)

    def _live(self) -> None:
        self.engines.start()
        self._timer.start()
        self.bar.offer(self.recovery.leftovers())

    def why_not_replaced(self) -> str:
        """Why no other window may take this one's place now; empty when one may."""
        if self.training.state == "starting" or self.flow.resuming:
            return _("A training is about to begin.")
        if any(dialog.isVisible() for dialog in self.findChildren(QDialog)):
            return _("Close the dialog first.")
        return ""

    def stop(self) -> None:
        """Look after nothing any more: another window goes on with what is open."""
        self._timer.stop()

    def keep(self) -> None:
        """Keep unsaved work aside, as far as there can be any."""
        if self.furnisher.done:
            self.recovery.keep()

    def quit(self) -> None:
        """Close the window, after questions where something would be lost."""
        self.close()

    def end(self) -> None:
        """Close without questions, as a system that shuts down wants it; unsaved work is kept."""
        if self.furnisher.done:
            self.files.leave(keep_unsaved=True)
        self._end()
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Docks keep their shares of the window."""
        super().resizeEvent(event)
        if self.furnisher.done:
            self.docks.keep_shares()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A shortcut that is pressed before there are commands counts all the same; one of no use now says why."""
        if not self.furnisher.done:
            self.furnish()
            self.registry.press(QKeySequence(event.keyCombination()))
        elif not event.isAutoRepeat() and (
            refused := self.registry.refusal(QKeySequence(event.keyCombination()))
        ):
            self.toasts.show_info(*refused)
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept a file to look at, wherever it is dropped."""
        event.setAccepted(self.looker.takes(event.mimeData()))

    def dropEvent(self, event: QDropEvent) -> None:
        """Look at a file with the networks of the shown run."""
        self.looker.take(event.mimeData())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask where something would be lost; then end trainings with a checkpoint."""
        self.finish_typing()
        if self.furnisher.done and not self.files.may_close():
            event.ignore()
            return
        self.hide()
        if self.furnisher.done:
            self.files.leave()
        self._end()
        event.accept()

    def _end(self) -> None:
        self._timer.stop()
        self.furnisher.stop()
        if not self.furnisher.done:
            return
        if self.view is not None:
            self.docks.remember()
        if self.files.document is not None:
            self.files.document.stack.blockSignals(True)  # it speaks even while it is destroyed
        self.settings.sync()
        self.engines.close()

    # ----------------------------------------------------------------------------------- files

    @property
    def designer(self) -> Designer | None:
        """The designer in use, or None."""
        return self.view.designer if self.view is not None else None

    def new(self, objective: str) -> None:
        """Begin an empty project."""
        self.furnish()
        self.files.new_from(empty_project(objective))

    def open(self, path: Path) -> None:
        """Open a project file."""
        self.furnish()
        self.files.open(path)

    def open_dialog(self) -> None:
        """Choose a project file and open it."""
        self.furnish()
        self.files.ask_open()

    def import_dialog(self) -> None:
        """Choose a file of another program and draw its network."""
        self.furnish()
        self.importing.ask()

    def save(self) -> None:
        """Save the project."""
        self.finish_typing()
        self.files.save()

    def finish_typing(self) -> None:
        """What is typed but not entered yet, a name or a title, counts."""
        focus = self.focusWidget()
        if focus is not None:
            focus.clearFocus()
            if focus.isVisible():
                focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def save_as(self) -> None:
        """Save the project under another name."""
        self.finish_typing()
        self.files.ask_save_as()

    def close_project(self) -> None:
        """Go back to the start page."""
        if self.files.may_close():
            self.files.close()

    @property
    def stack(self) -> QUndoStack | None:
        """What undo and redo are about: the steps of the tab in front that has its own, else the design."""
        document, tab = self.files.document, self.squeezer.tab
        own = tab.stack if tab is not None else None
        return own if own is not None or document is None else document.stack

    def undo(self) -> None:
        """Undo what was done last in the tab in front."""
        if self.stack is not None:
            self.stack.undo()

    def redo(self) -> None:
        """Redo what was undone."""
        if self.stack is not None:
            self.stack.redo()

    def open_template(self, template: Template) -> None:
        """Begin from an example."""
        self.furnish()
        self.files.new_from(template.project)

    def open_guide(self, name: str) -> None:
        """Begin a guided experiment."""
        self.furnish()
        if self.files.new_from(guide(name).project):
            self.tutor.begin()

    def restore(self, leftover: Leftover) -> None:
        """Open what a window has left behind."""
        if not self.files.restore(leftover):
            self.bar.offer([leftover])
        elif leftover.runs:
            self.runs.adopt(leftover.runs)

    def _forget(self, path: Path) -> None:
        self.settings.forget(path)
        self.start.set_recent(self.settings.recent)

    # ----------------------------------------------------------------------------------- views

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
            self.opening.tab_changed(self.view.currentIndex())
        self.registry.refresh()

    def topic_at(self, pixel: QPoint | None) -> str:
        """What the tab of a panel is about; see :class:`widgets.topics.Topical`."""
        dock = dock_of_tab(self, pixel) if pixel is not None else None
        return topic_of(dock.widget(), None) if dock is not None else ""

    def help_on_this(self) -> None:
        """Show the page of the textbook about what a person looks at, or the contents."""
        self.show_textbook(self.attention.topic())

    def show_textbook(self, topic: str = "") -> None:
        """Show a page of the textbook; the contents where none is named."""
        self.textbook.open(topic)

    def show_lab(self, name: str) -> None:
        """Show the tab ``compare``, ``study``, ``inside`` or ``compress``."""
        if self.docks.workspace == "analyse":
            self.show_workspace("design")
        if name == "inside":
            self.looker.show()
        elif name == "compress":
            self.squeezer.show()
        else:
            self.lab.show(name)

    def compare(self, runs: Sequence[Path]) -> None:
        """Show two runs side by side, in a workspace that has room for it."""
        self.show_lab("compare")
        self.lab.pairs.compare(runs)
