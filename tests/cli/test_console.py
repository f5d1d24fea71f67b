"""Answers, failures and exit codes."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
import types
from pathlib import Path

import pytest

from engine import headless
from engine.headless.console import Console, dumps, guarded, harmless
from engine.headless.entry import MODULES, commands
from projects.errors import Problem, ProblemsError, TrainingError, UserError

ROOT = Path(__file__).parents[2]


def _raising(error: BaseException) -> int:
    def work(console: Console) -> int:
        print("a library chats")
        raise error

    return guarded(work, Console(json=True))


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (UserError("wrong", where="a.b", hint="mend"), 1, "wrong"),
        (TrainingError("not a number"), 3, "not a number"),
        (ProblemsError([Problem("a", "one"), Problem("b", "two")]), 1, "one"),
        (OSError(28, "No space left on device", "x"), 1, "No space left on device"),
        (MemoryError(), 3, "there is not enough memory."),
        (RuntimeError("[enforce fail] not enough memory: you tried"), 3, "not enough memory."),
    ],
)
def test_a_failure_is_one_object_a_sentence_and_a_code(
    error: BaseException, code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    import torch  # noqa: F401

    assert _raising(error) == code
    out, err = capsys.readouterr()
    answer = json.loads(out)
    assert answer["ok"] is False
    assert message in answer["problems"][0]["message"]
    assert message in err
    assert "a library chats" in err
    assert "Traceback" not in err


def test_an_interruption_and_a_bug(capsys: pytest.CaptureFixture[str]) -> None:
    assert _raising(KeyboardInterrupt()) == 130
    assert "Traceback" not in capsys.readouterr().err
    assert _raising(ZeroDivisionError("x")) == 70
    err = capsys.readouterr().err
    assert "Traceback" in err
    assert "report" in err


@pytest.mark.skipif(os.name == "nt", reason="signals are other things there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("reading", [False, True])
def test_a_signal_ends_at_once_while_a_library_is_read(
    reading: bool, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A library cannot survive an exception in the middle of its own start."""
    library = types.ModuleType("sklearn")
    library.__spec__ = types.SimpleNamespace(_initializing=reading)  # type: ignore[assignment]
    monkeypatch.setitem(sys.modules, "sklearn", library)
    left: list[int] = []
    monkeypatch.setattr(os, "_exit", left.append)

    def work(console: Console) -> int:
        os.kill(os.getpid(), number)
        return 0

    assert guarded(work, Console()) == 130
    assert left == ([130] if reading else [])
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


@pytest.mark.skipif(os.name == "nt", reason="a shell's words")
@pytest.mark.parametrize("words", ["templates --json >&-", "templates >&- 2>&-", "check 2>&-"])
def test_closed_streams_are_no_bug(words: str) -> None:
    command = f"{sys.executable} main.py {words}"
    ended = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, check=False)
    assert ended.returncode == (2 if words.startswith("check") else 0)
    assert b"Traceback" not in ended.stderr + ended.stdout


def test_words_of_others_are_harmless_on_a_terminal() -> None:
    assert harmless("a\tb\nc\x1b[2J\r\x9b\u202eé猫") == "a\tb\nc\\x1b[2J\\x0d\\x9b\\x202eé猫"


def test_of_very_many_problems_the_first_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    Console().problems(Problem(str(number), "wrong.") for number in range(1234))
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "0: wrong."
    assert lines[-1] == "… and 1,184 more."
    assert len(lines) == 51


def test_json_holds_no_number_that_it_cannot_hold() -> None:
    text = dumps({"a": float("nan"), "b": [float("inf"), 1.5], "c": "a\ud800", "d": {"é": None}})
    assert json.loads(text) == {"a": None, "b": [None, 1.5], "c": "a?", "d": {"é": None}}


def test_every_command_is_found_without_importing_all() -> None:
    held = {}
    for module in pkgutil.iter_modules(headless.__path__):
        of_module = importlib.import_module(f"engine.headless.{module.name}")
        if hasattr(of_module, "COMMANDS"):
            held[module.name] = tuple(command.name for command in of_module.COMMANDS)
    assert held == MODULES
    assert [command.name for command in commands(("runs", "train"))] == ["runs", "train"]
