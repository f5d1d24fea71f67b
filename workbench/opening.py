"""What the window does when a project is opened or closed, and when something of it is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from engine.clinic.vitals import VITALS
from engine.probes.base import PROBES, probes_of
from projects.schema import Project
from projects.translation import gettext as _
from workbench.arranging import GUIDE
from workbench.document import Document
from workbench.inspector import Inspector
from workbench.names import is_untitled, project_words
from workbench.project_view import ProjectView
from workbench.scope import network_of

if TYPE_CHECKING:
    from workbench.window import MainWindow

ALWAYS = ("scalars", VITALS)  # streams of every training


class Opening(QObject):
    """Hands the open project to every part of a window.

    Args:
        window: The window.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window

    def opened(self, document: Document) -> None:
        """A project was opened: show it, with its latest run."""
        for _piece in self.pieces(document):
            pass

    def pieces(self, document: Document) -> Iterator[None]:
        """Show a project that was opened; yields between pieces of work, while nobody may do anything."""
        with self._window.desk.waiting():
            yield from self._pieces(document)

    def _pieces(self, document: Document) -> Iterator[None]:
        window = self._window
        first = window.view is None
        before = (window.view, window.inspector)
        window.toasts.clear()
        window.desk.watch(document)  # hears of edits first: they are checked while others show them
        view = ProjectView(document, window.dashboard.mender.fixes)
        yield
        window.view = view
        window.inspector = Inspector(document, window.dashboard.mender.fixes)
        window.inspector_place.addWidget(window.inspector)
        window.inspector_place.setCurrentWidget(window.inspector)
        window.pages.addWidget(window.view)
        window.pages.setCurrentWidget(window.view)
        self._drop(*before)  # not before: for a moment the start page would ask for its room
        yield
        self._connect(document, view, window.inspector)
        window.problems.set_problems(None)
        window.layers.watch(document)
        window.outline.watch(document)
        window.history.watch(document.stack)
        window.viewer.show(None)
        window.viewer.overlay(())
        yield
        window.dashboard.watch(document, window.view, window.inspector)
        window.clinic.watch(document)
        window.tutor.watch(document)
        window.lab.watch(document, window.view)
        window.looker.watch(document, window.view)
        window.squeezer.watch(document, window.view)
        window.run_list.cards.forget()
        window.runs.watch(document)
        self._show_newest(document)
        yield
        window.toolbar.show()
        window.status.show()
        turned = window.docks.is_away(GUIDE) != (window.tutor.guide is None)
        if turned and not first:
            window.docks.remember()
        self.fit(document.project)  # first: the window would grow for docks that then leave
        if first:
            window.docks.show("design")
        elif turned:
            window.docks.show(window.docks.workspace)
        window.docks.reveal(GUIDE)
        yield
        self.tab_changed(window.view.currentIndex())  # the project before may have shown its data
        self._measured(document.project)
        self._title()
        window.registry.refresh()
        QTimer.singleShot(0, window.view, window.view.begin)

    def _connect(self, document: Document, view: ProjectView, inspector: Inspector) -> None:
        """Hear what is done in the tabs and in the inspector of a project, and to its file."""
        window = self._window
        inspector.renamed.connect(lambda place, name: self.choose(place, (name,)))
        view.selection_changed.connect(self._selected)
        view.currentChanged.connect(self.tab_changed)
        view.node_opened.connect(self.node_opened)
        inspector.enter_wanted.connect(self._enter)
        view.said.connect(window.attendant.said)
        view.help_wanted.connect(window.show_textbook)
        view.data.preview_wanted.connect(window.desk.preview)
        view.data.permitted.connect(window.desk.check)
        view.recipe.rate_wanted.connect(window.dialogs.rate_range)
        document.clean_changed.connect(self._title)
        document.path_changed.connect(self._moved)
        document.stack.indexChanged.connect(window.registry.refresh)

    def _show_newest(self, document: Document) -> None:
        """A project is found as it was left: with its latest training in the panels.

        An example that was never saved is known by its name; projects without one have nothing in common.
        """
        named = document.path is not None or not is_untitled(document.project.name)
        newest = self._window.runs.newest() if named else None
        if newest is not None:
            self._window.viewer.show_path(newest)

    def _measured(self, project: Project) -> None:
        """Panels whose stream no probe of the project measures say so and stay behind the others."""
        window = self._window
        streams = {PROBES.get(p.type).stream for p in probes_of(project) if p.type in PROBES}
        for panel in window.viewer.panels:
            panel.set_measured(panel.stream in streams or panel.stream in ALWAYS)
        self.fit(project)
        window.viewer.prepare(window.docks.away)
        window.docks.set_behind({p.name for p in window.viewer.panels if not p.measured})

    def fit(self, project: Project) -> None:
        """Panels that are about other kinds of projects are not there."""
        window = self._window
        data = window.desk.latest.data if window.desk.latest is not None else None
        away = {panel.name for panel in window.viewer.panels if not panel.fits(project, data)}
        window.docks.set_away(away | (set() if window.tutor.guide else {GUIDE}))

    def closed(self) -> None:
        """No project is open: show the start page."""
        window = self._window
        if window.view is not None:
            window.docks.remember()
        self._drop(window.view, window.inspector)
        window.view = window.inspector = None
        window.layers.watch(None)
        window.outline.watch(None)
        window.history.watch(None)
        window.dashboard.watch(None)
        window.clinic.watch(None)
        window.tutor.watch(None)
        window.lab.watch(None, None)
        window.looker.watch(None, None)
        window.squeezer.watch(None, None)
        window.desk.watch(None)
        window.runs.watch(None)
        window.viewer.show(None)
        window.start.set_recent(window.settings.recent)
        window.pages.setCurrentWidget(window.start)
        window.docks.hide_all()
        window.toolbar.hide()
        window.status.hide()
        self._title()
        window.registry.refresh()

    def _drop(self, view: ProjectView | None, inspector: Inspector | None) -> None:
        window = self._window
        for part, place in ((view, window.pages), (inspector, window.inspector_place)):
            if part is not None:
                place.removeWidget(part)
                part.deleteLater()

    def saved(self, path: Path) -> None:
        """Say where it was saved."""
        self._window.toasts.show_info(_("Saved"), str(path), "ok")
        self._title()

    def _moved(self, path: Path) -> None:
        window = self._window
        if not window.training.active:
            window.runs.settle()
            # Its run may have moved beside the project.
            window.dashboard.keeper.watch(window.viewer.shown)

    def _title(self, *_clean: bool) -> None:
        window = self._window
        document = window.files.document
        if document is None:
            window.setWindowModified(False)
            window.setWindowTitle("Ganvas")
            return
        name = document.path.name if document.path else project_words(document.project.name)
        note = _(" (read-only)") if window.files.readonly else ""
        window.setWindowTitle(f"{name}[*]{note} – Ganvas")
        window.setWindowModified(not document.clean)

    def tab_changed(self, index: int) -> None:
        """Another tab is in front: what only helps with drawing makes room."""
        window = self._window
        if window.docks.workspace == "design":
            window.docks.make_room(index != 0)
        window.registry.refresh()  # undo and redo are about what is in front

    def _selected(self, place: str, ids: tuple[str, ...]) -> None:
        window = self._window
        if window.inspector is not None:
            window.inspector.show_nodes(place, ids)
        window.outline.show_selection(place, ids)
        window.looker.choose(place, ids)
        window.registry.refresh()

    def choose(self, place: str, ids: tuple[str, ...]) -> None:
        """Layers were chosen in the outline or renamed."""
        window = self._window
        if window.view is not None and network_of(place) in window.view.designers:
            window.view.choose(place, ids)

    def node_opened(self, place: str, name: str) -> None:
        """A layer was opened: show its settings."""
        window = self._window
        if window.inspector is not None:
            window.docks.reveal("inspector")
            window.inspector.show_nodes(place, (name,))
            window.inspector.focus_first()

    def _enter(self, place: str, name: str) -> None:
        window = self._window
        if window.view is not None:
            window.view.designers[network_of(place)].enter(name)
