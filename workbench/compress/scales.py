"""What runs cost and are worth, asked of an engine one thing at a time: what steps give first, then what nobody has measured."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.client import Engines
from engine.compression.variant import Size
from engine.protocol import Compress, Compressed, Weigh, Weighed
from projects.errors import Problem
from projects.schema import Plug
from projects.translation import gettext as _
from workbench.artist import Artist
from workbench.compress.fair import steady
from workbench.compress.family import TRAINED, Member
from workbench.keeper import has_weights

WEIGH, KEEP, OTHER = "weigh", "keep", "other"
Steps = tuple[Plug, ...]
Moment = tuple[Path, int | None]
NOTHING: Moment = (Path(), None)


class Scales(QObject):
    """Weighs a run as it is and as steps would make it, has variants written, and weighs other runs meanwhile.

    Args:
        engines: The window's engines; one is leased until :meth:`close`.
        parent: Qt parent.

    Attributes:
        base: Which run, and checkpoint of it, is weighed; ``NOTHING`` for none.
        steps: The steps that were asked about last; None where none were, of this run.
        known: Figures of runs, as far as they were weighed here.
        beside: Of runs that were trained on from another one by another design, what they and that one cost, timed in turns.
        keeping: Whether a variant is being written.

    Signals:
        weighed(Weighed): What the steps give.
        kept(Compressed): A variant was written.
        failed(Problem): The steps cannot be done.
        unkept(Problem): A variant could not be written; what the steps give is known nevertheless.
        ended(news): An answer was heard; whether figures are known that were not, or others.
        stage(text, share): What is being done about the steps, and which share of it is done.
    """

    weighed = Signal(object)
    kept = Signal(object)
    failed = Signal(object)
    unkept = Signal(object)
    ended = Signal(bool)
    stage = Signal(str, float)

    def __init__(self, engines: Engines, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._artist = Artist(engines, self)
        self._artist.answered.connect(self._answered)
        self._artist.stage.connect(self._tell_stage)
        self._artist.failed.connect(self._failed)
        self.base = NOTHING
        self.steps: Steps | None = None
        self.known: dict[Path, Size] = {}
        self.beside: dict[Path, tuple[Size, Size]] = {}
        self.keeping = False
        self._weighed = NOTHING  # of which the figures are there, or were given up
        self._refused = False
        self._tried: set[Weigh] = set()

    @property
    def busy(self) -> bool:
        """Whether an answer is under way."""
        return self._artist.busy

    def begin(self, base: Moment) -> None:
        """Weigh another run, or another checkpoint of it."""
        self.base, self.steps = base, None

    def forgive(self) -> None:
        """There are other steps: that the last ones could not be done counts no more."""
        self._refused = False

    def ask(self, steps: Steps, others: Iterable[Member]) -> bool:
        """Ask what steps give; where that was asked, the figures of one run that keeps none of its own.

        Args:
            steps: The steps.
            others: Runs whose figures are wanted.

        Returns:
            Whether it is the steps that are asked about.
        """
        if steps != self.steps:
            self.steps = steps
            self._artist.ask(WEIGH, Weigh(run=str(self.base[0]), steps=steps))
            return True
        for member in others:
            wanted = _wanted(member)
            if wanted is not None and wanted not in self._tried and has_weights(member.path):
                self._tried.add(wanted)
                self._artist.ask(OTHER, wanted)
                break
        return False

    def keep(self, steps: Steps) -> None:
        """Have a variant written."""
        self.keeping = True
        self._artist.ask(KEEP, Compress(run=str(self.base[0]), steps=steps))

    def why_not_kept(self, steps: Steps) -> str:
        """Why no variant can be written of these steps; empty when one can."""
        if self.keeping:
            return _("A variant is being written.")
        if self._refused:
            return _("These steps cannot be done: the reason stands above the figures.")
        if self._weighed != self.base:
            return _("Opening the run …")
        return "" if steps else _("Add a step first.")

    def give_up(self) -> None:
        """Give up what is under way."""
        self.keeping = False
        self._weighed = self.base
        self._artist.stop()

    def close(self) -> None:
        """End the engine."""
        self._artist.close()

    def _answered(self, purpose: str, event: Weighed | Compressed) -> None:
        before = dict(self.known), dict(self.beside)
        if isinstance(event, Compressed):
            self.keeping = False
            self.kept.emit(event)  # the list of runs then tells of it
        elif purpose == OTHER:
            self._take_other(event)
        else:
            self._take(event)
        self.ended.emit((self.known, self.beside) != before)

    def _take_other(self, event: Weighed) -> None:
        path = Path(event.run)
        if path in self.known:
            self.beside[path] = event.size, event.parent
        else:
            self.known[path] = event.size

    def _take(self, event: Weighed) -> None:
        path = Path(event.run)
        self.known[path] = steady(event.parent, self.known.get(path))
        if path == self.base[0]:  # and not a run that was shown before
            self._weighed, self._refused = self.base, False
            self.weighed.emit(event)

    def _failed(self, problem: Problem) -> None:
        purpose = self._artist.about
        if purpose != OTHER:  # of another run it stands in the table that it was not measured
            self.keeping, self._refused = False, purpose == WEIGH
            (self.failed if self._refused else self.unkept).emit(problem)
        self.ended.emit(False)

    def _tell_stage(self, text: str, share: float) -> None:
        if self._artist.about != OTHER:
            self.stage.emit(text, share)


def _wanted(member: Member) -> Weigh | None:
    """What is to be asked about a run that is not the one that steps are done to; None for nothing."""
    if member.size is None:
        return Weigh(run=str(member.path))
    if member.kind == TRAINED and member.fair is None and member.origin is not None:
        return Weigh(run=str(member.path), beside=str(member.origin))
    return None
