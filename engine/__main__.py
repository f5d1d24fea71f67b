"""The engine process: commands on standard input, events on standard output.

Before anything else is imported the wire is moved to descriptors of its own: standard output
becomes standard error and standard input becomes empty, so that a stray ``print`` or ``input`` in
any library can't touch a frame.

Starting costs seconds of a core. It happens in a thread of lower priority, so that warming a spare
disturbs neither the window nor a training on a machine with few cores; the work itself is done in
the main thread, at full priority.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import os
import signal
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, BinaryIO

from projects.translation import gettext as _

if TYPE_CHECKING:
    from engine.compute.server import Server

POLITENESS = 5


def take_wire() -> tuple[BinaryIO, BinaryIO]:
    """Move the wire away from descriptors 0 and 1; return where to read and where to write."""
    incoming, outgoing = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return os.fdopen(incoming, "rb"), os.fdopen(outgoing, "wb")


def answer_signals() -> None:
    """Show where a crash or a hang is: on SIGUSR1 every thread's stack goes to standard error."""
    faulthandler.enable()
    if hasattr(faulthandler, "register"):
        faulthandler.register(signal.SIGUSR1, all_threads=True)


def be_polite() -> None:
    """Lower the priority of this thread alone, where a system can (Linux)."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), POLITENESS)


def load(training: bool) -> tuple[type[Server], tuple[str, ...]]:
    """Import what computes and warm it up; return what serves, and the devices."""
    from engine.compute.server import Server
    from engine.compute.warmup import warm_up

    return Server, warm_up(training)


def main(argv: Sequence[str] | None = None) -> int:
    """Serve one client until it says Quit or its end of the wire is closed; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m engine",
        description=_(
            "The engine of Ganvas: trains networks for a client that sends framed messages on "
            "standard input and reads framed messages from standard output (docs/protocol.md). "
            "People use main.py instead."
        ),
    )
    parser.add_argument(
        "--desk",
        action="store_true",
        help=_("be ready sooner, for questions; a first training then starts a second later"),
    )
    options = parser.parse_args(argv)
    incoming, outgoing = take_wire()
    answer_signals()
    with ThreadPoolExecutor(1, initializer=be_polite) as pool:
        server, devices = pool.submit(load, training=not options.desk).result()
    return server(incoming, outgoing).run(devices)


if __name__ == "__main__":
    code = main()
    with contextlib.suppress(OSError):
        sys.stderr.flush()
    # Tearing the interpreter down takes a tenth of a second and can hang in a library's threads;
    # everything that matters is on the disk by now.
    os._exit(code)
