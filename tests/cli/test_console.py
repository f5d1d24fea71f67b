"""Answers, failures and exit codes."""

from __future__ import annotations

import json

import pytest

from engine.headless.console import Console, dumps, guarded
from projects.errors import Problem, ProblemsError, TrainingError, UserError


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


def test_json_holds_no_number_that_it_cannot_hold() -> None:
    text = dumps({"a": float("nan"), "b": [float("inf"), 1.5], "c": "a\ud800", "d": {"é": None}})
    assert json.loads(text) == {"a": None, "b": [None, 1.5], "c": "a?", "d": {"é": None}}
