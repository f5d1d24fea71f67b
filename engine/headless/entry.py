"""From the words on the command line to an exit code."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence

from engine.headless import (
    compressing,
    designs,
    downloads,
    events,
    rates,
    results,
    serving,
    studies,
    training,
)
from engine.headless.arguments import Command, build_parser
from engine.headless.console import (
    DONE,
    USAGE,
    Console,
    fill_closed_streams,
    forget_stdout,
    guarded,
)
from projects.translation import gettext as _

PROGRAM = "ganvas"
COMMANDS: tuple[Command, ...] = (
    *designs.COMMANDS,
    *training.COMMANDS,
    *studies.COMMANDS,
    *rates.COMMANDS,
    *results.COMMANDS,
    *compressing.COMMANDS,
    *serving.COMMANDS,
    *downloads.COMMANDS,
    *events.COMMANDS,
)


def run(words: Sequence[str], opening: Command, more: Sequence[Command] = ()) -> int:
    """Do what a command line says.

    Args:
        words: The arguments, the program's name left out.
        opening: The command that is meant when none is named.
        more: Commands beside those of this package.

    Returns:
        The exit code.
    """
    fill_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    commands = [*COMMANDS, *more]
    names = [command.name for command in commands]
    words = list(words)
    if not words or not (words[0] in names or words[0].startswith("-")):
        if words and (sentence := _mistyped(words[0], names)):
            print(sentence, file=sys.stderr)
            return USAGE
        words.insert(0, opening.name)
    about = _("Draw a neural network, press Train, and watch it learn.")
    parser = build_parser(PROGRAM, about, [*commands, opening])
    try:
        args = parser.parse_args(words)
    except SystemExit as end:
        return _left(end)
    return guarded(lambda console: int(args.work(args, console)), Console(args.json))


def _left(end: SystemExit) -> int:
    """The exit code after help or a mistake; the help may have gone into a closed pipe."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        forget_stdout()
    return end.code if isinstance(end.code, int) else DONE


def _mistyped(word: str, names: Sequence[str]) -> str:
    """Return what to say of a word that is neither a command nor looks like a file; else nothing."""
    if any(mark in word for mark in "./\\"):
        return ""
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    hint = _("Did you mean “{word}”?").format(word=near[0]) if near else _("See --help.")
    sentence = _("{program}: there is no command and no project file called “{word}”.")
    return f"{sentence.format(program=PROGRAM, word=word)} {hint}"
