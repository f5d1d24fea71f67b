"""A run from opening its folder to its last file."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import torch

from engine.clinic.intake import marker_of_intake
from engine.compute import carry, checkpoint, facts
from engine.compute.admission import intake_of, is_asked_for
from engine.compute.branching import Parent, begin_with, state_at
from engine.compute.checkpoint import Snapshot
from engine.compute.failures import is_out_of_memory
from engine.compute.files import RunFiles
from engine.compute.glimpses import Glimpses
from engine.compute.grounds import kept_state, make_folder, need_folder, sweep_folder
from engine.compute.heap import heap_kept
from engine.compute.loop import Loop
from engine.compute.modes import threads
from engine.compute.recorder import Recorder
from engine.compute.repeatability import obstacles
from engine.compute.rescue import Rescue
from engine.compute.restoring import begun_of, put_back, start_of
from engine.compute.rounds import Rounds
from engine.compute.stopwatch import Stopwatch
from engine.compute.task import weights_of
from engine.compute.teaching import Teacher, keep, need_teacher, teacher_from, teacher_of
from engine.compute.timing import times_of
from engine.compute.training import Begun, Training
from engine.compute.transplant import transplant
from engine.compute.watcher import Watcher
from engine.probes.base import probes_of
from engine.protocol import Finished, Marker, Started
from engine.runs.branch import Branch, name_of_parent, parent_path
from engine.runs.control import Control, Limits, Sink
from engine.runs.failures import OutOfMemoryError
from engine.runs.false_start import (
    clear,
    is_false_start,
    keep_false_start,
    leave_nothing,
    sweep_beside,
)
from engine.runs.folder import BEGUN_WITH, RunFolder
from engine.runs.known_data import write_known_data
from engine.runs.lock import RunLock
from engine.runs.reader import Reader
from engine.runs.script import Scripted, script_of
from engine.runs.store import Store
from engine.runs.summary import read_summary
from engine.runs.times import TIMES, pack
from engine.runs.vocabulary import write_vocabulary
from projects.errors import ProjectError, RunError, UserError
from projects.files import save
from projects.schema import Project
from projects.translation import N_
from projects.translation import gettext as _

NO_LIMITS = Limits()


class Trainer:
    """Trains one project into one run folder.

    Args:
        project: What to train; a resumed run trains the project that it was begun with.
        folder: Folder of the project file, where relative data paths start.
        run: The run folder; made when new.
        sink: Where events go.
        control: Orders; may be given before the training begins.
        resume: Whether to go on from the run's last checkpoint.
        limits: Ends that are not the recipe's.
        weights_from: Another run whose weights a new run begins with, as far as they fit.
        replay: Another run of the same project, which is done again: it begins with what that began with,
            and whatever was changed while that trained is changed at the same steps.
        branch: Where in another run a new one branches off: it goes on from the state that the other
            was in, as far as that fits the project.
        teacher: A trained run from whose answers a new one learns, where its recipe says so; a branch learns
            from the teacher of the other where none is given.
    """

    def __init__(
        self,
        project: Project,
        folder: Path,
        run: Path,
        sink: Sink,
        control: Control,
        resume: bool = False,
        limits: Limits = NO_LIMITS,
        weights_from: Path | None = None,
        replay: Path | None = None,
        branch: Branch | None = None,
        teacher: Path | None = None,
    ) -> None:
        self._project = project
        self._source = folder
        self._folder = RunFolder(run)
        self._sink = sink
        self._control = control
        self._resume = resume
        self._limits = limits
        self._weights_from = weights_from if not resume else None
        self._replay = replay if not resume else None
        self._branch = branch if not resume else None
        self._teaches = teacher if not resume else None
        self._teacher: Teacher | None = None
        self._parent: Parent | None = None
        self._script: list[Scripted] = []
        self._before: dict[str, torch.Tensor] = {}
        self._training: Training | None = None
        self._begun_here = False
        self._damages: list[RunError] = []

    @property
    def step(self) -> int:
        """Steps made so far."""
        return self._training.step if self._training is not None else 0

    def run(self) -> Finished:
        """Train to the end: the recipe's, an early stop, a limit or an order.

        Returns:
            What ``summary.json`` holds. It is not told to the sink.

        Raises:
            ProjectError: The project cannot train.
            DataError: The data is missing, damaged, unsuitable or not what it was.
            RunError: The run folder cannot be used.
            TrainingError: A loss is not a number any more, or there is no memory left.
        """
        if self._weights_from is not None:
            self._before = carry.weights_of_run(self._weights_from)
        if self._replay is not None:
            self._script = script_of(self._replay)
        need_folder(self._folder, self._resume)
        self._teacher = self._found_teacher()
        make_folder(self._folder)
        self._lock = RunLock(self._folder.path)
        try:
            with self._keeping_false_start(), self._explaining_memory():
                if self._branch is not None:
                    self._parent = state_at(self._branch, self._sink, self._control)
                with threads(self._project.recipe.threads), heap_kept():
                    return self._train()
        finally:
            self._lock.release()
            leave_nothing(self._folder.path)

    # ------------------------------------------------------------------------------- phases

    @contextlib.contextmanager
    def _keeping_false_start(self) -> Iterator[None]:
        """What fails before the first step leaves a run that says why; what is refused or given up leaves nothing."""
        try:
            if is_false_start(self._folder.path):
                clear(self._folder)
                make_folder(self._folder)
            yield
        except BaseException as error:
            if not self._resume and not self._begun_here:
                self._keep_false_start(error)
            raise

    def _keep_false_start(self, error: BaseException) -> None:
        refused = isinstance(error, RunError | ProjectError)  # what could never have begun
        if refused or not isinstance(error, Exception):
            clear(self._folder)
            return
        message = (
            str(error) if isinstance(error, UserError) else _("A bug in Ganvas ended this run.")
        )
        keep_false_start(
            self._folder, self._project, self._source, message, self._branch, self._weights_from
        )

    def _train(self) -> Finished:
        found = None
        if self._resume:
            self._project = Reader(self._folder.path).project()
            found, self._damages = kept_state(self._folder)
        self._need_kept_teacher()
        sweep_folder(self._folder)
        sweep_beside(self._folder.path)
        start = self._start()
        found = found or start
        self._training = training = Training(
            self._project, self._source, self._begun(start), self._teacher
        )
        exact = put_back(training, found) if found else True
        carried = self._carry_weights(training)
        branched = self._branch_off(training)
        exact = exact and (self._parent is None or self._parent.exact)
        parent = self._named_parent(start)
        self._parent = None  # its networks need memory
        self._keep_teacher()
        self._freeze_project(begins=found is None)
        kept = facts.checked(found).run if found else facts.RunFacts(environment={})
        with contextlib.closing(Store(self._folder.database, examine=self._resume)) as store:
            rounds = Rounds(self._project, self._folder.path)
            recorder = Recorder(self._folder, self._sink, store, rounds)
            recorder.metrics.update(kept.metrics)
            stopwatch = Stopwatch(kept.seconds)
            files = RunFiles(
                self._folder, self._source, training, recorder, store, self._control, stopwatch
            )
            files.started = kept.started or files.started
            files.parent = parent
            files.weights_from = self._named_origin()
            files.make_anew = self._make_anew
            if self._resume:
                known = facts.checked(found).changes if found else 0
                training.changes = store.rewind(training.step, known)
            watcher = Watcher(training.task, probes_of(self._project), recorder)
            glimpses = Glimpses(self._folder, training, recorder)
            loop = Loop(
                training,
                recorder,
                Rescue(training, self._folder.checkpoints, recorder, store, files),
                watcher,
                files,
                glimpses,
                self._control,
                self._limits,
                stopwatch,
                self._script,
            )
            files.write_summary()  # who is told that it has begun looks for it in the list of runs
            self._begun_here = True
            if self._resume:
                rounds.catch_up()
            recorder.emit(self._started(exact))
            self._tell_oddities(recorder, store, exact)
            self._tell_intake(recorder, rounds)
            self._tell_origin(recorder, carried, branched)
            files.change_state("running")
            with contextlib.closing(glimpses), self._noting_failure(files):
                return self._finish(loop.run(), files, recorder)

    def _carry_weights(self, training: Training) -> str:
        """Begin with another run's weights; return what became of them, in words.

        They are kept in the run's own folder too, so that it can be begun again without the other: a run
        that ended before its first checkpoint begins with them once more.
        """
        start = self._folder.path / BEGUN_WITH
        if self._resume and not training.step:
            begin_with(training.task, self._folder.path)
        if self._replay is not None:
            begun = begin_with(training.task, self._replay)
            if begun is not None:
                checkpoint.write_tensors(start, begun)
        if self._weights_from is None:
            return ""
        states = carry.carry(training.task, self._before)
        self._before.clear()
        checkpoint.write_tensors(self._folder.path / BEGUN_WITH, weights_of(training.task))
        every = [state for nodes in states.values() for state in nodes.values()]
        return _(
            "Begun with the weights of {run}; layers kept: {kept}, fitted: {fitted}, new: {new}."
        ).format(
            run=self._weights_from.name,
            kept=every.count(carry.KEPT),
            fitted=every.count(carry.FITTED),
            new=every.count(carry.NEW),
        )

    def _start(self) -> Snapshot | None:
        """What a branch began with, that is resumed or done again; it is kept in the run's own folder too."""
        if self._replay is None:
            return start_of(self._folder.path) if self._resume else None
        start = start_of(self._replay)
        if start is not None:
            parent = facts.checked(start).run.parent
            if parent:
                path = parent_path(self._replay, parent)
                start.facts["run"]["parent"] = name_of_parent(self._folder.path, path)
            checkpoint.save(self._folder.start, start)
        return start

    def _begun(self, start: Snapshot | None) -> Begun:
        if self._parent is None:
            return begun_of(start)
        before = self._parent.training
        return Begun(before.step, before.epoch, before.offset, before.steps_per_epoch)

    def _branch_off(self, training: Training) -> str:
        """Go on where the parent is; return what was kept, in words.

        What the branch begins with is kept in its folder, so that it needs its parent no more.
        """
        if self._parent is None:
            return ""
        kept = transplant(training, self._parent.training, self._parent.state)
        snapshot = training.snapshot()
        snapshot.facts["run"] = {
            "environment": training.environment(),
            "parent": name_of_parent(self._folder.path, self._parent.run),
        }
        checkpoint.save(self._folder.start, snapshot)
        return _("Branched off from {run} at step {step:,}: {kept}").format(
            run=self._parent.run.name, step=training.step, kept=kept
        )

    def _found_teacher(self) -> Teacher | None:
        """Who teaches: the run that was named, or the one of which this run or the one before it keeps a copy.

        Raises:
            ProjectError: A new run needs a teacher, or does not want the one that was named.
        """
        if self._teaches is not None:
            found: Teacher | None = teacher_from(self._teaches)
        else:
            other = self._replay or (self._branch.run if self._branch is not None else None)
            run = self._folder.path if self._resume else other
            wanted = self._resume or self._project.recipe.distillation is not None
            found = teacher_of(run) if run is not None and wanted else None
        if not self._resume:
            need_teacher(self._project, found)
        return found

    def _need_kept_teacher(self) -> None:
        """A run that is resumed learns from the teacher that it began with."""
        wanted = self._project.recipe.distillation is not None
        if self._resume and wanted and self._teacher is None:
            raise RunError(
                _("the copy of the teacher that this run learned from is gone."),
                where=str(self._folder.teacher),
                hint=_("Put it back, or begin another run."),
            )

    def _keep_teacher(self) -> None:
        """Keep a copy in the run's folder, so that the run needs the other one no more."""
        if self._teacher is not None and not self._resume:
            keep(self._teacher, self._folder.path)

    def _named_parent(self, start: Snapshot | None) -> str:
        """The run that this one branched off from, as its summary names it."""
        if self._parent is not None:
            return name_of_parent(self._folder.path, self._parent.run)
        return facts.checked(start).run.parent if start is not None else ""

    def _named_origin(self) -> str:
        """The run with whose weights this one, or the one that is done again, began, as its summary names it."""
        if self._weights_from is not None:
            return name_of_parent(self._folder.path, self._weights_from)
        before = self._folder.path if self._resume else self._replay
        if before is None:
            return ""
        try:
            origin = read_summary(before).weights_from
        except RunError:
            return ""
        return name_of_parent(self._folder.path, parent_path(before, origin)) if origin else ""

    @contextlib.contextmanager
    def _noting_failure(self, files: RunFiles) -> Iterator[None]:
        """Let the run say why it failed."""
        try:
            with self._explaining_memory():
                yield
        except UserError as error:
            self._note_failure(files, str(error))
            raise
        except Exception:
            self._note_failure(files, _("A bug in Ganvas ended this run."))
            raise

    def _note_failure(self, files: RunFiles, message: str) -> None:
        files.state = "failed"
        with contextlib.suppress(UserError):  # what ended the run is told, not what came of that
            files.write_summary(message)

    def _finish(self, outcome: str, files: RunFiles, recorder: Recorder) -> Finished:
        assert self._training is not None
        files.state = outcome
        self._training.settle_averages()
        files.save(again=True)
        if self._training.task.can_measure(self._training.session.data.test):
            found = self._training.evaluate_best()
            recorder.values(self._training.step, found.metrics)
        files.change_state(outcome)
        files.flush()
        self._measure_times(files, recorder)
        return files.summary().finished(self._folder.path)

    def _measure_times(self, files: RunFiles, recorder: Recorder) -> None:
        """Keep how long layers work; everything that the run needs is on the disk already."""
        assert self._training is not None
        control, session = self._control, self._training.session
        times = times_of(self._training, lambda: not control.leaving)
        if times:
            size = min(session.project.recipe.batch_size, len(session.data.train.inputs))
            arrays, info = pack(times, size)
            told = TIMES in control.watched
            recorder.picture(TIMES, self._training.step, arrays, info, told)
            files.flush_or_drop()

    def _started(self, exact: bool) -> Started:
        assert self._training is not None
        return Started(
            run=str(self._folder.path),
            step=self._training.step,
            steps_per_epoch=self._training.steps_per_epoch,
            total_steps=self._training.total_steps,
            device=str(self._training.session.device),
            exact=exact,
        )

    def _tell_oddities(self, recorder: Recorder, store: Store, exact: bool) -> None:
        assert self._training is not None
        step = self._training.step
        if not exact:
            text = _("Continued, not exact: the device or the version of torch is another one.")
            recorder.emit(Marker(step=step, kind="continued", text=text))
        for note in self._training.notes:
            recorder.emit(Marker(step=step, kind="not_compiled", text=note))
        if not self._resume:  # a run that is resumed knows it
            for why in obstacles(self._project.recipe, self._training.session.device):
                recorder.emit(Marker(step=step, kind="not_repeatable", text=why))
        for damage in self._damages:
            recorder.emit(Marker(step=step, kind="damaged_checkpoint", text=str(damage)))
        if store.damaged is not None:
            text = _("The measurements were damaged and put aside as {name}.").format(
                name=store.damaged.name
            )
            recorder.emit(Marker(step=step, kind="damaged_measurements", text=text))

    def _tell_intake(self, recorder: Recorder, rounds: Rounds) -> None:
        """Tell what the doctor has to know of the data, unless the run holds it already."""
        assert self._training is not None
        session, step = self._training.session, self._training.step
        if rounds.informed or not is_asked_for(session):
            return
        recorder.emit(marker_of_intake(intake_of(session), step))
        if self._resume:  # of an older run that didn't tell: what was judged without is judged anew
            recorder.catch_up()

    def _tell_origin(self, recorder: Recorder, carried: str, branched: str) -> None:
        """Tell with whose weights it begins, from where it goes on and from whom it learns."""
        if carried:
            recorder.emit(Marker(step=0, kind="carried", text=carried))
        if branched:
            recorder.emit(Marker(step=self.step, kind="branched", text=branched))
        if self._teacher is not None and not self._resume:
            text = _("Learns from the answers of {run}, too.").format(run=self._teacher.name)
            recorder.emit(Marker(step=self.step, kind="taught", text=text))

    # ------------------------------------------------------------------------------- folder

    def _make_anew(self) -> None:
        """Make the folder again that is gone although a training goes on in it."""
        make_folder(self._folder)
        self._lock.renew(self._folder.path)
        self._freeze_project(begins=False)

    def _freeze_project(self, begins: bool) -> None:
        assert self._training is not None
        data = self._training.session.data
        if begins or not self._folder.data.exists():
            write_known_data(self._folder.path, data)
        if not self._folder.exists:
            write_vocabulary(self._folder.path, data.info)
            save(self._project, self._folder.project)

    @contextlib.contextmanager
    def _explaining_memory(self) -> Iterator[None]:
        try:
            yield
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            stage = self._training.stage if self._training else N_("building the networks")
            raise OutOfMemoryError(
                _("memory ran out in {stage}, with batches of {size} examples.").format(
                    stage=_(stage), size=self._project.recipe.batch_size
                ),
                where="recipe.batch_size",
                hint=_("Choose a smaller batch size or smaller layers."),
            ) from error
