"""The command ``download``: data from the network, when the person asks for it."""

from __future__ import annotations

import argparse

from engine.headless.arguments import Command, argument
from engine.headless.console import DONE, Console, UsageError
from projects.translation import N_
from projects.translation import gettext as _

OPENML = "openml:"


def download(args: argparse.Namespace, console: Console) -> int:
    """Fetch a set and keep it in the person's home."""
    from engine.data.openml_download import download as fetch

    if not args.what.startswith(OPENML):
        raise UsageError(_("name a set of OpenML, as in “download openml:adult”."))
    name = args.what.removeprefix(OPENML)
    told = -1

    def progress(done: int, total: int) -> None:
        nonlocal told
        tenth = 10 * done // total if total else done // 2**20
        if tenth != told:
            told = tenth
            words = _("{done:,} of {total:,} bytes") if total else _("{done:,} bytes")
            console.note(words.format(done=done, total=total))

    path = fetch(name, progress)
    console.answer(
        {"path": str(path)},
        [
            _("Wrote {path}; a project uses it with the source OpenML, name {name}.").format(
                path=path, name=name
            )
        ],
    )
    return DONE


COMMANDS = (
    Command(
        "download",
        N_("fetch a data set from openml.org for later use"),
        download,
        (argument("what", metavar="openml:NAME", help=N_("name or number of a set")),),
    ),
)
