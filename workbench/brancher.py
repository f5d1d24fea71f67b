"""From *Branch here* to the first step of the branch: asking, waiting for earlier steps, breaking off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from engine.protocol import Failed, Marker, Replaying
from engine.runs.branch import LAST, Branch
from engine.runs.summary import read_summary
from projects.errors import UserError
from projects.translation import gettext as _
from workbench.branch_dialog import BranchDialog, checkpoint_steps
from workbench.flow import Flow
from workbench.run_list import RunList
from workbench.run_words import why_no_training
from workbench.rundata import RunData, run_title
from workbench.runs import Runs
from workbench.toasts import Toast, Toasts
from workbench.training import Training
from workbench.viewer import Viewer


class Brancher(QObject):
    """Lets new runs branch off from runs of the open project.

    Args:
        flow: Starts trainings.
        training: The training itself.
        runs: The runs of the project.
        run_list: Where a branch and its parent are ticked.
        viewer: The panels.
        toasts: Where messages appear.
        window: The parent of the dialog.

    Attributes:
        kept: Answers what the project would keep of a run's layers, in words.
    """

    def __init__(
        self,
        flow: Flow,
        training: Training,
        runs: Runs,
        run_list: RunList,
        viewer: Viewer,
        toasts: Toasts,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._flow = flow
        self._training = training
        self._runs = runs
        self._run_list = run_list
        self._viewer = viewer
        self._toasts = toasts
        self._window = window
        self._parent: Path | None = None
        self._sign: Toast | None = None
        self.kept: Callable[[Path], str] = lambda run: ""
        training.replaying.connect(self._replaying)
        training.changed.connect(self._look)
        training.marked.connect(self._marked)
        training.failed.connect(self._failed)
        training.ended.connect(self._ended)
        run_list.branch_wanted.connect(self.from_last)
        viewer.branch_wanted.connect(self.ask)

    def why_not(self) -> str:
        """Why the shown run cannot be branched off from now; empty when it can."""
        reason = self._flow.why_not_train()
        if reason:
            return reason
        run = self._viewer.shown
        if run is None or not run.path:
            return _("Choose a run in the list of runs.")
        return why_no_training(run.state, run.begun)

    def ask_shown(self) -> None:
        """Ask at which step of the shown run to branch off, the last one being offered."""
        run = self._viewer.shown
        if run is not None and not self.why_not():
            self.ask(Path(run.path), run.step)

    def ask(self, path: Path, step: int) -> None:
        """Ask whether to branch off from a run at a step."""
        if self._refused():
            return
        run = self._runs.get(path)
        last = max(run.step if run is not None else 0, *checkpoint_steps(path), 0)
        first = first_step(path)
        dialog = BranchDialog(
            run_title(path),
            (first, max(first, last)),
            min(max(step, first), max(first, last)),
            checkpoint_steps(path),
            self.kept(path),
            self._window,
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(lambda chosen: self.branch(path, chosen))
        dialog.open()

    def from_last(self, path: Path) -> None:
        """Branch off from the last checkpoint of a run."""
        if not self._refused():
            self.branch(path, LAST)

    def branch(self, path: Path, step: int) -> None:
        """Start a new run of the project as it is now from a step of another one."""
        self._parent = path
        self._flow.train(branch=Branch(path, step))

    def _refused(self) -> bool:
        reason = self._flow.why_not_train()
        if reason:
            self._toasts.show_warning(_("No branch can begin now"), reason)
        return bool(reason)

    # ---------------------------------------------------------------------------------- reports

    def _replaying(self, _event: Replaying) -> None:
        if self._sign is None:
            title = _("The steps before the branch are made again")
            self._sign = self._toasts.show_work(title, (_("Stop"), self._training.stop))

    def _look(self) -> None:
        """Once the branch itself trains, or is being stopped, nothing is left to be broken off."""
        if self._training.state != "starting":
            self._put_sign_away()

    def _put_sign_away(self) -> None:
        sign, self._sign = self._sign, None
        if sign is not None:
            sign.dismiss()

    def _marked(self, marker: Marker) -> None:
        """The branch has begun: say what was kept, and let its curves lie over those of its parent."""
        run = self._training.data
        if marker.kind != "branched" or self._parent is None or run is None:
            return
        parent, self._parent = self._parent, None
        self._toasts.show_info(
            _("A branch from step {step:,}").format(step=marker.step), marker.text
        )
        self._runs.refresh()
        self._run_list.tick([parent, Path(run.path)])

    def _failed(self, failed: Failed) -> None:
        """A branch that did not begin has left nothing: show what was shown before."""
        run = self._training.data
        parent, self._parent = self._parent, None
        if parent is None or run is None or run.started is not None:
            return
        self._runs.forget(Path(run.path))
        self._viewer.show_path(parent)

    def _ended(self, _data: RunData) -> None:
        self._put_sign_away()
        self._parent = None


def first_step(run: Path) -> int:
    """Return the step at which a run begins: of a branch the one at which it branched off."""
    try:
        summary = read_summary(run)
    except UserError:
        return 0
    return summary.parent_step if summary.parent else 0
