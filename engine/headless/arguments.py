"""The words of the command line: which commands there are and what each is told."""

from __future__ import annotations

import argparse
import gettext
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.headless.console import Console
from projects.translation import DOMAIN, FOLDER, N_
from projects.translation import gettext as _

# What argparse says by itself; it looks these up with the standard library's function.
OF_ARGPARSE = (
    N_("usage: "),
    N_("options"),
    N_("positional arguments"),
    N_("show this help message and exit"),
    N_("%(prog)s: error: %(message)s\n"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("the following arguments are required: %s"),
    N_("unrecognized arguments: %s"),
    N_("expected one argument"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
)

Run = Callable[[argparse.Namespace, Console], int]


@dataclass(frozen=True)
class Command:
    """One command.

    Attributes:
        name: The word that chooses it.
        help: What it does, in a sentence; translated where it is shown, like that of its arguments.
        run: Does it and returns the exit code; imports what it needs itself.
        arguments: Its own arguments, as ``add_argument`` takes them.
        json: Whether it answers in JSON on demand.
    """

    name: str
    help: str
    run: Run
    arguments: Sequence[tuple[tuple[str, ...], dict[str, Any]]] = field(default=())
    json: bool = True


def argument(*names: str, **options: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    """Return one argument of a command; see ``argparse.ArgumentParser.add_argument``."""
    return names, options


def build_parser(program: str, about: str, commands: Sequence[Command]) -> argparse.ArgumentParser:
    """Return the parser of the whole command line.

    Args:
        program: Name of the program.
        about: What it is, for ``--help``.
        commands: Every command.
    """
    gettext.bindtextdomain(DOMAIN, str(FOLDER))
    gettext.textdomain(DOMAIN)
    parser = argparse.ArgumentParser(
        prog=program,
        description=about,
        usage=f"{program} [PROJECT] | COMMAND …",
        epilog=_("“{program} COMMAND --help” tells more about a command.").format(program=program),
        allow_abbrev=False,
    )
    rows = parser.add_subparsers(
        dest="command", metavar="COMMAND", title=_("commands"), prog=program
    )
    for command in commands:
        words = _(command.help)
        row = rows.add_parser(command.name, help=words, description=words, allow_abbrev=False)
        for names, options in command.arguments:
            row.add_argument(*names, **{**options, "help": _(options.get("help", ""))})
        if command.json:
            row.add_argument("--json", action="store_true", help=_("answer with one JSON object"))
        row.set_defaults(work=command.run, json=False)
    return parser


def path(text: str) -> Path:
    """Read a path."""
    if not text or "\0" in text:
        raise argparse.ArgumentTypeError(_("expected a path"))
    return Path(text)


def whole(low: int, high: int) -> Callable[[str], int]:
    """Return a reader of whole numbers of a range."""

    def read(text: str) -> int:
        try:
            value = int(text) if len(text) <= 20 else high + 1
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(
                _("expected a whole number from {low} to {high}, got “{text}”").format(
                    low=low, high=high, text=text[:40]
                )
            )
        return value

    return read


def number(low: float, high: float) -> Callable[[str], float]:
    """Return a reader of numbers of a range."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(
                _("expected a number from {low:g} to {high:g}, got “{text}”").format(
                    low=low, high=high, text=text[:40]
                )
            )
        return value

    return read


def seconds(text: str) -> float:
    """Read a span of time."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise argparse.ArgumentTypeError(
            _("expected a number of seconds above 0, got “{text}”").format(text=text[:40])
        )
    return value
