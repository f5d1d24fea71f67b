"""The command ``import``: runs of TensorBoard become run folders."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.headless.arguments import Command, argument, path
from engine.headless.console import DONE, Console
from projects.translation import N_
from projects.translation import gettext as _


def take_in(args: argparse.Namespace, console: Console) -> int:
    """Make run folders of event files."""
    from engine.events.exchange import take_in as work

    taken = work(args.place, args.out or Path("runs", "tensorboard"))
    for reason in taken.refused:
        console.note(reason)
    told = [_("Wrote {path}").format(path=run) for run in taken.runs]
    console.answer({"runs": [str(run) for run in taken.runs], "refused": taken.refused}, told)
    return DONE


COMMANDS = (
    Command(
        "import",
        N_("make run folders of the event files of TensorBoard"),
        take_in,
        (
            argument(
                "place", metavar="LOGDIR", type=path, help=N_("log folder, or one event file")
            ),
            argument(
                "--out",
                metavar="DIR",
                type=path,
                help=N_("folder for the runs (default: runs/tensorboard)"),
            ),
        ),
    ),
)
