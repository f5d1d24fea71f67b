"""From pressing Train to the last word: what starts a training, and what is said about how it goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from engine.client import Died
from engine.compression.zeros import with_zeros_kept
from engine.protocol import Checked, Failed, Marker
from engine.runs.branch import Branch
from engine.runs.folder import new_run, new_run_in
from engine.runs.origin import data_folder
from engine.runs.reader import Reader
from projects.errors import Problem, UserError
from projects.schema import Distillation, Project
from projects.translation import gettext as _
from projects.translation import ngettext, phrase
from workbench.desk import Desk, writable
from workbench.document import Document
from workbench.files import Files
from workbench.mending import Candidate
from workbench.panels.doctor import DoctorPanel
from workbench.place_words import placed_in
from workbench.problem_words import capital, placed
from workbench.run_words import duration, headline_of, why_no_training
from workbench.rundata import RunData, run_title
from workbench.runs import Runs
from workbench.toasts import Toast, Toasts
from workbench.training import Training
from workbench.viewer import Viewer


class Flow(QObject):
    """Starts, resumes and reports trainings of the open project.

    Args:
        files: Holds the open project.
        desk: Knows its problems.
        training: The training itself.
        runs: The runs of the project.
        viewer: The panels.
        toasts: Where messages appear.
        parent: Qt parent.

    Signals:
        problems_wanted: Show the list of problems.
        mend_wanted(candidate): Do this fix.
        panel_wanted(name): Show the doctor's panel.

    Attributes:
        fixes: Answers what would mend a problem.
    """

    problems_wanted = Signal()
    mend_wanted = Signal(object)
    panel_wanted = Signal(str)

    def __init__(
        self,
        files: Files,
        desk: Desk,
        training: Training,
        runs: Runs,
        viewer: Viewer,
        toasts: Toasts,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._files = files
        self._desk = desk
        self._training = training
        self._runs = runs
        self._viewer = viewer
        self._toasts = toasts
        self._resuming: Path | None = None
        self._keeps_zeros = False
        self._refusal: Toast | None = None
        self._refused: Problem | None = None
        self._wish: tuple[Project, Callable[[], None]] | None = None
        self.fixes: Callable[[Problem], Sequence[Candidate]] = lambda problem: ()
        files.opened.connect(self._forget_resuming)
        files.closed.connect(self._forget_resuming)
        desk.checked.connect(self._checked)
        runs.loaded.connect(self._loaded)
        runs.failed.connect(self._not_loaded)
        training.began.connect(self._began)
        training.ended.connect(self._ended)
        training.failed.connect(self._failed)
        training.died.connect(self._died)
        training.quiet.connect(self._quiet)
        training.marked.connect(self._marked)

    # ---------------------------------------------------------------------------------- orders

    def why_not_train(self) -> str:
        """Why no training can be started now; empty when one can."""
        if self._files.document is None:
            return _("Open a project first.")
        if self._training.active:
            return _("A training goes on: stop it first.")
        return ""

    def train(
        self,
        paused: bool = False,
        weights_from: Path | None = None,
        branch: Branch | None = None,
        teacher: Path | None = None,
    ) -> None:
        """Train the open project from the start, unless it has problems, also when looked at once more.

        Args:
            paused: Wait before the first step.
            weights_from: A run with whose weights to begin, as far as they fit.
            branch: A place in another run from which to go on.
            teacher: A run from whose answers to learn, beside the truth.
        """
        document = self._files.document
        if document is None or self._training.active:
            return
        if not self.sound():
            again = partial(self.train, paused, weights_from, branch, teacher)
            self._wish = document.project, again
            return
        run = new_run(document.path, document.project.name)
        if not writable(run.parent):
            self._toasts.show_error(
                _("Runs cannot be kept here"),
                _("The folder {folder} is read-only. Save the project in another folder.").format(
                    folder=run.parent
                ),
                action=(_("Save as…"), self._save_as),
            )
            return
        project = document.project
        if weights_from is not None:
            project = with_zeros_kept(project, weights_from)
        if teacher is not None and project.recipe.distillation is None:
            recipe = msgspec.structs.replace(project.recipe, distillation=Distillation())
            project = msgspec.structs.replace(project, recipe=recipe)
        self._start(project, document.folder, run, paused, weights_from, branch, teacher)

    def distil(self, teacher: Path) -> None:
        """Train the open project with a run as its teacher; where the recipe says nothing of that, as is usual."""
        why_not = self.why_not_train()
        if why_not:
            self._toasts.show_warning(_("This cannot be begun now"), why_not)
        else:
            self.train(teacher=teacher)

    def train_on(self, path: Path) -> None:
        """Train a variant of a run on, as it is: its design, its weights, its zeros."""
        if self._training.active:
            self._toasts.show_warning(
                _("A training goes on"), _("Stop it before another one is begun.")
            )
            return
        try:
            reader = Reader(path)
            project = with_zeros_kept(reader.project(), path)
            folder = data_folder(path, reader.summary())
        except UserError as error:
            self._toasts.show_error(_("This run cannot be trained on"), str(error))
            return
        self._start(project, folder, new_run_in(path.parent), False, path, None)

    def resume(self, path: Path) -> None:
        """Go on with a run from its last checkpoint."""
        if self._training.active:
            self._toasts.show_warning(
                _("A training goes on"), _("Stop it before another one is resumed.")
            )
            return
        self._resuming = path
        self._runs.load(path)

    def _loaded(self, path: Path, history: RunData) -> None:
        if path != self._resuming or self._training.active:
            return
        self._resuming = None
        try:
            reader = Reader(path)
            folder = data_folder(path, reader.summary())
            self._training.start(reader.project(), folder, path, history=history)
            self._runs.add(path, history)
        except (UserError, ValueError) as error:
            self._toasts.show_error(_("This run cannot be resumed"), str(error))

    @property
    def resuming(self) -> bool:
        """Whether a run is read that is to be resumed."""
        return self._resuming is not None

    def _forget_resuming(self, *_opened: Document) -> None:
        """Another project: a run of the one before that is still being read is not gone on with."""
        self._resuming = None

    def _not_loaded(self, path: Path, problem: Problem) -> None:
        """The measurements are damaged; checkpoints may be whole."""
        self._toasts.show_error(
            _("The run {name} cannot be shown").format(name=path.name), str(problem)
        )
        self._loaded(path, RunData(label=run_title(path), path=str(path)))

    def resumable(self) -> Path | None:
        """The run that Resume would go on with: the one that is shown."""
        run = self._viewer.shown
        if (
            run is None
            or not run.path
            or run.active
            or run.state == "finished"
            or why_no_training(run.state, run.begun)
        ):
            return None
        return Path(run.path)

    def step(self) -> None:
        """Make one step: of the paused training, or the first one of a new training."""
        if not self._training.active:
            self.train(paused=True)
        elif self._training.state == "running":
            self._training.pause()
        self._training.step()

    # ---------------------------------------------------------------------------------- inside

    def sound(self) -> bool:
        """Whether no error is known; says so otherwise, and has it checked whether that still holds.

        A file that could not be read may have been mended by another program meanwhile.
        """
        latest = self._desk.latest
        errors = _errors_of(latest) if latest else []
        if not errors:
            return True
        count = len(errors)
        title = ngettext(
            "{count} problem keeps this from training",
            "{count} problems keep this from training",
            count,
        )
        fixes = self.fixes(errors[0])
        action = None
        if fixes:
            action = (fixes[0].title, lambda: self.mend_wanted.emit(fixes[0]))
        title = title.format(count=count)
        document = self._files.document
        assert document is not None
        words = placed_in(document.project, errors[0])
        said = self._toasts.show_error(title, words, action=action)
        if said is not self._refusal:
            self._toasts.take_away(self._refusal)
        self._refusal, self._refused = said, errors[0]
        self.problems_wanted.emit()
        self._desk.check()
        return False

    def _checked(self, checked: Checked) -> None:
        """What kept the project from training doesn't any more: don't go on saying so, and train where that was wanted."""
        errors, wish = _errors_of(checked), self._wish
        self._wish = None
        if self._refused not in errors:
            self._toasts.take_away(self._refusal)
            self._refusal = self._refused = None
        document = self._files.document
        if wish and not errors and document is not None and document.project is wish[0]:
            wish[1]()

    def _start(
        self,
        project: Project,
        folder: Path,
        run: Path,
        paused: bool,
        weights_from: Path | None,
        branch: Branch | None,
        teacher: Path | None = None,
    ) -> None:
        self._keeps_zeros = weights_from is not None and project.recipe.pruning.type == "keep_zeros"
        try:
            data = self._training.start(
                project,
                folder,
                run,
                paused=paused,
                weights_from=weights_from,
                branch=branch,
                teacher=teacher,
            )
        except ValueError as error:
            self._toasts.show_error(_("The training could not be started"), str(error))
            return
        self._runs.add(run, data)

    def _save_as(self) -> None:
        self._files.ask_save_as()

    # ---------------------------------------------------------------------------------- reports

    def _began(self, data: RunData) -> None:
        self._toasts.clear()
        self._viewer.show(data)
        if self._keeps_zeros:
            self._keeps_zeros = False
            self._toasts.show_info(
                _("Zeros stay zero"),
                _("This training begins with a pruned network: its recipe says Keep zeros."),
            )

    def _ended(self, data: RunData) -> None:
        finished = data.finished
        self._runs.settle()
        if finished is None:
            return
        result = headline_of(finished.metrics)
        time = duration(finished.seconds).replace(" ", "\u00a0")  # a number keeps its unit
        if finished.state == "finished":
            tested = any(name.startswith("test_") for name in finished.metrics)
            words = _("{result} with the best weights, after {time}.") if tested else ""
            text = (words or _("{result} after {time}.")).format(result=capital(result), time=time)
            plain = _("After {time}.").format(time=time)
            self._toasts.show_info(_("Training finished"), text if result else plain, "ok")
        elif finished.state == "stopped":
            self._toasts.show_info(
                _("Training stopped at step {step:,}").format(step=finished.steps),
                _("Resume (F8) goes on from there."),
            )

    def _failed(self, failed: Failed) -> None:
        problem = failed.problems[0]
        data = self._training.data
        if failed.kind == "given_up":
            self._toasts.show_info(_("No branch was begun"), _("It was stopped before it began."))
            return
        self._desk.check()  # the data may be others than those that were checked
        action = None
        if failed.kind == "memory":
            document = self._files.document
            action = (_("Halve the batch size"), lambda: self._halve_batch(document))
        elif failed.kind == "nan" and data is not None:  # the same steps would end there again
            action = (_("Ask the doctor"), lambda: self._ask_doctor(data))
        elif data is not None and data.saved is not None:
            action = (_("Resume from the last checkpoint"), lambda: self.resume(Path(data.path)))
        self._toasts.show_error(
            _("Training failed") if failed.kind != "bug" else _("Training failed: this is a bug"),
            placed_in(data.project, problem) if data and data.project else placed(problem),
            failed.trace,
            action,
        )

    def _ask_doctor(self, data: RunData) -> None:
        self._viewer.show(data)
        self.panel_wanted.emit(DoctorPanel.name)

    def _died(self, death: Died) -> None:
        data = self._training.data
        saved = data.saved if data is not None else None
        if data is None or saved is None:
            text = _("It had made no checkpoint yet.")
            self._toasts.show_error(death.text, text, death.trace)
            return
        self._toasts.show_error(
            _("The training was interrupted at step {step:,}").format(step=data.step),
            _("{reason} Nothing else is lost: the window and the project are as they were.").format(
                reason=death.text
            ),
            death.trace,
            (
                _("Resume from step {step:,}").format(step=saved),
                lambda: self.resume(Path(data.path)),  # saving the project may have moved it
            ),
        )

    def _quiet(self, seconds: float) -> None:
        self._toasts.show_warning(
            _("The engine has been silent for {seconds:.0f} s").format(seconds=seconds),
            _("It may be busy with a very large step. It can be ended; the last checkpoint stays."),
            (_("End it"), self._training.kill),
        )

    def _marked(self, marker: Marker) -> None:
        if marker.kind == "disk_full":
            self._toasts.show_error(
                _("The training waits: the disk is full"),
                marker.text,
                action=(_("Retry"), self._training.go_on),
            )
        elif marker.kind.startswith("damaged") or marker.kind == "roll_back":
            self._toasts.show_warning(_("At step {step:,}").format(step=marker.step), marker.text)

    def _halve_batch(self, document: Document | None) -> None:
        if document is None or document is not self._files.document:
            return  # the project whose training failed was closed meanwhile
        project = document.project
        size = max(1, project.recipe.batch_size // 2)
        recipe = msgspec.structs.replace(project.recipe, batch_size=size)
        document.apply(
            phrase("Halve the batch size"), msgspec.structs.replace(project, recipe=recipe)
        )


def _errors_of(checked: Checked) -> list[Problem]:
    return [problem for problem in checked.problems if problem.severity == "error"]
