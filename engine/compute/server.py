"""The engine's side of the conversation: who listens, who works, who speaks.

Four threads. The *reader* hears every command at once and passes orders (pause, stop, learning rate …)
straight to the running training, so that none ever queues behind work. The *main* thread does the
work, one request after another. The *outbox* writes events. The *heart* beats, whatever the
others are doing. When the input ends, a training writes its checkpoint and the process ends.
"""

from __future__ import annotations

import contextlib
import math
import os
import queue
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

import msgspec
import torch

from engine.compute import work
from engine.compute.failures import failure
from engine.compute.outbox import Outbox
from engine.compute.warmup import settle
from engine.framing import FrameError, MessageError, command_reader, event_writer
from engine.live import read_live
from engine.protocol import (
    VERSION,
    AnyCommand,
    Beat,
    Carry,
    Check,
    Compress,
    Continue,
    Draw,
    Event,
    Export,
    Failed,
    Import,
    Inspect,
    Pause,
    Preflight,
    Preview,
    Quit,
    Ready,
    Sensitivity,
    SetLearningRate,
    SetValue,
    Speak,
    Start,
    StepOnce,
    Stop,
    TryRates,
    Watch,
    Weigh,
)
from engine.runs.control import Control
from projects.errors import Problem, ProjectError
from projects.schema import Project
from projects.translation import gettext as _
from projects.translation import speak

if TYPE_CHECKING:
    from engine.compute.compression.bench import Bench
    from engine.compute.drawing import Studio
    from engine.compute.inside.inspector import Inspector
    from engine.export.exporter import Exporter

BEAT_EVERY = 0.5
MOST_WAITING = 64
END_IDLE = 5.0
END_TRAINING = 120.0
EXIT_PROTOCOL = 2

Squeeze = Compress | Weigh | Sensitivity
Look = Inspect | Squeeze | Export
Request = Check | Preview | Carry | Import | Draw | Look | Preflight | TryRates | Start


class Server:
    """Serves one client.

    Args:
        incoming: Commands.
        outgoing: Events.
    """

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._reader = command_reader(incoming)
        self._outbox = Outbox(event_writer(outgoing))
        self._requests: queue.Queue[Request | None] = queue.Queue()
        self._control: Control | None = None
        self._project: Project | None = None  # what is being trained
        self._sink: work.Stamped | None = None
        self._streams: dict[str, float] = {}
        self._code = 0
        self._studio: Studio | None = None
        self._inspector: Inspector | None = None
        self._bench: Bench | None = None
        self._exporter: Exporter | None = None
        self._looks: dict[int, Control] = {}  # what stops looks inside, compressions and exports
        self._working = False
        self._checked = False

    def run(self, devices: tuple[str, ...]) -> int:
        """Serve until the client leaves; return the exit code of the process.

        Args:
            devices: What there is to train on.
        """
        self._heed_signals()
        settle()
        torch.set_num_threads(1)  # of this thread; a training sets its own number
        self._outbox.emit(
            Ready(protocol=VERSION, pid=os.getpid(), torch=str(torch.__version__), devices=devices)
        )
        for name, target in (("reader", self._listen), ("heart", self._beat)):
            threading.Thread(target=target, name=name, daemon=True).start()
        while (request := self._requests.get()) is not None:
            self._do(request)
        self._outbox.close()
        return self._code

    # ------------------------------------------------------------------ the main thread

    def _do(self, request: Request) -> None:
        match request:
            case Check():
                self._answer(request, _("checking"), lambda: work.answer_check(request))
                self._after_check()
            case Preview():
                self._answer(request, _("reading the data"), lambda: work.answer_preview(request))
            case Carry():
                self._answer(request, _("comparing"), lambda: work.answer_carry(request))
            case Import():
                self._answer(request, _("importing"), lambda: work.answer_import(request))
            case Draw():
                self._answer(request, _("drawing"), lambda: self._draw(request))
            case Inspect():
                self._answer(request, _("looking inside"), lambda: self._inspect(request))
            case Compress() | Weigh() | Sensitivity():
                self._answer(request, _("compressing"), lambda: self._squeeze(request))
            case Export():
                self._answer(request, _("exporting"), lambda: self._export(request))
            case Preflight():
                self._answer(request, _("pre-flight"), lambda: self._preflight(request))
            case TryRates():
                self._answer(request, _("range test"), lambda: self._try_rates(request))
            case Start():
                self._answer(request, _("training"), lambda: self._train(request))

    def _answer(self, request: Request, stage: str, job: Callable[[], Event]) -> None:
        try:
            self._working = True
            event: Event = job()
            self._working = False
        except BaseException as error:
            self._working = False
            event = failure(error, stage, request.id)
        if isinstance(request, Start | Preflight | TryRates):
            self._control = self._sink = None
        self._outbox.emit(msgspec.structs.replace(event, id=request.id))

    def _after_check(self) -> None:
        """The first check imports half of torch's compiler."""
        if not self._checked:
            self._checked = True
            settle()

    def _draw(self, request: Draw) -> Event:
        if self._studio is None:
            from engine.compute.drawing import Studio

            self._studio = Studio()
        return self._studio.draw(request)

    def _inspect(self, request: Inspect) -> Event:
        if self._inspector is None:
            from engine.compute.inside.inspector import Inspector

            self._inspector = Inspector()
        return self._looked(request, partial(self._inspector.inspect, request))

    def _squeeze(self, request: Squeeze) -> Event:
        if self._bench is None:
            from engine.compute.compression.bench import Bench

            self._bench = Bench()
        return self._looked(request, partial(self._bench.answer, request))

    def _export(self, request: Export) -> Event:
        if self._exporter is None:
            from engine.export.exporter import Exporter

            self._exporter = Exporter()
        return self._looked(request, partial(self._exporter.answer, request))

    def _looked(self, request: Look, answer: Callable[[work.Stamped, Control], Event]) -> Event:
        """Have a request answered that a stop ends."""
        try:
            return answer(work.Stamped(self._outbox, request.id), self._looks[request.id])
        finally:
            del self._looks[request.id]

    def _preflight(self, request: Preflight) -> Event:
        assert self._control is not None
        return work.answer_preflight(request, work.Stamped(self._outbox, request.id), self._control)

    def _try_rates(self, request: TryRates) -> Event:
        assert self._control is not None
        return work.answer_try_rates(request, work.Stamped(self._outbox, request.id), self._control)

    def _train(self, start: Start) -> Event:
        assert self._control is not None
        self._sink = work.Stamped(self._outbox, start.id)
        return work.train(start, self._sink, self._control)

    # ------------------------------------------------------------------ the reader

    def _listen(self) -> None:
        try:
            while self._hear_next():
                pass
        except FrameError as error:
            self._code = EXIT_PROTOCOL
            self._outbox.emit(Failed(problems=error.problems, kind="protocol"))
        self._hang_up()

    def _hear_next(self) -> bool:
        """Hear one command; return whether to go on."""
        try:
            command = self._reader.read()
        except MessageError as error:
            self._outbox.emit(Failed(id=error.request, problems=error.problems, kind="protocol"))
            return True
        if command is None or isinstance(command, Quit):
            return False
        if isinstance(command, Request):
            self._accept(command)
        else:
            self._order(command)
        return True

    def _accept(self, request: Request) -> None:
        if isinstance(request, Start | Preflight | TryRates):
            if self._control is not None:
                self._refuse(request, _("This engine is training already."))
                return
            self._control = Control()
            self._control.watch(self._streams)
            self._project = request.project if isinstance(request, Start) else None
            if isinstance(request, Start) and request.paused:
                self._control.pause()
        elif self._requests.qsize() >= MOST_WAITING:
            self._refuse(request, _("Too many requests are waiting already."))
            return
        elif isinstance(request, Look):
            self._looks[request.id] = Control()
        self._requests.put(request)

    def _order(self, command: AnyCommand) -> None:
        if isinstance(command, Watch):
            self._streams = command.streams
            self._outbox.watch(command.streams)
        if isinstance(command, Speak):
            speak(command.language)
        if isinstance(command, Stop):
            for look in list(self._looks.values()):
                look.stop()
        control = self._control
        if control is None:
            return
        match command:
            case Pause():
                control.pause()
            case Continue():
                control.go_on()
            case StepOnce():
                control.step_once()
            case Stop():
                control.stop()
            case Watch():
                control.watch(command.streams)
            case SetLearningRate():
                self._set_rate(control, command)
            case SetValue():
                self._set_value(control, command)

    def _set_rate(self, control: Control, command: SetLearningRate) -> None:
        if math.isfinite(command.value) and command.value > 0:
            control.set_learning_rate(command.value, command.network)
        else:
            self._refuse(command, _("A learning rate must be a number above 0."))

    def _set_value(self, control: Control, command: SetValue) -> None:
        if self._project is None:
            return
        try:
            read_live(self._project, command.path, command.value)
        except ProjectError as error:
            self._outbox.emit(Failed(id=command.id, problems=tuple(error.problems)))
            return
        control.set_value(command.path, command.value)

    def _refuse(self, command: AnyCommand, message: str) -> None:
        self._outbox.emit(Failed(id=command.id, problems=(Problem("", message),)))

    def _hang_up(self) -> None:
        """Have the main thread end after a checkpoint, and see to it that the process does end."""
        control = self._control
        if control is not None:
            control.leave()
        with contextlib.suppress(queue.Empty):
            while True:
                self._requests.get_nowait()  # nobody is there to hear the answer
        self._requests.put(None)
        time.sleep(END_IDLE if control is None else END_TRAINING)
        os._exit(self._code or 1)

    # ------------------------------------------------------------------ signals

    def _heed_signals(self) -> None:
        """SIGINT breaks off the work in progress, SIGTERM is like the end of the input."""

        def interrupt(_number: int, _frame: object) -> None:
            if self._working:
                raise KeyboardInterrupt

        def terminate(_number: int, _frame: object) -> None:
            threading.Thread(target=self._hang_up, name="terminate", daemon=True).start()

        signal.signal(signal.SIGINT, interrupt)
        signal.signal(signal.SIGTERM, terminate)

    # ------------------------------------------------------------------ the heart

    def _beat(self) -> None:
        while True:
            time.sleep(BEAT_EVERY)
            sink = self._sink
            self._outbox.emit(Beat(step=sink.step if sink else 0))
