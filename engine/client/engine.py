"""A handle on an engine process: commands in, a mailbox of events out, and an end that always comes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from engine.client.mailbox import Died, Mailbox
from engine.client.process import COMMAND, Process
from engine.protocol import (
    AnyCommand,
    AnyEvent,
    Failed,
    Finished,
    Quit,
    Ready,
    Start,
    Stop,
)
from projects.translation import gettext as _

STOP_GRACE = 20.0
INTERRUPT_GRACE = 5.0
CLOSE_GRACE = 5.0
KILL_GRACE = 2.0


class Engine:
    """One engine, restartable after its death.

    Every method may be called from the window's thread: none waits for the engine, but :meth:`close`,
    whose wait is bounded.

    Args:
        on_wake: Called from a background thread when the first event comes into the empty mailbox.
        command: What to run instead of the engine, for tests.

    Attributes:
        mailbox: What the engine said and nobody has fetched yet; it outlives a restart.
        on_ready: Called from a background thread when the engine can take work.
        on_death: Called from a background thread with the :class:`Died`; returns what is put into
            the mailbox (so that who restarts the engine can say so).
    """

    def __init__(
        self,
        on_wake: Callable[[], None] | None = None,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self.mailbox = Mailbox(on_wake)
        self.on_ready: Callable[[], None] | None = None
        self.on_death: Callable[[Died], Died] | None = None
        self._command = command
        self._process: Process | None = None
        self._ready: Ready | None = None
        self._ending = False
        self._training = 0
        self._settled = threading.Event()
        self._settled.set()
        self._heard = time.monotonic()

    # ------------------------------------------------------------------ state

    @property
    def alive(self) -> bool:
        """Whether the process runs (it may still be starting)."""
        return self._process is not None and self._process.alive

    @property
    def ready(self) -> Ready | None:
        """What the process said when it was ready for work; None before."""
        return self._ready if self.alive else None

    @property
    def pid(self) -> int | None:
        """Number of the process; None before the first start."""
        return self._process.pid if self._process else None

    @property
    def returncode(self) -> int | None:
        """How the process ended; None while it runs."""
        return self._process.returncode if self._process else None

    @property
    def trace(self) -> str:
        """The last lines that the process wrote to its standard error."""
        return self._process.trace if self._process else ""

    @property
    def silence(self) -> float:
        """Seconds since the engine last said anything; above some seconds it hangs."""
        return time.monotonic() - self._heard

    @property
    def training(self) -> bool:
        """Whether a training was sent and has not ended."""
        return not self._settled.is_set()

    # ------------------------------------------------------------------ doing

    def start(self) -> None:
        """Start the process, unless one runs. A process that can't be started is a :class:`Died`."""
        if self.alive:
            return
        self._ready = None
        self._ending = False
        self._heard = time.monotonic()
        try:
            self._process = Process(self._event, self._exited, self._command)
        except OSError as error:
            text = _("The engine could not be started: {reason}.").format(reason=error)
            self._died(Died(returncode=None, text=text))

    def send(self, command: AnyCommand) -> bool:
        """Say something to the engine.

        Returns:
            False when it can't hear: it has ended, or has long stopped reading.

        Raises:
            FrameError: The command is longer than a frame may be.
        """
        if self._process is None:
            return False
        if isinstance(command, Start):
            self._training = command.id
            self._settled.clear()
        sent = self._process.send(command)
        if isinstance(command, Start) and not sent:
            self._settled.set()
        return sent

    def stop(self, grace: float = STOP_GRACE) -> None:
        """End the training, firmly: ask, after ``grace`` seconds interrupt, and then kill."""
        self.send(Stop())
        self._background(self._enforce_stop, grace)

    def interrupt(self) -> None:
        """Break off what the engine is doing; it stays alive and says ``Failed``."""
        if self._process:
            self._process.interrupt()

    def dump_stacks(self) -> None:
        """Have every thread's stack written to :attr:`trace`, to see where an engine hangs."""
        if self._process:
            self._process.dump_stacks()

    def kill(self) -> None:
        """End the process at once; :class:`Died` follows."""
        if self._process:
            self._process.kill()

    def end(self, grace: float = CLOSE_GRACE) -> None:
        """Like :meth:`close`, without waiting."""
        self._ask_to_end()
        self._background(self._enforce_end, grace)

    def close(self, grace: float = CLOSE_GRACE) -> None:
        """Have the engine end (with a checkpoint if it trains) and wait for it; never hangs.

        Args:
            grace: Seconds it has for that; then it is interrupted, and then killed.
        """
        self._ask_to_end()
        self._enforce_end(grace)

    # ------------------------------------------------------------------ inside

    def _background(self, work: Callable[[float], None], grace: float) -> None:
        threading.Thread(target=work, args=(grace,), name="engine-ending", daemon=True).start()

    def _ask_to_end(self) -> None:
        self._ending = True
        if self._process:
            self._process.send(Quit())
            self._process.close_input()

    def _enforce_end(self, grace: float) -> None:
        process = self._process
        if process is None:
            return
        if self._ready is None:
            process.kill()  # it is still starting: there is nothing to lose and nobody to wait for
        if not process.wait(grace):
            process.interrupt()
        if not process.wait(INTERRUPT_GRACE if process.alive else 0):
            process.kill()
        process.wait(KILL_GRACE)
        process.join(KILL_GRACE)

    def _enforce_stop(self, grace: float) -> None:
        process = self._process
        if process is None or self._settled.wait(grace):
            return
        process.interrupt()
        if not self._settled.wait(INTERRUPT_GRACE):
            process.kill()

    def _event(self, event: AnyEvent) -> None:
        self._heard = time.monotonic()
        if isinstance(event, Ready):
            self._ready = event
            if self.on_ready:
                self.on_ready()
        elif isinstance(event, Finished) or (
            isinstance(event, Failed) and event.id == self._training
        ):
            self._settled.set()
        self.mailbox.put(event)

    def _exited(self, process: Process) -> None:
        self._settled.set()
        if not self._ending:
            text = process.fault or _why(process.returncode)
            self._died(Died(returncode=process.returncode, text=text, trace=process.trace))

    def _died(self, died: Died) -> None:
        self.mailbox.put(self.on_death(died) if self.on_death else died)


def _why(returncode: int | None) -> str:
    """Say in people's words how a process ended."""
    if returncode == -9:
        return _("The engine was killed; perhaps the machine ran out of memory.")
    if returncode is not None and returncode < 0:
        return _("The engine crashed (signal {number}).").format(number=-returncode)
    return _("The engine ended unexpectedly (code {code}).").format(code=returncode)
