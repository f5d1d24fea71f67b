"""The engine process: commands on standard input, events on standard output.

Before anything else is imported the wire is moved to descriptors of its own: standard output
becomes standard error and standard input becomes empty, so that a stray ``print`` or ``input`` in
any library can't touch a frame.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import os
import signal
import sys
from collections.abc import Sequence
from gettext import gettext as _
from typing import BinaryIO


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
    from engine.compute.server import Server

    return Server(incoming, outgoing, training=not options.desk).run()


if __name__ == "__main__":
    code = main()
    with contextlib.suppress(OSError):
        sys.stderr.flush()
    # Tearing the interpreter down takes a tenth of a second and can hang in a library's threads;
    # everything that matters is on the disk by now.
    os._exit(code)
