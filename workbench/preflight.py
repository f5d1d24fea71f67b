"""A pre-flight or a range test from the window: asked of an engine of its own, so that neither desk nor training waits."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from engine.client import Died, Engines
from engine.client.engine import Engine
from engine.framing import FrameError
from engine.protocol import Failed, Preflight, Preflighted, RatesTried, Stage, TryRates
from projects.errors import Problem
from projects.schema import Project
from projects.translation import gettext as _

LISTEN_MS = 40


class Flight(QObject):
    """One pre-flight or range test of one project.

    Args:
        engines: The window's engines; one is leased while it runs.
        parent: Qt parent.

    Signals:
        stage(text, share): What is being done, and which share of all is done.
        landed(event): What was found out: :class:`Preflighted` or :class:`RatesTried`.
        failed(Problem): Why nothing was.
    """

    stage = Signal(str, float)
    landed = Signal(object)
    failed = Signal(object)

    def __init__(self, engines: Engines, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engines = engines
        self._engine: Engine | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(LISTEN_MS)
        self._timer.timeout.connect(self._listen)

    @property
    def active(self) -> bool:
        """Whether it runs."""
        return self._engine is not None

    def start(self, project: Project, folder: Path) -> None:
        """Begin a pre-flight."""
        self.begin(Preflight(id=1, project=project, folder=str(folder)))

    def begin(self, request: Preflight | TryRates) -> None:
        """Begin something that is measured on a copy."""
        self._engine = self._engines.lease()
        try:
            self._engine.send(request)
        except FrameError as error:
            self._end()
            self.failed.emit(error.problem)
            return
        self._timer.start()

    def cancel(self) -> None:
        """End it; nothing more is said."""
        if self._engine is not None:
            self._engine.kill()
            self._end()

    def _listen(self) -> None:
        engine = self._engine
        for event in engine.mailbox.drain() if engine is not None else ():
            match event:
                case Stage():
                    self.stage.emit(event.text, event.share)
                case Preflighted() | RatesTried():
                    self._end()
                    self.landed.emit(event)
                case Failed():
                    self._end()
                    self.failed.emit(event.problems[0])
                case Died():
                    self._end()
                    self.failed.emit(Problem("", event.text, _("Try a smaller batch or network.")))
                case _:
                    pass

    def _end(self) -> None:
        self._timer.stop()
        engine, self._engine = self._engine, None
        if engine is not None:
            self._engines.release(engine)
