"""The command ``train``: a project trained in this process, with a progress bar and without a window."""

from __future__ import annotations

import argparse
import contextlib
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from engine.headless.arguments import Command, argument, path, seconds, whole
from engine.headless.console import DONE, FAILED, INTERRUPTED, Console, UsageError
from projects import files
from projects.errors import FileError, ProblemsError, ProjectError, UserError
from projects.paths import set_values
from projects.schema import Project
from projects.translation import N_
from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.protocol import Finished
    from engine.runs.branch import Branch
    from engine.runs.control import Limits


class Stoppable(Protocol):
    """What a first Ctrl-C stops."""

    def stop(self) -> None:
        """End with a checkpoint."""


@dataclass(frozen=True)
class Job:
    """One training to do.

    Attributes:
        project: What to train.
        folder: Where its relative data paths start.
        run: The run folder.
        resume: Whether the run has begun already.
        weights_from: Another run with whose weights it begins.
        replay: Another run that is done again, live changes included.
        branch: A place in another run where it branches off.
        teacher: Another run from whose answers it learns.
    """

    project: Project
    folder: Path
    run: Path
    resume: bool = False
    weights_from: Path | None = None
    replay: Path | None = None
    branch: Branch | None = None
    teacher: Path | None = None


def branch_of(text: str) -> Branch:
    """Read ``RUN@STEP``, or ``RUN`` alone for its last checkpoint; folders may have an @ in their names."""
    from engine.runs.branch import LAST, Branch

    run, _at, step = text.rpartition("@")
    if run and step.isdecimal() and len(step) < 16 and not Path(text).is_dir():
        return Branch(path(run), int(step))
    return Branch(path(text), LAST)


def train(args: argparse.Namespace, console: Console) -> int:
    """Train a project, or go on with one of its runs."""
    from engine.runs.control import Limits

    limits = Limits(max_steps=args.max_steps, max_seconds=args.max_seconds)
    if args.replay is not None:
        job, steps = _replayed(args)
        limits = msgspec.structs.replace(limits, max_steps=args.max_steps or steps)
    else:
        job = _resumed(args, console) if args.resume else _begun(args)
    return train_job(job, limits, console)


def train_job(job: Job, limits: Limits, console: Console) -> int:
    """Train and answer with what came of it.

    Args:
        job: What to train.
        limits: Where to stop before the recipe ends.
        console: Where to answer.

    Returns:
        The exit code.

    Raises:
        UserError: The project cannot be trained, or its training had to end.
    """
    from engine.compute.trainer import Trainer
    from engine.headless.progress import ProgressBar
    from engine.runs.control import Control

    if not job.resume:
        _need_ready(job, console)
        _need_room(job.run)
    control = Control(attended=False)
    bar = ProgressBar(console)
    try:
        with stopping(control) as interrupted:
            trainer = Trainer(
                job.project,
                job.folder,
                job.run,
                bar,
                control,
                resume=job.resume,
                limits=limits,
                weights_from=job.weights_from,
                replay=job.replay,
                branch=job.branch,
                teacher=job.teacher,
            )
            finished = trainer.run()
    finally:
        bar.close()
    verdicts = _verdicts(job.run) if console.json else []
    console.answer({**_answer(finished), "verdicts": verdicts}, _told(finished))
    if interrupted.is_set() and finished.state == "stopped":
        console.note(_("Interrupted; go on with --resume --out {run}").format(run=finished.run))
        return INTERRUPTED
    return FAILED if finished.state == "failed" else DONE


def _begun(args: argparse.Namespace) -> Job:
    """A training that starts from the beginning, or where another run was at some step."""
    from engine.runs.folder import new_run

    if args.branch is not None and args.weights_from is not None:
        raise UsageError(
            _("a branch has the weights of its run: --from does not go with --branch."),
            hint=_("Leave one of them out."),
        )

    loaded = files.load(args.project)
    if loaded.readonly:
        files.dumps(loaded.project)
    project = set_values(loaded.project, args.set)
    chosen = {"seed": args.seed, "device": args.device}
    recipe = msgspec.structs.replace(
        project.recipe, **{name: value for name, value in chosen.items() if value is not None}
    )
    project = msgspec.structs.replace(project, recipe=recipe)
    run = args.out or new_run(args.project, project.name)
    return Job(
        project,
        files.folder_of(args.project),
        Path(run),
        weights_from=args.weights_from,
        branch=args.branch,
        teacher=args.teacher,
    )


def _resumed(args: argparse.Namespace, console: Console) -> Job:
    """A training that goes on, with the project as it was when it began."""
    from engine.runs.false_start import is_false_start
    from engine.runs.folder import list_runs, runs_folder
    from engine.runs.reader import Reader
    from engine.runs.summary import state_of

    others = (args.seed, args.device, args.weights_from, args.branch, args.teacher)
    if args.set or any(value is not None for value in others):
        raise UsageError(
            _(
                "a run goes on as it began: --set, --seed, --device, --from, --branch and --teacher do not go "
                "with --resume."
            ),
            hint=_("Leave them out, or begin another run."),
        )
    run = args.out
    if run is None:
        runs = list_runs(runs_folder(args.project, args.project.stem))
        begun = (run for run in runs if state_of(run) and not is_false_start(run))
        run = next(begun, None)  # the newest that is not damaged
        if run is None:
            raise ProjectError(
                _("there is no run to go on with."), where=str(args.project), hint=_("Train first.")
            )
    project = Reader(run).project()
    _note_changes(args.project, project, Reader(run).summary().started, console)
    return Job(project, files.folder_of(args.project), Path(run), resume=True)


def _replayed(args: argparse.Namespace) -> tuple[Job, int | None]:
    """A run that is done again, and after how many steps it was stopped."""
    from engine.runs.folder import new_run
    from engine.runs.origin import data_folder
    from engine.runs.reader import Reader

    others = (args.seed, args.device, args.weights_from, args.branch, args.teacher)
    if args.set or args.resume or any(value is not None for value in others):
        raise UsageError(
            _(
                "a run is done again as it was: --set, --seed, --device, --from, --branch, --teacher and --resume "
                "do not go with --replay."
            ),
            hint=_("Leave them out."),
        )
    reader = Reader(args.replay)
    project, summary = reader.project(), reader.summary()
    folder = data_folder(args.replay, summary)
    run = args.out or new_run(folder / args.project.name, project.name)
    steps = None if summary.state == "finished" else summary.steps
    return Job(project, folder, Path(run), replay=args.replay), steps


def _note_changes(path: Path, frozen: Project, started: str, console: Console) -> None:
    """Say that the project was edited since; it may differ from the run by ``--set`` all along."""
    with contextlib.suppress(ProjectError, OSError, ValueError):
        edited = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if edited > datetime.fromisoformat(started) and not files.same(
            files.load(path).project, frozen
        ):
            console.note(_("The project has changed since; the run goes on with the old one."))


def _need_ready(job: Job, console: Console) -> None:
    """Say everything that is wrong before anything is written."""
    from engine.compute.check import check

    found = check(job.project, job.folder)
    if not found.ok:
        raise ProblemsError(p for p in found.problems if p.severity == "error")
    console.problems(found.problems)


def _need_room(run: Path) -> None:
    """Refuse a run folder that holds something else."""
    from engine.runs.false_start import is_false_start
    from engine.runs.folder import RunFolder

    if is_false_start(run):  # it makes room
        return
    if RunFolder(run).exists:
        raise FileError(
            _("a run is in this folder already."),
            where=str(run),
            hint=_("Go on with it (--resume), or choose another folder."),
        )
    if run.exists() and (not run.is_dir() or any(run.iterdir())):
        raise FileError(
            _("something else is there already."),
            where=str(run),
            hint=_("Choose a new or an empty folder."),
        )


@contextlib.contextmanager
def stopping(control: Stoppable) -> Iterator[threading.Event]:
    """Let Ctrl-C and a polite kill stop a training with a checkpoint; a second one at once.

    Args:
        control: Orders of the training.

    Yields:
        An event that is set once the training was interrupted.
    """
    interrupted = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        if interrupted.is_set():
            raise KeyboardInterrupt
        interrupted.set()
        control.stop()

    if threading.current_thread() is not threading.main_thread():
        yield interrupted
        return
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield interrupted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _answer(finished: Finished) -> dict[str, Any]:
    values = msgspec.structs.asdict(finished)
    del values["id"]
    return values


def _verdicts(run: Path) -> list[dict[str, Any]]:
    """What ails the training at its end; an answer is not held up by measurements that cannot be read."""
    from engine.clinic.practice import examine, plain

    with contextlib.suppress(UserError):
        verdicts = examine(run).doctor.verdicts()
        return [plain(verdict, verdicts) for verdict in verdicts]
    return []


def _told(finished: Finished) -> Iterator[str]:
    from engine.headless.progress import words

    yield _("{state} after {steps:,} steps in {seconds:.1f} s ({rate:,.0f} steps/s)").format(
        state=finished.state,
        steps=finished.steps,
        seconds=finished.seconds,
        rate=finished.steps_per_second,
    )
    if finished.metrics:
        yield words(finished.metrics)
    yield finished.run


COMMANDS = (
    Command(
        "train",
        N_("train a project"),
        train,
        (
            argument("project", metavar="PROJECT", type=path, help=N_("project file")),
            argument("--out", metavar="DIR", type=path, help=N_("the run folder")),
            argument(
                "--set",
                metavar="PATH=VALUE",
                action="append",
                default=[],
                help=N_("change a value first, such as recipe.optimizer.lr=0.01; may be repeated"),
            ),
            argument(
                "--seed", metavar="N", type=whole(0, 2**31 - 1), help=N_("seed of the recipe")
            ),
            argument(
                "--device", choices=("auto", "cpu", "cuda", "mps"), help=N_("where to compute")
            ),
            argument(
                "--from",
                dest="weights_from",
                metavar="RUN",
                type=path,
                help=N_("begin with the weights of this run, as far as they fit the networks"),
            ),
            argument(
                "--teacher",
                metavar="RUN",
                type=path,
                help=N_("learn from the answers of this run, too, as recipe.distillation says"),
            ),
            argument(
                "--branch",
                metavar="RUN[@STEP]",
                type=branch_of,
                help=N_(
                    "go on from this step of a run (its last checkpoint where none is given) with the "
                    "project as it is now"
                ),
            ),
            argument(
                "--replay",
                metavar="RUN",
                type=path,
                help=N_(
                    "do this run of the project again, what was changed while it trained included"
                ),
            ),
            argument(
                "--max-steps",
                metavar="N",
                type=whole(1, 10**12),
                help=N_("stop when the run has made this many steps in total"),
            ),
            argument(
                "--max-seconds", metavar="S", type=seconds, help=N_("stop after this much training")
            ),
            argument(
                "--resume",
                action="store_true",
                help=N_("go on with the run in --out, or with the project's latest"),
            ),
        ),
    ),
)
