"""A/B tests of the open project: two runs, trained or there already, side by side in the Compare tab."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from engine.runs.folder import RunFolder, new_run
from engine.runs.reader import Reader
from engine.runs.summary import Summary, was_never_trained
from engine.studies.conductor import Order
from projects.schema import Project
from projects.translation import gettext as _
from workbench.compare.dialog import CompareDialog
from workbench.compare.tab import CompareTab
from workbench.files import Files
from workbench.flow import Flow
from workbench.project_view import ProjectView
from workbench.rundata import RunData, run_title
from workbench.runs import Runs
from workbench.studies.studying import Studying
from workbench.studies.together import Together


class Pairs(QObject):
    """Asks what is to be compared, has it trained, and tells the Compare tab of it.

    Args:
        files: Holds the open project.
        flow: Knows whether the project can be trained.
        runs: The runs of the project.
        studying: What goes on.
        together: Which runs the panels draw together.
        why_not: Answers why no A/B test can be started now; empty when one can.
        window: The window.

    Attributes:
        tab: The Compare tab of the open project, or None.

    Signals:
        said(title, text, good): Something was saved, or could not be.
    """

    said = Signal(str, str, bool)

    def __init__(
        self,
        files: Files,
        flow: Flow,
        runs: Runs,
        studying: Studying,
        together: Together,
        why_not: Callable[[], str],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._files = files
        self._flow = flow
        self._runs = runs
        self._studying = studying
        self._together = together
        self._why_not = why_not
        self._window = window
        self._view: ProjectView | None = None
        self.tab: CompareTab | None = None
        runs.listed.connect(self._listed)
        runs.loaded.connect(self._loaded)
        studying.changed.connect(self._changed)

    def watch(self, view: ProjectView | None) -> None:
        """Give the tabs of an open project one more, or forget them."""
        self._view, self.tab = view, None
        if view is not None:
            tab = self.tab = CompareTab(self._studying)
            tab.test_wanted.connect(self.ask)
            tab.chosen.connect(self._compared)
            tab.said.connect(self.said)
            view.add_tab(tab, "compare", _("Compare"))

    def show(self) -> None:
        """Bring the tab to the front."""
        if self._view is not None and self.tab is not None:
            self._view.setCurrentWidget(self.tab)

    # ----------------------------------------------------------------------------------- hands

    def ask(self) -> None:
        """Ask what two trainings are to differ in."""
        document = self._files.document
        if document is None or self._why_not() or not self._flow.sound():
            return
        runs = _comparable(self._runs.summaries())
        dialog = CompareDialog(
            document.project, runs, lambda path: Reader(path).project(), self._window
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.pair_wanted.connect(self.train)
        dialog.against_wanted.connect(self.train_against)
        dialog.open()

    def train(self, changed: Project, at_once: int) -> None:
        """Train the open project as it is, and another one, to compare them."""
        document = self._files.document
        if document is None:
            return
        one = new_run(document.path, document.project.name)
        other = new_run(document.path, document.project.name)
        while other == one:
            other = new_run(document.path, document.project.name)
        orders = [
            Order("A", document.project, document.folder, one),
            Order("B", changed, document.folder, other),
        ]
        self._begin(orders, (one, other), at_once)

    def train_against(self, run: Path) -> None:
        """Train the open project as it is, to compare it with a run."""
        document = self._files.document
        if document is None:
            return
        new = new_run(document.path, document.project.name)
        self._begin([Order("B", document.project, document.folder, new)], (run, new), 1)

    def _begin(self, orders: Sequence[Order], pair: tuple[Path, Path], at_once: int) -> None:
        if self._why_not() or self.tab is None:
            return
        self._studying.start_pair(orders, at_once)
        self.compare(pair)

    def compare(self, paths: Sequence[Path]) -> None:
        """Show two runs side by side."""
        if self.tab is not None:
            one, other = paths
            self._together.forget()  # both are drawn, whatever was ticked since
            self.show()
            self.tab.compare(one, other)

    # ----------------------------------------------------------------------------------- heard

    def _compared(self, paths: tuple[Path, Path]) -> None:
        """Two runs are to be compared: read them, and draw their curves together."""
        for path in paths:
            data = self._studying.data(path) or self._runs.get(path)
            if data is not None and self.tab is not None:
                self.tab.show_run(path, data)
            elif RunFolder(path).is_run:
                self._runs.load(path)
        self._together.draw(paths)

    def _changed(self) -> None:
        tab = self.tab
        if tab is None or not self._studying.pair or tab.paths is None:
            return
        for path in tab.paths:
            data = self._studying.data(path)
            if data is not None:
                tab.show_run(path, data)
        self._together.draw(tab.paths)

    def _listed(self, runs: Sequence[tuple[Path, Summary]]) -> None:
        if self.tab is not None:
            self.tab.set_runs(_comparable(runs))

    def _loaded(self, path: Path, run: RunData) -> None:
        if self.tab is not None:
            self.tab.show_run(path, run)


def _comparable(runs: Sequence[tuple[Path, Summary]]) -> list[tuple[Path, str]]:
    """Runs that learned, and what they are called."""
    return [(path, run_title(path)) for path, one in runs if not was_never_trained(one.state)]
