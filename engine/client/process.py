"""One life of one engine process: its pipes, the threads that serve them, and how it ended.

Nothing here blocks the caller. A thread reads events, a thread writes commands (so that a
process which has stopped reading can't stop the window), a thread keeps the last lines of
standard error, and a thread waits for the end and reports it.
"""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, cast

from engine.framing import FrameError, command_writer, event_reader
from engine.protocol import VERSION, AnyCommand, AnyEvent, Ready
from projects.translation import gettext as _
from projects.translation import language

COMMAND = (sys.executable, "-m", "engine")
COMMANDS_WAITING = 256
TRACE_BYTES = 32 * 1024
DRAIN_SECONDS = 0.25

_WINDOWS = sys.platform == "win32"


def environment() -> dict[str, str]:
    """Return what the child inherits: it finds this very package, whatever folder we are in, and our language.

    The current folder is kept off the module path, so that a folder called ``engine`` beside a
    stranger's project is never imported.
    """
    values = {**os.environ, "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1", "LANGUAGE": language()}
    root = Path(__file__).resolve().parents[2]
    if root.name not in ("site-packages", "dist-packages"):
        paths = [str(root), values.get("PYTHONPATH", "")]
        values["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    return values


class Process:
    """A running engine process.

    Args:
        on_event: Called from the reading thread with every event.
        on_exit: Called once from the waiting thread, after the last event, when the process has ended.
        command: What to run.

    Raises:
        OSError: The process can't be started.
    """

    def __init__(
        self,
        on_event: Callable[[AnyEvent], None],
        on_exit: Callable[[Process], None],
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._on_event = on_event
        self._on_exit = on_exit
        self._popen = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
            # A Ctrl+C in the terminal is the window's to handle; the engine then sees its input end.
            start_new_session=not _WINDOWS,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._writer = command_writer(cast(BinaryIO, self._popen.stdin))
        self._outgoing: queue.Queue[bytes | None] = queue.Queue(COMMANDS_WAITING)
        self._trace = bytearray()
        self._fault = ""
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=target, name=f"engine-{name}", daemon=True)
            for name, target in (
                ("events", self._read),
                ("commands", self._write),
                ("stderr", self._collect),
                ("end", self._wait),
            )
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._popen.pid

    @property
    def returncode(self) -> int | None:
        """How it ended; None while it runs."""
        return self._popen.returncode

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return not self._ended.is_set() and self._popen.returncode is None

    @property
    def fault(self) -> str:
        """What was wrong with its frames, if that is why it was ended."""
        return self._fault

    @property
    def trace(self) -> str:
        """The last lines it wrote to standard error."""
        return bytes(self._trace).decode("utf-8", "replace")

    def send(self, command: AnyCommand) -> bool:
        """Queue a command; never blocks.

        Returns:
            False when the process has ended or has stopped taking commands.

        Raises:
            FrameError: The command is too long.
        """
        frame = self._writer.frame(command)
        if not self.alive:
            return False
        try:
            self._outgoing.put_nowait(frame)
        except queue.Full:
            return False
        return True

    def close_input(self) -> None:
        """End the engine's input, after what is queued: it writes a checkpoint and ends."""
        with contextlib.suppress(queue.Full):
            self._outgoing.put_nowait(None)

    def interrupt(self) -> None:
        """Break off what the engine does (``KeyboardInterrupt``); Windows has no such signal."""
        if not _WINDOWS:
            self._signal(signal.SIGINT)

    def dump_stacks(self) -> None:
        """Have the engine write what every thread is doing to its standard error."""
        if not _WINDOWS:
            self._signal(signal.SIGUSR1)

    def kill(self) -> None:
        """End the process at once."""
        with contextlib.suppress(OSError):
            self._popen.kill()

    def wait(self, timeout: float) -> bool:
        """Wait for the end at most ``timeout`` seconds; return whether it came."""
        return self._ended.wait(timeout)

    def join(self, timeout: float) -> None:
        """Wait for the threads, each at most ``timeout`` seconds."""
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(timeout)

    def _signal(self, number: int) -> None:
        with contextlib.suppress(OSError):
            self._popen.send_signal(number)

    def _read(self) -> None:
        stream = cast(BinaryIO, self._popen.stdout)
        reader = event_reader(stream)
        try:
            while (event := reader.read()) is not None:
                if isinstance(event, Ready) and event.protocol != VERSION:
                    raise FrameError(
                        _("the engine speaks version {theirs} of the protocol, not {ours}.").format(
                            theirs=event.protocol, ours=VERSION
                        )
                    )
                self._on_event(event)
        except FrameError as error:
            self._fault = str(error)
            self.kill()
        except OSError as error:
            self._fault = str(error)
        finally:
            stream.close()

    def _write(self) -> None:
        stream = cast(BinaryIO, self._popen.stdin)
        with contextlib.suppress(OSError, ValueError):
            while (frame := self._outgoing.get()) is not None:
                self._writer.send(frame)
        with contextlib.suppress(OSError):
            stream.close()

    def _collect(self) -> None:
        stream = cast(BinaryIO, self._popen.stderr)
        with stream, contextlib.suppress(OSError):
            while chunk := os.read(stream.fileno(), 4096):
                self._trace += chunk
                del self._trace[:-TRACE_BYTES]

    def _wait(self) -> None:
        self._popen.wait()
        # A process that the engine forked may hold the pipes open: don't wait for it.
        for thread in (self._threads[0], self._threads[2]):
            thread.join(DRAIN_SECONDS)
        self._ended.set()
        self.close_input()
        self._on_exit(self)
