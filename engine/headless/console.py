"""What a command says and where: answers on stdout, words about them on stderr, one exit code."""

from __future__ import annotations

import contextlib
import json
import math
import os
import re
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

from projects.errors import Problem, UserError
from projects.translation import gettext as _

MOST_TOLD = 50
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
DONE, WRONG, USAGE, FAILED, BUG, INTERRUPTED = 0, 1, 2, 3, 70, 130


class UsageError(UserError):
    """The arguments contradict each other."""

    exit_code = USAGE


class Console:
    """Where one command's words go.

    Args:
        json: Whether the answer is one JSON object instead of text.
    """

    def __init__(self, json: bool = False) -> None:
        self.json = json
        self._out: TextIO = sys.stdout
        self._answered = False

    def answer(self, value: Mapping[str, Any], lines: Iterable[str]) -> None:
        """Say the result of the command, once.

        Args:
            value: The result for programs.
            lines: The same for people.
        """
        self._answered = True
        text = dumps(value) if self.json else "\n".join(map(harmless, lines))
        if text:
            self._out.write(text + "\n")
        self._out.flush()

    def note(self, text: str) -> None:
        """Say something about the work; never part of the answer."""
        with contextlib.suppress(OSError):
            print(harmless(text), file=sys.stderr, flush=True)

    def problems(self, found: Iterable[Problem]) -> None:
        """Say what is wrong, a line each; of very many the first ones."""
        problems = list(found)
        for problem in problems[:MOST_TOLD]:
            self.note(str(problem))
        if len(problems) > MOST_TOLD:
            more = len(problems) - MOST_TOLD
            self.note(_("… and {count:,} more.").format(count=more))

    def fail(self, found: Iterable[Problem]) -> None:
        """Say what went wrong, and answer with it where nothing was answered yet."""
        problems = list(found)
        self.problems(problems)
        if self.json and not self._answered:
            self.answer({"ok": False, "problems": [described(p) for p in problems]}, [])


def fill_closed_streams() -> None:
    """Give a program whose standard streams are closed empty ones.

    Else the next file that it opens would take their place, and what libraries print would be
    written into it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115


def harmless(text: str) -> str:
    """Return a text without the marks by which it could move the cursor or colour the terminal."""
    return _CONTROL.sub(lambda mark: f"\\x{ord(mark[0]):02x}", text)


def described(problem: Problem) -> dict[str, str]:
    """Return a problem as an answer holds it."""
    return {
        "where": problem.where,
        "message": problem.message,
        "hint": problem.hint,
        "severity": problem.severity,
    }


def dumps(value: Any) -> str:
    """Return JSON; numbers that it cannot hold are null."""
    return json.dumps(_plain(value), ensure_ascii=False)


def guarded(work: Callable[[Console], int], console: Console) -> int:
    """Do a command's work and return its exit code, whatever happens.

    Args:
        work: The command; returns its exit code.
        console: Where it speaks.
    """
    try:
        with _interruptible(), _only_answers_on_stdout(console):
            return work(console)
    except KeyboardInterrupt:
        console.note(_("Interrupted."))
        return INTERRUPTED
    except Exception as error:
        return _explained(error, console)


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C and a polite kill end the program, at once while a library is read.

    Libraries would not survive an exception in the middle of their being read.
    """

    def press(number: int, frame: FrameType | None) -> None:
        if any(map(_is_being_imported, ("torch", "numpy", "sklearn", "PySide6"))):
            os._exit(INTERRUPTED)
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, press) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_being_imported(library: str) -> bool:
    return bool(
        getattr(getattr(sys.modules.get(library), "__spec__", None), "_initializing", False)
    )


def _explained(error: Exception, console: Console) -> int:
    """Say what went wrong and return the exit code."""
    match error:
        case UserError():
            console.fail(error.problems)
            return error.exit_code
        case BrokenPipeError():
            forget_stdout()
            return DONE
        case OSError():
            place = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else ""
            console.fail([Problem(place, error.strerror or str(error))])
            return WRONG
    if memory := _out_of_memory(error):
        console.fail([memory])
        return FAILED
    traceback.print_exception(error)
    console.note(_("This is a bug in Ganvas. Please report it with the lines above."))
    return BUG


def _out_of_memory(error: Exception) -> Problem | None:
    torch_failed = "torch" in sys.modules and "memory" in str(error).lower()
    if not isinstance(error, MemoryError) and not torch_failed:
        return None
    from engine.compute.failures import is_out_of_memory

    if not is_out_of_memory(error):
        return None
    return Problem("", _("there is not enough memory."), _("Try smaller batches or fewer at once."))


@contextlib.contextmanager
def _only_answers_on_stdout(console: Console) -> Iterator[None]:
    """Send whatever libraries print to stderr, so that stdout holds the answer and nothing else."""
    if not console.json:
        yield
        return
    with contextlib.redirect_stdout(sys.stderr):
        yield


def forget_stdout() -> None:
    """Let nothing more be written into a pipe that nobody reads."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_plain(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Path):
        value = str(value)
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return value
