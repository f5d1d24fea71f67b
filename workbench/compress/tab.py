"""The Compress tab: steps that make the shown run smaller, what that gives, and every variant beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent, QUndoStack
from PySide6.QtWidgets import QStackedLayout, QTabWidget, QWidget

from engine.client import Engines
from engine.compression.variant import Size
from engine.protocol import Compressed, Weighed
from engine.runs.summary import FOREIGN, Summary
from projects.errors import Problem
from projects.translation import gettext as _
from widgets.empty_state import EmptyState
from widgets.timers import single_shot
from widgets.topics import TOPIC
from workbench.choices import State
from workbench.compress.board import Board
from workbench.compress.family import Member, family_of
from workbench.compress.scales import NOTHING, Moment, Scales
from workbench.compress.scan import ScanView
from workbench.compress.side import Side
from workbench.compress.step_fields import Subject
from workbench.compress.steps import KEYS
from workbench.keeper import has_weights
from workbench.panels.saver import Saver
from workbench.problem_words import said
from workbench.rundata import RunData, run_title
from workbench.variant_words import steps_words, variant_of

REST_MS, IDLE_MS = 80, 60_000
PAUSED = "paused"
EMPTY, HINDERED, SHOWN = range(3)
LEAST = (420, 200)


class CompressTab(QWidget):
    """What is done to the shown run, what it costs and is worth then, and all that was made of it.

    An engine is leased while the tab is looked at, and for a minute after.

    Args:
        engines: The window's engines.
        parent: Qt parent.

    Signals:
        train_wanted: There is no run yet.
        kept(path): A variant was written.
        said(title, text, good): Something was done, or could not be.
    """

    train_wanted = Signal()
    kept = Signal(object)
    said = Signal(str, str, bool)

    def __init__(self, engines: Engines, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compressTab")
        self.setProperty(TOPIC, "article/compression")
        self.setMinimumSize(*LEAST)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.scales = Scales(engines, self)
        self.scales.weighed.connect(self._take_figures)
        self.scales.kept.connect(self._take_kept)
        self.scales.failed.connect(self._show_problem)
        self.scales.unkept.connect(self._show_unkept)
        self.scales.ended.connect(self._ended)
        self._run: RunData | None = None
        self._runs: Sequence[tuple[Path, Summary]] = ()
        self._members: tuple[Member, ...] = ()
        self._figures: tuple[Size, Size | None, Sequence[str]] | None = None
        self._rest = single_shot(self, REST_MS, self._ask)
        self._idle = single_shot(self, IDLE_MS, self._go_idle)
        self.side = Side()
        self.scales.stage.connect(self.side.show_stage)
        self.side.steps.changed.connect(self._steps_changed)
        self.side.keep.clicked.connect(self._keep)
        self.side.stop.clicked.connect(self._give_up)
        self.saver = Saver(self, self._stem, self._seen, lambda: self.board.saved(), self.said.emit)
        self.board = Board(self.saver.button())
        self.board.rescored.connect(self._rescore)
        self.scan = ScanView(engines)
        right = self._right = QTabWidget()
        right.setObjectName("compressViews")
        right.setAccessibleName(_("Variants and layers"))
        right.setDocumentMode(True)
        right.addTab(self.board, _("Trade-off"))
        right.addTab(self.scan, _("What layers can lose"))
        self._nothing = EmptyState(
            _("Nothing to make smaller yet"),
            _(
                "A trained run is made smaller here: weights and units pruned, layers merged, left out or narrowed, numbers "
                "stored in fewer bits. Sliders show at once what it costs and is worth then, a chart every variant."
            ),
            _("Train"),
        )
        self._nothing.clicked.connect(self.train_wanted)
        self._hindered = EmptyState("", "")
        self._pages = QStackedLayout(self)
        for page in (self._nothing, self._hindered, self.side.beside(right)):
            self._pages.addWidget(page)

    # ----------------------------------------------------------------------------------- told

    def show_run(self, run: RunData | None) -> None:
        """The steps are about another run."""
        self._run = run
        self._refresh()

    def set_runs(self, runs: Sequence[tuple[Path, Summary]]) -> None:
        """These runs are listed now."""
        self._runs = runs
        if self.isVisible():
            self._show_family()
            self._rest.start()

    def refresh(self) -> None:
        """Look again where the run has ended or has another checkpoint; called now and then."""
        if self.isVisible() and (
            self.scales.base != self._now() or self._page() != self._pages.currentIndex()
        ):
            self._refresh()

    def remembered(self) -> State:
        """Return the steps, and what is chosen beside them."""
        return {
            "steps": self.side.steps.remembered(),
            "front": self._right.currentIndex(),
            "board": self.board.remembered(),
            "scan": self.scan.remembered(),
        }

    def restore(self, state: State) -> None:
        """Choose it again; the figures of the steps are asked for anew."""
        match state:
            case {
                "steps": dict(steps),
                "front": int(front),
                "board": dict(board),
                "scan": dict(scan),
            }:
                self.side.steps.restore(steps)
                self._right.setCurrentIndex(front)
                self.board.restore(board)
                self.scan.restore(scan)

    def close_engines(self) -> None:
        """End the engines."""
        self.scales.close()
        self.scan.close_engine()

    def why_not(self) -> str:
        """Why the shown run cannot be made smaller; empty when it can."""
        run = self._run
        if run is None or not run.path:
            return _("There is no run yet.")
        if run.state == PAUSED:
            return _(
                "Its weights change as soon as it goes on. Stop the training, or let it come to its end: then they can be "
                "made smaller here."
            )
        if run.active:
            return _(
                "Its weights change with every step. When the training has ended, or was stopped, they can be made smaller here."
            )
        if run.state == FOREIGN:
            return _("Its curves were taken over from another program, and its weights were not.")
        if not Path(run.path).is_dir():
            return _("Its folder is gone.")
        if not has_weights(Path(run.path)):
            return _(
                "It has no weights: it ended before its first checkpoint. Train again, or choose another run in the list of runs."
            )
        return ""

    def _title_of_hindrance(self) -> str:
        """What is said at once of a run that cannot be made smaller, or not yet."""
        if self._run is None or not self._run.active:
            return _("This run cannot be made smaller")
        if self._run.state == PAUSED:
            return _("Not while the training is paused")
        return _("Not while the run is training")

    @property
    def stack(self) -> QUndoStack | None:
        """What was done to the steps; None where they cannot be seen."""
        shown = self.isVisible() and self._pages.currentIndex() == SHOWN
        return self.side.steps.stack if shown else None

    def why_not_moved(self) -> str:
        """Why the engines can't be ended now without anything being lost; empty when they can."""
        if self.scales.keeping:
            return _("A variant is being written.")
        return _("Layers are being scanned.") if self.scan.artist.busy else ""

    # ----------------------------------------------------------------------------------- asking

    def event(self, event: QEvent) -> bool:
        """Keys that undo and redo edits of the design elsewhere are about the steps here."""
        shown = event.type() in KEYS and self._pages.currentIndex() == SHOWN
        return (shown and self.side.steps.key(event)) or super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Look, as soon as it is looked at."""
        super().showEvent(event)
        self._idle.stop()
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask nothing more, and give the engine back a minute later."""
        super().hideEvent(event)
        self._rest.stop()
        self._idle.start()

    def _go_idle(self) -> None:
        """A variant that is being written is not given up, and neither is a scan."""
        if self.why_not_moved():
            self._idle.start()
        else:
            self.close_engines()

    def _now(self) -> Moment:
        run = self._run
        return (Path(run.path), run.saved) if run is not None and run.path else NOTHING

    def _page(self) -> int:
        if self._run is None or not self._run.path:
            return EMPTY
        return HINDERED if self.why_not() else SHOWN

    def _refresh(self) -> None:
        if not self.isVisible():
            return
        page = self._page()
        self._pages.setCurrentIndex(page)
        if page == HINDERED:
            self._hindered.set_words(self._title_of_hindrance(), self.why_not())
        if page != SHOWN:
            self.scales.begin(NOTHING)
            return
        if self.scales.base != self._now():
            assert self._run is not None
            path = Path(self._run.path)
            if self.scales.base[0] not in (path, NOTHING[0]) and self._made_by_steps(path):
                self.side.steps.leave_out_all()
            self.scales.begin(self._now())
            self.side.clear()
            self._figures = None
            self.side.name_run(run_title(path))
            self.side.steps.set_subject(Subject(path, self._run.project))
            self.board.show_preview("", None)
            self.scan.show_run(path)
            self.side.say(_("Opening the run …"))
            self._enable()
        self._show_family()
        self._rest.start()

    def _made_by_steps(self, path: Path) -> bool:
        """Whether the steps have been done to a run already: it was made by them."""
        steps = self.side.steps.steps
        variant = variant_of(path) if steps else None
        return variant is not None and variant.steps == steps

    def _steps_changed(self) -> None:
        self.side.steps.clear_problems()
        self.scales.forgive()
        self._enable()
        if not self._rest.isActive():
            self._rest.start()  # and not again at every move: what a slider passes is seen as well

    def _ask(self) -> None:
        """Ask what the steps give, of the last of which the answer counts; then for what was never measured."""
        if not self.isVisible() or self.scales.base == NOTHING:
            return
        if self.scales.busy:
            self._rest.start()
        elif self.scales.ask(self.side.steps.steps, self._members):
            self.side.work(True)

    def _why_not_keep(self) -> str:
        return self.scales.why_not_kept(self.side.steps.steps)

    def _enable(self) -> None:
        self.side.enable(self._why_not_keep())

    def _keep(self) -> None:
        if not self._why_not_keep():
            self.side.clear_problem()
            self.side.work(True)
            self.scales.keep(self.side.steps.steps)
            self._enable()

    def _give_up(self) -> None:
        self.scales.give_up()
        self.side.work(False)
        self.side.say(_("Stopped."))
        self._enable()

    # ----------------------------------------------------------------------------------- hearing

    def _take_kept(self, event: Compressed) -> None:
        path = Path(event.variant)
        self._enable()
        self.said.emit(
            _("Kept as a run"),
            f"{run_title(path)} · {steps_words(event.made.steps)}",
            True,
        )
        self.kept.emit(path)
        self.board.choose(path)

    def _take_figures(self, event: Weighed) -> None:
        steps = self.scales.steps or ()
        after = event.size if steps else None
        self.board.show_preview(steps_words(steps), after, event.parent)
        self._figures = event.parent, after, event.notes  # shown when the scores are listed
        self.side.clear_problem()
        self._enable()

    def _rescore(self) -> None:
        """Show the last figures by the score that counts."""
        if self._figures is not None:
            before, after, notes = self._figures
            judged = self.board.score.judged
            self.side.show_figures(
                judged(before), judged(after) if after is not None else None, notes
            )

    def _show_problem(self, problem: Problem) -> None:
        self._figures = None
        self.side.show_problem(problem.where, said(problem))
        self.board.show_preview("", None)
        self._enable()

    def _show_unkept(self, problem: Problem) -> None:
        self.side.show_problem(problem.where, said(problem), undone=False)
        self._enable()

    def _ended(self, news: bool) -> None:
        """Something was answered; where figures are news, what is shown of the family is as well."""
        if news:
            self._show_family()
        else:
            self._rescore()
        if not self.scales.busy:
            self.side.work(False)
            if self.isVisible():
                self._rest.start()

    def _show_family(self) -> None:
        base = self.scales.base
        if base == NOTHING:
            return
        self._members = family_of(base[0], self._runs, self.scales.known, self.scales.beside)
        project = self._run.project if self._run is not None else None
        objective = project.objective.type if project is not None else ""
        self.board.show_members(self._members, base[0], objective)
        self._rescore()

    # ----------------------------------------------------------------------------------- saving

    def _seen(self) -> QWidget | None:
        """The chart without the button over it: a picture has nothing to press."""
        return self.board.plot.plot if self._members else None

    def _stem(self) -> str:
        return f"{self.scales.base[0].name}-variants"
