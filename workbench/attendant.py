"""What the window does while time goes by: as a training goes on, an engine answers, runs come and go."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from engine.client import Died
from engine.protocol import Checked, Previewed
from engine.runs.lock import is_training
from projects.errors import Problem
from projects.translation import gettext as _
from projects.translation import ngettext
from widgets.forms.row import FieldRow
from workbench.problem_words import placed
from workbench.questions import CANCEL, Choice, ask
from workbench.rundata import RunData

if TYPE_CHECKING:
    from workbench.window import MainWindow

SLOW_TICKS = 6
FOLDER_TICKS = 10 * SLOW_TICKS
DOCTOR_TICKS = 4  # the doctor comes this often at least


class Attendant(QObject):
    """Hears what happens and has the parts of a window show it.

    Args:
        window: The window.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._ticks = 0
        self._there: Path | None = None  # the shown run's folder, when it was looked at last
        self._missed: set[Path] = set()  # runs that were shown when they were thrown away

    def tick(self) -> None:
        """Fetch what a training said, and show it; called by the window's one timer.

        Panels, the doctor and everything else take turns: one after the other at one tick, they would hold up a
        click for as long as all take together.
        """
        window = self._window
        self._ticks += 1
        window.training.poll()
        window.lab.poll()
        if self._ticks % SLOW_TICKS == 0:
            self._look_around()
        elif not window.viewer.refresh() or self._ticks % DOCTOR_TICKS == 0:
            window.clinic.go()

    def _look_around(self) -> None:
        window = self._window
        self.say_what_is_seen()
        window.lab.refresh()
        window.looker.refresh()
        window.squeezer.refresh()
        self._show_progress()
        window.dashboard.show_health(window.viewer.shown)
        window.toasts.refresh()
        if self._ticks % FOLDER_TICKS == 0 and not window.training.active:
            self._look_at_folders()

    def _look_at_folders(self) -> None:
        """Runs may come and go without this window."""
        runs, run = self._window.runs, self._window.viewer.shown
        runs.look()
        path = Path(run.path) if run is not None and run.path and run.damage is None else None
        there = path is not None and path.is_dir()
        if path is not None and path == self._there and not there:
            runs.vanished(path)
        self._there = path if there else None

    def say_what_is_seen(self) -> None:
        """Tell the engine which pictures anybody sees."""
        window = self._window
        seen = window.dashboard.streams() | window.viewer.streams()
        window.training.watch(seen | window.looker.streams(window.training.data))

    def began(self, run: RunData) -> None:
        """Learning is there to be watched: bring a panel to the front if none can be seen."""
        window = self._window
        if not any(panel.isVisible() for panel in window.viewer.panels):
            window.docks.reveal("curves")
        window.docks.give_way("problems", (panel.name for panel in window.viewer.panels))
        self.say_what_is_seen()  # now: a short training is over before the next look
        if not run.step:
            self._warn_of_refused()

    def _warn_of_refused(self) -> None:
        """A training begins with the last good value of a field that holds something else."""
        window = self._window
        for row in window.findChildren(FieldRow):
            if row.refused:
                title = _("Training uses the last good value of “{field}”")
                window.toasts.show_warning(title.format(field=row.field.title), row.refused)

    def training_changed(self) -> None:
        """A training is in another state."""
        window = self._window
        self._show_progress()
        window.registry.refresh()
        window.runs.refresh()
        window.dashboard.keeper.watch(window.viewer.shown)
        if window.viewer.shown is not None:
            window.run_list.choose(Path(window.viewer.shown.path))

    def run_changed(self, run: RunData | None) -> None:
        """Another run is shown, or none."""
        window = self._window
        window.dashboard.keeper.watch(run)
        if run is not None:
            window.run_list.choose(Path(run.path))
        self._show_progress()
        window.registry.refresh()

    def _show_progress(self) -> None:
        window = self._window
        run = window.training.data if window.training.active else window.viewer.shown
        window.status.set_run(run)
        rates = run.progress.learning_rates if run is not None and run.progress else {}
        window.toolbar.rate.show_rates(rates, window.training.active)
        if window.training.active and run is not None:
            window.run_list.show_live(run)

    def is_trained(self, path: Path) -> bool:
        """Whether a run goes on, here or in another process."""
        window = self._window
        trained = window.training.data if window.training.active else None
        return is_training(path) or (trained is not None and Path(trained.path) == path)

    def runs_gone(self, paths: Sequence[Path]) -> None:
        """Runs were thrown away: show another one instead, and offer to take that back."""
        window = self._window
        for path in paths:
            window.runs.forget(path)
        shown = Path(window.viewer.shown.path) if window.viewer.shown is not None else None
        if shown is not None and shown in paths:
            self._show_instead(shown, paths)
        if paths:
            count = len(paths)
            title = ngettext("{count} run is in the bin", "{count} runs are in the bin", count)
            cards = window.run_list.cards
            this = cards.stack.index() + 1  # it counts as done when all have heard of it
            undo = (_("Undo"), partial(cards.undo_until, this))
            window.toasts.show_info(title.format(count=count), action=undo)

    def _show_instead(self, shown: Path, gone: Sequence[Path]) -> None:
        """Show the run that stands nearest to one that is gone, if there is any."""
        window = self._window
        self._missed.add(shown)
        other = window.run_list.nearest(shown, gone)
        window.viewer.show(None)
        if other is not None:
            window.viewer.show_path(other)

    def runs_back(self, paths: Sequence[Path]) -> None:
        """Runs were taken back: what was shown before is shown again."""
        back = [path for path in paths if path in self._missed]
        self._missed -= set(back)
        if back:
            self._window.viewer.show_path(back[0])

    def may_leave(self) -> bool:
        """Ask before trainings are ended by closing their project; return whether they may be."""
        window = self._window
        if not window.lab.may_leave():
            return False
        if not window.training.active or window.training.state == "stopping":
            return True
        answer = ask(
            window,
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
        window.training.stop()
        return True

    def add_layer(self, layer: str) -> None:
        """A layer of the palette was chosen."""
        if self._window.designer is not None:
            self._window.designer.add_layer(layer)

    def checked(self, checked: Checked) -> None:
        """Show what a check has found."""
        window = self._window
        if window.view is not None and window.inspector is not None:
            window.view.set_checked(checked)
            window.inspector.set_checked(checked)
        if window.files.document is not None:
            window.opening.fit(window.files.document.project)
        window.problems.set_problems(checked.problems)
        window.outline.set_checked(checked)
        window.status.set_checked(checked)

    def came_back(self, state: Qt.ApplicationState) -> None:
        """A person comes back from another program, in which they may have changed the files of their data."""
        window, active = self._window, Qt.ApplicationState.ApplicationActive
        if state != active or window.view is None or not window.isVisible():
            return
        latest = window.desk.latest
        if latest is not None and (latest.data is None or not latest.problems):
            window.desk.check()  # what can be mended stays as it is: a click may be on its way there
        window.view.data.look_again()

    def check_failed(self, problem: Problem) -> None:
        """Say that there is no newer answer."""
        title = _("The project could not be checked: shapes and problems may be old")
        self._window.toasts.show_error(title, str(problem))

    def previewed(self, event: Previewed) -> None:
        """Show some examples of the data."""
        window = self._window
        if window.view is not None:
            window.view.data.show_preview(event)

    def preview_failed(self, problem: Problem) -> None:
        """Say why there are no examples."""
        window = self._window
        if window.view is not None:
            window.view.data.show_failure(problem)

    def desk_died(self, death: Died) -> None:
        """Say that the desk engine is gone, and offer another one where none comes by itself."""
        window = self._window
        window.status.set_engine(None, coming=death.restarts_in is not None)
        if death.restarts_in is None:
            text = _("Shapes and problems are not kept up to date until it runs again.")
            action = (_("Start it again"), self._restart_desk)
            window.toasts.show_error(death.text, text, death.trace, action)

    def _restart_desk(self) -> None:
        window = self._window
        window.status.set_engine(None)
        window.engines.restart_desk()

    def said(self, problem: Problem) -> None:
        """Say what could not be done."""
        self._window.toasts.show_warning(problem.message, problem.hint)

    def panel_said(self, title: str, text: str, good: bool) -> None:
        """Say what a panel has done, or could not do."""
        window = self._window
        if good:
            window.toasts.show_info(title, text, "ok")
        else:
            window.toasts.show_error(title, text)

    def not_opened(self, problem: Problem) -> None:
        """Say why a file could not be opened."""
        self._file_failed(_("The file could not be opened"), problem)

    def not_saved(self, problem: Problem) -> None:
        """Say why a file could not be saved."""
        self._file_failed(_("The file could not be saved"), problem)

    def _file_failed(self, title: str, problem: Problem) -> None:
        self._window.toasts.show_error(title, placed(problem))

    def act(self, name: str) -> None:
        """Do what an empty panel offers: ``train``, ``continue`` or ``latents``."""
        window = self._window
        if name == "latents":
            window.dialogs.latents()
            return
        if not window.flow.why_not_train():
            window.flow.train(
                weights_from=window.dashboard.keeper.run if name == "continue" else None
            )
