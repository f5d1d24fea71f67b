"""The study or the pair of trainings that goes on: its engines, what they say, and studies that are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from PySide6.QtCore import QObject, Signal

from engine.client import Engines
from engine.protocol import Event, Failed, State
from engine.runs.false_start import is_false_start
from engine.runs.folder import RunFolder
from engine.studies.conductor import Conductor, Order
from engine.studies.declaration import Study
from engine.studies.folder import Row, StudyFolder
from engine.studies.grid import Planned
from engine.studies.work import StudyWork
from projects.errors import Problem, UserError
from projects.schema import Project
from projects.translation import gettext as _
from workbench.aside import aside
from workbench.rundata import RunData, run_title
from workbench.runs import Runs

T = TypeVar("T")


class Opened(NamedTuple):
    """A study as it is on the disk.

    Attributes:
        folder: Its folder.
        study: What it declares.
        planned: Its runs.
        rows: What has become of them.
    """

    folder: StudyFolder
    study: Study
    planned: list[Planned]
    rows: list[Row]


class Studying(QObject):
    """At most one study, or one pair of trainings to compare, at a time.

    Args:
        engines: The window's engines.
        runs: Where the runs of pairs are listed.
        parent: Qt parent.

    Attributes:
        work: The study that goes on, or None.
        pair: The runs of the pair that goes on; empty when none does.

    Signals:
        changed(): Something begins, ends, holds or goes on.
        opened(Opened): A study was read.
        unreadable(path, Problem): A study could not be read or begun.
        over(failures): What went on is over; sentences about what failed.
        held(text): A training waits by itself.
    """

    changed = Signal()
    opened = Signal(object)
    unreadable = Signal(object, object)
    over = Signal(object)
    held = Signal(str)

    def __init__(self, engines: Engines, runs: Runs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engines = engines
        self._runs = runs
        self._conductor: Conductor | None = None
        self._data: dict[Path, RunData] = {}
        self._failures: list[str] = []
        self._told_held = ""
        self._preparing = False
        self._wanted: Path | None = None
        self.work: StudyWork | None = None
        self.pair: tuple[Path, ...] = ()

    # ----------------------------------------------------------------------------------- state

    @property
    def active(self) -> bool:
        """Whether a study or a pair goes on, or is about to."""
        return self._conductor is not None or self._preparing

    @property
    def paused(self) -> bool:
        """Whether it holds."""
        return self._conductor is not None and self._conductor.paused

    @property
    def stopping(self) -> bool:
        """Whether it is about to end."""
        return self._conductor is not None and self._conductor.stopping

    @property
    def share(self) -> float:
        """Which part of it is done, 0 to 1."""
        if self.work is not None:
            return self.work.share
        if self._conductor is None or not self.pair:
            return 0.0
        live = self._conductor.live
        ended = len(self.pair) - len(live) - self._conductor.waiting
        return (ended + sum(one.share for one in live)) / len(self.pair)

    @property
    def at_once(self) -> int:
        """How many trainings go on at the same time at most."""
        return self._conductor.at_once if self._conductor is not None else 1

    def data(self, run: Path) -> RunData | None:
        """What a run that is trained now has said so far; None for others."""
        return self._data.get(run)

    # ----------------------------------------------------------------------------------- orders

    def read(self, path: Path) -> None:
        """Read a study in the background; :attr:`opened` or :attr:`unreadable` follows, unless another is wanted by then."""
        self._wanted = path

        def told(opened: Opened) -> None:
            if self._wanted == path:
                self.opened.emit(opened)

        self._aside(path, lambda: _opened(StudyFolder(path)), told)

    def begin(self, path: Path, study: Study, project: Project, folder: Path) -> None:
        """Make a study, or go on with the one in a folder, and train what is not done of it.

        Args:
            path: Its folder.
            study: What it declares.
            project: The project that it varies.
            folder: Folder of the project file.
        """
        kept = StudyFolder(path)

        def work() -> StudyWork:
            return self._ready(kept, kept.begin(study, project, folder), study, study.at_once)

        self._prepare(path, work)

    def go_on_with(self, path: Path, at_once: int) -> None:
        """Train what is not done of a study that is on the disk."""
        kept = StudyFolder(path)

        def work() -> StudyWork:
            study, planned = kept.read()
            return self._ready(kept, planned, study, at_once)

        self._prepare(path, work)

    def start_pair(self, orders: Sequence[Order], at_once: int) -> None:
        """Train runs that are to be compared."""
        self.pair = tuple(order.run for order in orders)
        self._conductor = Conductor(
            orders, self._engines.lease, self._engines.release, self, at_once
        )
        self._start()

    def pause(self) -> None:
        """Hold, or go on after that."""
        if self._conductor is not None:
            if self._conductor.paused:
                self._conductor.go_on()
            else:
                self._conductor.pause()
            self.changed.emit()

    def go_on(self) -> None:
        """Try again what a full disk held up."""
        if self._conductor is not None:
            self._conductor.go_on()
            self.changed.emit()

    def stop(self) -> None:
        """End every training with a checkpoint."""
        if self._conductor is not None:
            self._conductor.stop()
            self.changed.emit()

    def kill(self) -> None:
        """End every process at once."""
        if self._conductor is not None:
            self._conductor.kill()

    def watch(self, streams: dict[str, float]) -> None:
        """Say which streams can be seen, and how often each may come."""
        if self._conductor is not None:
            self._conductor.watch(streams)

    def poll(self) -> None:
        """Fetch what the engines said; called by the window's timer."""
        conductor = self._conductor
        if conductor is None:
            return
        conductor.poll()
        held = next((live.held for live in conductor.live if live.held), "")
        if held and held != self._told_held:
            self.held.emit(held)
        self._told_held = held
        if conductor.done:
            self._over()

    def why_not_moved(self) -> str:
        """Why another window can't take this over now; empty when it can."""
        return _("A study is being made ready.") if self._preparing else ""

    def take_over(self, other: Studying) -> None:
        """Go on with what goes on in another window, and let that one forget it."""
        self._conductor, other._conductor = other._conductor, None
        self.work, other.work = other.work, None
        self.pair, other.pair = other.pair, ()
        self._data, other._data = other._data, {}
        self._failures, self._told_held = other._failures, other._told_held
        if self.work is not None:
            self.work.listener = self
        elif self._conductor is not None:
            self._conductor.listener = self
        self.changed.emit()

    # ----------------------------------------------------------------------------------- inside

    def _prepare(self, path: Path, work: Callable[[], StudyWork]) -> None:
        if not self.active:
            self._preparing = True
            self.changed.emit()
            self._aside(path, work, self._work_on)

    def _ready(
        self, folder: StudyFolder, planned: list[Planned], study: Study, at_once: int
    ) -> StudyWork:
        """Read what there is of a study's runs, and keep others from training them; in the background."""
        lease, release = self._engines.lease, self._engines.release
        return StudyWork(folder, study, planned, lease, release, self, at_once)

    def _aside(self, path: Path, work: Callable[[], T], then: Callable[[T], object]) -> None:
        """Read or write a study in the background; ``then`` is for what comes of it."""

        def told(found: T | Problem) -> None:
            if not isinstance(found, Problem):
                then(found)
                return
            self._preparing = False
            self.unreadable.emit(path, found)
            self.changed.emit()

        aside(self, lambda: _tried(path, work), told)

    def _work_on(self, work: StudyWork) -> None:
        """All is there: train."""
        self._preparing = False
        self._wanted = None
        self.work = work
        self._conductor = work.conductor
        self.opened.emit(_opened_by(work))
        self._start()

    def _start(self) -> None:
        self._failures = []
        self._told_held = ""
        self.changed.emit()

    def _over(self) -> None:
        work, self.work = self.work, None
        self._conductor = None
        self.pair = ()
        self._data.clear()
        failures = list(self._failures)
        if work is not None:
            try:
                work.close()
            except UserError as error:
                failures.append(str(error.problem))
            self.opened.emit(_opened_by(work))
        self.changed.emit()
        self.over.emit(failures)

    # ------------------------------------------------------------------ what the conductor says

    def begun(self, order: Order) -> None:
        """A training begins: what it says is collected, unless it had begun before."""
        if not RunFolder(order.run).exists or is_false_start(order.run):
            data = RunData(label=run_title(order.run), path=str(order.run), project=order.project)
            self._data[order.run] = data
            if order.run in self.pair:
                self._runs.add(order.run, data)
        self.changed.emit()

    def said(self, order: Order, event: Event) -> None:
        """A training said something."""
        data = self._data.get(order.run)
        if data is not None and not isinstance(event, Failed):
            data.feed(event)

    def ended(self, order: Order, state: str, message: str) -> None:
        """A training is over."""
        data = self._data.pop(order.run, None)
        if data is not None and data.active:
            data.feed(State(state=state, step=data.step))
        if message:
            self._failures.append(f"{run_title(order.run)}: {message}")
        self.changed.emit()


def _opened(folder: StudyFolder) -> Opened:
    study, planned = folder.read()
    return Opened(folder, study, planned, folder.rows(planned))


def _opened_by(work: StudyWork) -> Opened:
    return Opened(work.folder, work.study, [row.planned for row in work.rows], work.rows)


def _tried(path: Path, work: Callable[[], T]) -> T | Problem:
    """What work on a study's folder comes to."""
    try:
        return work()
    except UserError as error:
        return error.problem
    except (OSError, ValueError, TypeError) as error:
        return Problem(str(path), _("this study cannot be read: {why}.").format(why=error))
