"""From the words on the command line to an exit code."""

from __future__ import annotations

import difflib
import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence

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
# Which module holds which commands. Only the one that is asked for is imported: what the others need would
# keep a person waiting for the window.
MODULES = {
    "designs": ("templates", "new", "check"),
    "training": ("train",),
    "studies": ("study",),
    "rates": ("lr-range",),
    "results": ("evaluate", "diagnose", "predict", "sample", "export", "runs"),
    "compressing": ("compress", "sensitivity"),
    "serving": ("serve",),
    "downloads": ("download",),
    "events": ("import",),
}
NAMES = {name: module for module, names in MODULES.items() for name in names}


def commands(names: Sequence[str] = tuple(NAMES)) -> Iterator[Command]:
    """Import some commands of this package; all of them where none are named.

    Args:
        names: Keys of ``NAMES``.
    """
    for name in names:
        module = importlib.import_module(f"{__package__}.{NAMES[name]}")
        held: Sequence[Command] = module.COMMANDS
        yield next(command for command in held if command.name == name)


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
    others = {command.name: command for command in (*more, opening)}
    names = [*NAMES, *others]
    words = list(words)
    if not words or not (words[0] in names or words[0].startswith("-")):
        if words and (sentence := _mistyped(words[0], names)):
            print(sentence, file=sys.stderr)
            return USAGE
        words.insert(0, opening.name)
    about = _("Draw a neural network, press Train, and watch it learn.")
    parser = build_parser(PROGRAM, about, _meant(words[0], others))
    try:
        args = parser.parse_args(words)
    except SystemExit as end:
        return _left(end)
    return guarded(lambda console: int(args.work(args, console)), Console(args.json))


def _meant(word: str, others: Mapping[str, Command]) -> list[Command]:
    """The command that a word names; all where it is an option, such as ``--help``."""
    if word in others:
        return [others[word]]
    if word in NAMES:
        return list(commands((word,)))
    return [*commands(), *others.values()]


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
