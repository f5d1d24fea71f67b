"""Ganvas from the command line: opens the workbench, or does one job without a window."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from projects.translation import N_
from projects.translation import gettext as _

try:
    from engine.headless.arguments import Command, argument, path
    from engine.headless.console import DONE, INTERRUPTED, Console
    from engine.headless.entry import run
except KeyboardInterrupt:  # Ctrl-C before there is anything to interrupt
    sys.exit(130)


def open_workbench(args: argparse.Namespace, console: Console) -> int:
    """Open the window; without a display, train the default example in the terminal."""
    from engine.headless.without_display import missing_display, train_example
    from projects.errors import UserError
    from projects.files import read_bytes

    if args.project is not None:
        read_bytes(args.project)  # say in the terminal that there is no such file
    reason = missing_display()
    if reason and args.project is not None:
        hint = _("“ganvas train {project}” trains it here.").format(project=args.project)
        raise UserError(reason, hint=hint)
    if reason:
        console.note(reason)
        return train_example(console)
    from workbench.app import run as run_workbench

    return int(run_workbench(args.project))


def take_shots(args: argparse.Namespace, console: Console) -> int:
    """Drive the window through its main journey and write a picture of every screen."""
    from engine.headless.without_display import missing_display

    if missing_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from workbench.shots import shoot

    shots = shoot(args.folder)
    console.answer({"shots": shots}, (str(shot["path"]) for shot in shots))
    return DONE


OPEN = Command(
    "open",
    N_("open the workbench (the same as naming no command)"),
    open_workbench,
    (argument("project", metavar="PROJECT", nargs="?", type=path, help=N_("project file")),),
    json=False,
)
SHOTS = Command(
    "shots",
    N_("write a picture of every screen of the workbench"),
    take_shots,
    (argument("folder", metavar="DIR", type=path, help=N_("folder for the pictures")),),
)


def entry(words: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit code."""
    try:
        return run(sys.argv[1:] if words is None else words, OPEN, [SHOTS])
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(entry())
